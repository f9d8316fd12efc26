//! Change sets: all edits of one task or one batch, looked at, accepted and taken back together.

use kernel::{ChangeSetId, NodeId};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{events::ActorView, values::Timestamp};

/// How many changes one set holds at most; a batch of a task may go a little beyond.
pub const ITEMS_PER_SET_MAX: usize = 1_000;
/// How many bytes of data the items of one answer show; those after that name their event alone.
pub const ITEM_BYTES_SHOWN_MAX: usize = 1024 * 1024;

/// What the changes of a set came of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum ChangeSetOrigin {
    /// A task of an agent.
    Task,
    /// Several operations of somebody at once.
    Batch,
}

/// Whether changes happen at once or wait for somebody's word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum ChangeSetMode {
    Apply,
    Propose,
}

/// How a change set stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum ChangeSetState {
    /// Its changes happened, and stand as far as nobody changed them since.
    Applied,
    /// Some of its items wait.
    Proposed,
    /// Nothing waits any more, and something was accepted.
    Accepted,
    /// Nothing was accepted.
    Rejected,
    /// Whatever of it could be taken back was, the last time somebody asked for all of it.
    Reverted,
}

/// How one item stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum ItemState {
    Proposed,
    /// Carried out; by which change set, the event says.
    Accepted,
    Rejected,
    /// It happened.
    Applied,
    /// It was taken back.
    Reverted,
    /// It was to be taken back or carried out, and could not be: see `reason`.
    Left,
}

/// Why an item was left as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum LeftReason {
    /// Others edited it, connected it or asked for an answer on it; or a part of the set that stays needs it.
    BuiltUpon,
    /// Somebody changed the same thing since.
    ChangedSince,
    /// What it is about is no more, or it is as if it had not happened.
    Gone,
    /// The edges that would come back close a cycle now.
    WouldCloseCycle,
    /// What it would make is there already.
    AlreadyThere,
    /// An answer is being written on it.
    Generating,
    /// What was before is further back in the log than is looked for.
    TooLongAgo,
    /// It needs something that an item makes which was not accepted.
    DependsOnLeft,
    /// It would go beyond a limit, or needs what the caller may not use.
    Refused,
}

/// A change set, without its items.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ChangeSetView {
    pub id: ChangeSetId,
    pub origin: ChangeSetOrigin,
    /// The task whose edits these are.
    #[schema(required)]
    pub task_id: Option<Uuid>,
    pub actor: ActorView,
    #[schema(required)]
    pub title: Option<String>,
    pub mode: ChangeSetMode,
    pub state: ChangeSetState,
    /// The change set that this one took back.
    #[schema(required)]
    pub reverts_id: Option<ChangeSetId>,
    /// The proposals that this one carried out.
    #[schema(required)]
    pub accepts_id: Option<ChangeSetId>,
    pub item_count: u32,
    pub version: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// A change set with everything in it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ChangeSetWithItems {
    #[serde(flatten)]
    pub set: ChangeSetView,
    /// In the order in which they happened, or are to happen.
    pub items: Vec<ItemView>,
}

/// One change of a set.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ItemView {
    /// From 1.
    pub number: u32,
    /// What was done, such as `node.update`, or is proposed.
    pub op: String,
    /// What the event holds, or what the operation will be asked with; null beyond 1 MiB in one answer.
    #[schema(required, value_type = Option<Object>)]
    pub data: Option<Box<RawValue>>,
    /// The event that it is a part of; null for what is proposed.
    #[schema(required)]
    pub seq: Option<i64>,
    /// What a proposed operation makes will have this id.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub id: Option<Uuid>,
    pub state: ItemState,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub reason: Option<LeftReason>,
}

/// Which items; all of them if nothing is said.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SomeItems {
    /// Their numbers.
    #[serde(default)]
    #[schema(min_items = 1, max_items = 1000)]
    pub items: Option<Vec<u32>>,
}

/// Something that was left as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LeftItem {
    pub item: u32,
    pub reason: LeftReason,
    /// The node, where the item is about several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub node_id: Option<NodeId>,
    /// The field, where only that was left.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub field: Option<String>,
}

/// What became of a request to accept, reject or take back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ChangeSetDone {
    pub id: ChangeSetId,
    pub state: ChangeSetState,
    /// The change set that was made by this, and can be taken back; null if nothing changed on the canvas.
    #[schema(required)]
    pub by: Option<ChangeSetId>,
    /// The items that were accepted, rejected or taken back.
    pub items: Vec<u32>,
    /// Those that were left, and why.
    pub left: Vec<LeftItem>,
}
