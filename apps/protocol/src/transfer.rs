//! Giving a project to another member, who has to agree.

use kernel::{ProjectId, UserId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::values::Timestamp;

#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OfferTransfer {
    /// The member who becomes the owner by accepting; the old owner becomes an admin.
    pub user_id: UserId,
}

/// An offer that waits for its answer.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TransferView {
    pub project_id: ProjectId,
    /// Who may accept it.
    pub user_id: UserId,
    pub offered_by: UserId,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
}
