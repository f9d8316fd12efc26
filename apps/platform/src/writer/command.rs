//! Commands: values that change something when they are applied.

use std::sync::Arc;

use futures::future::BoxFuture;
use kernel::{Error, Result};
use protocol::events::{Event, LoggedEvent};
use tokio::sync::oneshot;

use super::{call::Receipt, write::Write};

/// A change, with all that it needs in named fields.
///
/// It may be applied more than once, always on a fresh transaction: it first checks, then writes rows,
/// then emits its event.
pub trait Command: Send + Sync + 'static {
    type Output: Send + 'static;

    fn apply(&self, write: &mut Write) -> impl Future<Output = Result<Self::Output>> + Send;
}

/// A command that changes a project, and so can be sent again.
pub trait ProjectCommand: Command {
    /// What to answer a resend, told from the event of the first time. What followed from the
    /// command stands after what it did itself, in one batch (`event.parts()`).
    fn replay(&self, event: &Event) -> Result<Self::Output>;
}

/// A command without its types.
pub(super) trait Work: Send {
    /// Applies it, maybe again: what an earlier run returned is forgotten.
    fn run<'w>(&'w mut self, write: &'w mut Write) -> BoxFuture<'w, Result<()>>;
    /// Tells the caller what became of it.
    fn answer(self: Box<Self>, outcome: Result<Done>);
}

/// What became of a command, before its own output is put back in.
#[derive(Debug)]
pub(super) enum Done {
    Now {
        committed: Option<Arc<LoggedEvent>>,
        head: i64,
    },
    Before(Arc<LoggedEvent>),
}

type Answer<T> = oneshot::Receiver<Result<Receipt<T>>>;

pub(super) struct Typed<C: Command> {
    command: C,
    output: Option<C::Output>,
    replay: fn(&C, &Event) -> Result<C::Output>,
    reply: oneshot::Sender<Result<Receipt<C::Output>>>,
}

impl<C: Command> Typed<C> {
    /// A command that is never known under an op id.
    pub(super) fn once(command: C) -> (Box<dyn Work>, Answer<C::Output>) {
        Self::queued(command, |_, _| {
            Err(Error::internal("a command without an op id was replayed"))
        })
    }

    fn queued(
        command: C,
        replay: fn(&C, &Event) -> Result<C::Output>,
    ) -> (Box<dyn Work>, Answer<C::Output>) {
        let (reply, answer) = oneshot::channel();
        let work = Self {
            command,
            output: None,
            replay,
            reply,
        };
        (Box::new(work), answer)
    }
}

impl<C: ProjectCommand> Typed<C> {
    pub(super) fn replayable(command: C) -> (Box<dyn Work>, Answer<C::Output>) {
        Self::queued(command, C::replay)
    }
}

impl<C: Command> Work for Typed<C> {
    fn run<'w>(&'w mut self, write: &'w mut Write) -> BoxFuture<'w, Result<()>> {
        let Self {
            command, output, ..
        } = self;
        *output = None;
        Box::pin(async move {
            *output = Some(command.apply(write).await?);
            Ok(())
        })
    }

    fn answer(self: Box<Self>, outcome: Result<Done>) {
        let Self {
            command,
            output,
            replay,
            reply,
        } = *self;
        let receipt = outcome.and_then(|done| match done {
            Done::Now { committed, head } => Ok(Receipt {
                output: output.ok_or_else(|| Error::internal("a command without an output"))?,
                committed,
                head,
            }),
            Done::Before(event) => Ok(Receipt {
                output: replay(&command, &event.event)?,
                head: event.seq,
                committed: Some(event),
            }),
        });
        // The caller may have gone away; what it asked for is done all the same.
        let _ = reply.send(receipt);
    }
}
