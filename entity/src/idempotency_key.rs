//! Answers already given, so that a repeated request is answered and not repeated.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "idempotency_keys")]
pub struct Model {
    /// The actor: keys of different actors never meet.
    #[sea_orm(primary_key, auto_increment = false)]
    pub scope: Uuid,
    #[sea_orm(primary_key, auto_increment = false, column_type = "Blob")]
    pub key_hash: Vec<u8>,
    #[sea_orm(column_type = "Blob")]
    pub request_hash: Vec<u8>,
    /// Names the operation, also for whoever takes over from somebody who is gone.
    pub op_id: Option<Uuid>,
    /// Absent while the first request is still being served.
    pub status: Option<i32>,
    #[sea_orm(column_type = "Text", nullable)]
    pub etag: Option<String>,
    #[sea_orm(column_type = "Blob", nullable)]
    pub body: Option<Vec<u8>>,
    pub locked_until: DateTimeUtc,
    pub created_at: DateTimeUtc,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
