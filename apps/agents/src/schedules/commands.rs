use entity::{agent_schedule, enums, node, user};
use kernel::{Error, Expected, NodeId, Permission, Result, ScheduleId, UserId};
use platform::{Command, ProjectCommand, Write, db};
use protocol::{
    events::Event,
    preferences::Preferences,
    schedules::{
        CreateSchedule, PER_HOUR_DEFAULT, PER_HOUR_MAX, PatchSchedule, SCHEDULES_PER_PROJECT_MAX,
        TriggerEvent,
    },
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter,
};

use super::{clock, queries, queue::queue_next, row::stored_trigger};
use crate::{
    events::{ScheduleEvent, ScheduleRef, emit},
    members,
    tasks::NEEDED,
};

const UTC: &str = "UTC";

/// Has an agent begin tasks by itself, in the name of who says so.
#[derive(Debug)]
pub(super) struct Create {
    pub(super) id: ScheduleId,
    pub(super) input: CreateSchedule,
}

impl Command for Create {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        for needed in NEEDED {
            write.require(needed)?;
        }
        members::locked(write, self.input.agent_id).await?;
        if let Some(node) = self.input.node_id {
            require_node(write, node).await?;
        }
        let project = write.project_id()?;
        let count = agent_schedule::Entity::find()
            .filter(agent_schedule::Column::ProjectId.eq(project.uuid()))
            .count(write.read().await?)
            .await
            .map_err(db)?;
        if usize::try_from(count).is_ok_and(|count| count >= SCHEDULES_PER_PROJECT_MAX) {
            return Err(Error::LimitReached {
                what: "schedules of one project",
                max: SCHEDULES_PER_PROJECT_MAX,
            });
        }
        let timezone = match &self.input.timezone {
            Some(zone) => zone.as_str().to_owned(),
            None => own_timezone(write).await?,
        };
        let row = self.row(write, timezone)?;
        let row = row.insert(write.conn().await?).await.map_err(db)?;
        queue_next(write, &row)?;
        emit(write, &ScheduleEvent::Create(ScheduleRef::of(&row)))
    }
}

impl Create {
    fn row(&self, write: &Write, timezone: String) -> Result<agent_schedule::ActiveModel> {
        let input = self.input.clone();
        check_tag(&input)?;
        let now = write.now();
        let (kind, next) = match (&input.cron, input.at, input.event) {
            (Some(cron), None, None) => {
                let next = clock::next(cron.as_str(), &timezone, now)?;
                (enums::ScheduleKind::Cron, next)
            }
            (None, Some(at), None) if at.0 <= now => {
                return Err(Error::invalid("/at", "must lie in the future"));
            }
            (None, Some(at), None) => (enums::ScheduleKind::Once, Some(at.0)),
            (None, None, Some(_)) => (enums::ScheduleKind::Event, None),
            _ => {
                let detail = "give exactly one of `cron`, `at` and `event`";
                return Err(Error::invalid("", detail));
            }
        };
        Ok(agent_schedule::ActiveModel {
            project_id: Set(write.project_id()?.uuid()),
            id: Set(self.id.uuid()),
            agent_id: Set(input.agent_id.uuid()),
            node_id: Set(input.node_id.map(NodeId::uuid)),
            name: Set(input.name.into()),
            prompt: Set(input.prompt.into()),
            kind: Set(kind),
            cron: Set(input.cron.map(Into::into)),
            timezone: Set(timezone),
            event: Set(input.event.map(stored_trigger)),
            tag: Set(input.tag.map(|tag| tag.as_str().to_owned())),
            paused: Set(false),
            per_hour_max: Set(per_hour(input.per_hour_max)?
                .unwrap_or(PER_HOUR_DEFAULT)
                .into()),
            next_run_at: Set(next),
            last_run_at: Set(None),
            last_error: Set(None),
            created_by: Set(write.user_id()?.uuid()),
            version: Set(1),
            created_at: Set(now),
            updated_at: Set(now),
        })
    }
}

/// The time zone that whoever asks lives in, as far as they have said so.
async fn own_timezone(write: &mut Write) -> Result<String> {
    let person = write.user_id()?;
    let row = user::Entity::find_by_id(person.uuid())
        .one(write.read().await?)
        .await
        .map_err(db)?;
    let preferences = row.map(|row| Preferences::stored(row.preferences.as_ref()));
    let zone = preferences.and_then(|preferences| preferences.timezone);
    Ok(zone.map_or_else(|| UTC.to_owned(), String::from))
}

/// Only what waits for a tag says which.
fn check_tag(input: &CreateSchedule) -> Result<()> {
    match (input.event == Some(TriggerEvent::NodeTagged), &input.tag) {
        (true, None) => Err(Error::invalid("/tag", "is missing: say which tag")),
        (false, Some(_)) => {
            let detail = "goes with the event NODE_TAGGED alone; leave it out";
            Err(Error::invalid("/tag", detail))
        }
        (true, Some(_)) | (false, None) => Ok(()),
    }
}

async fn require_node(write: &mut Write, id: NodeId) -> Result<()> {
    let key = (write.project_id()?.uuid(), id.uuid());
    node::Entity::find_by_id(key)
        .filter(node::Column::DeletedAt.is_null())
        .one(write.read().await?)
        .await
        .map_err(db)?
        .map(drop)
        .ok_or(Error::NotFound("node"))
}

fn per_hour(asked: Option<u32>) -> Result<Option<u32>> {
    if asked.is_some_and(|asked| !(1..=PER_HOUR_MAX).contains(&asked)) {
        let detail = format!("must be from 1 to {PER_HOUR_MAX}");
        return Err(Error::invalid("/perHourMax", detail));
    }
    Ok(asked)
}

impl ProjectCommand for Create {
    fn replay(&self, _event: &Event) -> Result<()> {
        Ok(())
    }
}

/// Who made a schedule may change it, and who runs the project's agents.
async fn changeable(write: &mut Write, id: ScheduleId) -> Result<agent_schedule::Model> {
    for needed in NEEDED {
        write.require(needed)?;
    }
    let project = write.project_id()?;
    let row = queries::row_of(write.read().await?, project, id).await?;
    let is_own = write.user_id()? == UserId::from_uuid(row.created_by);
    if !is_own {
        write.require(Permission::AGENTS_WRITE)?;
    }
    Ok(row)
}

#[derive(Debug)]
pub(super) struct Update {
    pub(super) id: ScheduleId,
    pub(super) expected: Expected,
    pub(super) patch: PatchSchedule,
}

impl Command for Update {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        let before = changeable(write, self.id).await?;
        self.expected.check(before.version)?;
        let now = write.now();
        let mut after = self.changed(before.clone())?;
        if after == before {
            write.unrecorded("everything was so already");
            return Ok(());
        }
        if let (enums::ScheduleKind::Cron, Some(cron)) = (after.kind, &after.cron) {
            after.next_run_at = clock::next(cron, &after.timezone, now)?;
        }
        after.version += 1;
        after.updated_at = now;
        let change = agent_schedule::ActiveModel::from(after.clone()).reset_all();
        agent_schedule::Entity::update(change)
            .exec(write.conn().await?)
            .await
            .map_err(db)?;
        // One that was queued for another time finds that it is not the next.
        queue_next(write, &after)?;
        emit(write, &ScheduleEvent::Update(ScheduleRef::of(&after)))
    }
}

impl Update {
    fn changed(&self, row: agent_schedule::Model) -> Result<agent_schedule::Model> {
        let PatchSchedule {
            name,
            prompt,
            cron,
            timezone,
            paused,
            per_hour_max,
        } = self.patch.clone();
        if cron.is_some() && row.kind != enums::ScheduleKind::Cron {
            let detail = "this schedule does not go by the clock; make another one";
            return Err(Error::invalid("/cron", detail));
        }
        Ok(agent_schedule::Model {
            name: name.map_or(row.name, Into::into),
            prompt: prompt.map_or(row.prompt, Into::into),
            cron: cron.map(Into::into).or(row.cron),
            timezone: timezone.map_or(row.timezone, Into::into),
            paused: paused.unwrap_or(row.paused),
            per_hour_max: per_hour(per_hour_max)?.map_or(row.per_hour_max, i64::from),
            ..row
        })
    }
}

impl ProjectCommand for Update {
    fn replay(&self, _event: &Event) -> Result<()> {
        Ok(())
    }
}

#[derive(Debug)]
pub(super) struct Delete {
    pub(super) id: ScheduleId,
}

impl Command for Delete {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        let row = changeable(write, self.id).await?;
        agent_schedule::Entity::delete_by_id((row.project_id, row.id))
            .exec(write.conn().await?)
            .await
            .map_err(db)?;
        emit(write, &ScheduleEvent::Delete(ScheduleRef::of(&row)))
    }
}

impl ProjectCommand for Delete {
    fn replay(&self, _event: &Event) -> Result<()> {
        Ok(())
    }
}
