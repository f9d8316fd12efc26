//! People who can sign in.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "users")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Lower-case and in Unicode normal form C, so that equality means "the same address".
    #[sea_orm(column_type = "Text", unique)]
    pub email: String,
    pub email_verified_at: Option<DateTimeUtc>,
    #[sea_orm(column_type = "Text", nullable)]
    pub username: Option<String>,
    /// The confusable skeleton of the username: two names that look alike share one key.
    #[sea_orm(column_type = "Text", unique, nullable)]
    pub username_key: Option<String>,
    #[sea_orm(column_type = "Text")]
    pub password_hash: String,
    #[sea_orm(column_type = "Text", nullable)]
    pub first_name: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub last_name: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub avatar: Option<String>,
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub preferences: Option<Json>,
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub instructions: Option<Json>,
    /// Sealed under the server's key; never stored in the clear.
    #[sea_orm(column_type = "Blob", nullable)]
    pub totp_secret: Option<Vec<u8>>,
    /// Set once the first code was accepted; before that the second factor is not demanded.
    pub totp_confirmed_at: Option<DateTimeUtc>,
    /// The last accepted time step: a code is good for one sign-in only.
    pub totp_last_step: Option<i64>,
    pub disabled_at: Option<DateTimeUtc>,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub deleted_at: Option<DateTimeUtc>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
