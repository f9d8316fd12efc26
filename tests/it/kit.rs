//! What tests use: a server of their own, callers, mails, and raw connections.

mod app;
mod client;
mod database;
mod mail;
mod panics;

pub(crate) use app::TestApp;
pub(crate) use client::text;
pub(crate) use database::variable;
