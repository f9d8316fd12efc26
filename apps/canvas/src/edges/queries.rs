use entity::{edge, node};
use http::page;
use kernel::{EdgeId, Error, NodeId, Permission, ProjectId, Result};
use platform::{Ctx, ProjectAccess, convert, db};
use protocol::{Page, edges::EdgeView, page::PageQuery};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QueryResult,
    QuerySelect, QueryTrait, Select, Statement, prelude::DateTimeUtc,
};
use uuid::Uuid;

use super::row::to_view;

const LIST: &str = "edges";

fn of(project: ProjectId) -> Select<edge::Entity> {
    edge::Entity::find()
        .filter(edge::Column::ProjectId.eq(project.uuid()))
        .order_by_asc(edge::Column::Id)
}

/// Edges whose two nodes live: those at a deleted node are in the trash with it.
fn living(project: ProjectId) -> Select<edge::Entity> {
    let nodes = || {
        node::Entity::find()
            .select_only()
            .column(node::Column::Id)
            .filter(node::Column::ProjectId.eq(project.uuid()))
            .filter(node::Column::DeletedAt.is_not_null())
            .into_query()
    };
    // The trash is small beside the canvas, so it is what the edges are held against.
    of(project)
        .filter(edge::Column::SourceId.not_in_subquery(nodes()))
        .filter(edge::Column::TargetId.not_in_subquery(nodes()))
}

/// The living edges to some nodes, for who may read the graph.
pub async fn into(ctx: &Ctx, access: &ProjectAccess, targets: &[NodeId]) -> Result<Vec<EdgeView>> {
    access.require(&ctx.principal, Permission::GRAPH_READ)?;
    let targets = targets.iter().map(|target| target.uuid());
    let rows = living(access.project)
        .filter(edge::Column::TargetId.is_in(targets))
        .all(ctx.reader())
        .await
        .map_err(db)?;
    Ok(rows.into_iter().map(to_view).collect())
}

/// One living edge.
pub(super) async fn row(
    connection: &impl ConnectionTrait,
    project: ProjectId,
    id: EdgeId,
) -> Result<edge::Model> {
    living(project)
        .filter(edge::Column::Id.eq(id.uuid()))
        .one(connection)
        .await
        .map_err(db)?
        .ok_or(Error::NotFound("edge"))
}

pub(super) async fn get(ctx: &Ctx, project: ProjectId, id: EdgeId) -> Result<EdgeView> {
    ctx.project(project, Permission::GRAPH_READ).await?;
    row(ctx.reader(), project, id).await.map(to_view)
}

pub(super) async fn list(
    ctx: &Ctx,
    project: ProjectId,
    query: PageQuery,
) -> Result<Page<EdgeView>> {
    ctx.project(project, Permission::GRAPH_READ).await?;
    let limit = page::limit(query.limit)?;
    let after: Option<Uuid> = page::after(&ctx.platform, LIST, query.cursor.as_deref())?;
    let mut select = living(project).limit(limit + 1);
    if let Some(after) = after {
        select = select.filter(edge::Column::Id.gt(after));
    }
    let rows = select.all(ctx.reader()).await.map_err(db)?;
    page::page(&ctx.platform, LIST, limit, rows, |row| row.id, to_view)
}

/// Every edge, those at deleted nodes included, for a snapshot that knows which nodes live.
pub(crate) async fn all(
    connection: &impl ConnectionTrait,
    project: ProjectId,
) -> Result<Vec<EdgeView>> {
    let backend = connection.get_database_backend();
    let select = Statement::from_sql_and_values(backend, ALL, [project.uuid().into()]);
    let rows = connection.query_all_raw(select).await.map_err(db)?;
    rows.iter().map(|row| all_row(row).map_err(db)).collect()
}

/// By place, as the nodes of a snapshot are read.
const ALL: &str = "SELECT id, source_id, target_id, policy, version, created_at FROM edges \
    WHERE project_id = $1 ORDER BY id";

fn all_row(row: &QueryResult) -> Result<EdgeView, DbErr> {
    Ok(EdgeView {
        id: row.try_get_by_index::<Uuid>(0)?.into(),
        source_id: row.try_get_by_index::<Uuid>(1)?.into(),
        target_id: row.try_get_by_index::<Uuid>(2)?.into(),
        policy: convert::edge_policy(row.try_get_by_index(3)?),
        version: row.try_get_by_index(4)?,
        created_at: row.try_get_by_index::<DateTimeUtc>(5)?.into(),
    })
}
