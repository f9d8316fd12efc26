//! Devices that people are told on while no page is open, each a browser in which somebody is logged in.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "push_subscriptions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub user_id: Uuid,
    /// It ends with this session.
    pub session_id: Uuid,
    /// Where its push service takes messages for it.
    #[sea_orm(column_type = "Text")]
    pub endpoint: String,
    /// For whom messages are sealed: the browser's public key, and a secret that it shares.
    #[sea_orm(column_type = "Blob")]
    pub p256dh: Vec<u8>,
    #[sea_orm(column_type = "Blob")]
    pub auth: Vec<u8>,
    /// The public key of this server that the browser was given: the push service takes messages from no other.
    #[sea_orm(column_type = "Text")]
    pub server_key: String,
    /// The user agent.
    #[sea_orm(column_type = "Text", nullable)]
    pub label: Option<String>,
    pub created_at: DateTimeUtc,
    /// When its push service last took a message.
    pub last_used_at: Option<DateTimeUtc>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    #[sea_orm(
        belongs_to = "super::auth_session::Entity",
        from = "Column::SessionId",
        to = "super::auth_session::Column::Id"
    )]
    AuthSession,
}

impl Related<super::auth_session::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::AuthSession.def()
    }
}

impl ActiveModelBehavior for ActiveModel {}
