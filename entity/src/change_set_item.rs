//! Items of a change set about which something is decided, or that are proposed. What was done and still
//! stands has no row: it is in the log.

use sea_orm::entity::prelude::*;

use crate::enums::ChangeSetItemState;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "change_set_items")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub project_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub set_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: i32,
    pub state: ChangeSetItemState,
    /// Why it was left.
    #[sea_orm(column_type = "Text", nullable)]
    pub reason: Option<String>,
    /// What is proposed; NULL for what is in the log. So are the next two.
    #[sea_orm(column_type = "Text", nullable)]
    pub op: Option<String>,
    /// The id that the operation will have, and with it what it makes.
    pub op_id: Option<Uuid>,
    /// The operation's data as JSON text.
    #[sea_orm(column_type = "Text", nullable)]
    pub data: Option<String>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
