//! Refreshes: the regeneration of what is stale, one node after what it depends on.

use sea_orm::entity::prelude::*;

use crate::enums::RunState;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "refreshes")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub project_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub requested_by: Uuid,
    /// The nodes that were named; all if none were.
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub scope: Option<Json>,
    /// The nodes that were run.
    #[sea_orm(column_type = "JsonBinary")]
    pub ran: Json,
    pub state: RunState,
    pub created_at: DateTimeUtc,
    pub finished_at: Option<DateTimeUtc>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
