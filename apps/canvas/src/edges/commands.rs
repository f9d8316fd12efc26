use ::graph::EdgeRefusal;
use entity::edge;
use kernel::{EdgeId, Error, Expected, OpId, Permission, ProjectId, Result};
use platform::{Command, Ctx, Operation, ProjectCommand, Write, convert, db};
use protocol::{
    edges::{CreateEdge, EdgePolicy, EdgeRef, EdgeView, UpdateEdge},
    events::{EdgeEvent, EdgeUpdated, Event},
};
use sea_orm::{ActiveValue::Set, EntityTrait};

use super::{
    queries,
    row::{new_row, to_view},
};
use crate::{
    nodes::frames,
    shape::{self, Shape},
};

const EDGES_PER_PROJECT_MAX: usize = 500_000;

/// What became of the wish for an edge.
#[derive(Clone, Debug)]
pub(crate) enum Created {
    New(EdgeView),
    /// The two nodes were connected already; that edge stays as it is.
    Existing(EdgeView),
}

impl Created {
    #[must_use]
    pub(crate) fn into_edge(self) -> EdgeView {
        match self {
            Self::New(edge) | Self::Existing(edge) => edge,
        }
    }
}

/// Connects two nodes, unless that closes a cycle. The edge gets the id of the operation, if that
/// has one.
#[derive(Debug)]
pub(crate) struct Create {
    pub(crate) id: Option<EdgeId>,
    pub(crate) input: CreateEdge,
}

impl Command for Create {
    type Output = Created;

    async fn apply(&self, write: &mut Write) -> Result<Created> {
        let id = self.id;
        let input = self.input;
        write.require_to_grow(Permission::GRAPH_WRITE)?;
        let (project, now) = (write.project_id()?, write.now());
        let shape = write.projection::<Shape>().await?;
        frames::refuse_edges(shape, "/sourceId", input.source_id)?;
        frames::refuse_edges(shape, "/targetId", input.target_id)?;
        let graph = &shape.graph;
        match graph.check_edge(input.source_id, input.target_id) {
            Ok(()) => {}
            Err(EdgeRefusal::Duplicate(existing)) => {
                let row = queries::row(write.read().await?, project, existing).await?;
                let edge = to_view(row);
                write.unchanged(EdgeEvent::Create(edge.clone()));
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
        write.emit(EdgeEvent::Create(edge.clone()));
        Ok(Created::New(edge))
    }
}

impl ProjectCommand for Create {
    fn replay(&self, event: &Event) -> Result<Created> {
        let created = event.parts().iter().find_map(|part| {
            if let Event::Edge(EdgeEvent::Create(edge)) = part {
                Some(Created::New(edge.clone()))
            } else {
                None
            }
        });
        created.ok_or(Error::OpReused)
    }
}

impl Operation for Create {
    const OP: &'static str = "edge.create";
    type Input = CreateEdge;

    fn of(id: Option<OpId>, input: CreateEdge) -> Self {
        Self {
            id: id.map(|id| EdgeId::from_uuid(id.uuid())),
            input,
        }
    }
}

/// Connects two nodes, as a part of another command.
pub async fn connect(write: &mut Write, input: CreateEdge) -> Result<()> {
    Create { id: None, input }.apply(write).await.map(drop)
}

fn id_taken() -> Error {
    Error::Conflict("there is an edge with this id already; use a new op id".to_owned())
}

/// Changes how much of the source enters the context.
#[derive(Debug)]
pub(crate) struct Update {
    pub(crate) id: EdgeId,
    pub(crate) policy: EdgePolicy,
    pub(crate) expected: Expected,
}

impl Command for Update {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        let id = self.id;
        let policy = self.policy;
        let expected = self.expected;
        write.require_to_grow(Permission::GRAPH_WRITE)?;
        let project = write.project_id()?;
        let row = queries::row(write.read().await?, project, id).await?;
        expected.check(row.version)?;
        if convert::edge_policy(row.policy) == policy {
            let version = row.version;
            write.unchanged(EdgeEvent::Update(EdgeUpdated {
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
        write.emit(EdgeEvent::Update(EdgeUpdated {
            id,
            version,
            policy,
        }));
        Ok(())
    }
}

impl ProjectCommand for Update {
    fn replay(&self, _event: &Event) -> Result<()> {
        Ok(())
    }
}

impl Operation for Update {
    const OP: &'static str = "edge.update";
    type Input = UpdateEdge;

    fn of(_: Option<OpId>, input: UpdateEdge) -> Self {
        Self {
            id: input.id,
            policy: input.policy,
            expected: input.base_version.into(),
        }
    }
}

/// Takes an edge away. There is no trash for edges: connecting again costs one gesture.
#[derive(Debug)]
pub(crate) struct Delete {
    pub(crate) id: EdgeId,
    pub(crate) expected: Expected,
}

impl Command for Delete {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        let id = self.id;
        let expected = self.expected;
        write.require(Permission::GRAPH_DELETE)?;
        let project = write.project_id()?;
        let row = queries::row(write.read().await?, project, id).await?;
        expected.check(row.version)?;
        edge::Entity::delete_by_id((project.uuid(), id.uuid()))
            .exec(write.conn().await?)
            .await
            .map_err(db)?;
        write.emit(EdgeEvent::Delete(EdgeRef { id }));
        Ok(())
    }
}

impl ProjectCommand for Delete {
    fn replay(&self, _event: &Event) -> Result<()> {
        Ok(())
    }
}

impl Operation for Delete {
    const OP: &'static str = "edge.delete";
    type Input = EdgeRef;

    fn of(_: Option<OpId>, input: EdgeRef) -> Self {
        Self {
            id: input.id,
            expected: Expected::Unsaid,
        }
    }
}

pub(super) async fn create(ctx: &Ctx, project: ProjectId, input: CreateEdge) -> Result<Created> {
    let op = ctx.request.op.as_ref();
    let id = op.map(|op| EdgeId::from_uuid(op.id.uuid()));
    Ok(ctx.write(project, Create { id, input }).await?.output)
}

pub(super) async fn update(
    ctx: &Ctx,
    project: ProjectId,
    id: EdgeId,
    expected: Expected,
    policy: EdgePolicy,
) -> Result<EdgeView> {
    let update = Update {
        id,
        policy,
        expected,
    };
    ctx.write(project, update).await?;
    queries::get(ctx, project, id).await
}

pub(super) async fn delete(
    ctx: &Ctx,
    project: ProjectId,
    id: EdgeId,
    expected: Expected,
) -> Result<()> {
    ctx.write(project, Delete { id, expected }).await.map(drop)
}
