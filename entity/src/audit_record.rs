//! Who did what. Rows refer to others by plain ids, because they outlive them.

use sea_orm::entity::prelude::*;

use crate::enums::ActorKind;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_records")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub at: DateTimeUtc,
    pub actor_kind: ActorKind,
    pub actor_id: Option<Uuid>,
    /// The session or token that was used.
    pub credential_id: Option<Uuid>,
    #[sea_orm(column_type = "Text")]
    pub action: String,
    /// What kind of thing `subject_id` names.
    #[sea_orm(column_type = "Text")]
    pub subject: String,
    pub subject_id: Option<Uuid>,
    pub project_id: Option<Uuid>,
    /// The event in the project's log, if there is one.
    pub seq: Option<i64>,
    #[sea_orm(column_type = "Text", nullable)]
    pub request_id: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub address: Option<String>,
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub detail: Option<Json>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
