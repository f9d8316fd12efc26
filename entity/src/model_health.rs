//! Which models failed lately, as all instances know it.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "model_health")]
pub struct Model {
    /// The id with its provider.
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub model: String,
    pub failure_count: i64,
    pub failures_in_a_row: i32,
    #[sea_orm(column_type = "Text", nullable)]
    pub last_error: Option<String>,
    pub last_failed_at: Option<DateTimeUtc>,
    /// Nobody asks this model until then.
    pub open_until: Option<DateTimeUtc>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
