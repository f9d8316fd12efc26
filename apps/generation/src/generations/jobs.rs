//! Running a generation: under a lease, outside of any transaction, with a short write at each end.

mod writing;

use entity::{enums, generation};
use futures::future::BoxFuture;
use kernel::{Error, GenerationId, Need, NodeId, ProjectId, Result, error::chain};
use platform::{
    Ctx, Platform, Principal, RequestInfo, Write,
    bus::{EphemeralKind, Topic},
    db,
    jobs::{Job, Lease},
};
use protocol::generations::{RunError, TokenCounts};
use sea_orm::{ActiveValue::Set, EntityTrait, QuerySelect};
use serde::Deserialize;
use serde_json::json;
use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use super::{
    end::{Answered, End, Ending, end, running},
    stream::Cancels,
    summary,
};
use crate::{
    context::{Asked, Assembled, assemble},
    providers::{
        Asking, Failure, FailureKind, Model, Prompt, Unanswered, Unasked, Usage, estimate,
    },
    setup::Setup,
};
use writing::{Over, Written, write_down};

/// Runs one generation.
pub(crate) const RUN: &str = "generation.run";
/// A run whose workers were lost this often before a word came is given up.
const ATTEMPTS_MAX: i32 = 3;
/// The end of a run is worth waiting for a database that is away.
const END_TRIES_MAX: u32 = 60;
const END_TRY_AGAIN: Duration = Duration::from_millis(500);
/// How soon a run is felt to have been ended elsewhere.
const LOOK_EVERY: Duration = Duration::from_secs(1);

#[derive(Clone, Copy, Debug, Deserialize)]
struct Payload {
    project: ProjectId,
    generation: GenerationId,
}

/// One run in the hands of this worker.
pub(super) struct Run {
    platform: Arc<Platform>,
    lease: Lease,
    project: ProjectId,
    row: generation::Model,
}

impl Run {
    fn id(&self) -> GenerationId {
        GenerationId::from_uuid(self.row.id)
    }
}

pub(crate) fn run(job: Job) -> BoxFuture<'static, Result<()>> {
    Box::pin(async move {
        let Some(run) = take(&job).await? else {
            return Ok(());
        };
        let cancels = run.platform.feature::<Cancels>();
        let cancelled = cancels.register(run.id());
        let end = tokio::select! {
            end = ask(&run) => end,
            // Whoever cancelled it has said so already.
            () = cancelled.cancelled() => Ok(None),
            () = ended_elsewhere(&run) => Ok(None),
        };
        cancels.forget(run.id());
        match end? {
            Some(end) => {
                put_end(&run, end.clone()).await?;
                tell_owner(&run, &end).await;
                Ok(())
            }
            None => settle(&run).await,
        }
    })
}

/// Waits until the run was ended in another process. While its model says nothing there is no draft
/// to keep by which it would find out.
async fn ended_elsewhere(run: &Run) {
    loop {
        tokio::time::sleep(LOOK_EVERY).await;
        // What cannot be read now may be going on.
        if matches!(is_running(run).await, Ok(false)) {
            return;
        }
    }
}

async fn is_running(run: &Run) -> Result<bool> {
    let state = generation::Entity::find_by_id((run.row.project_id, run.row.id))
        .select_only()
        .column(generation::Column::State)
        .into_tuple::<enums::RunState>()
        .one(run.platform.database.reader())
        .await
        .map_err(db)?;
    Ok(state == Some(enums::RunState::Running))
}

/// The server itself: who asked was checked when they asked.
fn server(platform: &Arc<Platform>) -> Ctx {
    Ctx::new(platform.clone(), Principal::System, RequestInfo::default())
}

/// Begins the run, unless it is over. One that had begun to write when its worker was lost ends with
/// what it has: asked again, a model says something else, and costs again.
async fn take(job: &Job) -> Result<Option<Run>> {
    let payload: Payload = serde_json::from_value(job.payload.clone()).map_err(Error::internal)?;
    let input = (payload, job.lease, job.attempt);
    let receipt = server(&job.platform)
        .write(
            payload.project,
            None,
            input,
            |write, (payload, lease, attempt)| {
                Box::pin(apply_take(write, *payload, *lease, *attempt))
            },
        )
        .await?;
    Ok(receipt.value.flatten().map(|row| Run {
        platform: job.platform.clone(),
        lease: job.lease,
        project: payload.project,
        row,
    }))
}

async fn apply_take(
    write: &mut Write,
    payload: Payload,
    lease: Lease,
    attempt: i32,
) -> Result<Option<generation::Model>> {
    write.unrecorded("that it was asked for is in the log; this is how far it is");
    if !lease.is_held(write).await? {
        return Ok(None);
    }
    let Some(row) = running(write, payload.generation).await? else {
        lease.finish(write).await?;
        return Ok(None);
    };
    let had_begun = row.state == enums::RunState::Running;
    if had_begun && (row.chunks > 0 || attempt > ATTEMPTS_MAX) {
        end(write, row, End::without_text(interrupted())).await?;
        lease.finish(write).await?;
        return Ok(None);
    }
    let change = generation::ActiveModel {
        project_id: Set(row.project_id),
        id: Set(row.id),
        state: Set(enums::RunState::Running),
        started_at: Set(Some(write.now())),
        ..Default::default()
    };
    generation::Entity::update(change)
        .exec(write.conn().await?)
        .await
        .map_err(db)?;
    Ok(Some(row))
}

fn interrupted() -> Ending {
    Ending::Failed(RunError {
        code: "interrupted".to_owned(),
        detail:
            "The server stopped while this answer was being written; what came is kept. Ask again."
                .to_owned(),
    })
}

/// Asks one model after the other, and writes down what comes. Nothing if the run is no longer ours.
async fn ask(run: &Run) -> Result<Option<End>> {
    let chain = chain_of(run).await?;
    let sent = Mutex::new(None);
    let mut asking = Asking::new(run.platform.clone(), chain);
    let opened = asking
        .open(|model: Arc<Model>| {
            let sent = &sent;
            async move {
                let assembled = context(run, &model).await?;
                let prompt = Prompt {
                    messages: assembled.messages.clone(),
                    temperature: assembled.asked.temperature,
                    max_tokens: assembled.asked.max_tokens,
                };
                *sent.lock().unwrap_or_else(PoisonError::into_inner) = Some(assembled);
                Ok(prompt)
            }
        })
        .await;
    let model = match opened {
        Ok(model) => model,
        Err(Unanswered::Failed(failure)) => {
            return Ok(Some(End {
                tries: asking.tries().iter().map(|tried| tried.view()).collect(),
                ..End::without_text(failed(&failure))
            }));
        }
        Err(Unanswered::Error(error)) => return refused(error),
    };
    let written = write_down(run, &mut asking).await;
    let tries = asking.tries().iter().map(|tried| tried.view()).collect();
    let sent = sent.into_inner().unwrap_or_else(PoisonError::into_inner);
    let Some(assembled) = sent else {
        return Err(Error::internal("a model answered what was not sent"));
    };
    Ok(concluded(written, &model, &assembled).map(|end| End { tries, ..end }))
}

/// What the project itself has against the run ends it; what may pass is tried again.
fn refused(error: Error) -> Result<Option<End>> {
    if matches!(
        error,
        Error::Unavailable(_) | Error::Busy | Error::Internal(_)
    ) {
        return Err(error);
    }
    Ok(Some(End::without_text(Ending::Failed(RunError {
        code: http::problem::word(error.code()),
        detail: error.to_string(),
    }))))
}

/// The model that was asked for, then those that the project falls back on.
async fn chain_of(run: &Run) -> Result<Vec<Arc<Model>>> {
    let setup = Setup::of_platform(&run.platform)?;
    setup.catalog.warm_up().await;
    let project = entity::project::Entity::find_by_id(run.project.uuid())
        .one(run.platform.database.reader())
        .await
        .map_err(db)?;
    let fallbacks = project.and_then(|row| row.fallback_models);
    let fallbacks = fallbacks.map(platform::convert::words).unwrap_or_default();
    let mut chain: Vec<Arc<Model>> = Vec::new();
    for name in std::iter::once(&run.row.model).chain(&fallbacks) {
        // One that is no longer offered is passed over.
        if let Some(model) = setup.catalog.find(name)
            && !chain.iter().any(|known| known.id == model.id)
        {
            chain.push(model);
        }
    }
    Ok(chain)
}

async fn context(run: &Run, model: &Model) -> Result<Assembled, Unasked> {
    let by = run.row.requested_by.into();
    let ctx = Ctx::internal(run.platform.clone(), by);
    let access = ctx.project(run.project, Need::GRAPH_READ).await?;
    let max_tokens = run.row.max_tokens.and_then(|max| u32::try_from(max).ok());
    let asked = Asked::of(model, run.row.temperature, max_tokens);
    let assembled = assemble(&ctx, access, run.row.node_id.into(), by, &asked).await;
    assembled.map_err(|error| {
        if !matches!(error, Error::ContextTooLarge { .. }) {
            return Unasked::Error(error);
        }
        Unasked::NotThis(
            Failure::new(FailureKind::RequestRejected)
                .saying("The instructions and the prompt alone are more than this model takes."),
        )
    })
}

fn failed(failure: &Failure) -> Ending {
    Ending::Failed(RunError {
        code: failure.kind.code().to_owned(),
        detail: failure.detail.to_owned(),
    })
}

fn concluded(written: Written, model: &Model, assembled: &Assembled) -> Option<End> {
    let Written {
        text,
        chunks,
        usage,
        first_token_at,
        over,
    } = written;
    let ending = match over {
        Over::Lost => return None,
        Over::Ended if text.is_empty() => Ending::Failed(RunError {
            code: "empty_answer".to_owned(),
            detail: "The model ended without saying anything. Ask again, or ask another model."
                .to_owned(),
        }),
        Over::Ended => Ending::Completed,
        Over::Failed(failure) => failed(&failure),
        Over::Stopped => interrupted(),
    };
    let usage = usage.unwrap_or_else(|| Usage {
        input: assembled.plan.tokens,
        cached: 0,
        output: estimate(&text),
    });
    Some(End {
        ending,
        answered: Some(Answered {
            asked: assembled.asked.clone(),
            manifest: assembled.manifest(),
            tokens: TokenCounts {
                input: usage.input.into(),
                cached: usage.cached.into(),
                output: usage.output.into(),
            },
            nanos: model.price.nanos(usage),
        }),
        text: Some((text, chunks)),
        tries: Vec::new(),
        first_token_at,
    })
}

/// Writes the end of the run, its event and the end of the job, all at once.
async fn put_end(run: &Run, with: End) -> Result<()> {
    let mut tries = 0;
    loop {
        let input = (run.lease, run.id(), with.clone());
        let stored = server(&run.platform)
            .write(run.project, None, input, |write, (lease, id, with)| {
                Box::pin(apply_end(write, *lease, *id, with))
            })
            .await;
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

async fn apply_end(write: &mut Write, lease: Lease, id: GenerationId, with: &End) -> Result<()> {
    // A worker that lost its lease has nothing to say; the fence decides.
    if !lease.is_held(write).await? {
        return Ok(());
    }
    match running(write, id).await? {
        Some(row) => {
            let node = row.node_id;
            end(write, row, with.clone()).await?;
            queue_summary(write, node.into(), id, with).await?;
        }
        None => write.unrecorded("the run was ended by somebody else"),
    }
    lease.finish(write).await
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
    let model = Setup::of(write)?.catalog.find(&answered.asked.model);
    let is_whole = matches!(with.ending, Ending::Completed);
    if let Some(model) = model.filter(|model| is_whole && summary::is_asked(model)) {
        summary::keep_reserved(write, id, &model, answered.asked.max_tokens).await?;
        let payload = summary::Payload {
            project: write.project_id()?,
            node,
            generation: id,
            model: answered.asked.model.clone(),
        };
        write.enqueue(summary::SUMMARISE, json!(payload));
    }
    Ok(())
}

/// Who owns the project can do something about a key that a provider refuses.
async fn tell_owner(run: &Run, with: &End) {
    let Ending::Failed(error) = &with.ending else {
        return;
    };
    if error.code != FailureKind::ProviderRefusedKey.code() {
        return;
    }
    let project = entity::project::Entity::find_by_id(run.project.uuid())
        .one(run.platform.database.reader())
        .await;
    // The node says what happened, too, so that nothing is lost if the owner does not hear it.
    let Ok(Some(project)) = project else { return };
    let told = json!({
        "user": project.owner_id,
        "notification": {
            "type": "NODE_ERROR",
            "projectId": run.project,
            "nodeId": run.row.node_id,
            "code": error.code,
            "message": error.detail,
        },
    });
    run.platform.bus.tell_everyone(
        Topic::People,
        EphemeralKind::Notification,
        told.to_string().into(),
    );
}

/// Ends the job of a run that somebody else ended.
async fn settle(run: &Run) -> Result<()> {
    let lease = run.lease;
    run.platform
        .door
        .housekeep(lease, |write, lease| {
            Box::pin(async move {
                write.unrecorded("the run was ended by somebody else");
                lease.finish(write).await
            })
        })
        .await
}
