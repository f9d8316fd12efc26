//! What of a change people may want to know. This runs while others wait for the project, so it looks at little: mostly at
//! the events alone.

use agents::TaskEvent;
use chrono::TimeDelta;
use entity::{budget, generation};
use kernel::{NodeId, Result};
use platform::{Write, db};
use protocol::{
    events::{
        Event, FeatureEvent, GenerationEvent, InvitationEvent, MemberEvent, NodeEvent, ProjectEvent,
    },
    generations::{GenerationChanged, RunState},
    tasks::TaskStatus,
};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use uuid::Uuid;

use super::happening::{By, Happening, Tell};
use crate::mentions;

/// Who asks sits and waits so long, and is told nothing that they see anyway.
const WATCHED: TimeDelta = TimeDelta::seconds(20);
/// What one job tells, so that none takes long.
const HAPPENINGS_PER_JOB: usize = 50;

/// What an event says by itself, and what has to be looked up.
enum Said {
    Nothing,
    This(Happening),
    Text(NodeId, String),
    End(Box<GenerationChanged>),
}

/// The reaction: asks for a job that tells of what just happened.
pub(crate) async fn notice(write: &mut Write) -> Result<()> {
    let said: Vec<Said> = write.news().iter().map(said).collect();
    let mut happened = Vec::new();
    for one in said {
        match one {
            Said::Nothing => {}
            Said::This(happening) => happened.push(happening),
            Said::Text(node, text) => {
                let mentioned = mentions::settle(write, node, &text).await?;
                let told = mentioned
                    .into_iter()
                    .map(|user| Happening::Mentioned { node, user });
                happened.extend(told);
            }
            Said::End(changed) => happened.extend(ended(write, &changed).await?),
        }
    }
    if happened.is_empty() {
        return Ok(());
    }
    let (project, seq, at) = (write.project_id()?, write.next_seq()?, write.now());
    let by = write.actor().ok().map(By::of);
    for happened in happened.chunks(HAPPENINGS_PER_JOB) {
        write.enqueue(&Tell {
            project,
            seq,
            at,
            by: by.clone(),
            happened: happened.to_vec(),
        })?;
    }
    Ok(())
}

fn said(event: &Event) -> Said {
    match event {
        Event::Project(event) => project(event),
        Event::Member(event) => Said::This(member(event)),
        Event::Invitation(event) => Said::This(match event {
            InvitationEvent::Create(created) => Happening::Invited {
                invitation: created.id,
            },
            InvitationEvent::Revoke(revoked) => Happening::InvitationEnded {
                invitation: revoked.id,
            },
        }),
        Event::Node(event) => text(event),
        Event::Generation(GenerationEvent::End(changed)) => Said::End(Box::new(changed.clone())),
        Event::Generation(
            GenerationEvent::Start(_) | GenerationEvent::Cancel(_) | GenerationEvent::Select(_),
        ) => Said::Nothing,
        Event::Feature(event) => task(event),
        Event::Edge(_) | Event::Refresh(_) | Event::Instructions(_) | Event::Batch(_) => {
            Said::Nothing
        }
    }
}

fn project(event: &ProjectEvent) -> Said {
    match event {
        ProjectEvent::Update(updated) => match updated.owner_id {
            Some(owner) => Said::This(Happening::Owned { owner }),
            None => Said::Nothing,
        },
        ProjectEvent::Delete {} | ProjectEvent::Restore {} => Said::This(Happening::ProjectHidden),
        ProjectEvent::Create(_) => Said::Nothing,
    }
}

fn member(event: &MemberEvent) -> Happening {
    match event {
        MemberEvent::Add(added) => Happening::Joined {
            user: added.user_id,
            role: added.role,
            name: added.name.clone(),
        },
        MemberEvent::Update(updated) => Happening::RoleChanged {
            user: updated.user_id,
        },
        MemberEvent::Remove(removed) => Happening::Left {
            user: removed.user_id,
        },
    }
}

fn text(event: &NodeEvent) -> Said {
    match event {
        NodeEvent::Create(created) if created.node.prompt.contains('@') => {
            Said::Text(created.node.id, created.node.prompt.clone())
        }
        NodeEvent::Update(updated) => match &updated.prompt {
            Some(prompt) => Said::Text(updated.id, prompt.clone()),
            None => Said::Nothing,
        },
        NodeEvent::Create(_)
        | NodeEvent::Move(_)
        | NodeEvent::Delete(_)
        | NodeEvent::Restore(_) => Said::Nothing,
    }
}

fn task(event: &FeatureEvent) -> Said {
    match event.read::<TaskEvent>() {
        Some(TaskEvent::End(ended)) => Said::This(Happening::TaskOver {
            task: ended.task_id,
            failed: ended.status == TaskStatus::Failed,
        }),
        Some(TaskEvent::Update(updated)) if updated.status == TaskStatus::Waiting => {
            Said::This(Happening::TaskWaits {
                task: updated.task_id,
            })
        }
        Some(
            TaskEvent::Start(_) | TaskEvent::Update(_) | TaskEvent::Step(_) | TaskEvent::Cancel(_),
        )
        | None => Said::Nothing,
    }
}

/// Who asked is told what came of it, unless their agent asked and is told itself.
async fn ended(write: &mut Write, changed: &GenerationChanged) -> Result<Vec<Happening>> {
    let project = write.project_id()?;
    let (node, generation) = (changed.node_id, changed.generation);
    let row = generation::Entity::find_by_id((project.uuid(), generation.uuid()))
        .one(write.read().await?)
        .await
        .map_err(db)?;
    let Some(row) = row else {
        return Ok(Vec::new());
    };
    let user = row.requested_by.into();
    let mut happened = Vec::new();
    if row.task_id.is_none() {
        let took = write.now() - row.created_at;
        match (changed.state, &changed.error) {
            (RunState::Completed, _) if took >= WATCHED => happened.push(Happening::Answered {
                node,
                generation,
                user,
            }),
            (RunState::Failed, Some(error)) => happened.push(Happening::NotAnswered {
                node,
                generation,
                user,
                model: row.model,
                code: error.code.clone(),
                detail: error.detail.clone(),
            }),
            _ => {}
        }
    }
    if has_budgets(write, user.uuid()).await? {
        happened.push(Happening::Spent { user });
    }
    Ok(happened)
}

async fn has_budgets(write: &mut Write, user: Uuid) -> Result<bool> {
    let found = budget::Entity::find()
        .filter(budget::Column::ProjectId.eq(write.project_id()?.uuid()))
        .filter(budget::Column::UserId.is_in([Uuid::nil(), user]))
        .count(write.read().await?)
        .await
        .map_err(db)?;
    Ok(found > 0)
}
