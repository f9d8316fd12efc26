//! What a project, or one of its members, may spend in a day or a month.

use sea_orm::entity::prelude::*;

use crate::enums::BudgetPeriod;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "budgets")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub project_id: Uuid,
    /// The member it limits; nil if it limits the whole project.
    pub user_id: Uuid,
    pub period: BudgetPeriod,
    pub tokens_max: Option<i64>,
    /// In billionths of a US dollar.
    pub nanos_max: Option<i64>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
