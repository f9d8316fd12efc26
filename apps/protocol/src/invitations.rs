//! Invitations: membership for people who have no account yet.

use kernel::{InvitationId, ProjectId, Role};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::values::{Email, Timestamp};

pub const INVITATIONS_PER_PROJECT_MAX: usize = 200;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct InvitationView {
    pub id: InvitationId,
    pub email: String,
    pub role: Role,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CreateInvitation {
    pub email: Email,
    pub role: Role,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Accepted {
    pub project_id: ProjectId,
    pub role: Role,
}
