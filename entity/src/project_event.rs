//! The event log: what happened in a project, in the order in which it was committed.

use sea_orm::entity::prelude::*;

use crate::enums::ActorKind;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "project_events")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub project_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub seq: i64,
    pub epoch: Uuid,
    pub actor_kind: ActorKind,
    pub actor_id: Uuid,
    /// The name at the time, so that history reads the same after a rename.
    #[sea_orm(column_type = "Text")]
    pub actor_name: String,
    /// The client's own number for the operation: a repeated one is recognised, not done twice.
    pub op_id: Option<Uuid>,
    /// Tells a repeated operation from another one that reuses its number.
    #[sea_orm(column_type = "Blob", nullable)]
    pub payload_hash: Option<Vec<u8>>,
    #[sea_orm(column_type = "Text")]
    pub kind: String,
    /// The event's data as JSON text: it is relayed far more often than it is looked into.
    #[sea_orm(column_type = "Text")]
    pub payload: String,
    /// What it did besides, such as making answers stale, as JSON text; none if that is nothing.
    #[sea_orm(column_type = "Text", nullable)]
    pub effects: Option<String>,
    pub at: DateTimeUtc,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
