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
    /// What the mail says to open. Shown to those who may invite, where addresses need not be
    /// confirmed: there no mail may arrive, and they pass it on themselves.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
}

/// An invitation, as the person sees it who is invited.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReceivedInvitation {
    pub id: InvitationId,
    pub project_id: ProjectId,
    pub project_name: String,
    pub role: Role,
    /// The name of whoever invites.
    pub invited_by: String,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CreateInvitation {
    pub email: Email,
    #[serde(default)]
    #[schema(default = "MEMBER")]
    pub role: Role,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Accepted {
    pub project_id: ProjectId,
    pub role: Role,
}
