//! What is one row for each person who was told something: how often that changed, and what they want to be told.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "notification_inboxes")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: Uuid,
    /// Goes up with every change, so that of two counts the later one is known.
    pub version: i64,
    /// How many are kept; never fewer than there are.
    pub kept: i64,
    /// What was chosen; what was not is as usual.
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub preferences: Option<Json>,
    pub updated_at: DateTimeUtc,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
