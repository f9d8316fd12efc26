use entity::{enums, project, project_member};
use kernel::{Error, Expected, OpId, Permission, PresetId, ProjectId, Result, Role, Scope, UserId};
use platform::{Command, Ctx, Operation, ProjectCommand, Write, convert, db};
use protocol::{
    events::{Event, MemberEvent, ProjectCreated, ProjectEvent, ProjectUpdated},
    members::UpdateMember,
    preferences::Language,
    projects::{CreateProject, FALLBACK_MODELS_MAX, PatchProject, ProjectView, UpdateProject},
    templates::TemplateId,
    values::{Description, ModelId, SystemPrompt},
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, ExprTrait, QueryFilter,
    sea_query::Expr,
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    queries,
    room::{check_number, check_room},
};
use crate::presets;

/// Makes a project whose owner is the caller.
pub async fn create(ctx: &Ctx, input: CreateProject) -> Result<ProjectView> {
    ctx.user_with_scope(Scope::Project)?;
    // Named after the operation, a project that is asked for twice is still one.
    let op = ctx.request.op.as_ref();
    let id = op.map_or_else(ProjectId::generate, |op| ProjectId::from_uuid(op.id.uuid()));
    ctx.write(id, Create { input }).await?;
    queries::get(ctx, id).await
}

/// Makes a project.
#[derive(Debug)]
pub struct Create {
    pub input: CreateProject,
}

/// With what a new project is to begin: whoever has the templates fills it, in the same transaction.
#[derive(Clone, Copy, Debug, Default)]
pub struct BeginsWith(pub Option<TemplateId>, pub Language);

impl Command for Create {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        let (id, owner, now) = (write.project_id()?, write.user_id()?, write.now());
        check_room(write, owner, 0).await?;
        presets::require_usable(write, self.input.preset_id).await?;
        let epoch = Uuid::new_v4();
        let CreateProject {
            name,
            description,
            system_prompt,
            is_public,
            viewport,
            preset_id,
            model,
            fallback_models,
            template_id,
            language,
        } = self.input.clone();
        let language = language.unwrap_or_default();
        *write.note::<BeginsWith>()? = BeginsWith(template_id, language);
        let fallback_models = fallbacks(fallback_models)?;
        let row = project::ActiveModel {
            id: Set(id.uuid()),
            owner_id: Set(owner.uuid()),
            name: Set(name.as_str().to_owned()),
            description: Set(description.map(Into::into)),
            system_prompt: Set(system_prompt.map(Into::into).unwrap_or_default()),
            is_public: Set(is_public),
            is_listed: Set(false),
            layout: Set(None),
            public_since_seq: Set(is_public.then_some(0)),
            viewport: Set(viewport.and_then(convert::stored_viewport)),
            preset_id: Set(preset_id.map(PresetId::uuid)),
            model: Set(model.clone().map(Into::into)),
            fallback_models: Set(
                (!fallback_models.is_empty()).then(|| fallback_models.clone().into())
            ),
            head_seq: Set(0),
            epoch: Set(epoch),
            stored_bytes: Set(0),
            version: Set(1),
            created_at: Set(now),
            updated_at: Set(now),
            deleted_at: Set(None),
        };
        row.insert(write.conn().await?).await.map_err(db)?;
        let member = project_member::ActiveModel {
            project_id: Set(id.uuid()),
            user_id: Set(owner.uuid()),
            role: Set(enums::Role::Owner),
            joined_at: Set(now),
        };
        member.insert(write.conn().await?).await.map_err(db)?;
        write.found_project(
            epoch,
            ProjectCreated {
                name: name.into(),
                owner_id: Some(owner),
                model: model.map(Into::into),
                fallback_models,
            },
        )
    }
}

impl ProjectCommand for Create {
    fn replay(&self, _event: &Event) -> Result<()> {
        Ok(())
    }
}

/// Changes the fields that are given.
pub(crate) struct Update {
    pub(super) expected: Expected,
    pub(super) patch: PatchProject,
}

impl Command for Update {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        let Self { expected, patch } = self;
        write.require(Permission::PROJECT_WRITE)?;
        if patch.system_prompt.is_some() {
            write.require(Permission::SYSTEM_PROMPT_WRITE)?;
        }
        // Whatever else it says is small, and taking a project back from the public must not wait.
        if patch.name.is_some() || patch.description.is_some() || patch.system_prompt.is_some() {
            write.require_to_grow(Permission::PROJECT_WRITE)?;
        }
        let row = load(write).await?;
        expected.check(row.version)?;
        presets::require_usable(write, patch.preset_id.flatten()).await?;
        let PatchProject {
            name,
            description,
            system_prompt,
            is_public,
            is_listed,
            layout,
            viewport,
            preset_id,
            model,
            fallback_models,
        } = patch.clone();
        let is_listed = listed(&row, is_public, is_listed)?;
        let fallback_models = fallback_models.map(fallbacks).transpose()?;
        let updated = ProjectUpdated {
            version: row.version + 1,
            name: name.map(Into::into),
            description: description.map(|description| description.map(Into::into)),
            system_prompt: system_prompt.map(Into::into),
            is_public,
            is_listed,
            layout,
            viewport,
            owner_id: None,
            preset_id,
            model: model.map(|model| model.map(Into::into)),
            fallback_models,
        };
        if updated
            == (ProjectUpdated {
                version: updated.version,
                ..ProjectUpdated::default()
            })
        {
            let version = row.version;
            write.unchanged(ProjectEvent::Update(ProjectUpdated {
                version,
                ..Default::default()
            }));
            return Ok(());
        }
        let mut change = changed_row(row.id, &updated);
        match updated.is_public {
            Some(true) if row.is_public => {}
            Some(is_public) => {
                change.public_since_seq = Set(is_public.then_some(write.next_seq()?));
            }
            None => {}
        }
        project::Entity::update(change)
            .exec(write.conn().await?)
            .await
            .map_err(db)?;
        let was = was(&row, &updated);
        write.emit(ProjectEvent::Update(updated));
        write.was(was);
        Ok(())
    }
}

/// What an update says of being listed. Only what is public can be, so that whoever closes a project and opens it again
/// does not show it to everybody unawares.
fn listed(
    row: &project::Model,
    is_public: Option<bool>,
    is_listed: Option<bool>,
) -> Result<Option<bool>> {
    let is_public = is_public.unwrap_or(row.is_public);
    match (is_public, is_listed) {
        (true, asked) => Ok(asked),
        (false, Some(true)) => {
            let detail = "needs a public project; make it public first";
            Err(Error::invalid("/isListed", detail))
        }
        (false, Some(false)) => Ok(Some(false)),
        (false, None) => Ok(row.is_listed.then_some(false)),
    }
}

/// Gives the project at hand a description and a system prompt, as far as it has none.
pub async fn describe(
    write: &mut Write,
    description: Description,
    system_prompt: SystemPrompt,
) -> Result<()> {
    let row = load(write).await?;
    let patch = PatchProject {
        description: row.description.is_none().then_some(Some(description)),
        system_prompt: row.system_prompt.is_empty().then_some(system_prompt),
        ..PatchProject::default()
    };
    let expected = Expected::Unsaid;
    Box::pin(Update { expected, patch }.apply(write)).await
}

/// What the fields held before that an update changes.
fn was(row: &project::Model, updated: &ProjectUpdated) -> Value {
    let before = [
        ("name", updated.name.is_some(), json!(row.name)),
        (
            "isPublic",
            updated.is_public.is_some(),
            json!(row.is_public),
        ),
        (
            "isListed",
            updated.is_listed.is_some(),
            json!(row.is_listed),
        ),
        ("ownerId", updated.owner_id.is_some(), json!(row.owner_id)),
        (
            "presetId",
            updated.preset_id.is_some(),
            json!(row.preset_id),
        ),
        ("model", updated.model.is_some(), json!(row.model)),
        (
            "fallbackModels",
            updated.fallback_models.is_some(),
            json!(row.fallback_models),
        ),
    ];
    let changed = before.into_iter().filter(|(_, changes, _)| *changes);
    changed
        .map(|(field, _, value)| (field.to_owned(), value))
        .collect()
}

impl ProjectCommand for Update {
    fn replay(&self, _event: &Event) -> Result<()> {
        Ok(())
    }
}

impl Operation for Update {
    const OP: &'static str = "project.update";
    type Input = UpdateProject;

    fn of(_id: Option<OpId>, input: UpdateProject) -> Self {
        let (base, patch) = input.split();
        Self {
            expected: base.into(),
            patch,
        }
    }
}

fn changed_row(id: Uuid, updated: &ProjectUpdated) -> project::ActiveModel {
    let mut change = project::ActiveModel {
        id: Set(id),
        version: Set(updated.version),
        ..Default::default()
    };
    if let Some(name) = &updated.name {
        change.name = Set(name.clone());
    }
    if let Some(description) = &updated.description {
        change.description = Set(description.clone());
    }
    if let Some(system_prompt) = &updated.system_prompt {
        change.system_prompt = Set(system_prompt.clone());
    }
    if let Some(is_public) = updated.is_public {
        change.is_public = Set(is_public);
    }
    if let Some(is_listed) = updated.is_listed {
        change.is_listed = Set(is_listed);
    }
    if let Some(layout) = updated.layout {
        change.layout = Set(layout.map(convert::stored_layout));
    }
    if let Some(viewport) = updated.viewport {
        change.viewport = Set(viewport.and_then(convert::stored_viewport));
    }
    if let Some(preset) = updated.preset_id {
        change.preset_id = Set(preset.map(PresetId::uuid));
    }
    if let Some(model) = &updated.model {
        change.model = Set(model.clone());
    }
    if let Some(models) = &updated.fallback_models {
        change.fallback_models = Set(Some(models.clone().into()));
    }
    change
}

fn fallbacks(models: Vec<ModelId>) -> Result<Vec<String>> {
    if models.len() > FALLBACK_MODELS_MAX {
        let detail = format!("must name at most {FALLBACK_MODELS_MAX} models");
        return Err(Error::invalid("/fallbackModels", detail));
    }
    Ok(models.into_iter().map(Into::into).collect())
}

/// Whose the project at hand is.
pub async fn owner(write: &mut Write) -> Result<UserId> {
    Ok(load(write).await?.owner_id.into())
}

/// Gives the project another preset, or none, if it uses this one.
pub async fn replace_preset(
    write: &mut Write,
    preset: PresetId,
    by: Option<PresetId>,
) -> Result<()> {
    let row = load(write).await?;
    if row.preset_id != Some(preset.uuid()) {
        return Ok(());
    }
    let updated = ProjectUpdated {
        version: row.version + 1,
        preset_id: Some(by),
        ..ProjectUpdated::default()
    };
    project::Entity::update(changed_row(row.id, &updated))
        .exec(write.conn().await?)
        .await
        .map_err(db)?;
    let was = was(&row, &updated);
    write.emit(ProjectEvent::Update(updated));
    write.was(was);
    Ok(())
}

async fn load(write: &mut Write) -> Result<project::Model> {
    project::Entity::find_by_id(write.project_id()?.uuid())
        .one(write.read().await?)
        .await
        .map_err(db)?
        .ok_or(Error::NotFound("project"))
}

/// Puts a project into the trash.
pub(super) struct Delete {
    pub(super) expected: Expected,
}

impl Command for Delete {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        write.require(Permission::OWNERSHIP_WRITE)?;
        let row = load(write).await?;
        self.expected.check(row.version)?;
        set_deleted(write, true).await?;
        write.emit(ProjectEvent::Delete {});
        Ok(())
    }
}

impl ProjectCommand for Delete {
    fn replay(&self, _event: &Event) -> Result<()> {
        Ok(())
    }
}

/// Takes a project out of the trash.
pub(super) struct Restore;

impl Command for Restore {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        write.require_in_trash(Permission::OWNERSHIP_WRITE)?;
        // It takes the room that it took in the trash, and becomes one of those that are counted.
        let owner = owner(write).await?;
        check_number(write, owner).await?;
        set_deleted(write, false).await?;
        write.emit(ProjectEvent::Restore {});
        Ok(())
    }
}

impl ProjectCommand for Restore {
    fn replay(&self, _event: &Event) -> Result<()> {
        Ok(())
    }
}

async fn set_deleted(write: &mut Write, deleted: bool) -> Result<()> {
    let (id, at) = (write.project_id()?, deleted.then(|| write.now()));
    project::Entity::update_many()
        .col_expr(project::Column::DeletedAt, Expr::value(at))
        .col_expr(
            project::Column::Version,
            Expr::col(project::Column::Version).add(1),
        )
        .filter(project::Column::Id.eq(id.uuid()))
        .exec(write.conn().await?)
        .await
        .map(drop)
        .map_err(db)
}

/// Makes another member the owner; the old owner stays as an admin. Whether they may and want to is
/// known by whoever calls this.
pub(crate) async fn hand_over(
    write: &mut Write,
    old_owner: UserId,
    new_owner: UserId,
) -> Result<()> {
    let before = load(write).await?;
    let version = before.version + 1;
    let was_role = write.role_of(new_owner);
    // A project has one owner at any moment, so the old one steps down first.
    set_role(write, old_owner, Role::Admin).await?;
    set_role(write, new_owner, Role::Owner).await?;
    let change = project::ActiveModel {
        id: Set(write.project_id()?.uuid()),
        owner_id: Set(new_owner.uuid()),
        version: Set(version),
        ..Default::default()
    };
    project::Entity::update(change)
        .exec(write.conn().await?)
        .await
        .map_err(db)?;
    write.emit(MemberEvent::Update(UpdateMember {
        user_id: old_owner,
        role: Role::Admin,
    }));
    write.was(json!({"userId": old_owner, "role": Role::Owner}));
    write.emit(MemberEvent::Update(UpdateMember {
        user_id: new_owner,
        role: Role::Owner,
    }));
    write.was(json!({"userId": new_owner, "role": was_role}));
    write.emit(ProjectEvent::Update(ProjectUpdated {
        version,
        owner_id: Some(new_owner),
        ..ProjectUpdated::default()
    }));
    write.was(json!({"ownerId": before.owner_id}));
    Ok(())
}

/// Writes a member's role.
pub(crate) async fn set_role(write: &mut Write, user: UserId, role: Role) -> Result<()> {
    let change = project_member::ActiveModel {
        project_id: Set(write.project_id()?.uuid()),
        user_id: Set(user.uuid()),
        role: Set(convert::stored_role(role)),
        ..Default::default()
    };
    project_member::Entity::update(change)
        .exec(write.conn().await?)
        .await
        .map(drop)
        .map_err(db)
}
