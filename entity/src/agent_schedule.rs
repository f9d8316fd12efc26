//! When agents begin tasks by themselves.

use sea_orm::entity::prelude::*;

use crate::enums::{ScheduleKind, TriggerEvent};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "agent_schedules")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub project_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub agent_id: Uuid,
    pub node_id: Option<Uuid>,
    #[sea_orm(column_type = "Text")]
    pub name: String,
    #[sea_orm(column_type = "Text")]
    pub prompt: String,
    pub kind: ScheduleKind,
    #[sea_orm(column_type = "Text", nullable)]
    pub cron: Option<String>,
    #[sea_orm(column_type = "Text")]
    pub timezone: String,
    pub event: Option<TriggerEvent>,
    /// What NODE_TAGGED waits for.
    #[sea_orm(column_type = "Text", nullable)]
    pub tag: Option<String>,
    pub paused: bool,
    pub per_hour_max: i64,
    pub next_run_at: Option<DateTimeUtc>,
    pub last_run_at: Option<DateTimeUtc>,
    #[sea_orm(column_type = "Text", nullable)]
    pub last_error: Option<String>,
    /// In whose name its tasks run.
    pub created_by: Uuid,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
