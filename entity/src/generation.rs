//! Attempts at an answer: who was asked, with what, and what came of it.

use sea_orm::entity::prelude::*;

use crate::enums::{GenerationOrigin, RunState};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "generations")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub project_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub node_id: Uuid,
    pub origin: GenerationOrigin,
    pub state: RunState,
    /// Whether a worker was asked for it: only so many of a project run at once.
    pub admitted: bool,
    pub requested_by: Uuid,
    /// The task of an agent that asked for it.
    pub task_id: Option<Uuid>,
    /// The refresh that it is part of.
    pub refresh_id: Option<Uuid>,
    /// The model that was asked for.
    #[sea_orm(column_type = "Text")]
    pub model: String,
    /// The model that answered: another one if that failed.
    #[sea_orm(column_type = "Text", nullable)]
    pub answered_by: Option<String>,
    pub temperature: Option<f64>,
    pub top_p: Option<f64>,
    /// The settings of the branch that it was asked under. None if there were none.
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub asked_under: Option<Json>,
    /// How long the answer may be, as it was sent.
    pub max_tokens: Option<i64>,
    /// How much the model that answered takes.
    pub context_tokens: Option<i64>,
    /// SHA-256 over what was sent.
    #[sea_orm(column_type = "Blob", nullable)]
    pub fingerprint: Option<Vec<u8>>,
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub manifest: Option<Json>,
    #[sea_orm(column_type = "JsonBinary")]
    pub tries: Json,
    #[sea_orm(column_type = "Text", nullable)]
    pub error_code: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub error_detail: Option<String>,
    /// What came so far.
    #[sea_orm(column_type = "Text")]
    pub text: String,
    /// How many chunks made that text.
    pub chunks: i64,
    /// Where they end in it, each in four bytes; unknown for older ones.
    #[sea_orm(column_type = "Blob", nullable)]
    pub chunk_ends: Option<Vec<u8>>,
    pub tokens_in: Option<i64>,
    pub tokens_cached: Option<i64>,
    pub tokens_out: Option<i64>,
    /// In billionths of a US dollar.
    pub cost_nanos: Option<i64>,
    pub reserved_tokens: i64,
    pub reserved_nanos: i64,
    pub created_at: DateTimeUtc,
    pub started_at: Option<DateTimeUtc>,
    pub first_token_at: Option<DateTimeUtc>,
    pub finished_at: Option<DateTimeUtc>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
