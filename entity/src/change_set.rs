//! Change sets: all edits of one task or one batch, so that they can be looked at and taken back together.

use sea_orm::entity::prelude::*;

use crate::enums::{ActorKind, ChangeSetMode, ChangeSetOrigin, ChangeSetState};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "change_sets")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub project_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub origin: ChangeSetOrigin,
    /// The task whose edits these are; its row may be gone.
    pub task_id: Option<Uuid>,
    pub actor_kind: ActorKind,
    pub actor_id: Uuid,
    /// The name at the time, as in the log.
    #[sea_orm(column_type = "Text")]
    pub actor_name: String,
    #[sea_orm(column_type = "Text", nullable)]
    pub title: Option<String>,
    pub mode: ChangeSetMode,
    pub state: ChangeSetState,
    /// The set that this one takes back.
    pub reverts_id: Option<Uuid>,
    /// The proposals that this one carries out.
    pub accepts_id: Option<Uuid>,
    pub item_count: i32,
    /// How many bytes its proposals have.
    pub proposed_bytes: i64,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
