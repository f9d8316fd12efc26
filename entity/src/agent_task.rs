//! What agents were asked to do, and how far they are.

use sea_orm::entity::prelude::*;

use crate::enums::{TaskOrigin, TaskStatus};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "agent_tasks")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub project_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub agent_id: Uuid,
    pub node_id: Option<Uuid>,
    #[sea_orm(column_type = "Text")]
    pub name: String,
    #[sea_orm(column_type = "Text", nullable)]
    pub description: Option<String>,
    #[sea_orm(column_type = "Text")]
    pub prompt: String,
    pub status: TaskStatus,
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub result: Option<Json>,
    #[sea_orm(column_type = "Text", nullable)]
    pub error_code: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub error_detail: Option<String>,
    /// What a person is to say before it goes on.
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub waiting_for: Option<Json>,
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub metadata: Option<Json>,
    /// In whose name it runs: it may do no more than they, and they pay.
    pub requested_by: Uuid,
    /// The API token that started it: it ends with the token.
    pub token_id: Option<Uuid>,
    pub origin: TaskOrigin,
    pub parent_task_id: Option<Uuid>,
    pub schedule_id: Option<Uuid>,
    /// SHA-256 of the prompt that mentions its agent, if it answers one.
    #[sea_orm(column_type = "Blob", nullable)]
    pub mention: Option<Vec<u8>>,
    /// How many tasks led to it.
    pub depth: i64,
    pub priority: i64,
    pub deadline: Option<DateTimeUtc>,
    pub steps_max: i64,
    pub tokens_max: i64,
    /// In billionths of a US dollar.
    pub nanos_max: i64,
    pub seconds_max: i64,
    pub steps: i64,
    pub tokens_in: i64,
    pub tokens_out: i64,
    pub cost_nanos: i64,
    pub reserved_tokens: i64,
    pub reserved_nanos: i64,
    /// The tool outside that it used last, written before the server there was asked.
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub outside: Option<Json>,
    /// What its model said so far.
    #[sea_orm(column_type = "Text")]
    pub said: String,
    pub chunks: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub started_at: Option<DateTimeUtc>,
    /// When it began, or went on after somebody had answered.
    pub resumed_at: Option<DateTimeUtc>,
    pub completed_at: Option<DateTimeUtc>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
