use std::collections::HashMap;

use ::graph::{Dag, Relative};
use entity::node;
use http::page;
use kernel::{Error, NodeId, Permission, ProjectId, Resource, Result, Visibility};
use platform::{Ctx, Current, ProjectAccess, convert, db};
use protocol::{
    Page,
    nodes::{Include, NodeView, NodesQuery, RelatedNode, RelatedNodes, RelatedQuery},
    values::{Coordinate, Metadata, Position},
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, DbErr, EntityTrait, JsonValue, QueryFilter,
    QueryOrder, QueryResult, QuerySelect, Select, Statement,
    prelude::DateTimeUtc,
    sea_query::{Expr, SimpleExpr},
};
use uuid::Uuid;

use super::{
    row::{Node, attachments_of, to_view},
    settings::settings_of,
};
use crate::shape::Shape;

const LIST: &str = "nodes";
/// SQLite binds 32,766 values at most; far fewer make as fast a statement.
pub(super) const IDS_PER_STATEMENT: usize = 1_000;

fn of(project: ProjectId) -> Select<node::Entity> {
    node::Entity::find().filter(node::Column::ProjectId.eq(project.uuid()))
}

/// One living node, for other features.
pub async fn find(
    connection: &impl ConnectionTrait,
    project: ProjectId,
    id: NodeId,
) -> Result<Node> {
    row(connection, project, id).await.map(Node::from)
}

/// One living node.
pub(super) async fn row(
    connection: &impl ConnectionTrait,
    project: ProjectId,
    id: NodeId,
) -> Result<node::Model> {
    node::Entity::find_by_id((project.uuid(), id.uuid()))
        .filter(node::Column::DeletedAt.is_null())
        .one(connection)
        .await
        .map_err(db)?
        .ok_or(Error::NotFound("node"))
}

pub async fn get(ctx: &Ctx, project: ProjectId, id: NodeId) -> Result<NodeView> {
    let access = ctx.project(project, Permission::GRAPH_READ).await?;
    let row = row(ctx.reader(), project, id).await?;
    Ok(to_view(row).shown_to(access.visibility()))
}

pub async fn list(ctx: &Ctx, project: ProjectId, query: NodesQuery) -> Result<Page<NodeView>> {
    let access = ctx.project(project, Permission::GRAPH_READ).await?;
    let limit = page::limit(query.limit)?;
    let after: Option<Uuid> = page::after(&ctx.platform, LIST, query.cursor.as_deref())?;
    let mut select = of(project).order_by_asc(node::Column::Id).limit(limit + 1);
    select = match query.trashed {
        // What was thrown away is not what somebody opened to the public.
        Some(true) if access.role.is_none() => {
            return Ok(Page {
                items: Vec::new(),
                next_cursor: None,
            });
        }
        Some(true) => select.filter(node::Column::DeletedAt.is_not_null()),
        Some(false) | None => select.filter(node::Column::DeletedAt.is_null()),
    };
    if let Some(status) = query.status {
        select = select.filter(node::Column::Status.eq(convert::stored_node_status(status)));
    }
    if let Some(kind) = query.kind {
        select = select.filter(node::Column::Kind.eq(convert::stored_node_kind(kind)));
    }
    if let Some(tag) = &query.tag {
        select = select.filter(has_tag(ctx.reader().get_database_backend(), tag));
    }
    if let Some(after) = after {
        select = select.filter(node::Column::Id.gt(after));
    }
    let rows = select.all(ctx.reader()).await.map_err(db)?;
    let visibility = access.visibility();
    page::page(
        &ctx.platform,
        LIST,
        limit,
        rows,
        |row| row.id,
        |row| to_view(row).shown_to(visibility),
    )
}

fn has_tag(backend: DbBackend, tag: &str) -> SimpleExpr {
    let sql = if backend == DbBackend::Postgres {
        "jsonb_exists(nodes.tags, $1)"
    } else {
        "EXISTS (SELECT 1 FROM json_each(nodes.tags) WHERE value = ?)"
    };
    Expr::cust_with_values(sql, [tag])
}

/// All living nodes, for a snapshot.
pub(crate) async fn living(
    connection: &impl ConnectionTrait,
    project: ProjectId,
    visibility: Visibility,
) -> Result<Vec<NodeView>> {
    let backend = connection.get_database_backend();
    // Postgres keeps JSON in a form of its own; here its text is wanted.
    let as_text = if backend == DbBackend::Postgres {
        "::text"
    } else {
        ""
    };
    let select = LIVING.replace("{as text}", as_text);
    let select = Statement::from_sql_and_values(backend, select, [project.uuid().into()]);
    let rows = connection.query_all_raw(select).await.map_err(db)?;
    rows.iter()
        .map(|row| living_row(row, visibility).map_err(db))
        .collect()
}

/// A snapshot reads whole projects, so its columns are found by their place, which costs a fraction
/// of finding them by name.
const LIVING: &str = "SELECT id, prompt, response, summary, status, x, y, metadata{as text}, llm_model, \
    llm_tokens, llm_cost, version, created_at, updated_at, pinned, preset_id, generation_id, kind, role, \
    title, width, height, color, tags, settings, frame_id, attachments, is_partial, author_id FROM nodes \
    WHERE project_id = $1 AND deleted_at IS NULL ORDER BY id";

fn living_row(row: &QueryResult, visibility: Visibility) -> Result<NodeView, DbErr> {
    let metadata: Option<String> = row.try_get_by_index(7)?;
    let costs = visibility.covers(Resource::Costs);
    let members = visibility.covers(Resource::Members);
    let cost: Option<f64> = row.try_get_by_index(10)?;
    let preset: Option<Uuid> = row.try_get_by_index(15)?;
    let tags: Option<JsonValue> = row.try_get_by_index(23)?;
    Ok(NodeView {
        id: row.try_get_by_index::<Uuid>(0)?.into(),
        prompt: row.try_get_by_index(1)?,
        response: row.try_get_by_index(2)?,
        summary: row.try_get_by_index(3)?,
        status: convert::node_status(row.try_get_by_index(4)?),
        position: Position {
            x: Coordinate::stored(row.try_get_by_index(5)?),
            y: Coordinate::stored(row.try_get_by_index(6)?),
        },
        metadata: metadata.and_then(Metadata::stored),
        llm_model: row.try_get_by_index(8)?,
        llm_tokens: row.try_get_by_index(9)?,
        llm_cost: cost.filter(|_| costs),
        pinned: row.try_get_by_index(14)?,
        kind: convert::node_kind(row.try_get_by_index(17)?),
        role: convert::node_role(row.try_get_by_index(18)?),
        title: row.try_get_by_index(19)?,
        width: row.try_get_by_index(20)?,
        height: row.try_get_by_index(21)?,
        color: row.try_get_by_index(22)?,
        tags: tags.map(convert::words).unwrap_or_default(),
        attachments: attachments_of(row.try_get_by_index(26)?),
        settings: settings_of(row.try_get_by_index(24)?, preset.map(Into::into))
            .and_then(|settings| settings.shown_to(visibility)),
        frame_id: row.try_get_by_index::<Option<Uuid>>(25)?.map(Into::into),
        generation_id: row.try_get_by_index::<Option<Uuid>>(16)?.map(Into::into),
        is_partial: row.try_get_by_index(27)?,
        author_id: row
            .try_get_by_index::<Option<Uuid>>(28)?
            .filter(|_| members),
        version: row.try_get_by_index(11)?,
        created_at: row.try_get_by_index::<DateTimeUtc>(12)?.into(),
        updated_at: row.try_get_by_index::<DateTimeUtc>(13)?.into(),
        deleted_at: None,
    })
}

pub(super) async fn ancestors(
    ctx: &Ctx,
    project: ProjectId,
    id: NodeId,
    query: RelatedQuery,
) -> Result<RelatedNodes> {
    related(ctx, project, query, |graph| graph.ancestors(id)).await
}

pub(super) async fn descendants(
    ctx: &Ctx,
    project: ProjectId,
    id: NodeId,
    query: RelatedQuery,
) -> Result<RelatedNodes> {
    related(ctx, project, query, |graph| graph.descendants(id)).await
}

async fn related(
    ctx: &Ctx,
    project: ProjectId,
    query: RelatedQuery,
    find: impl Fn(&Dag) -> Option<Vec<Relative>> + Send + Sync,
) -> Result<RelatedNodes> {
    let access = ctx.project(project, Permission::GRAPH_READ).await?;
    let (found, seq) = ctx
        .shared(&access, |current: &Current<Shape>| {
            (find(&current.projection.graph), current.seq)
        })
        .await?;
    let relatives = found.ok_or(Error::NotFound("node"))?;
    let mut views = match query.include {
        Some(Include::Nodes) => {
            let ids: Vec<NodeId> = relatives.iter().map(|relative| relative.node).collect();
            views(ctx, &access, &ids).await?
        }
        None => HashMap::new(),
    };
    let items = relatives
        .into_iter()
        .map(|Relative { node: id, distance }| RelatedNode {
            id,
            distance,
            node: views.remove(&id),
        })
        .collect();
    Ok(RelatedNodes { items, seq })
}

/// Nodes of a project as the holder of `access` may see them.
pub async fn views(
    ctx: &Ctx,
    access: &ProjectAccess,
    ids: &[NodeId],
) -> Result<HashMap<NodeId, NodeView>> {
    let visibility = access.visibility();
    let mut views = HashMap::with_capacity(ids.len());
    for chunk in ids.chunks(IDS_PER_STATEMENT) {
        let rows = of(access.project)
            .filter(node::Column::Id.is_in(chunk.iter().map(|id| id.uuid())))
            .all(ctx.reader())
            .await
            .map_err(db)?;
        views.extend(
            rows.into_iter()
                .map(|row| (row.id.into(), to_view(row).shown_to(visibility))),
        );
    }
    Ok(views)
}
