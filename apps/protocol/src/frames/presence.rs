//! Who is here, and where: the newest of each field, and nothing is kept.

use std::sync::Arc;

use kernel::{NodeId, ProjectId, UserId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::values::Coordinate;

pub const SELECTION_IDS_MAX: usize = 200;
/// More of what somebody types is nobody's business before it is saved.
pub const TYPING_CHARS_MAX: usize = 200;

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Cursor {
    pub x: Coordinate,
    pub y: Coordinate,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub node_id: Option<NodeId>,
}

/// The part of the canvas that somebody has on their screen.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Sight {
    pub x: Coordinate,
    pub y: Coordinate,
    pub width: Coordinate,
    pub height: Coordinate,
}

/// What one person changed; what is left out stays.
#[derive(Clone, Debug, Default, PartialEq, ToSchema)]
pub struct PresenceUpdate {
    /// Null when the pointer has left.
    pub cursor: Option<Option<Cursor>>,
    #[schema(nullable = false, max_items = 200)]
    pub selection: Option<Vec<NodeId>>,
    /// Null when nothing is edited any more.
    pub editing: Option<Option<NodeId>>,
    /// Null when the canvas is not looked at.
    pub view: Option<Option<Sight>>,
    /// The line that is being typed.
    #[schema(value_type = Option<String>, max_length = 200)]
    pub typing: Option<Option<Arc<str>>>,
}

/// One socket of one person in a project: all of it, or what changed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Peer {
    /// The socket's number.
    pub s: u64,
    /// Who it is; told once, like the name and the colour.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub u: Option<UserId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, nullable = false)]
    pub name: Option<Arc<str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, nullable = false)]
    pub color: Option<Arc<str>>,
    #[serde(
        default,
        with = "::serde_with::rust::double_option",
        skip_serializing_if = "Option::is_none"
    )]
    pub cursor: Option<Option<Cursor>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub selection: Option<Vec<NodeId>>,
    #[serde(
        default,
        with = "::serde_with::rust::double_option",
        skip_serializing_if = "Option::is_none"
    )]
    pub editing: Option<Option<NodeId>>,
    #[serde(
        default,
        with = "::serde_with::rust::double_option",
        skip_serializing_if = "Option::is_none"
    )]
    pub view: Option<Option<Sight>>,
    #[serde(
        default,
        with = "::serde_with::rust::double_option",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(value_type = Option<String>)]
    pub typing: Option<Option<Arc<str>>>,
}

impl Peer {
    /// Takes over what `change` holds.
    pub fn merge(&mut self, change: Self) {
        fn newer<T>(kept: &mut Option<T>, new: Option<T>) {
            if new.is_some() {
                *kept = new;
            }
        }
        let Self {
            s: _,
            u,
            name,
            color,
            cursor,
            selection,
            editing,
            view,
            typing,
        } = change;
        newer(&mut self.u, u);
        newer(&mut self.name, name);
        newer(&mut self.color, color);
        newer(&mut self.cursor, cursor);
        newer(&mut self.selection, selection);
        newer(&mut self.editing, editing);
        newer(&mut self.view, view);
        newer(&mut self.typing, typing);
    }
}

/// Who is where in a project: what changed. Everyone hears the same, so one's own socket is among
/// the peers.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct PresenceFrame {
    pub project: ProjectId,
    pub peers: Vec<Peer>,
    /// The numbers of the sockets that have left.
    pub left: Vec<u64>,
    /// These are all: whoever is not named is not here.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub full: bool,
}
