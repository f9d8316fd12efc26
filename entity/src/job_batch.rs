//! Batches: several jobs as one, with counts and an end.

use sea_orm::entity::prelude::*;

use crate::enums::RunState;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "job_batches")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub project_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// What kind of batch it is, such as `generation.refresh`.
    #[sea_orm(column_type = "Text")]
    pub name: String,
    pub requested_by: Uuid,
    pub state: RunState,
    pub total_jobs: i64,
    pub pending_jobs: i64,
    pub failed_jobs: i64,
    #[sea_orm(column_type = "JsonBinary")]
    pub failed_job_ids: Json,
    /// What its feature keeps with it.
    #[sea_orm(column_type = "JsonBinary")]
    pub options: Json,
    pub created_at: DateTimeUtc,
    pub cancelled_at: Option<DateTimeUtc>,
    pub finished_at: Option<DateTimeUtc>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
