//! Who calls.

use kernel::{
    AgentId, ApiTokenId, Error, Permission, Relation, Result, Scopes, SessionId, TaskId, UserId,
    Verdict, policy,
};
use uuid::Uuid;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Credential {
    Session(SessionId),
    Token(ApiTokenId),
    /// An agent acts in the person's name while it does a task of theirs. How far that goes is its place in the project.
    Agent {
        agent: AgentId,
        task: TaskId,
    },
    /// The server itself acts for the person.
    Internal,
}

impl Credential {
    #[must_use]
    pub fn uuid(self) -> Option<Uuid> {
        match self {
            Self::Session(id) => Some(id.uuid()),
            Self::Token(id) => Some(id.uuid()),
            Self::Agent { task, .. } => Some(task.uuid()),
            Self::Internal => None,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Principal {
    Anonymous,
    User {
        id: UserId,
        credential: Credential,
        scopes: Scopes,
    },
    /// The server, for its own housekeeping.
    System,
}

impl Principal {
    #[must_use]
    pub fn internal(id: UserId) -> Self {
        Self::User {
            id,
            credential: Credential::Internal,
            scopes: Scopes::UNLIMITED,
        }
    }

    #[must_use]
    pub fn user_id(&self) -> Option<UserId> {
        match self {
            Self::User { id, .. } => Some(*id),
            Self::Anonymous | Self::System => None,
        }
    }

    /// An agent that acts in somebody's name, who pays for it.
    #[must_use]
    pub fn agent(agent: AgentId, task: TaskId, user: UserId) -> Self {
        Self::User {
            id: user,
            credential: Credential::Agent { agent, task },
            scopes: Scopes::UNLIMITED,
        }
    }

    /// Which agent it is, and which task it does, if it is one.
    #[must_use]
    pub fn agent_and_task(&self) -> Option<(AgentId, TaskId)> {
        match self {
            Self::User {
                credential: Credential::Agent { agent, task },
                ..
            } => Some((*agent, *task)),
            Self::User { .. } | Self::Anonymous | Self::System => None,
        }
    }

    /// Who is seen to act: the agent, or whoever it is.
    #[must_use]
    pub fn actor_id(&self) -> Option<Uuid> {
        let agent = self.agent_and_task().map(|(agent, _)| agent.uuid());
        agent.or_else(|| self.user_id().map(UserId::uuid))
    }

    #[must_use]
    pub fn scopes(&self) -> Scopes {
        match self {
            Self::User { scopes, .. } => *scopes,
            Self::Anonymous | Self::System => Scopes::UNLIMITED,
        }
    }
}

impl Principal {
    /// What someone hears of a project that does not exist for them.
    #[must_use]
    pub fn hidden_project(&self) -> Error {
        match self {
            Self::Anonymous => Error::Unauthenticated,
            Self::User { .. } | Self::System => Error::NotFound("project"),
        }
    }

    /// Turns the table's verdict into an answer.
    pub(crate) fn judge(&self, relation: Relation, permission: Permission) -> Result<()> {
        match policy::decide(relation, self.scopes(), permission) {
            Verdict::Allowed => Ok(()),
            Verdict::Hidden => Err(self.hidden_project()),
            Verdict::OutOfScope(scope) => Err(Error::InsufficientScope(scope)),
            Verdict::Forbidden if *self == Self::Anonymous => Err(Error::Unauthenticated),
            Verdict::Forbidden => Err(Error::Forbidden(match relation {
                Relation::Member(role) => {
                    format!(
                        "your role in this project ({role:?}) does not allow {permission}; ask its owner"
                    )
                }
                Relation::Public | Relation::Stranger | Relation::Operator => {
                    "this project is open for reading only; ask its owner to add you".to_owned()
                }
            })),
        }
    }
}
