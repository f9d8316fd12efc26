//! Work that outlives the request that asked for it.

use sea_orm::entity::prelude::*;

use crate::enums::JobState;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "jobs")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    #[sea_orm(column_type = "Text")]
    pub kind: String,
    /// Whose places it takes while it runs.
    #[sea_orm(column_type = "Text")]
    pub queue: String,
    /// Higher ones first, within a queue.
    pub priority: i16,
    #[sea_orm(column_type = "JsonBinary")]
    pub payload: Json,
    pub state: JobState,
    pub run_at: DateTimeUtc,
    pub attempts: i32,
    pub lease_until: Option<DateTimeUtc>,
    /// Drawn anew with every lease, so that a worker that lost its lease cannot finish the job.
    pub fence: Option<Uuid>,
    #[sea_orm(column_type = "Text", nullable)]
    pub worker: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub last_error: Option<String>,
    pub project_id: Option<Uuid>,
    pub batch_id: Option<Uuid>,
    pub created_at: DateTimeUtc,
    pub finished_at: Option<DateTimeUtc>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
