//! Operations of a socket: read strictly, carried out in their order, answered as they end.

use std::pin::Pin;

use futures::{FutureExt, future::BoxFuture};
use http::extract;
use kernel::{Error, Result};
use platform::{
    Ctx,
    ops::{self, OpDone},
};
use protocol::{
    frames::{Ack, OpFrame, ServerFrame},
    ops::{Batch, BatchDone},
};
use serde_json::json;

use super::{
    link::{Link, say},
    live::Live,
    nack::refusal,
    running::{Done, Running},
};
use crate::channel::ChannelMessage;

impl Live {
    pub(super) fn run_op(&mut self, link: &mut Link, frame: &OpFrame<'_>) {
        let (id, project) = (frame.id, frame.project);
        let ctx = self.person.ctx.clone();
        let read = self.admit().and_then(|()| carry_out(ctx, frame));
        let carrying_out = match read {
            Ok(carrying_out) => carrying_out,
            Err(error) => {
                say(
                    link,
                    &ServerFrame::Nack(refusal(Some(id), Some(project), &error)),
                );
                return;
            }
        };
        let mut running: Running = Box::pin(carrying_out.map(move |outcome| Done {
            id,
            project,
            outcome,
        }));
        // The first poll puts it into the project's queue, behind those that came before it.
        match Pin::new(&mut running).now_or_never() {
            Some(done) => self.answer(link, done),
            None => self.running.push(running),
        }
    }

    /// Takes one of the operations that a socket may ask for.
    pub(super) fn admit(&mut self) -> Result<()> {
        match self.ops.as_mut().map(|budget| budget.take(self.heard_at)) {
            Some(Err(retry_after)) => Err(Error::RateLimited { retry_after }),
            Some(Ok(())) | None => Ok(()),
        }
    }

    pub(super) fn answer(&mut self, link: &mut Link, done: Done) {
        let Done {
            id,
            project,
            outcome,
        } = done;
        match outcome {
            Ok(OpDone { seq, data }) => say(link, &ServerFrame::Ack(Ack { id, seq, data })),
            Err(error) => {
                let is_hidden = matches!(error, Error::NotFound("project"));
                say(
                    link,
                    &ServerFrame::Nack(refusal(Some(id), Some(project), &error)),
                );
                if let Some(channel) = self.channels.get(&project).filter(|_| is_hidden) {
                    // A channel with a full mailbox finds out from the log.
                    let _ = channel.try_send(ChannelMessage::CheckAccess);
                }
            }
        }
    }
}

/// Reads an operation, or a batch of them, and says how it is carried out. Those of one socket are
/// carried out in the order in which these futures are first polled.
fn carry_out(ctx: Ctx, frame: &OpFrame<'_>) -> Result<BoxFuture<'static, Result<OpDone>>> {
    let (id, project) = (frame.id, frame.project);
    let data = frame.data.get().as_bytes();
    if frame.op == "batch" {
        let batch: Batch = extract::parse(data)?;
        return Ok(Box::pin(async move {
            let BatchDone { seq, results } = ops::batch(&ctx, project, Some(id), batch).await?;
            let data = Some(json!({ "results": results }));
            Ok(OpDone { seq, data })
        }));
    }
    let known = ctx.platform.features().ops();
    let op = known
        .read(&frame.op, Some(id), extract::parse(data)?)
        .map_err(|detail| Error::invalid("/data", detail))?;
    Ok(Box::pin(
        async move { ops::submit(&ctx, project, id, op).await },
    ))
}
