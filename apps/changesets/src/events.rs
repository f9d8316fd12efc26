//! What happens to change sets. What is in them is not said here: it is graph, and read over REST.

use kernel::{ChangeSetId, Resource};
use protocol::{
    changesets::{ChangeSetDone, ChangeSetMode, ChangeSetOrigin, ChangeSetState},
    events::{Event, FeatureEvent, FeatureFamily},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "op", content = "data")]
pub(crate) enum ChangeSetEvent {
    /// There is a new one. The edits under the same number belong to it, unless it is a task's.
    #[serde(rename = "changeset.open")]
    Open(ChangeSetOpened),
    /// It has more proposals.
    #[serde(rename = "changeset.propose")]
    Propose(ChangeSetProposed),
    /// Proposals were carried out: the edits stand under the same number.
    #[serde(rename = "changeset.accept")]
    Accept(ChangeSetDone),
    #[serde(rename = "changeset.reject")]
    Reject(ChangeSetDone),
    /// Changes were taken back: the edits that do so stand under the same number.
    #[serde(rename = "changeset.revert")]
    Revert(ChangeSetDone),
}

/// A new change set.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ChangeSetOpened {
    pub(crate) id: ChangeSetId,
    pub(crate) origin: ChangeSetOrigin,
    pub(crate) mode: ChangeSetMode,
    pub(crate) state: ChangeSetState,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(crate) task_id: Option<Uuid>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(crate) reverts_id: Option<ChangeSetId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(crate) accepts_id: Option<ChangeSetId>,
}

/// Proposals that wait.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ChangeSetProposed {
    pub(crate) id: ChangeSetId,
    /// The numbers of the new items.
    pub(crate) items: Vec<u32>,
}

impl FeatureFamily for ChangeSetEvent {
    fn op(&self) -> &'static str {
        match self {
            Self::Open(_) => "changeset.open",
            Self::Propose(_) => "changeset.propose",
            Self::Accept(_) => "changeset.accept",
            Self::Reject(_) => "changeset.reject",
            Self::Revert(_) => "changeset.revert",
        }
    }

    /// What is proposed, and who did what together, is for members.
    fn visible_with(&self) -> Option<Resource> {
        match self {
            Self::Open(_)
            | Self::Propose(_)
            | Self::Accept(_)
            | Self::Reject(_)
            | Self::Revert(_) => Some(Resource::Members),
        }
    }
}

impl ChangeSetEvent {
    pub(crate) fn into_event(self) -> kernel::Result<Event> {
        let event = FeatureEvent::of(&self).map_err(kernel::Error::internal)?;
        Ok(event.into())
    }
}
