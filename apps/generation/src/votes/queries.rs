use entity::answer_vote::{self, Column};
use http::page;
use kernel::{GenerationId, NodeId, Permission, ProjectId, Result, UserId};
use platform::{Ctx, db};
use protocol::{
    Page,
    votes::{VotesOfAnswer, VotesQuery},
};
use sea_orm::{
    ColumnTrait, EntityTrait, ExprTrait, FromQueryResult, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, Select, sea_query::Expr,
};
use uuid::Uuid;

const LIST: &str = "votes";

pub(super) fn of_answer(
    project: ProjectId,
    generation: GenerationId,
) -> Select<answer_vote::Entity> {
    answer_vote::Entity::find()
        .filter(Column::ProjectId.eq(project.uuid()))
        .filter(Column::GenerationId.eq(generation.uuid()))
}

pub(super) fn own(
    project: ProjectId,
    generation: GenerationId,
    user: UserId,
) -> Select<answer_vote::Entity> {
    of_answer(project, generation).filter(Column::UserId.eq(user.uuid()))
}

#[derive(Debug, FromQueryResult)]
struct Row {
    node_id: Uuid,
    generation_id: Uuid,
    votes: i64,
    own: i64,
}

/// The answers of a project that have votes.
pub(super) async fn list(
    ctx: &Ctx,
    project: ProjectId,
    query: VotesQuery,
) -> Result<Page<VotesOfAnswer>> {
    ctx.project(project, Permission::COMMENTS_READ).await?;
    let user = ctx.user_id()?;
    let limit = page::limit(query.limit)?;
    let after: Option<Uuid> = page::after(&ctx.platform, LIST, query.cursor.as_deref())?;
    let own = Expr::case(Column::UserId.eq(user.uuid()), 1).finally(0);
    let mut select = answer_vote::Entity::find()
        .select_only()
        .columns([Column::NodeId, Column::GenerationId])
        .column_as(Column::Id.count(), "votes")
        .column_as(Expr::expr(own).max().cast_as("BIGINT"), "own")
        .filter(Column::ProjectId.eq(project.uuid()))
        .group_by(Column::NodeId)
        .group_by(Column::GenerationId)
        .order_by_asc(Column::GenerationId)
        .limit(limit + 1);
    if let Some(node) = query.node {
        select = select.filter(Column::NodeId.eq(node.uuid()));
    }
    if let Some(after) = after {
        select = select.filter(Column::GenerationId.gt(after));
    }
    let rows = select
        .into_model::<Row>()
        .all(ctx.reader())
        .await
        .map_err(db)?;
    let key = |row: &Row| row.generation_id;
    page::page(&ctx.platform, LIST, limit, rows, key, view)
}

/// How an answer stands, for whoever has just voted.
pub(super) async fn one(
    ctx: &Ctx,
    project: ProjectId,
    node: NodeId,
    generation: GenerationId,
) -> Result<VotesOfAnswer> {
    let user = ctx.user_id()?;
    let votes = of_answer(project, generation)
        .count(ctx.reader())
        .await
        .map_err(db)?;
    let own = own(project, generation, user)
        .count(ctx.reader())
        .await
        .map_err(db)?;
    Ok(VotesOfAnswer {
        node_id: node,
        generation,
        votes,
        own: own > 0,
    })
}

fn view(row: Row) -> VotesOfAnswer {
    VotesOfAnswer {
        node_id: row.node_id.into(),
        generation: row.generation_id.into(),
        votes: u64::try_from(row.votes).unwrap_or_default(),
        own: row.own > 0,
    }
}
