//! What people said to the server and had read to them.

use sea_orm::entity::prelude::*;

use crate::enums::{VoiceStatus, VoiceType};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "voice_interactions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    #[sea_orm(column_name = "type")]
    pub kind: VoiceType,
    pub user_id: Uuid,
    pub project_id: Uuid,
    pub node_id: Option<Uuid>,
    /// The attempt whose text is read, if one was named.
    pub generation_id: Option<Uuid>,
    /// What was heard, or is read.
    #[sea_orm(column_type = "Text", nullable)]
    pub text: Option<String>,
    /// The SHA-256 of the sound that was made.
    #[sea_orm(column_type = "Blob", nullable)]
    pub audio: Option<Vec<u8>>,
    #[sea_orm(column_type = "Text", nullable)]
    pub audio_type: Option<String>,
    /// Seconds.
    pub duration: Option<f64>,
    pub status: VoiceStatus,
    #[sea_orm(column_type = "Text", nullable)]
    pub error: Option<String>,
    /// ISO 639-1.
    #[sea_orm(column_type = "Text")]
    pub language: String,
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub metadata: Option<Json>,
    #[sea_orm(column_type = "Text")]
    pub model: String,
    pub tokens: i64,
    pub cost_nanos: i64,
    /// What it may yet use up.
    pub reserved_tokens: i64,
    pub reserved_nanos: i64,
    pub created_at: DateTimeUtc,
    pub finished_at: Option<DateTimeUtc>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
