use ::graph::EdgeRefusal;
use entity::edge;
use kernel::{EdgeId, Error, Expected, Permission, ProjectId, Result};
use platform::{Ctx, Write, convert, db};
use protocol::{
    edges::{CreateEdge, EdgePolicy, EdgeRef, EdgeView},
    events::{EdgeUpdated, Event},
};
use sea_orm::{ActiveValue::Set, EntityTrait};

use super::{
    queries,
    row::{new_row, to_view},
};
use crate::shape::{self, Shape};

const EDGES_PER_PROJECT_MAX: usize = 500_000;

/// What became of the wish for an edge.
#[derive(Clone, Debug)]
pub enum Created {
    New(EdgeView),
    /// The two nodes were connected already; that edge stays as it is.
    Existing(EdgeView),
}

impl Created {
    #[must_use]
    pub fn into_edge(self) -> EdgeView {
        match self {
            Self::New(edge) | Self::Existing(edge) => edge,
        }
    }
}

/// Connects two nodes, unless that closes a cycle. The edge gets the id of the operation, if that
/// has one.
pub async fn apply_create(
    write: &mut Write,
    id: Option<EdgeId>,
    input: &CreateEdge,
) -> Result<Created> {
    write.require(Permission::GRAPH_WRITE)?;
    let (project, now) = (write.project_id()?, write.now());
    let graph = &write.projection::<Shape>().await?.graph;
    match graph.check_edge(input.source_id, input.target_id) {
        Ok(()) => {}
        Err(EdgeRefusal::Duplicate(existing)) => {
            let row = queries::row(write.read().await?, project, existing).await?;
            let edge = to_view(row);
            write.unchanged(Event::EdgeCreate(edge.clone()));
            return Ok(Created::Existing(edge));
        }
        Err(refusal) => return Err(shape::refused(refusal)),
    }
    if graph.edge_count() >= EDGES_PER_PROJECT_MAX {
        let max = EDGES_PER_PROJECT_MAX;
        return Err(Error::LimitReached {
            what: "edges of one project",
            max,
        });
    }
    let id = id.unwrap_or_else(EdgeId::generate);
    if graph.edge(id).is_some() {
        return Err(id_taken());
    }
    let edge = EdgeView {
        id,
        source_id: input.source_id,
        target_id: input.target_id,
        policy: input.policy,
        version: 1,
        created_at: now.into(),
    };
    edge::Entity::insert(new_row(project, &edge))
        .exec_without_returning(write.conn().await?)
        .await
        .map_err(|error| match error.sql_err() {
            Some(sea_orm::SqlErr::UniqueConstraintViolation(_)) => id_taken(),
            _ => db(error),
        })?;
    write.emit(Event::EdgeCreate(edge.clone()));
    Ok(Created::New(edge))
}

fn id_taken() -> Error {
    Error::Conflict("there is an edge with this id already; use a new op id".to_owned())
}

/// Changes how much of the source enters the context.
pub async fn apply_update(
    write: &mut Write,
    id: EdgeId,
    policy: EdgePolicy,
    expected: Expected,
) -> Result<()> {
    write.require(Permission::GRAPH_WRITE)?;
    let project = write.project_id()?;
    let row = queries::row(write.read().await?, project, id).await?;
    expected.check(row.version)?;
    if convert::edge_policy(row.policy) == policy {
        let version = row.version;
        write.unchanged(Event::EdgeUpdate(EdgeUpdated {
            id,
            version,
            policy,
        }));
        return Ok(());
    }
    let version = row.version + 1;
    let change = edge::ActiveModel {
        project_id: Set(row.project_id),
        id: Set(row.id),
        policy: Set(convert::stored_edge_policy(policy)),
        version: Set(version),
        ..Default::default()
    };
    edge::Entity::update(change)
        .exec(write.conn().await?)
        .await
        .map_err(db)?;
    write.emit(Event::EdgeUpdate(EdgeUpdated {
        id,
        version,
        policy,
    }));
    Ok(())
}

/// Takes an edge away. There is no trash for edges: connecting again costs one gesture.
pub async fn apply_delete(write: &mut Write, id: EdgeId, expected: Expected) -> Result<()> {
    write.require(Permission::GRAPH_DELETE)?;
    let project = write.project_id()?;
    let row = queries::row(write.read().await?, project, id).await?;
    expected.check(row.version)?;
    edge::Entity::delete_by_id((project.uuid(), id.uuid()))
        .exec(write.conn().await?)
        .await
        .map_err(db)?;
    write.emit(Event::EdgeDelete(EdgeRef { id }));
    Ok(())
}

pub async fn create(ctx: &Ctx, project: ProjectId, input: CreateEdge) -> Result<Created> {
    let id = ctx
        .request
        .op
        .as_ref()
        .map(|op| EdgeId::from_uuid(op.id.uuid()));
    let receipt = ctx
        .write(project, None, (id, input), |write, (id, input)| {
            Box::pin(apply_create(write, *id, input))
        })
        .await?;
    match (
        receipt.value,
        receipt.committed.as_deref().map(|done| &done.event),
    ) {
        (Some(created), _) => Ok(created),
        (None, Some(Event::EdgeCreate(edge))) => Ok(Created::New(edge.clone())),
        (None, _) => Err(Error::OpReused),
    }
}

pub(super) async fn update(
    ctx: &Ctx,
    project: ProjectId,
    id: EdgeId,
    policy: EdgePolicy,
    expected: Expected,
) -> Result<EdgeView> {
    ctx.write(
        project,
        None,
        (id, policy, expected),
        |write, (id, policy, expected)| Box::pin(apply_update(write, *id, *policy, *expected)),
    )
    .await?;
    queries::get(ctx, project, id).await
}

pub(super) async fn delete(
    ctx: &Ctx,
    project: ProjectId,
    id: EdgeId,
    expected: Expected,
) -> Result<()> {
    ctx.write(project, None, (id, expected), |write, (id, expected)| {
        Box::pin(apply_delete(write, *id, *expected))
    })
    .await?;
    Ok(())
}
