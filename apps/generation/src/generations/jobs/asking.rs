//! Asking one model after the other, and what came of it.

use std::sync::{Arc, Mutex, PoisonError};

use entity::project;
use kernel::{Error, Permission, Result};
use platform::{Ctx, convert, db};
use protocol::generations::{RunError, TokenCounts};
use sea_orm::EntityTrait;

use super::{
    held::{Run, ended_elsewhere},
    writing::{Over, Written, write_down},
};
use crate::{
    budgets,
    context::{Assembled, ModelRequest, Parameters, assemble, with_pictures},
    generations::{
        end::{Answered, End, Ending},
        sent::Sent,
    },
    providers::{
        Asking, Failure, FailureKind, Message, Model, Prompt, Unanswered, Unasked, Usage, estimate,
    },
    setup::Setup,
};

pub(super) fn interrupted() -> Ending {
    Ending::Failed(RunError {
        code: "interrupted".to_owned(),
        detail:
            "The server stopped while this answer was being written; what came is kept. Ask again."
                .to_owned(),
    })
}

/// Asks one model after the other, and writes down what comes. Nothing if the run is no longer ours.
pub(super) async fn ask(run: &Run) -> Result<Option<End>> {
    let sent = Mutex::new(None);
    let opening = async {
        let chain = chain_of(run).await?;
        let reserved = budgets::sendable(&run.row, &chain);
        let mut asking = Asking::new(run.platform.clone(), chain);
        let prompt = async |model: Arc<Model>| {
            let assembled = context(run, &model, reserved).await?;
            let messages = seen(run, &model, &assembled).await?;
            let prompt = Prompt {
                messages,
                temperature: assembled.asked.temperature,
                top_p: assembled.asked.top_p,
                tools: [].into(),
                max_tokens: assembled.asked.max_tokens,
            };
            *sent.lock().unwrap_or_else(PoisonError::into_inner) = Some(Sent::of(&assembled));
            Ok(prompt)
        };
        let opened = asking.open(prompt).await;
        Ok((asking, opened))
    };
    let (mut asking, opened) = tokio::select! {
        opened = opening => opened?,
        () = ended_elsewhere(run) => return Ok(None),
        // A run in which nobody has said a word goes to another worker whole.
        () = run.platform.stopping.cancelled() => return Err(Error::Busy),
    };
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
    let sent = sent.into_inner().unwrap_or_else(PoisonError::into_inner);
    let Some(sent) = sent else {
        return Err(Error::internal("a model answered what was not sent"));
    };
    let written = write_down(run, &sent, &mut asking).await;
    let tries = asking.tries().iter().map(|tried| tried.view()).collect();
    Ok(concluded(written, &model, sent).map(|end| End { tries, ..end }))
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
    let project = project::Entity::find_by_id(run.project.uuid())
        .one(run.platform.database.reader())
        .await
        .map_err(db)?;
    let fallbacks = project.and_then(|row| row.fallback_models);
    let fallbacks = fallbacks.map(convert::words).unwrap_or_default();
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

/// What is sent to a model: no more than was reserved, even if it would take more. One that would
/// cost more is not asked.
async fn context(run: &Run, model: &Model, reserved: u32) -> Result<Assembled, Unasked> {
    let ctx = Ctx::internal(run.platform.clone(), run.row.requested_by.into());
    let mut asked = ModelRequest::of(model, Parameters::of_attempt(&run.row));
    let mut assembled = whole(run, &ctx, &asked).await?;
    if assembled.plan.tokens > reserved {
        asked.context_tokens = reserved.saturating_add(asked.max_tokens);
        assembled = whole(run, &ctx, &asked).await?;
    }
    let most = Usage {
        input: assembled.plan.tokens,
        cached: 0,
        output: asked.max_tokens,
    };
    if budgets::pays_for(&run.row, model, most) {
        return Ok(assembled);
    }
    Err(Unasked::NotThis(
        Failure::new(FailureKind::RequestRejected)
            .saying("The budgets have no room for what this model may cost."),
    ))
}

/// With pictures for those who see them; others have the words that stand for them.
async fn seen(run: &Run, model: &Model, assembled: &Assembled) -> Result<Arc<[Message]>, Unasked> {
    let messages = &assembled.messages;
    let is_shown = model.sees_pictures && messages.iter().any(|one| !one.pictures.is_empty());
    if !is_shown {
        return Ok(messages.clone());
    }
    let ctx = Ctx::internal(run.platform.clone(), run.row.requested_by.into());
    let shown = with_pictures(&ctx, messages).await;
    shown.map_err(Unasked::Error)
}

async fn whole(run: &Run, ctx: &Ctx, asked: &ModelRequest) -> Result<Assembled, Unasked> {
    let by = run.row.requested_by.into();
    let access = ctx.project(run.project, Permission::GRAPH_READ).await?;
    let assembled = assemble(ctx, access, run.row.node_id.into(), by, asked).await;
    assembled.map_err(|error| {
        if !matches!(error, Error::ContextTooLarge { .. }) {
            return Unasked::Error(error);
        }
        Unasked::NotThis(Failure::new(FailureKind::RequestRejected).saying(
            "The instructions and the prompt alone are more than this model takes, or than the \
                 budgets have room for.",
        ))
    })
}

fn failed(failure: &Failure) -> Ending {
    Ending::Failed(RunError {
        code: failure.kind.code().to_owned(),
        detail: failure.detail.to_owned(),
    })
}

fn concluded(written: Written, model: &Model, sent: Sent) -> Option<End> {
    let Written {
        told,
        usage,
        first_token_at,
        over,
    } = written;
    let ending = match over {
        Over::Lost => return None,
        Over::Ended if told.text.is_empty() => Ending::Failed(RunError {
            code: "empty_answer".to_owned(),
            detail: "The model ended without saying anything. Ask again, or ask another model."
                .to_owned(),
        }),
        Over::Ended => Ending::Completed,
        Over::Failed(failure) => failed(&failure),
        Over::Stopped => interrupted(),
    };
    let usage = usage.unwrap_or_else(|| Usage {
        input: sent.manifest.tokens,
        cached: 0,
        output: estimate(&told.text),
    });
    Some(End {
        ending,
        answered: Some(Answered {
            sent,
            tokens: TokenCounts {
                input: usage.input.into(),
                cached: usage.cached.into(),
                output: usage.output.into(),
            },
            nanos: model.price.nanos(usage),
        }),
        text: Some(told),
        tries: Vec::new(),
        first_token_at,
        is_settled: false,
    })
}
