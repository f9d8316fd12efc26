//! From what happened to who is told of it.

mod happening;
mod job;
mod reaction;
mod recipients;
mod scene;

pub(crate) use job::{key_refused, tell};
pub(crate) use reaction::notice;
