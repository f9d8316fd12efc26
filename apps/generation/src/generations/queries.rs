use entity::{generation, node};
use http::page;
use kernel::{Error, GenerationId, NodeId, Permission, ProjectId, Result};
use platform::{Ctx, db};
use protocol::{
    Page,
    generations::{GenerationDetail, GenerationView},
    page::PageQuery,
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::row::{Look, to_detail, to_view};

const LIST: &str = "generations";

pub(crate) async fn row(
    connection: &impl ConnectionTrait,
    project: ProjectId,
    node: NodeId,
    id: GenerationId,
) -> Result<generation::Model> {
    generation::Entity::find_by_id((project.uuid(), id.uuid()))
        .filter(generation::Column::NodeId.eq(node.uuid()))
        .one(connection)
        .await
        .map_err(db)?
        .ok_or(Error::NotFound("generation"))
}

/// Who may look at a node's attempts, and how.
async fn look(ctx: &Ctx, project: ProjectId, node: NodeId) -> Result<Look> {
    let access = ctx.project(project, Permission::COSTS_READ).await?;
    let row = node::Entity::find_by_id((project.uuid(), node.uuid()))
        .filter(node::Column::DeletedAt.is_null())
        .one(ctx.reader())
        .await
        .map_err(db)?;
    let row = row.ok_or(Error::NotFound("node"))?;
    Ok(Look {
        current: row.generation_id,
        texts: access.allows(Permission::GRAPH_READ),
    })
}

pub async fn get(
    ctx: &Ctx,
    project: ProjectId,
    node: NodeId,
    id: GenerationId,
) -> Result<GenerationDetail> {
    let look = look(ctx, project, node).await?;
    let row = row(ctx.reader(), project, node, id).await?;
    Ok(to_detail(row, look))
}

/// The answer of a node, or another attempt at it, for whoever may read it; and whose it is.
pub async fn answer_text(
    ctx: &Ctx,
    project: ProjectId,
    node: Option<NodeId>,
    id: Option<GenerationId>,
) -> Result<(NodeId, String)> {
    let access = ctx.project(project, Permission::GRAPH_READ).await?;
    let attempt = match id {
        None => None,
        Some(id) => generation::Entity::find_by_id((project.uuid(), id.uuid()))
            .one(ctx.reader())
            .await
            .map_err(db)?
            .filter(|row| node.is_none_or(|node| row.node_id == node.uuid()))
            .map(Some)
            .ok_or(Error::NotFound("generation"))?,
    };
    let of = attempt.as_ref().map(|row| row.node_id.into()).or(node);
    let of: NodeId = of.ok_or_else(|| Error::invalid("/nodeId", "must be there"))?;
    let row = node::Entity::find_by_id((project.uuid(), of.uuid()))
        .filter(node::Column::DeletedAt.is_null())
        .one(ctx.reader())
        .await
        .map_err(db)?
        .ok_or(Error::NotFound("node"))?;
    let text = match attempt {
        Some(attempt) if row.generation_id != Some(attempt.id) => {
            access.require(&ctx.principal, Permission::COSTS_READ)?;
            Some(attempt.text)
        }
        Some(_) | None => row.response,
    };
    let text = text.filter(|text| !text.trim().is_empty());
    let text = text.ok_or_else(|| Error::Conflict("there is no answer to read yet".to_owned()))?;
    Ok((of, text))
}

/// The attempts at a node's answer, the newest first.
pub(super) async fn list(
    ctx: &Ctx,
    project: ProjectId,
    node: NodeId,
    query: PageQuery,
) -> Result<Page<GenerationView>> {
    let look = look(ctx, project, node).await?;
    let limit = page::limit(query.limit)?;
    let before: Option<Uuid> = page::after(&ctx.platform, LIST, query.cursor.as_deref())?;
    let mut select = generation::Entity::find()
        .filter(generation::Column::ProjectId.eq(project.uuid()))
        .filter(generation::Column::NodeId.eq(node.uuid()))
        .order_by_desc(generation::Column::Id)
        .limit(limit + 1);
    if let Some(before) = before {
        select = select.filter(generation::Column::Id.lt(before));
    }
    let rows = select.all(ctx.reader()).await.map_err(db)?;
    page::page(
        &ctx.platform,
        LIST,
        limit,
        rows,
        |row| row.id,
        |row| to_view(row, look),
    )
}
