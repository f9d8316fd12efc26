//! Which nodes' answers are being written, and whether any ever were: what almost every command needs
//! to know, remembered.

use std::collections::{HashMap, HashSet};

use entity::{enums::RunState, generation, node, refresh};
use futures::future::BoxFuture;
use kernel::{GenerationId, NodeId, ProjectId, RefreshId, Result};
use platform::{Projection, ReadProjection, db};
use protocol::events::Event;
use sea_orm::{ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

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
    fn apply(&mut self, event: &Event) {
        match event {
            Event::GenerationStart(changed) => {
                self.runs.insert(changed.node_id, changed.generation);
            }
            Event::GenerationEnd(changed) | Event::GenerationCancel(changed) => {
                self.runs.remove(&changed.node_id);
                self.has_answers = true;
            }
            Event::GenerationSelect(_) => self.has_answers = true,
            Event::NodeDelete(deleted) => self.orphans.extend(self.runs.remove(&deleted.id)),
            Event::RefreshStart(started) => {
                self.refreshes.insert(started.refresh);
            }
            Event::RefreshEnd(ended) => {
                self.refreshes.remove(&ended.refresh);
            }
            Event::Batch(batch) => batch.ops.iter().for_each(|event| self.apply(event)),
            Event::ProjectCreate(_)
            | Event::ProjectUpdate(_)
            | Event::ProjectDelete {}
            | Event::ProjectRestore {}
            | Event::MemberAdd(_)
            | Event::MemberUpdate(_)
            | Event::MemberRemove(_)
            | Event::InvitationCreate(_)
            | Event::InvitationRevoke(_)
            | Event::NodeCreate(_)
            | Event::NodeUpdate(_)
            | Event::NodeMove(_)
            | Event::NodeRestore(_)
            | Event::EdgeCreate(_)
            | Event::EdgeUpdate(_)
            | Event::EdgeDelete(_)
            | Event::InstructionsChange {} => {}
        }
    }
}

impl ReadProjection for Active {
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
            let refreshes: Vec<Uuid> = refresh::Entity::find()
                .select_only()
                .column(refresh::Column::Id)
                .filter(refresh::Column::ProjectId.eq(project.uuid()))
                .filter(refresh::Column::State.eq(RunState::Running))
                .into_tuple()
                .all(connection)
                .await
                .map_err(db)?;
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
                refreshes: refreshes.into_iter().map(Into::into).collect(),
                orphans: Vec::new(),
            })
        })
    }
}
