use entity::{answer_feedback, generation};
use kernel::{Error, GenerationId, NodeId, Permission, ProjectId, Result, UserId};
use platform::{Ctx, db};
use protocol::feedback::FeedbackView;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, Select};

use super::row::to_view;

/// What somebody said of an answer.
pub(super) fn own(
    project: ProjectId,
    answer: GenerationId,
    user: UserId,
) -> Select<answer_feedback::Entity> {
    answer_feedback::Entity::find()
        .filter(answer_feedback::Column::ProjectId.eq(project.uuid()))
        .filter(answer_feedback::Column::GenerationId.eq(answer.uuid()))
        .filter(answer_feedback::Column::UserId.eq(user.uuid()))
}

pub(super) async fn get(
    ctx: &Ctx,
    project: ProjectId,
    node: NodeId,
    answer: GenerationId,
) -> Result<FeedbackView> {
    ctx.project(project, Permission::COSTS_READ).await?;
    let of_node = generation::Entity::find_by_id((project.uuid(), answer.uuid()))
        .filter(generation::Column::NodeId.eq(node.uuid()))
        .count(ctx.reader())
        .await
        .map_err(db)?;
    if of_node == 0 {
        return Err(Error::NotFound("answer"));
    }
    view(ctx, project, answer).await
}

/// For whoever has just said it, or may see it.
pub(super) async fn view(
    ctx: &Ctx,
    project: ProjectId,
    answer: GenerationId,
) -> Result<FeedbackView> {
    let row = own(project, answer, ctx.user_id()?)
        .one(ctx.reader())
        .await
        .map_err(db)?
        .ok_or(Error::NotFound("feedback"))?;
    Ok(to_view(row))
}
