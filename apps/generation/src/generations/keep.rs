//! Keeping the answer that a model's is about to take the place of.

use canvas::nodes::Node;
use entity::{enums, generation};
use kernel::{GenerationId, Result};
use platform::{Write, db};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::json;

/// What models answered is an attempt already; what somebody wrote becomes one.
pub(super) async fn answer_of_a_person(write: &mut Write, node: &Node) -> Result<()> {
    let Some(text) = node
        .response
        .clone()
        .filter(|_| node.generation_id.is_none())
    else {
        return Ok(());
    };
    let kept = generation::Entity::find()
        .filter(generation::Column::ProjectId.eq(node.project_id.uuid()))
        .filter(generation::Column::NodeId.eq(node.id.uuid()))
        .filter(generation::Column::Origin.eq(enums::GenerationOrigin::Person))
        .filter(generation::Column::Text.eq(text.as_str()))
        .count(write.read().await?)
        .await
        .map_err(db)?;
    if kept > 0 {
        return Ok(());
    }
    let now = write.now();
    let author = write.principal().user_id();
    let attempt = generation::ActiveModel {
        project_id: Set(node.project_id.uuid()),
        id: Set(GenerationId::generate().uuid()),
        node_id: Set(node.id.uuid()),
        origin: Set(enums::GenerationOrigin::Person),
        state: Set(enums::RunState::Completed),
        admitted: Set(true),
        // Who wrote it stands in the log; here is who had it kept.
        requested_by: Set(author.map(kernel::UserId::uuid).unwrap_or_default()),
        model: Set(node.llm_model.clone().unwrap_or_default()),
        tries: Set(json!([])),
        text: Set(text),
        chunks: Set(0),
        reserved_tokens: Set(0),
        reserved_nanos: Set(0),
        created_at: Set(now),
        finished_at: Set(Some(now)),
        ..Default::default()
    };
    generation::Entity::insert(attempt)
        .exec_without_returning(write.conn().await?)
        .await
        .map(drop)
        .map_err(db)
}
