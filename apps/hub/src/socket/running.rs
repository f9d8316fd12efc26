//! Operations of a socket that are being carried out.

use futures::future::BoxFuture;
use kernel::{OpId, ProjectId, Result};
use platform::ops::OpDone;

pub(super) type Running = BoxFuture<'static, Done>;

pub(super) struct Done {
    pub(super) id: OpId,
    pub(super) project: ProjectId,
    pub(super) outcome: Result<OpDone>,
}
