//! Who has a password hashed.

use kernel::UserId;

/// Whose request it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Who {
    /// Somebody of whom nothing is proved.
    Network(u128),
    Person(UserId),
}

/// Who has a password hashed, and what for.
#[derive(Clone, Copy, Debug)]
pub struct Asker {
    pub(super) who: Who,
    pub(super) logs_in: bool,
}

impl Asker {
    /// Somebody who logs in, from this network.
    #[must_use]
    pub fn login(network: u128) -> Self {
        Self {
            who: Who::Network(network),
            logs_in: true,
        }
    }

    /// Somebody without an account who does something else, such as registering.
    #[must_use]
    pub fn stranger(network: u128) -> Self {
        Self {
            who: Who::Network(network),
            logs_in: false,
        }
    }

    /// Somebody whose account is known: who is logged in, or holds what was mailed to them.
    #[must_use]
    pub fn person(user: UserId) -> Self {
        Self {
            who: Who::Person(user),
            logs_in: false,
        }
    }
}
