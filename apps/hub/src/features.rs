//! What sockets need of the features, handed in by the server: the hub names none of them.

use std::sync::Arc;

use futures::future::BoxFuture;
use kernel::{OpId, ProjectId, Result, SessionId, UserId};
use platform::{Ctx, Platform};
use protocol::{
    frames::GenerationSoFar,
    graph::GraphView,
    ops::{Batch, Op},
};
use serde_json::Value;

/// An operation as it comes over a socket.
#[derive(Debug)]
pub enum Operation {
    One(Op),
    Batch(Batch),
}

/// What became of it.
#[derive(Debug)]
pub struct OpDone {
    pub seq: i64,
    pub data: Option<Value>,
}

type Soon<T> = BoxFuture<'static, Result<T>>;

#[derive(Clone, Copy, Debug)]
pub struct Features {
    /// Takes a ticket in: whose it is, and of which session.
    pub redeem: fn(Arc<Platform>, String) -> Soon<(UserId, SessionId)>,
    /// Reads a project whole, at one moment.
    pub snapshot: fn(Ctx, ProjectId) -> Soon<GraphView>,
    /// All generations of a project that wait or run, as they were last checkpointed.
    pub drafts: fn(Arc<Platform>, ProjectId) -> Soon<Vec<GenerationSoFar>>,
    /// Carries out an operation. Those of one socket are carried out in the order in which these
    /// futures are first polled.
    pub carry_out: fn(Ctx, ProjectId, OpId, Operation) -> Soon<OpDone>,
}
