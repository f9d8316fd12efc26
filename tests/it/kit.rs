//! What tests use: a server of their own, callers, mails, and raw connections.

mod app;
mod client;
mod database;
mod factor;
mod mail;
mod panics;

pub(crate) use app::{PASSWORD, TestApp};
pub(crate) use client::{Answer, Client, parsed, text};
pub(crate) use database::variable;
pub(crate) use factor::code;

/// Whether the long forms of tests run.
pub(crate) fn long() -> bool {
    variable("TEST_LONG").is_some()
}
