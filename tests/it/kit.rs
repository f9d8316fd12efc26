//! What tests use: a server of their own, callers, mails, and raw connections.

mod app;
mod client;
mod database;
mod mail;
mod panics;

pub(crate) use app::TestApp;
pub(crate) use client::{Client, parsed, text};
pub(crate) use database::variable;

/// Whether the long forms of tests run.
pub(crate) fn long() -> bool {
    variable("TEST_LONG").is_some()
}
