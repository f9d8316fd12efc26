//! Nodes at a glance: enough to list them, without their whole texts.

use std::collections::HashMap;

use entity::{
    enums::{NodeKind, NodeRole},
    node,
};
use kernel::{Error, NodeId, Permission, ProjectId, Result};
use platform::{Ctx, ProjectAccess, convert, db, like::contains};
use protocol::{
    nodes::NodeStatus,
    values::{Coordinate, Position},
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, FromQueryResult, JsonValue, QueryFilter,
    QueryOrder, QuerySelect, Select, Statement, prelude::DateTimeUtc, sea_query::Expr,
};
use uuid::Uuid;

use super::queries::IDS_PER_STATEMENT;

/// How much of a prompt is read.
const BEGINNING_CHARS: u16 = 200;

/// A node at a glance.
#[derive(Clone, Debug)]
pub struct Glance {
    pub id: NodeId,
    pub project: ProjectId,
    /// The first words of its prompt.
    pub beginning: String,
    pub status: NodeStatus,
    pub kind: protocol::nodes::NodeKind,
    pub role: protocol::nodes::NodeRole,
    pub title: Option<String>,
    pub tags: Vec<String>,
    /// The frame that holds it.
    pub frame: Option<NodeId>,
    pub position: Position,
    pub version: i64,
    pub updated_at: DateTimeUtc,
}

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    project_id: Uuid,
    beginning: String,
    status: entity::enums::NodeStatus,
    kind: NodeKind,
    role: NodeRole,
    title: Option<String>,
    tags: Option<JsonValue>,
    frame_id: Option<Uuid>,
    x: f64,
    y: f64,
    version: i64,
    updated_at: DateTimeUtc,
}

impl From<Row> for Glance {
    fn from(row: Row) -> Self {
        Self {
            id: row.id.into(),
            project: row.project_id.into(),
            beginning: row.beginning,
            status: convert::node_status(row.status),
            kind: convert::node_kind(row.kind),
            role: convert::node_role(row.role),
            title: row.title,
            tags: row.tags.map(convert::words).unwrap_or_default(),
            frame: row.frame_id.map(Into::into),
            position: Position {
                x: Coordinate::stored(row.x),
                y: Coordinate::stored(row.y),
            },
            version: row.version,
            updated_at: row.updated_at,
        }
    }
}

fn select() -> Select<node::Entity> {
    let beginning = Expr::cust(format!("substr(nodes.prompt, 1, {BEGINNING_CHARS})"));
    node::Entity::find()
        .select_only()
        .columns([
            node::Column::Id,
            node::Column::ProjectId,
            node::Column::Status,
            node::Column::Kind,
            node::Column::Role,
            node::Column::Title,
            node::Column::Tags,
            node::Column::FrameId,
            node::Column::X,
            node::Column::Y,
            node::Column::Version,
            node::Column::UpdatedAt,
        ])
        .column_as(beginning, "beginning")
        .filter(node::Column::DeletedAt.is_null())
}

/// Living nodes of a project, for who may read its graph.
pub async fn glances(
    ctx: &Ctx,
    access: &ProjectAccess,
    ids: &[NodeId],
) -> Result<HashMap<NodeId, Glance>> {
    access.require(&ctx.principal, Permission::GRAPH_READ)?;
    let mut found = HashMap::with_capacity(ids.len());
    for chunk in ids.chunks(IDS_PER_STATEMENT) {
        let rows = select()
            .filter(node::Column::ProjectId.eq(access.project.uuid()))
            .filter(node::Column::Id.is_in(chunk.iter().map(|id| id.uuid())))
            .into_model::<Row>()
            .all(ctx.reader())
            .await
            .map_err(db)?;
        let glances = rows.into_iter().map(Glance::from);
        found.extend(glances.map(|glance| (glance.id, glance)));
    }
    Ok(found)
}

/// The nodes that hold all of these words in their prompt or answer, those changed last first.
pub async fn search(
    ctx: &Ctx,
    project: ProjectId,
    words: &[&str],
    limit: u64,
) -> Result<Vec<Glance>> {
    ctx.project(project, Permission::GRAPH_READ).await?;
    let holds = |word: &&str| {
        Condition::any()
            .add(contains(node::Column::Prompt, word))
            .add(contains(node::Column::Response, word))
    };
    let all = words
        .iter()
        .map(holds)
        .fold(Condition::all(), Condition::add);
    let rows = select()
        .filter(node::Column::ProjectId.eq(project.uuid()))
        .filter(all)
        .order_by_desc(node::Column::UpdatedAt)
        .order_by_desc(node::Column::Id)
        .limit(limit)
        .into_model::<Row>()
        .all(ctx.reader())
        .await
        .map_err(db)?;
    Ok(rows.into_iter().map(Glance::from).collect())
}

/// The project that holds a living node, among those that the caller is a member of.
pub async fn project_of(ctx: &Ctx, id: NodeId) -> Result<ProjectId> {
    let user = ctx.user_id()?;
    let reader = ctx.reader();
    let values = [user.uuid().into(), id.uuid().into()];
    let select = Statement::from_sql_and_values(reader.get_database_backend(), HOLDERS, values);
    let rows = reader.query_all_raw(select).await.map_err(db)?;
    // Ids are unique within a project, and clients choose them.
    if rows.len() > 1 {
        let sentence = "several of your projects have a node with this id; name the project, too";
        return Err(Error::Conflict(sentence.to_owned()));
    }
    let row = rows.first().ok_or(Error::NotFound("node"))?;
    let project: ProjectId = row.try_get_by_index::<Uuid>(0).map_err(db)?.into();
    // Whose token may not read the graph has no node to find.
    let access = ctx.project(project, Permission::GRAPH_READ).await?;
    Ok(access.project)
}

const HOLDERS: &str = "SELECT m.project_id FROM project_members m \
    JOIN nodes n ON n.project_id = m.project_id AND n.id = $2 AND n.deleted_at IS NULL \
    JOIN projects p ON p.id = m.project_id AND p.deleted_at IS NULL \
    WHERE m.user_id = $1 LIMIT 2";

/// Where the branches of a project end, those changed last first.
pub async fn ends(ctx: &Ctx, access: &ProjectAccess, limit: u64) -> Result<Vec<Glance>> {
    access.require(&ctx.principal, Permission::GRAPH_READ)?;
    let rows = select()
        .filter(node::Column::ProjectId.eq(access.project.uuid()))
        .filter(is_end())
        .order_by_desc(node::Column::UpdatedAt)
        .order_by_desc(node::Column::Id)
        .limit(limit)
        .into_model::<Row>()
        .all(ctx.reader())
        .await
        .map_err(db)?;
    Ok(rows.into_iter().map(Glance::from).collect())
}

/// A branch goes on where somebody asks the next question; notes below it do not end it, and are no end themselves.
pub(crate) fn is_end() -> Condition {
    Condition::all()
        .add(node::Column::DeletedAt.is_null())
        .add(node::Column::Kind.eq(NodeKind::Prompt))
        .add(node::Column::Role.eq(NodeRole::User))
        .add(Expr::cust(HAS_NO_NEXT_QUESTION))
}

const HAS_NO_NEXT_QUESTION: &str = "NOT EXISTS (SELECT 1 FROM edges e \
    JOIN nodes c ON c.project_id = e.project_id AND c.id = e.target_id AND c.deleted_at IS NULL \
    AND c.kind = 'PROMPT' AND c.role = 'USER' \
    WHERE e.project_id = nodes.project_id AND e.source_id = nodes.id)";
