//! Who does something.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// What kind of thing acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum ActorKind {
    /// A person in a session.
    User,
    /// A program with a person's API token.
    Token,
    /// An agent that is a member of the project.
    Agent,
    /// The server itself.
    System,
}

/// Who does something: the kind, the account behind it, and the name others see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    pub kind: ActorKind,
    pub id: Uuid,
    pub name: String,
}
