//! Nodes of a canvas. Ids are unique within their project.

use sea_orm::entity::prelude::*;

use crate::enums::{NodeKind, NodeRole, NodeStatus};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "nodes")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub project_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    #[sea_orm(column_type = "Text")]
    pub prompt: String,
    #[sea_orm(column_type = "Text", nullable)]
    pub response: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub summary: Option<String>,
    pub status: NodeStatus,
    pub x: f64,
    pub y: f64,
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub metadata: Option<Json>,
    #[sea_orm(column_type = "Text", nullable)]
    pub llm_model: Option<String>,
    pub llm_tokens: Option<i64>,
    pub llm_cost: Option<f64>,
    /// Kept whole in the contexts of its descendants before others.
    pub pinned: bool,
    pub preset_id: Option<Uuid>,
    pub kind: NodeKind,
    pub role: NodeRole,
    #[sea_orm(column_type = "Text", nullable)]
    pub title: Option<String>,
    pub width: Option<f64>,
    pub height: Option<f64>,
    #[sea_orm(column_type = "Text", nullable)]
    pub color: Option<String>,
    /// Words.
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub tags: Option<Json>,
    /// The settings of the branch, but for its preset.
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub settings: Option<Json>,
    /// Files, and how much of each enters contexts.
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub attachments: Option<Json>,
    /// The frame that holds it.
    pub frame_id: Option<Uuid>,
    /// The attempt that the answer is from.
    pub generation_id: Option<Uuid>,
    /// What the answer rests on: SHA-256 over what was sent. None for answers by people.
    #[sea_orm(column_type = "Blob", nullable)]
    pub fingerprint: Option<Vec<u8>>,
    /// Whether the attempt ended before its answer was whole.
    pub is_partial: bool,
    /// Who made it, a person or an agent. None where the server did, or where that was not kept yet.
    pub author_id: Option<Uuid>,
    pub version: i64,
    /// The version at which the prompt, the answer or the summary last changed.
    pub text_version: i64,
    /// When the prompt or the answer last changed.
    pub said_at: DateTimeUtc,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub deleted_at: Option<DateTimeUtc>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
