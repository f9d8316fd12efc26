//! Members of a project and their roles.

use kernel::{Role, UserId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::values::{Email, Timestamp};

pub const MEMBERS_PER_PROJECT_MAX: usize = 1_000;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MemberView {
    pub user_id: UserId,
    pub role: Role,
    /// The name others see.
    pub name: String,
    pub email: String,
    pub avatar: Option<String>,
    pub joined_at: Timestamp,
}

/// Who becomes a member: by `email` or by `userId`, one of the two. Where addresses must be confirmed
/// nobody is added by `email`, which is 404 whoever has it: send an invitation instead.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AddMember {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<Email>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_id: Option<UserId>,
    pub role: Role,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PatchMember {
    pub role: Role,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UpdateMember {
    pub user_id: UserId,
    pub role: Role,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MemberRef {
    pub user_id: UserId,
}
