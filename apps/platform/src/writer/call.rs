//! Who asks for what, and what they are answered.

use std::sync::Arc;

use kernel::{ProjectId, UserId};
use protocol::events::LoggedEvent;

use crate::{principal::Principal, request::RequestInfo};

/// What a command is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Subject {
    Project(ProjectId),
    Account(UserId),
    /// The server's own bookkeeping.
    Server,
}

/// Who asks, and through which request.
#[derive(Clone, Debug)]
pub struct Caller {
    pub principal: Principal,
    pub request: RequestInfo,
}

impl Caller {
    pub(super) fn server() -> Self {
        Self {
            principal: Principal::System,
            request: RequestInfo::default(),
        }
    }
}

/// What became of a command.
#[derive(Debug)]
pub struct Receipt<T> {
    pub output: T,
    /// What happened; `None` when nothing had to change.
    pub committed: Option<Arc<LoggedEvent>>,
    /// Where the project's log ended after this; 0 for what is about no project.
    pub head: i64,
}
