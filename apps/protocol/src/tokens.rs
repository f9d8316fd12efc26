//! API tokens: a program acts as its owner, within scopes.

use kernel::{ApiTokenId, Scope};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::values::{Timestamp, TokenName};

pub const TOKENS_PER_USER_MAX: usize = 100;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TokenView {
    pub id: ApiTokenId,
    pub name: String,
    /// The first characters, to tell tokens apart.
    pub hint: String,
    pub scopes: Vec<Scope>,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
    pub last_used_at: Option<Timestamp>,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CreateToken {
    pub name: TokenName,
    /// What it may do. Nothing is given by default.
    #[schema(max_items = 8)]
    pub scopes: Vec<Scope>,
    /// 90 days from now if left out, 366 days at most.
    #[serde(default)]
    pub expires_at: Option<Timestamp>,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct NewToken {
    #[serde(flatten)]
    pub view: TokenView,
    /// Shown this once.
    pub token: String,
}
