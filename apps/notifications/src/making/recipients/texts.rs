//! What is about the text of a node.

use entity::node;
use kernel::{GenerationId, NodeId, Result, UserId};
use platform::db;
use protocol::notifications::NotificationType as Type;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use serde_json::json;

use super::super::scene::Scene;
use crate::{notice::Notice, words};

pub(in super::super) async fn answered(
    scene: &Scene<'_>,
    node: NodeId,
    generation: GenerationId,
    user: UserId,
) -> Result<Vec<Notice>> {
    let cause = format!("answer:{}:{generation}", scene.id);
    at(scene, node, |text| {
        let data = json!({"text": text, "generation": generation});
        scene.tell(user, Type::NodeGenerated, cause, data)
    })
    .await
}

pub(in super::super) async fn mentioned(
    scene: &Scene<'_>,
    node: NodeId,
    user: UserId,
) -> Result<Vec<Notice>> {
    // Where it is taken away and set again, it is another event.
    let cause = format!("mention:{}:{node}:{}", scene.id, scene.seq);
    at(scene, node, |text| {
        let data = json!({"by": scene.by_name(), "text": text});
        scene.tell(user, Type::Mention, cause, data)
    })
    .await
}

/// Tells of a node that is there, with the beginning of its text.
async fn at(
    scene: &Scene<'_>,
    node: NodeId,
    tell: impl FnOnce(String) -> Option<Notice>,
) -> Result<Vec<Notice>> {
    let prompt: Option<String> = node::Entity::find_by_id((scene.id.uuid(), node.uuid()))
        .select_only()
        .column(node::Column::Prompt)
        .filter(node::Column::DeletedAt.is_null())
        .into_tuple()
        .one(scene.platform.database.reader())
        .await
        .map_err(db)?;
    let told = prompt.and_then(|prompt| tell(words::excerpt(&prompt)));
    let told = told.map(|notice| Notice {
        node: Some(node),
        ..notice
    });
    Ok(told.into_iter().collect())
}
