//! Who is in a project.

use kernel::{NodeId, UserId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    frames::Cursor,
    values::{Coordinate, Timestamp},
};

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
    /// Where they were last seen to point, noted every 20 s and when they leave; where they point this very moment is
    /// told over the socket.
    pub cursor: Option<SessionCursor>,
}

/// Where somebody pointed, and when that was noted.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SessionCursor {
    pub x: Coordinate,
    pub y: Coordinate,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub node_id: Option<NodeId>,
    pub timestamp: Timestamp,
}

impl SessionCursor {
    #[must_use]
    pub fn noted(cursor: Cursor, timestamp: Timestamp) -> Self {
        let Cursor { x, y, node_id } = cursor;
        Self {
            x,
            y,
            node_id,
            timestamp,
        }
    }
}
