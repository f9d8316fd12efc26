//! What sockets need of the features, handed in by the server: the hub names none of them.

use std::sync::Arc;

use futures::future::BoxFuture;
use kernel::{ProjectId, Result, SessionId, UserId};
use platform::{Ctx, Platform};
use protocol::graph::GraphView;

type Soon<T> = BoxFuture<'static, Result<T>>;

#[derive(Clone, Copy, Debug)]
pub struct Features {
    /// Takes a ticket in: whose it is, and of which session.
    pub redeem: fn(Arc<Platform>, String) -> Soon<(UserId, SessionId)>,
    /// Reads a project whole, at one moment.
    pub snapshot: fn(Ctx, ProjectId) -> Soon<GraphView>,
}
