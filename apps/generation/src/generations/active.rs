//! Which nodes' answers are being written, and whether any ever were: what almost every command needs
//! to know, remembered.

use std::collections::{HashMap, HashSet};

use entity::{enums::RunState, generation, node};
use futures::future::BoxFuture;
use kernel::{GenerationId, NodeId, ProjectId, RefreshId, Result};
use platform::{Projection, batches, db};
use protocol::events::{Event, GenerationEvent, NodeEvent, RefreshEvent};
use sea_orm::{ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

use crate::refresh::REFRESH;

#[derive(Debug, Default)]
pub(crate) struct Active {
    pub(crate) runs: HashMap<NodeId, GenerationId>,
    pub(crate) refreshes: HashSet<RefreshId>,
    /// Runs whose node was put into the trash.
    pub(super) orphans: Vec<GenerationId>,
    /// Whether there are generated answers at all. Most projects are edited long before.
    pub(crate) has_answers: bool,
}

impl Projection for Active {
    fn read(connection: &DatabaseTransaction, project: ProjectId) -> BoxFuture<'_, Result<Self>> {
        Box::pin(async move {
            let runs: Vec<(Uuid, Uuid)> = generation::Entity::find()
                .select_only()
                .columns([generation::Column::NodeId, generation::Column::Id])
                .filter(generation::Column::ProjectId.eq(project.uuid()))
                .filter(generation::Column::State.is_in([RunState::Queued, RunState::Running]))
                .into_tuple()
                .all(connection)
                .await
                .map_err(db)?;
            let refreshes = batches::running(connection, project, REFRESH).await?;
            let answered: Option<Uuid> = node::Entity::find()
                .select_only()
                .column(node::Column::Id)
                .filter(node::Column::ProjectId.eq(project.uuid()))
                .filter(node::Column::Fingerprint.is_not_null())
                .limit(1)
                .into_tuple()
                .one(connection)
                .await
                .map_err(db)?;
            Ok(Self {
                has_answers: answered.is_some(),
                runs: runs
                    .into_iter()
                    .map(|(node, run)| (node.into(), run.into()))
                    .collect(),
                refreshes: refreshes.iter().map(|id| id.uuid().into()).collect(),
                orphans: Vec::new(),
            })
        })
    }

    fn apply(&mut self, event: &Event) {
        match event {
            Event::Generation(GenerationEvent::Start(changed)) => {
                self.runs.insert(changed.node_id, changed.generation);
            }
            Event::Generation(GenerationEvent::End(changed) | GenerationEvent::Cancel(changed)) => {
                self.runs.remove(&changed.node_id);
                self.has_answers = true;
            }
            Event::Generation(GenerationEvent::Select(_)) => self.has_answers = true,
            Event::Node(NodeEvent::Delete(deleted)) => {
                self.orphans.extend(self.runs.remove(&deleted.id));
            }
            Event::Refresh(RefreshEvent::Start(started)) => {
                self.refreshes.insert(started.refresh);
            }
            Event::Refresh(RefreshEvent::End(ended)) => {
                self.refreshes.remove(&ended.refresh);
            }
            Event::Node(
                NodeEvent::Create(_)
                | NodeEvent::Update(_)
                | NodeEvent::Move(_)
                | NodeEvent::Restore(_),
            )
            | Event::Project(_)
            | Event::Member(_)
            | Event::Invitation(_)
            | Event::Edge(_)
            | Event::Instructions(_)
            | Event::Feature(_)
            | Event::Batch(_) => {}
        }
    }
}
