//! What is being written right now, as far as it is kept.

use entity::{enums::RunState, generation};
use kernel::{GenerationId, NodeId, ProjectId, Result};
use platform::{Platform, db};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

/// A run's text up to its last checkpoint.
#[derive(Clone, Debug)]
pub struct Draft {
    pub node: NodeId,
    pub generation: GenerationId,
    /// How many chunks make the text.
    pub chunks: u64,
    pub text: String,
}

/// The runs of a project that are not over.
pub async fn drafts(platform: &Platform, project: ProjectId) -> Result<Vec<Draft>> {
    let rows: Vec<(Uuid, Uuid, i64, String)> = generation::Entity::find()
        .select_only()
        .columns([
            generation::Column::NodeId,
            generation::Column::Id,
            generation::Column::Chunks,
            generation::Column::Text,
        ])
        .filter(generation::Column::ProjectId.eq(project.uuid()))
        .filter(generation::Column::State.is_in([RunState::Queued, RunState::Running]))
        .into_tuple()
        .all(platform.database.reader())
        .await
        .map_err(db)?;
    let drafts = rows.into_iter().map(|(node, id, chunks, text)| Draft {
        node: node.into(),
        generation: id.into(),
        chunks: u64::try_from(chunks).unwrap_or_default(),
        text,
    });
    Ok(drafts.collect())
}
