//! Who is in a project.

use kernel::UserId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{frames::Cursor, values::Timestamp};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SessionHere {
    pub user_id: UserId,
    /// The name others see.
    pub name: String,
    pub avatar: Option<String>,
    pub is_active: bool,
    pub joined_at: Timestamp,
    /// Noted every 20 s.
    pub last_seen: Timestamp,
    /// Where they were when they last left; where they are now is told over the socket.
    pub cursor: Option<Cursor>,
}
