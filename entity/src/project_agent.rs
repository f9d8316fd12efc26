//! Agents as members of projects.

use sea_orm::entity::prelude::*;

use crate::enums::{AgentMode, Role};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "project_agents")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub project_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub agent_id: Uuid,
    pub role: Role,
    pub mode: AgentMode,
    pub paused: bool,
    pub tokens_per_day: Option<i64>,
    /// In billionths of a US dollar.
    pub nanos_per_day: Option<i64>,
    /// The servers outside whose tools it may use: an array of names.
    #[sea_orm(column_type = "JsonBinary")]
    pub tool_servers: Json,
    /// Who put it there: it may do no more than they.
    pub added_by: Uuid,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    #[sea_orm(
        belongs_to = "super::agent::Entity",
        from = "Column::AgentId",
        to = "super::agent::Column::Id"
    )]
    Agent,
}

impl Related<super::agent::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Agent.def()
    }
}

impl ActiveModelBehavior for ActiveModel {}
