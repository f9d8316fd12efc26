//! The shape of a project's graph in memory: what decides about cycles and lists ancestors.
//!
//! It is a cache, true for one `seq`. Writers keep theirs in the door's memory, under the project's
//! lock; readers share another that catches up from the log.

use std::{collections::HashSet, fmt, sync::Arc};

use ::graph::{Dag, EdgeRefusal};
use entity::{edge, node, project};
use kernel::{Error, NodeId, ProjectId, Result};
use moka::sync::Cache;
use platform::{Ctx, ProjectAccess, Remembered, Write, db, log};
use protocol::{edges::EdgeView, events::Event};
use sea_orm::prelude::DateTimeUtc;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, QueryFilter, QuerySelect,
};
use tokio::sync::{RwLock, RwLockReadGuard};
use uuid::Uuid;

const SHARED_SHAPES_MAX: u64 = 128;
const CATCH_UP_EVENTS_MAX: i64 = 2_000;

/// A graph that follows events, and the ids that are taken by nodes in the trash.
#[derive(Debug)]
pub(crate) struct Shape {
    pub(crate) graph: Dag,
    trash: HashSet<NodeId>,
}

impl Shape {
    /// Whether a node in the project, living or not, has this id.
    pub(crate) fn knows(&self, id: NodeId) -> bool {
        self.graph.contains(id) || self.trash.contains(&id)
    }

    /// How many nodes the project holds, those in the trash included.
    pub(crate) fn node_count(&self) -> usize {
        self.graph.node_count() + self.trash.len()
    }

    fn connect(&mut self, edges: &[EdgeView]) {
        for edge in edges {
            // The log holds what was accepted under the lock, so nothing is refused here.
            let _ = self.graph.add_edge(edge.id, edge.source_id, edge.target_id);
        }
    }
}

impl Remembered for Shape {
    fn apply(&mut self, event: &Event) {
        match event {
            Event::NodeCreate(created) => {
                self.graph.add_node(created.node.id);
                self.connect(&created.edges);
            }
            Event::NodeRestore(restored) => {
                self.trash.remove(&restored.id);
                self.graph.add_node(restored.id);
                self.connect(&restored.edges);
            }
            Event::NodeDelete(deleted) => {
                self.graph.remove_node(deleted.id);
                self.trash.insert(deleted.id);
            }
            Event::EdgeCreate(edge) => self.connect(std::slice::from_ref(edge)),
            Event::EdgeDelete(deleted) => {
                self.graph.remove_edge(deleted.id);
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
            | Event::NodeUpdate(_)
            | Event::NodeMove(_)
            | Event::EdgeUpdate(_) => {}
        }
    }
}

/// Says an edge's refusal in the words of the API.
pub(crate) fn refused(refusal: EdgeRefusal) -> Error {
    match refusal {
        EdgeRefusal::SelfEdge => Error::SelfEdge,
        EdgeRefusal::UnknownNode(_) => Error::NotFound("node"),
        EdgeRefusal::Duplicate(_) => {
            Error::Conflict("these nodes are connected already".to_owned())
        }
        EdgeRefusal::Cycle { path } => Error::Cycle { path },
    }
}

/// The shape under the project's lock, read once and then remembered.
pub(crate) async fn locked(write: &mut Write) -> Result<&Shape> {
    if write.memory::<Shape>().is_none() {
        let project = write.project_id()?;
        let shape = read(write.read().await?, project).await?;
        write.remember(shape);
    }
    write
        .memory::<Shape>()
        .ok_or_else(|| Error::internal("a shape was lost"))
}

async fn read(connection: &impl ConnectionTrait, project: ProjectId) -> Result<Shape> {
    let nodes: Vec<(Uuid, Option<DateTimeUtc>)> = node::Entity::find()
        .select_only()
        .columns([node::Column::Id, node::Column::DeletedAt])
        .filter(node::Column::ProjectId.eq(project.uuid()))
        .into_tuple()
        .all(connection)
        .await
        .map_err(db)?;
    let edges: Vec<(Uuid, Uuid, Uuid)> = edge::Entity::find()
        .select_only()
        .columns([
            edge::Column::Id,
            edge::Column::SourceId,
            edge::Column::TargetId,
        ])
        .filter(edge::Column::ProjectId.eq(project.uuid()))
        .into_tuple()
        .all(connection)
        .await
        .map_err(db)?;
    let (mut living, mut trash) = (HashSet::new(), HashSet::new());
    for (id, deleted_at) in nodes {
        let place = if deleted_at.is_none() {
            &mut living
        } else {
            &mut trash
        };
        place.insert(NodeId::from_uuid(id));
    }
    let edges = edges
        .into_iter()
        .map(|(id, source, target)| (id.into(), source.into(), target.into()))
        .filter(|(_, source, target)| living.contains(source) && living.contains(target));
    let graph = Dag::from_parts(living.iter().copied(), edges.collect::<Vec<_>>())
        .map_err(|refusal| Error::internal(format!("the stored graph is broken: {refusal:?}")))?;
    Ok(Shape { graph, trash })
}

/// The shapes that readers share.
pub(crate) struct SharedShapes(Cache<ProjectId, Arc<RwLock<Option<Current>>>>);

impl fmt::Debug for SharedShapes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SharedShapes")
            .field(&self.0.entry_count())
            .finish()
    }
}

impl Default for SharedShapes {
    fn default() -> Self {
        Self(Cache::new(SHARED_SHAPES_MAX))
    }
}

/// A shape and the place in the log up to which it is true.
#[derive(Debug)]
pub(crate) struct Current {
    epoch: Uuid,
    pub(crate) seq: i64,
    pub(crate) shape: Shape,
}

impl Current {
    fn covers(&self, access: &ProjectAccess) -> bool {
        self.epoch == access.epoch && self.seq >= access.head
    }
}

/// Looks at a project's shape, at least as new as `access` is.
pub(crate) async fn with_shared<T>(
    ctx: &Ctx,
    access: &ProjectAccess,
    look: impl Fn(&Current) -> T + Send,
) -> Result<T> {
    let shapes = ctx.platform.feature::<SharedShapes>();
    let place = shapes.0.get_with(access.project, Arc::default);
    if let Some(current) = covering(&place.read().await, access) {
        return Ok(look(current));
    }
    let mut place = place.write().await;
    // Whoever waited for the same lock may have done the work.
    if !place.as_ref().is_some_and(|current| current.covers(access)) {
        let newer = renew(ctx, access, place.take()).await?;
        *place = Some(newer);
    }
    place
        .as_ref()
        .map(look)
        .ok_or_else(|| Error::internal("a shape was lost"))
}

fn covering<'a>(
    place: &'a RwLockReadGuard<'_, Option<Current>>,
    access: &ProjectAccess,
) -> Option<&'a Current> {
    place.as_ref().filter(|current| current.covers(access))
}

async fn renew(ctx: &Ctx, access: &ProjectAccess, old: Option<Current>) -> Result<Current> {
    let near = |current: &Current| {
        current.epoch == access.epoch && access.head - current.seq <= CATCH_UP_EVENTS_MAX
    };
    if let Some(mut current) = old.filter(near) {
        let limit = CATCH_UP_EVENTS_MAX.unsigned_abs();
        for event in log::after(ctx.reader(), access.project, current.seq, limit).await? {
            current.shape.apply(&log::typed(&event)?);
            current.seq = event.seq;
        }
        return Ok(current);
    }
    let project = access.project;
    ctx.platform
        .database
        .consistent(move |tx| Box::pin(load(tx, project)))
        .await
}

async fn load(transaction: &DatabaseTransaction, project: ProjectId) -> Result<Current> {
    let (seq, epoch) = project::Entity::find_by_id(project.uuid())
        .select_only()
        .columns([project::Column::HeadSeq, project::Column::Epoch])
        .into_tuple()
        .one(transaction)
        .await
        .map_err(db)?
        .ok_or(Error::NotFound("project"))?;
    Ok(Current {
        epoch,
        seq,
        shape: read(transaction, project).await?,
    })
}
