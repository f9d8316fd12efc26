//! Projects. The row is also the lock that orders all writes to its canvas.

use sea_orm::entity::prelude::*;

use crate::enums::Layout;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "projects")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub owner_id: Uuid,
    #[sea_orm(column_type = "Text")]
    pub name: String,
    #[sea_orm(column_type = "Text", nullable)]
    pub description: Option<String>,
    #[sea_orm(column_type = "Text")]
    pub system_prompt: String,
    pub is_public: bool,
    /// Whether it can be found by everybody while it is public.
    pub is_listed: bool,
    /// How its canvas keeps itself laid out, if it does.
    #[sea_orm(column_type = "Text", nullable)]
    pub layout: Option<Layout>,
    /// The number of the event that made it public: who is no member reads the log from there on.
    pub public_since_seq: Option<i64>,
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub viewport: Option<Json>,
    pub preset_id: Option<Uuid>,
    /// The model that is asked unless another one is named.
    #[sea_orm(column_type = "Text", nullable)]
    pub model: Option<String>,
    /// The models that are asked in turn when one fails.
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub fallback_models: Option<Json>,
    /// The number of the last event; the next write continues from here.
    pub head_seq: i64,
    /// Changes when the log is replaced, as by a restore: older positions then mean nothing.
    pub epoch: Uuid,
    /// The bytes of all its events, which hold every text that was ever written in it.
    pub stored_bytes: i64,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub deleted_at: Option<DateTimeUtc>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
