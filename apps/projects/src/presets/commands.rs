use entity::preset;
use kernel::{Error, Expected, PresetId, Result, UserId};
use platform::{Command, Ctx, Job, Platform, Queue, Write, db, writer::Record};
use protocol::presets::{CreatePreset, PRESETS_PER_USER_MAX, PatchPreset, PresetView};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter,
    QuerySelect,
};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{queries, row::to_view};

/// What a preset says changed: done where it is known what that means for answers.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct PresetChanged {
    pub preset: PresetId,
}

impl Job for PresetChanged {
    const KIND: &'static str = "preset.change";
    const QUEUE: Queue = Queue::Short;
}

/// A preset is no more: done where it is known who uses it.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct PresetDropped {
    pub preset: PresetId,
}

impl Job for PresetDropped {
    const KIND: &'static str = "preset.drop";
    const QUEUE: Queue = Queue::Short;
}

/// Makes a preset of one's own.
pub(super) async fn create(ctx: &Ctx, input: CreatePreset) -> Result<PresetView> {
    let (user, _) = ctx.session()?;
    // Named after the operation, a preset that is asked for twice is still one.
    let op = ctx.request.op.as_ref();
    let id = op.map_or_else(PresetId::generate, |op| op.id.uuid().into());
    ctx.write_account(user, Create { user, id, input }).await
}

struct Create {
    user: UserId,
    id: PresetId,
    input: CreatePreset,
}

impl Command for Create {
    type Output = PresetView;

    async fn apply(&self, write: &mut Write) -> Result<PresetView> {
        let Self { user, id, input } = self;
        let own = preset::Entity::find()
            .filter(preset::Column::UserId.eq(user.uuid()))
            .filter(preset::Column::DeletedAt.is_null());
        let same = own.clone().filter(preset::Column::Id.eq(id.uuid()));
        if let Some(made) = same.one(write.read().await?).await.map_err(db)? {
            return Ok(to_view(made));
        }
        let count = own.count(write.read().await?).await.map_err(db)?;
        if usize::try_from(count).is_ok_and(|count| count >= PRESETS_PER_USER_MAX) {
            return Err(Error::LimitReached {
                what: "presets of one person",
                max: PRESETS_PER_USER_MAX,
            });
        }
        let now = write.now();
        let CreatePreset {
            name,
            description,
            icon,
            about,
            behavior,
            commands,
            preferred_model,
        } = input.clone();
        let row = preset::ActiveModel {
            id: Set(id.uuid()),
            user_id: Set(Some(user.uuid())),
            name: Set(name.into()),
            description: Set(description.map(Into::into)),
            icon: Set(icon.map(Into::into)),
            about: Set(about.map(Into::into)),
            behavior: Set(behavior.map(Into::into)),
            commands: Set(commands.map(Into::into)),
            preferred_model: Set(preferred_model.map(Into::into)),
            version: Set(1),
            created_at: Set(now),
            updated_at: Set(now),
            deleted_at: Set(None),
        };
        let row = row.insert(write.conn().await?).await.map_err(db)?;
        let made = json!({"name": row.name});
        write.record(Record::new("preset.create", "preset", id.uuid()).with(made));
        Ok(to_view(row))
    }
}

/// A preset that the caller may use, until the end of the transaction as it is now.
async fn held(write: &mut Write, user: UserId, id: PresetId) -> Result<preset::Model> {
    queries::usable(Some(user))
        .filter(preset::Column::Id.eq(id.uuid()))
        .lock_exclusive()
        .one(write.read().await?)
        .await
        .map_err(db)?
        .ok_or(Error::NotFound("preset"))
}

/// A preset of the caller's own; those of the system are nobody's.
async fn own(write: &mut Write, user: UserId, id: PresetId) -> Result<preset::Model> {
    let row = held(write, user, id).await?;
    if row.user_id.is_none() {
        let sentence = "this preset came with the server and is everybody's; make one of your own \
            from what it says";
        return Err(Error::Forbidden(sentence.to_owned()));
    }
    Ok(row)
}

/// Changes the fields that are given. What the system's presets say is up to whoever runs the server.
pub(super) struct Update {
    pub(super) user: UserId,
    pub(super) is_operator: bool,
    pub(super) id: PresetId,
    pub(super) expected: Expected,
    pub(super) patch: PatchPreset,
}

impl Command for Update {
    type Output = PresetView;

    async fn apply(&self, write: &mut Write) -> Result<PresetView> {
        let before = if self.is_operator {
            held(write, self.user, self.id).await?
        } else {
            own(write, self.user, self.id).await?
        };
        self.expected.check(before.version)?;
        let after = changed(before.clone(), self.patch.clone());
        if after == before {
            return Ok(to_view(before));
        }
        let after = preset::Model {
            version: before.version + 1,
            updated_at: write.now(),
            ..after
        };
        let change = preset::ActiveModel::from(after.clone()).reset_all();
        preset::Entity::update(change)
            .exec(write.conn().await?)
            .await
            .map_err(db)?;
        if said(&before) != said(&after) {
            write.enqueue(&PresetChanged { preset: self.id })?;
        }
        let (old, new) = (json!({"name": before.name}), json!({"name": after.name}));
        write.record(Record::new("preset.update", "preset", self.id.uuid()).changed(old, new));
        Ok(to_view(after))
    }
}

fn changed(row: preset::Model, patch: PatchPreset) -> preset::Model {
    let PatchPreset {
        name,
        description,
        icon,
        about,
        behavior,
        commands,
        preferred_model,
    } = patch;
    let given = |value: Option<Option<String>>, current| value.unwrap_or(current);
    preset::Model {
        name: name.map_or(row.name, Into::into),
        description: given(description.map(|new| new.map(Into::into)), row.description),
        icon: given(icon.map(|new| new.map(Into::into)), row.icon),
        about: given(about.map(|new| new.map(Into::into)), row.about),
        behavior: given(behavior.map(|new| new.map(Into::into)), row.behavior),
        commands: given(commands.map(|new| new.map(Into::into)), row.commands),
        preferred_model: given(
            preferred_model.map(|new| new.map(Into::into)),
            row.preferred_model,
        ),
        ..row
    }
}

/// What models are told.
fn said(row: &preset::Model) -> [&Option<String>; 3] {
    [&row.about, &row.behavior, &row.commands]
}

/// Deletes a preset of one's own. Projects and nodes that use it stay, without one.
pub(super) struct Delete {
    pub(super) user: UserId,
    pub(super) id: PresetId,
    pub(super) expected: Expected,
}

impl Command for Delete {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        let row = own(write, self.user, self.id).await?;
        self.expected.check(row.version)?;
        bury(write, row).await?;
        write.record(Record::new("preset.delete", "preset", self.id.uuid()));
        Ok(())
    }
}

async fn bury(write: &mut Write, row: preset::Model) -> Result<()> {
    let now = write.now();
    let change = preset::ActiveModel {
        id: Set(row.id),
        version: Set(row.version + 1),
        updated_at: Set(now),
        deleted_at: Set(Some(now)),
        ..Default::default()
    };
    preset::Entity::update(change)
        .exec(write.conn().await?)
        .await
        .map_err(db)?;
    write.enqueue(&PresetDropped {
        preset: row.id.into(),
    })
}

/// Makes a preset of somebody else's, as it is now: what it says stays, and whose it was no longer
/// says it. There may be more of these than one person makes.
pub async fn copy_for(write: &mut Write, preset: PresetId, owner: UserId) -> Result<PresetId> {
    let row = preset::Entity::find_by_id(preset.uuid())
        .one(write.read().await?)
        .await
        .map_err(db)?
        .ok_or(Error::NotFound("preset"))?;
    let (id, now) = (PresetId::generate(), write.now());
    let copy = preset::Model {
        id: id.uuid(),
        user_id: Some(owner.uuid()),
        version: 1,
        created_at: now,
        updated_at: now,
        ..row
    };
    let copy = preset::ActiveModel::from(copy).reset_all();
    preset::Entity::insert(copy)
        .exec_without_returning(write.conn().await?)
        .await
        .map_err(db)?;
    Ok(id)
}

/// Deletes the presets of somebody whose account was deleted.
pub(crate) async fn delete_all_of(platform: &Platform, user: UserId) -> Result<()> {
    platform.writer.housekeep(DeleteAllOf { user }).await
}

struct DeleteAllOf {
    user: UserId,
}

impl Command for DeleteAllOf {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        let user = self.user;
        let rows = preset::Entity::find()
            .filter(preset::Column::UserId.eq(user.uuid()))
            .filter(preset::Column::DeletedAt.is_null())
            .all(write.read().await?)
            .await
            .map_err(db)?;
        if rows.is_empty() {
            return Ok(());
        }
        for row in rows {
            bury(write, row).await?;
        }
        write.record(Record::new("preset.delete_all", "user", user.uuid()));
        Ok(())
    }
}
