//! Who calls.

use kernel::{
    ApiTokenId, Error, Permission, Relation, Result, Scopes, SessionId, UserId, Verdict, policy,
};
use uuid::Uuid;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Credential {
    Session(SessionId),
    Token(ApiTokenId),
    /// The server itself acts for the person.
    Internal,
}

impl Credential {
    #[must_use]
    pub fn uuid(self) -> Option<Uuid> {
        match self {
            Self::Session(id) => Some(id.uuid()),
            Self::Token(id) => Some(id.uuid()),
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
