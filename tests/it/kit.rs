//! What tests use: a server of their own, callers, mails, and raw connections.

use std::time::Duration;

mod agents;
mod app;
pub(crate) mod asyncapi;
mod balancer;
mod cable;
mod client;
pub(crate) mod corrupt;
mod database;
mod factor;
mod fault_proxy;
pub(crate) mod files;
mod generating;
mod jobs;
mod listener;
mod mail;
mod outliving;
mod panics;
mod paths;
mod program;
mod provider;
mod push_service;
mod raw_socket;
mod redis;
mod replica;
mod serving;
mod socket;
mod tool_server;
mod web;

pub(crate) use app::{PASSWORD, TestApp, settings};
pub(crate) use balancer::Balancer;
pub(crate) use cable::Cable;
pub(crate) use client::{Answer, Client, parsed, text};
pub(crate) use database::{on_postgres, variable};
pub(crate) use factor::code;
pub(crate) use fault_proxy::{FaultProxy, Faults};
pub(crate) use generating::generated;
pub(crate) use listener::{Listener, node_data};
pub(crate) use mail::Mail;
pub(crate) use outliving::Outliving;
pub(crate) use paths::Paths;
pub(crate) use program::{MOST_MEMORY, Program, Serving, memory_kib, path as program_path};
pub(crate) use provider::{Beat, Provider, Reply};
pub(crate) use push_service::{Browser, PushService};
pub(crate) use raw_socket::{
    BINARY, CLOSE, CONTINUATION, Length, PING, PONG, RawSocket, Said, TEXT, WireFrame,
};
pub(crate) use redis::RedisServer;
pub(crate) use replica::Replica;
pub(crate) use socket::Socket;
pub(crate) use tool_server::{Does, ToolServer};
pub(crate) use web::{Stands, Web};

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

/// Waits for something that comes soon, or is a failure.
pub(crate) async fn patiently<T>(what: &str, coming: impl Future<Output = T>) -> T {
    let came = tokio::time::timeout(app::PATIENCE, coming).await;
    came.unwrap_or_else(|_| panic!("in vain waited for {what}"))
}

/// Whether the long forms of tests run.
pub(crate) fn long() -> bool {
    variable("TEST_LONG").is_some()
}
