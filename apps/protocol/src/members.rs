//! Members of a project and their roles.

use kernel::{Role, UserId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::values::Timestamp;

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

/// Who becomes a member. Whoever knows only somebody's address sends an invitation: its answer is the
/// same whether or not there is such an account.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AddMember {
    pub user_id: UserId,
    #[serde(default)]
    #[schema(default = "MEMBER")]
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
