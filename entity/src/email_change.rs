//! A change of an e-mail address that waits until both addresses agree.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "email_changes")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub user_id: Uuid,
    #[sea_orm(column_type = "Text")]
    pub old_email: String,
    #[sea_orm(column_type = "Text")]
    pub new_email: String,
    /// Of the token that the old address is sent.
    #[sea_orm(column_type = "Blob", unique)]
    pub old_token_hash: Vec<u8>,
    #[sea_orm(column_type = "Blob", unique)]
    pub new_token_hash: Vec<u8>,
    pub old_confirmed_at: Option<DateTimeUtc>,
    pub new_confirmed_at: Option<DateTimeUtc>,
    pub created_at: DateTimeUtc,
    pub expires_at: DateTimeUtc,
    /// It was carried out, or gave way to another one.
    pub ended_at: Option<DateTimeUtc>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
