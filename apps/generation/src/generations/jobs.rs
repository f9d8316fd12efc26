//! Running a generation: under a lease, outside of any transaction, with a short write at each end.

mod asking;
mod held;
mod writing;

use entity::{enums, generation};
use kernel::{Error, GenerationId, NodeId, Result, error::chain};
use platform::{Command, Ctx, JobContext, Platform, ProjectCommand, Write, db, jobs::Lease};
use protocol::events::Event;
use sea_orm::{ActiveValue::Set, EntityTrait};
use std::{sync::Arc, time::Duration};

use super::{
    cancels::Cancels,
    commands::planned,
    end::{End, Ending, end, running},
    queue::RunGeneration,
    summary,
};
use crate::{
    budgets::{self, Amount},
    context::{ModelRequest, Parameters},
    setup::Setup,
};
use asking::{ask, interrupted};
use held::Run;

/// A run whose workers were lost this often before a word came is given up.
const ATTEMPTS_MAX: i32 = 3;
/// The end of a run is worth waiting for a database that is away.
const END_TRIES_MAX: u32 = 60;
const END_TRY_AGAIN: Duration = Duration::from_millis(500);

pub(crate) async fn run(job: RunGeneration, context: JobContext) -> Result<()> {
    let Some(run) = take(job, &context).await? else {
        return Ok(());
    };
    let cancels = run.platform.feature::<Cancels>();
    let cancelled = cancels.register(run.id());
    let end = tokio::select! {
        end = ask(&run) => end,
        // Whoever cancelled it has said so already.
        () = cancelled.cancelled() => Ok(None),
    };
    cancels.forget(run.id());
    match end? {
        Some(end) => put_end(&run, end).await,
        None => settle(&run).await,
    }
}

/// The server itself: who asked was checked when they asked.
fn server(platform: &Arc<Platform>) -> Ctx {
    Ctx::server(platform.clone())
}

/// Begins the run, unless it is over. One that had begun to write when its worker was lost ends with
/// what it has: asked again, a model says something else, and costs again.
async fn take(job: RunGeneration, context: &JobContext) -> Result<Option<Run>> {
    let take = Take {
        generation: job.generation,
        lease: context.lease,
        attempt: context.attempt,
    };
    let receipt = server(&context.platform).write(job.project, take).await?;
    Ok(receipt.output.map(|row| Run {
        platform: context.platform.clone(),
        lease: context.lease,
        project: job.project,
        row,
    }))
}

#[derive(Debug)]
struct Take {
    generation: GenerationId,
    lease: Lease,
    attempt: i32,
}

impl Command for Take {
    type Output = Option<generation::Model>;

    async fn apply(&self, write: &mut Write) -> Result<Option<generation::Model>> {
        let lease = self.lease;
        let attempt = self.attempt;
        write.unrecorded("that it was asked for is in the log; this is how far it is");
        if !lease.is_held(write).await? {
            return Ok(None);
        }
        let Some(row) = running(write, self.generation).await? else {
            lease.finish(write).await?;
            return Ok(None);
        };
        let had_begun = row.state == enums::RunState::Running;
        if had_begun && (row.chunks > 0 || attempt > ATTEMPTS_MAX) {
            Box::pin(end(write, row, End::without_text(interrupted()))).await?;
            lease.finish(write).await?;
            return Ok(None);
        }
        let mut change = generation::ActiveModel {
            project_id: Set(row.project_id),
            id: Set(row.id),
            state: Set(enums::RunState::Running),
            started_at: Set(Some(write.now())),
            ..Default::default()
        };
        if let Some(amount) = grown(write, &row).await? {
            change.reserved_tokens = Set(amount.tokens);
            change.reserved_nanos = Set(amount.nanos);
        }
        let row = generation::Entity::update(change)
            .exec(write.conn().await?)
            .await
            .map_err(db)?;
        Ok(Some(row))
    }
}

impl ProjectCommand for Take {
    fn replay(&self, _event: &Event) -> Result<Option<generation::Model>> {
        Err(Error::OpReused)
    }
}

/// What has to be reserved now, if its context has grown since the run was asked for.
async fn grown(write: &mut Write, row: &generation::Model) -> Result<Option<Amount>> {
    // A run that cannot begin ends where it asks.
    let Some(model) = Setup::of(write)?.catalog.find(&row.model) else {
        return Ok(None);
    };
    let asked = ModelRequest::of(&model, Parameters::of_attempt(row));
    let node = NodeId::from_uuid(row.node_id);
    match planned(write, node, row.requested_by.into(), &asked).await {
        Ok(plan) => budgets::reserve_more(write, row, plan.tokens).await,
        Err(Error::ContextTooLarge { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Writes the end of the run, its event and the end of the job, all at once.
async fn put_end(run: &Run, with: End) -> Result<()> {
    let mut tries = 0;
    loop {
        let end = PutEnd {
            lease: run.lease,
            id: run.id(),
            with: with.clone(),
        };
        let stored = server(&run.platform).write(run.project, end).await;
        tries += 1;
        match stored {
            Err(error @ (Error::Unavailable(_) | Error::Busy)) if tries < END_TRIES_MAX => {
                tracing::warn!(
                    error = chain(&error),
                    "The end of generation {} waits",
                    run.id()
                );
                tokio::time::sleep(END_TRY_AGAIN).await;
            }
            stored => return stored.map(drop),
        }
    }
}

#[derive(Debug)]
struct PutEnd {
    lease: Lease,
    id: GenerationId,
    with: End,
}

impl Command for PutEnd {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        let lease = self.lease;
        let id = self.id;
        let with = &self.with;
        // A worker that lost its lease has nothing to say; the fence decides.
        if !lease.is_held(write).await? {
            return Ok(());
        }
        match running(write, id).await? {
            Some(row) => {
                let node = row.node_id;
                Box::pin(end(write, row, with.clone())).await?;
                queue_summary(write, node.into(), id, with).await?;
            }
            None => write.unrecorded("the run was ended by somebody else"),
        }
        lease.finish(write).await
    }
}

impl ProjectCommand for PutEnd {
    fn replay(&self, _event: &Event) -> Result<()> {
        Err(Error::OpReused)
    }
}

/// Has a whole answer summarised by the model that gave it, if that is set up.
async fn queue_summary(
    write: &mut Write,
    node: NodeId,
    id: GenerationId,
    with: &End,
) -> Result<()> {
    let Some(answered) = &with.answered else {
        return Ok(());
    };
    let asked = &answered.sent.asked;
    let model = Setup::of(write)?.catalog.find(&asked.model);
    let is_whole = matches!(with.ending, Ending::Completed);
    if let Some(model) = model.filter(|model| is_whole && summary::is_asked(model)) {
        summary::keep_reserved(write, id, &model, asked.max_tokens).await?;
        let summarise = summary::Summarise {
            project: write.project_id()?,
            node,
            generation: id,
            model: asked.model.clone(),
        };
        write.enqueue(&summarise)?;
    }
    Ok(())
}

/// Ends the job of a run that somebody else ended.
async fn settle(run: &Run) -> Result<()> {
    run.platform
        .writer
        .housekeep(Settle { lease: run.lease })
        .await
}

struct Settle {
    lease: Lease,
}

impl Command for Settle {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        write.unrecorded("the run was ended by somebody else");
        self.lease.finish(write).await
    }
}
