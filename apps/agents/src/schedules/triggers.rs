//! What happens in a project and begins tasks.

use std::collections::HashMap;

use canvas::nodes::given_tags;
use entity::{agent, agent_schedule, agent_task, enums, generation, node};
use futures::future::BoxFuture;
use kernel::{GenerationId, NodeId, ProjectId, Result, ScheduleId, TaskId};
use platform::{Projection, Write, db};
use protocol::{
    events::{Event, GenerationEvent, NodeEvent},
    generations::RunState,
    schedules::TriggerEvent,
};
use sea_orm::{
    ColumnTrait, DatabaseTransaction, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect,
};

use super::{queue::FireSchedule, row::trigger};
use crate::{
    events::{ScheduleEvent, ScheduleRef, read},
    tasks::{DEPTH_MAX, names},
};

/// What begins tasks, so that whoever changes a project where nothing does asks nobody.
#[derive(Debug, Default)]
struct Triggers(HashMap<ScheduleId, Trigger>);

#[derive(Clone, Debug)]
struct Trigger {
    event: TriggerEvent,
    tag: Option<String>,
    node: Option<NodeId>,
}

impl Trigger {
    fn of(schedule: &ScheduleRef) -> Option<Self> {
        Some(Self {
            event: schedule.event.filter(|_| !schedule.paused)?,
            tag: schedule.tag.clone(),
            node: schedule.node_id,
        })
    }
}

impl Projection for Triggers {
    fn read(connection: &DatabaseTransaction, project: ProjectId) -> BoxFuture<'_, Result<Self>> {
        Box::pin(async move {
            let rows = agent_schedule::Entity::find()
                .filter(agent_schedule::Column::ProjectId.eq(project.uuid()))
                .filter(agent_schedule::Column::Kind.eq(enums::ScheduleKind::Event))
                .filter(agent_schedule::Column::Paused.eq(false))
                .all(connection)
                .await
                .map_err(db)?;
            let triggers = rows.into_iter().filter_map(|row| {
                let found = Trigger {
                    event: trigger(row.event?),
                    tag: row.tag,
                    node: row.node_id.map(Into::into),
                };
                Some((row.id.into(), found))
            });
            Ok(Self(triggers.collect()))
        })
    }

    fn apply(&mut self, event: &Event) {
        match read::<ScheduleEvent>(event) {
            Some(ScheduleEvent::Create(schedule) | ScheduleEvent::Update(schedule)) => {
                match Trigger::of(&schedule) {
                    Some(trigger) => self.0.insert(schedule.schedule_id, trigger),
                    None => self.0.remove(&schedule.schedule_id),
                };
            }
            Some(ScheduleEvent::Delete(schedule)) => {
                self.0.remove(&schedule.schedule_id);
            }
            None => {}
        }
    }
}

/// Something that may begin a task.
struct Happened {
    event: TriggerEvent,
    node: NodeId,
    /// The answer that came, if that is what happened.
    answer: Option<GenerationId>,
    /// The tags that the node was given, if that is what happened.
    tags: Vec<String>,
}

impl Happened {
    fn at(node: NodeId, event: TriggerEvent) -> Self {
        Self {
            event,
            node,
            answer: None,
            tags: Vec::new(),
        }
    }

    /// Whether a schedule waits for this, wherever it happened.
    fn is_meant(&self, trigger: &Trigger) -> bool {
        let tag = trigger.tag.as_ref();
        trigger.event == self.event && tag.is_none_or(|tag| self.tags.contains(tag))
    }
}

/// Queues the tasks that begin with what just happened.
pub(crate) async fn notice(write: &mut Write) -> Result<()> {
    let happened: Vec<Happened> = happened(write)?;
    if happened.is_empty() {
        return Ok(());
    }
    let triggers = write.projection::<Triggers>().await?.0.clone();
    for (schedule, trigger) in triggers {
        for one in &happened {
            if !one.is_meant(&trigger)
                || !is_there(write, trigger.node, one.node).await?
                || !is_new(write, schedule, one).await?
            {
                continue;
            }
            let (depth, parent) = match cause(write, one).await? {
                Some(task) if task.depth >= DEPTH_MAX => continue,
                Some(task) if task.agent_id == agent_of(write, schedule).await? => continue,
                Some(task) => (task.depth + 1, Some(task.id.into())),
                None => (0, None),
            };
            {
                let fire = FireSchedule {
                    project: write.project_id()?,
                    schedule,
                    task: TaskId::generate(),
                    node: Some(one.node),
                    due: None,
                    depth,
                    cause: parent,
                };
                write.enqueue(&fire)?;
            }
        }
    }
    Ok(())
}

/// Whether something happened where a schedule looks: anywhere, at its node, or within it if that is a frame.
async fn is_there(write: &mut Write, place: Option<NodeId>, node: NodeId) -> Result<bool> {
    let Some(place) = place.filter(|place| *place != node) else {
        return Ok(true);
    };
    let key = (write.project_id()?.uuid(), node.uuid());
    let frame: Option<Option<uuid::Uuid>> = node::Entity::find_by_id(key)
        .select_only()
        .column(node::Column::FrameId)
        .into_tuple()
        .one(write.read().await?)
        .await
        .map_err(db)?;
    Ok(frame.flatten() == Some(place.uuid()))
}

/// The task that something came of: an agent did it, or had the answer asked for.
async fn cause(write: &mut Write, happened: &Happened) -> Result<Option<agent_task::Model>> {
    let project = write.project_id()?;
    let acting = write.principal().agent_and_task();
    let task = match (acting, happened.answer) {
        (Some((_, task)), _) => Some(task.uuid()),
        (None, Some(answer)) => generation::Entity::find_by_id((project.uuid(), answer.uuid()))
            .one(write.read().await?)
            .await
            .map_err(db)?
            .and_then(|row| row.task_id),
        (None, None) => None,
    };
    let Some(task) = task else { return Ok(None) };
    agent_task::Entity::find_by_id((project.uuid(), task))
        .one(write.read().await?)
        .await
        .map_err(db)
}

async fn agent_of(write: &mut Write, schedule: ScheduleId) -> Result<uuid::Uuid> {
    let project = write.project_id()?;
    let row = super::queries::row_of(write.read().await?, project, schedule).await?;
    Ok(row.agent_id)
}

fn happened(write: &mut Write) -> Result<Vec<Happened>> {
    let tagged = given_tags(write)?;
    let tagged = tagged.into_iter().map(|(node, tags)| Happened {
        tags,
        ..Happened::at(node, TriggerEvent::NodeTagged)
    });
    let stale = write.effects().stale.iter();
    let stale = stale.map(|node| Happened::at(*node, TriggerEvent::NodeStale));
    let said = write.news().iter().filter_map(|event| {
        let mentioned = prompt(event)
            .filter(|(_, prompt)| prompt.contains('@'))
            .map(|(node, _)| Happened::at(node, TriggerEvent::Mention));
        mentioned.or_else(|| completed(event))
    });
    Ok(said.chain(stale).chain(tagged).collect())
}

/// The prompt that an event says, and of which node.
fn prompt(event: &Event) -> Option<(NodeId, &str)> {
    match event {
        Event::Node(NodeEvent::Create(created)) => Some((created.node.id, &created.node.prompt)),
        Event::Node(NodeEvent::Update(updated)) => Some((updated.id, updated.prompt.as_deref()?)),
        Event::Node(NodeEvent::Move(_) | NodeEvent::Delete(_) | NodeEvent::Restore(_))
        | Event::Generation(_)
        | Event::Project(_)
        | Event::Member(_)
        | Event::Invitation(_)
        | Event::Edge(_)
        | Event::Refresh(_)
        | Event::Instructions(_)
        | Event::Feature(_)
        | Event::Batch(_) => None,
    }
}

/// The node that has its answer.
fn completed(event: &Event) -> Option<Happened> {
    let Event::Generation(GenerationEvent::End(ended)) = event else {
        return None;
    };
    (ended.state == RunState::Completed).then_some(Happened {
        answer: Some(ended.generation),
        ..Happened::at(ended.node_id, TriggerEvent::NodeCompleted)
    })
}

/// Whether this is for the schedule's agent, and not its own doing. A mention begins one task at a node.
async fn is_new(write: &mut Write, schedule: ScheduleId, happened: &Happened) -> Result<bool> {
    let project = write.project_id()?;
    let row = super::queries::row_of(write.read().await?, project, schedule).await?;
    if happened.event != TriggerEvent::Mention {
        return Ok(true);
    }
    let slug: Option<String> = agent::Entity::find_by_id(row.agent_id)
        .select_only()
        .column(agent::Column::Slug)
        .into_tuple()
        .one(write.read().await?)
        .await
        .map_err(db)?;
    let prompts: Vec<&str> = write
        .news()
        .iter()
        .filter_map(prompt)
        .filter(|(node, _)| *node == happened.node)
        .map(|(_, prompt)| prompt)
        .collect();
    let is_named = slug.is_some_and(|slug| prompts.iter().any(|prompt| names(prompt, &slug)));
    if !is_named {
        return Ok(false);
    }
    let before = agent_task::Entity::find()
        .filter(agent_task::Column::ProjectId.eq(project.uuid()))
        .filter(agent_task::Column::ScheduleId.eq(schedule.uuid()))
        .filter(agent_task::Column::NodeId.eq(happened.node.uuid()))
        .count(write.read().await?)
        .await
        .map_err(db)?;
    Ok(before == 0)
}
