//! What tests use: a server of their own, callers, mails, and raw connections.

use std::time::Duration;

mod app;
mod client;
mod database;
mod factor;
mod mail;
mod panics;
mod program;
mod replica;
mod socket;

pub(crate) use app::{PASSWORD, TestApp};
pub(crate) use client::{Answer, Client, parsed, text};
pub(crate) use database::variable;
pub(crate) use factor::code;
pub(crate) use mail::Mail;
pub(crate) use program::Program;
pub(crate) use replica::Replica;
pub(crate) use socket::Socket;

/// Waits until something is so.
pub(crate) async fn until(what: &str, mut so: impl AsyncFnMut() -> bool) {
    let waiting = async {
        let mut tick = tokio::time::interval(Duration::from_millis(20));
        while !so().await {
            tick.tick().await;
        }
    };
    let waited = tokio::time::timeout(app::PATIENCE, waiting).await;
    assert!(waited.is_ok(), "in vain waited until {what}");
}

/// Whether the long forms of tests run.
pub(crate) fn long() -> bool {
    variable("TEST_LONG").is_some()
}
