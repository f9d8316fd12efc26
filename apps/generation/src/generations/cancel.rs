//! Ending what nobody waits for any more.

use entity::{enums::RunState, generation};
use kernel::{NodeId, RefreshId, Result, UserId};
use platform::{Write, db};
use protocol::events::{Event, NodeEvent, ProjectEvent};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, sea_query::SimpleExpr};

use super::{
    active::Active,
    end::{end_cancelled, end_without_account, running},
};

/// Ends the runs that a command made pointless: of nodes whose text it changed or that it put into
/// the trash, and all of a project that goes there.
pub(crate) async fn cancel_edited(write: &mut Write) -> Result<()> {
    let ended = Pointless::of(write.news());
    if ended.is_nothing() {
        return Ok(());
    }
    let active = write.projection::<Active>().await?;
    if active.runs.is_empty() && active.orphans.is_empty() {
        return Ok(());
    }
    let mut runs = active.orphans.clone();
    if let Some(active) = write.known_mut::<Active>() {
        active.orphans.clear();
        let of_ended = active
            .runs
            .iter()
            .filter(|(node, _)| ended.is_about(**node));
        runs.extend(of_ended.map(|(_, run)| *run));
    }
    runs.sort_unstable();
    for id in runs {
        if let Some(run) = running(write, id).await? {
            let is_settled = ended.settled.contains(&NodeId::from_uuid(run.node_id));
            end_cancelled(write, run, is_settled).await?;
        }
    }
    Ok(())
}

/// Ends the runs of a refresh that are not over yet.
pub(crate) async fn cancel_of_refresh(write: &mut Write, refresh: RefreshId) -> Result<()> {
    let of_refresh = generation::Column::RefreshId.eq(refresh.uuid());
    for run in under_way(write, of_refresh).await? {
        end_cancelled(write, run, false).await?;
    }
    Ok(())
}

/// Ends the runs of somebody whose account was disabled.
pub(crate) async fn cancel_of_person(write: &mut Write, user: UserId) -> Result<()> {
    let of_person = generation::Column::RequestedBy.eq(user.uuid());
    for run in under_way(write, of_person).await? {
        end_without_account(write, run).await?;
    }
    Ok(())
}

/// Those runs of the project that are not over yet.
async fn under_way(write: &mut Write, those: SimpleExpr) -> Result<Vec<generation::Model>> {
    generation::Entity::find()
        .filter(generation::Column::ProjectId.eq(write.project_id()?.uuid()))
        .filter(those)
        .filter(generation::Column::State.is_in([RunState::Queued, RunState::Running]))
        .order_by_asc(generation::Column::Id)
        .all(write.read().await?)
        .await
        .map_err(db)
}

/// Which runs nobody waits for any more.
#[derive(Default)]
struct Pointless {
    everything: bool,
    /// Whether nodes went to the trash: their runs are orphans by then.
    has_deleted: bool,
    edited: Vec<NodeId>,
    /// Of those, the ones whose answer somebody wrote.
    settled: Vec<NodeId>,
}

impl Pointless {
    fn of(news: &[Event]) -> Self {
        let mut pointless = Self::default();
        for event in news {
            pointless.add(event);
        }
        pointless
    }

    fn add(&mut self, event: &Event) {
        match event {
            Event::Project(ProjectEvent::Delete {}) => self.everything = true,
            Event::Node(NodeEvent::Delete(_)) => self.has_deleted = true,
            Event::Node(NodeEvent::Update(updated)) => {
                if updated.prompt.is_some() || updated.response.is_some() {
                    self.edited.push(updated.id);
                }
                if updated.response.is_some() {
                    self.settled.push(updated.id);
                }
            }
            Event::Batch(batch) => batch.ops.iter().for_each(|event| self.add(event)),
            Event::Project(
                ProjectEvent::Create(_) | ProjectEvent::Update(_) | ProjectEvent::Restore {},
            )
            | Event::Node(NodeEvent::Create(_) | NodeEvent::Move(_) | NodeEvent::Restore(_))
            | Event::Member(_)
            | Event::Invitation(_)
            | Event::Edge(_)
            | Event::Generation(_)
            | Event::Refresh(_)
            | Event::Instructions(_)
            | Event::Feature(_) => {}
        }
    }

    fn is_nothing(&self) -> bool {
        !self.everything && !self.has_deleted && self.edited.is_empty()
    }

    fn is_about(&self, node: NodeId) -> bool {
        self.everything || self.edited.contains(&node)
    }
}
