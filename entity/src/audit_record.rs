//! Who did what. Rows refer to others by plain ids, because they outlive them.

use sea_orm::entity::prelude::*;

use crate::enums::{ActorKind, AuditSeverity};

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
    pub severity: AuditSeverity,
    /// Words by which records are found, such as `security`.
    #[sea_orm(column_type = "JsonBinary")]
    pub tags: Json,
    /// What the fields that changed held before, as far as the audit keeps them.
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub old_values: Option<Json>,
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub new_values: Option<Json>,
    /// As who acted was called at the time.
    #[sea_orm(column_type = "Text", nullable)]
    pub actor_name: Option<String>,
    /// The address of the account at the time.
    #[sea_orm(column_type = "Text", nullable)]
    pub actor_email: Option<String>,
    /// How the program named itself.
    #[sea_orm(column_type = "Text", nullable)]
    pub user_agent: Option<String>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
