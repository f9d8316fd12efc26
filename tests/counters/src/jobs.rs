//! Celebrating round numbers, later.

use futures::future::BoxFuture;
use kernel::{Error, ProjectId, Result};
use platform::{Ctx, Principal, RequestInfo, jobs::Job};
use serde::Deserialize;

use crate::commands::Celebrate;

pub(crate) const CELEBRATE: &str = "counter.celebrate";
/// Which numbers are round.
pub(crate) const EVERY: i64 = 10;

#[derive(Deserialize)]
struct Payload {
    project: ProjectId,
}

pub(crate) fn celebrate(job: Job) -> BoxFuture<'static, Result<()>> {
    Box::pin(async move {
        let Payload { project } = serde_json::from_value(job.payload).map_err(Error::internal)?;
        let ctx = Ctx::new(job.platform, Principal::System, RequestInfo::default());
        ctx.write(project, Celebrate).await.map(drop)
    })
}
