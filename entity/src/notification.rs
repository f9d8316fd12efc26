//! What people were told, kept until they need it no more.

use sea_orm::entity::prelude::*;

use crate::enums::{NotificationPriority, NotificationType};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "notifications")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub user_id: Uuid,
    #[sea_orm(column_name = "type")]
    pub kind: NotificationType,
    pub priority: NotificationPriority,
    #[sea_orm(column_type = "Text")]
    pub title: String,
    #[sea_orm(column_type = "Text")]
    pub message: String,
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub data: Option<Json>,
    pub project_id: Option<Uuid>,
    pub node_id: Option<Uuid>,
    /// What it is about: nobody is told twice of the same.
    #[sea_orm(column_type = "Text")]
    pub cause: String,
    pub read: bool,
    pub read_at: Option<DateTimeUtc>,
    /// When it is to be mailed, if it is.
    pub mail_at: Option<DateTimeUtc>,
    pub mailed_at: Option<DateTimeUtc>,
    /// The same of the person's devices.
    pub push_at: Option<DateTimeUtc>,
    pub pushed_at: Option<DateTimeUtc>,
    pub created_at: DateTimeUtc,
    pub expires_at: Option<DateTimeUtc>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
