//! Which runs may begin: a project has so many at once, and none begins while an answer that its own context
//! holds is still being written.

use std::collections::HashSet;

use entity::{enums::RunState, generation};
use kernel::{NodeId, Result};
use platform::{Write, db};
use protocol::{
    events::{EdgeEvent, Event, GenerationEvent, NodeEvent},
    generations::RunError,
    nodes::NodeStatus,
};
use sea_orm::{
    ColumnTrait, EntityTrait, FromQueryResult, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, Select, sea_query::Expr,
};
use uuid::Uuid;

use super::{
    active::Active,
    end::{End, Ending, end, running},
    queue::enqueue,
};
use crate::{context::Contexts, setup::Setup};

/// Whether a run for this node may be queued at once.
pub(super) async fn may_begin(write: &mut Write, node: NodeId) -> Result<bool> {
    if waits_for_an_answer(write, node).await? {
        return Ok(false);
    }
    Ok(places(write).await? > 0)
}

/// Whether an answer that the context of this node holds is being written.
pub(super) async fn waits_for_an_answer(write: &mut Write, node: NodeId) -> Result<bool> {
    let active = write.projection::<Active>().await?;
    let writing: HashSet<NodeId> = active.runs.keys().copied().collect();
    if writing.is_empty() {
        return Ok(false);
    }
    let contexts = write.projection::<Contexts>().await?;
    Ok(contexts.rests_on_any(node, &writing))
}

/// Lets those begin that nothing holds back any more, and ends those that waited in vain.
pub(crate) async fn admit(write: &mut Write) -> Result<()> {
    if !write.news().iter().any(lets_others_begin) {
        return Ok(());
    }
    // Whoever waits counts as one that runs.
    if write.projection::<Active>().await?.runs.is_empty() {
        return Ok(());
    }
    let without_answer: Vec<NodeId> = write.news().iter().flat_map(left_empty).collect();
    let waiting = waiting(write).await?;
    if waiting.is_empty() {
        return Ok(());
    }
    let waiting = end_those_below(write, waiting, &without_answer).await?;
    let mut places = places(write).await?;
    let active = write.projection::<Active>().await?;
    let writing: Vec<NodeId> = active.runs.keys().copied().collect();
    let held_back = write.projection::<Contexts>().await?.resting_on(writing);
    for run in waiting {
        if places == 0 {
            break;
        }
        if !held_back.contains(&run.node_id.into()) {
            places -= 1;
            begin(write, &run).await?;
        }
    }
    Ok(())
}

fn lets_others_begin(event: &Event) -> bool {
    match event {
        Event::Generation(GenerationEvent::End(_) | GenerationEvent::Cancel(_))
        | Event::Node(NodeEvent::Delete(_))
        | Event::Edge(EdgeEvent::Update(_) | EdgeEvent::Delete(_)) => true,
        Event::Batch(batch) => batch.ops.iter().any(lets_others_begin),
        Event::Generation(GenerationEvent::Start(_) | GenerationEvent::Select(_))
        | Event::Node(
            NodeEvent::Create(_)
            | NodeEvent::Update(_)
            | NodeEvent::Move(_)
            | NodeEvent::Restore(_),
        )
        | Event::Edge(EdgeEvent::Create(_))
        | Event::Project(_)
        | Event::Member(_)
        | Event::Invitation(_)
        | Event::Refresh(_)
        | Event::Instructions(_)
        | Event::Feature(_) => false,
    }
}

/// The nodes whose answers did not come.
fn left_empty(event: &Event) -> Vec<NodeId> {
    event
        .parts()
        .iter()
        .filter_map(|part| {
            if let Event::Generation(GenerationEvent::End(said) | GenerationEvent::Cancel(said)) =
                part
            {
                let is_there = said.node_status == NodeStatus::Completed;
                (!is_there).then_some(said.node_id)
            } else {
                None
            }
        })
        .collect()
}

fn of_project(write: &Write) -> Result<Select<generation::Entity>> {
    let project = write.project_id()?;
    Ok(generation::Entity::find().filter(generation::Column::ProjectId.eq(project.uuid())))
}

#[derive(Debug, FromQueryResult)]
struct Waiting {
    id: Uuid,
    node_id: Uuid,
    refresh_id: Option<Uuid>,
}

/// The runs that were asked for and not let in yet, the oldest first.
async fn waiting(write: &mut Write) -> Result<Vec<Waiting>> {
    of_project(write)?
        .select_only()
        .columns([
            generation::Column::Id,
            generation::Column::NodeId,
            generation::Column::RefreshId,
        ])
        .filter(generation::Column::State.eq(RunState::Queued))
        .filter(generation::Column::Admitted.eq(false))
        .order_by_asc(generation::Column::CreatedAt)
        .order_by_asc(generation::Column::Id)
        .into_model()
        .all(write.read().await?)
        .await
        .map_err(db)
}

/// How many more runs the project may have at once.
async fn places(write: &mut Write) -> Result<usize> {
    let most = Setup::of(write)?.at_once_per_project;
    let active = write.projection::<Active>().await?.runs.len();
    if active == 0 {
        return Ok(most);
    }
    let admitted = of_project(write)?
        .filter(generation::Column::State.is_in([RunState::Queued, RunState::Running]))
        .filter(generation::Column::Admitted.eq(true))
        .count(write.read().await?)
        .await
        .map_err(db)?;
    Ok(most.saturating_sub(usize::try_from(admitted).unwrap_or(usize::MAX)))
}

/// A question about an answer that did not come is not asked. Answers with the others.
async fn end_those_below(
    write: &mut Write,
    waiting: Vec<Waiting>,
    without_answer: &[NodeId],
) -> Result<Vec<Waiting>> {
    if without_answer.is_empty() {
        return Ok(waiting);
    }
    let contexts = write.projection::<Contexts>().await?;
    let below = contexts.resting_on(without_answer.iter().copied());
    let (in_vain, others): (Vec<_>, Vec<_>) = waiting
        .into_iter()
        .partition(|run| below.contains(&run.node_id.into()));
    for run in in_vain {
        let ending = Ending::Failed(RunError {
            code: "answer_above_missing".to_owned(),
            detail: "the answer above, which this one waited for, did not come; ask again once it \
                     is there"
                .to_owned(),
        });
        if let Some(run) = running(write, run.id.into()).await? {
            Box::pin(end(write, run, End::without_text(ending))).await?;
        }
    }
    Ok(others)
}

async fn begin(write: &mut Write, run: &Waiting) -> Result<()> {
    let project = write.project_id()?;
    generation::Entity::update_many()
        .col_expr(generation::Column::Admitted, Expr::value(true))
        .filter(generation::Column::ProjectId.eq(project.uuid()))
        .filter(generation::Column::Id.eq(run.id))
        .exec(write.conn().await?)
        .await
        .map_err(db)?;
    enqueue(write, run.id.into(), run.refresh_id.map(Into::into))
}
