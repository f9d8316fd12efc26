//! Commands that wait.

use super::{
    call::{Caller, Subject},
    command::Work,
};
use crate::request::OpKey;

/// A command that waits, with whoever asked for it.
pub(super) struct QueuedCommand {
    pub(super) subject: Subject,
    pub(super) caller: Caller,
    pub(super) op: Option<OpKey>,
    pub(super) work: Box<dyn Work>,
    /// How much it looked at when it ran last.
    pub(super) visits: u64,
}
