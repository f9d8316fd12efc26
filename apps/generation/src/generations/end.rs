//! Ending a run, whichever way: one short write that says all of it.

use canvas::nodes::{self, AnswerChange, Node, change_answer};
use entity::{enums, generation};
use kernel::{Error, GenerationId, Result};
use platform::{Write, batches, convert, db, streams::ChunkEnds};
use protocol::{
    events::GenerationEvent,
    generations::{GenerationChanged, RunError, RunState, TokenCounts, TryView},
    nodes::NodeStatus,
};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;

use super::{
    said::changed,
    sent::{Sent, recipe},
};
use crate::{budgets, context::brief, money, setup::Setup};

/// How a run ends.
#[derive(Clone, Debug)]
pub(crate) enum Ending {
    Completed,
    Failed(RunError),
    /// With the reason, if it is not somebody of the project who ended it.
    Cancelled(Option<RunError>),
}

/// What a run leaves behind.
#[derive(Clone, Debug)]
pub(crate) struct End {
    pub(crate) ending: Ending,
    /// Nothing if only the checkpoint is known.
    pub(crate) text: Option<Told>,
    /// What was sent to whom, and what that took.
    pub(crate) answered: Option<Answered>,
    pub(crate) tries: Vec<TryView>,
    pub(crate) first_token_at: Option<chrono::DateTime<chrono::Utc>>,
    /// Somebody said meanwhile what the node's answer is, or that it has none.
    pub(crate) is_settled: bool,
}

/// A text as it was told.
#[derive(Clone, Debug)]
pub(crate) struct Told {
    pub(crate) text: String,
    pub(crate) chunks: u64,
    pub(crate) ends: ChunkEnds,
}

#[derive(Clone, Debug)]
pub(crate) struct Answered {
    pub(super) sent: Sent,
    pub(crate) tokens: TokenCounts,
    pub(crate) nanos: i64,
}

impl End {
    pub(crate) fn without_text(ending: Ending) -> Self {
        Self {
            ending,
            text: None,
            answered: None,
            tries: Vec::new(),
            first_token_at: None,
            is_settled: false,
        }
    }
}

/// Ends a run that was not over yet.
pub(crate) async fn end(write: &mut Write, run: generation::Model, end: End) -> Result<()> {
    let node = node_of(write, &run).await?;
    let text = match &end.text {
        Some(told) => &told.text,
        None => &run.text,
    };
    let spent = spent(&*Setup::of(write)?, &run, &end, text);
    let run = store(write, run, &end, spent.as_ref()).await?;
    if let Some(refresh) = run.refresh_id {
        let failed = matches!(end.ending, Ending::Failed(_)).then_some(run.id);
        let project = write.project_id()?;
        batches::count_ended(write, project, refresh.into(), failed).await?;
    }
    if let Some(node) = node {
        say(write, run, &node, &end, spent).await?;
    }
    Ok(())
}

/// Every command could come by here, and next to none does: they must not be as large as this is.
pub(crate) async fn end_cancelled(
    write: &mut Write,
    run: generation::Model,
    is_settled: bool,
) -> Result<()> {
    let with = End {
        is_settled,
        ..End::without_text(Ending::Cancelled(None))
    };
    Box::pin(end(write, run, with)).await
}

/// Ends the run of somebody who may ask for nothing any more, and says so.
pub(super) async fn end_without_account(write: &mut Write, run: generation::Model) -> Result<()> {
    let reason = RunError {
        code: "account_disabled".to_owned(),
        detail: "the account that asked for this was disabled or deleted; ask for it again"
            .to_owned(),
    };
    let with = End::without_text(Ending::Cancelled(Some(reason)));
    Box::pin(end(write, run, with)).await
}

/// Which model wrote, and what that took.
struct Spent {
    model: String,
    tokens: TokenCounts,
    nanos: i64,
}

/// By estimate where the run ends before its model has said so; nothing if none had begun to write.
fn spent(setup: &Setup, run: &generation::Model, end: &End, text: &str) -> Option<Spent> {
    if let Some(answered) = &end.answered {
        return Some(Spent {
            model: answered.sent.asked.model.clone(),
            tokens: answered.tokens,
            nanos: answered.nanos,
        });
    }
    let (tokens, nanos) = budgets::begun(setup, run, text)?;
    let model = run.answered_by.as_ref().unwrap_or(&run.model).clone();
    Some(Spent {
        model,
        tokens,
        nanos,
    })
}

/// Nothing if the node is in the trash, where its status was put right when it went there.
async fn node_of(write: &mut Write, run: &generation::Model) -> Result<Option<Node>> {
    let (project, node) = (run.project_id.into(), run.node_id.into());
    match nodes::find(write.read().await?, project, node).await {
        Ok(node) => Ok(Some(node)),
        Err(Error::NotFound(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Answers with the run as it is now.
async fn store(
    write: &mut Write,
    run: generation::Model,
    end: &End,
    spent: Option<&Spent>,
) -> Result<generation::Model> {
    let (state, error) = match &end.ending {
        Ending::Completed => (RunState::Completed, None),
        Ending::Failed(error) => (RunState::Failed, Some(error.clone())),
        Ending::Cancelled(reason) => (RunState::Cancelled, reason.clone()),
    };
    let mut row = generation::ActiveModel {
        project_id: Set(run.project_id),
        id: Set(run.id),
        state: Set(convert::stored_run_state(state)),
        error_code: Set(error.as_ref().map(|error| error.code.clone())),
        error_detail: Set(error.map(|error| error.detail)),
        // What it was is known now.
        reserved_tokens: Set(0),
        reserved_nanos: Set(0),
        finished_at: Set(Some(write.now())),
        ..Default::default()
    };
    if let Some(told) = &end.text {
        row.text = Set(told.text.clone());
        row.chunks = Set(i64::try_from(told.chunks).unwrap_or(i64::MAX));
        row.chunk_ends = Set(Some(told.ends.bytes().to_vec()));
    }
    if !end.tries.is_empty() {
        row.tries = Set(json!(end.tries));
    }
    if end.first_token_at.is_some() {
        row.first_token_at = Set(end.first_token_at);
    }
    if let Some(answered) = &end.answered {
        answered.sent.put_into(&mut row);
    }
    if let Some(spent) = spent {
        row.answered_by = Set(Some(spent.model.clone()));
        row.tokens_in = Set(Some(spent.tokens.input));
        row.tokens_cached = Set(Some(spent.tokens.cached));
        row.tokens_out = Set(Some(spent.tokens.output));
        row.cost_nanos = Set(Some(spent.nanos));
    }
    generation::Entity::update(row)
        .exec(write.conn().await?)
        .await
        .map_err(db)
}

/// Changes the node as the ending asks for, and says so.
async fn say(
    write: &mut Write,
    run: generation::Model,
    node: &Node,
    end: &End,
    spent: Option<Spent>,
) -> Result<()> {
    let id = GenerationId::from_uuid(run.id);
    let (status, takes_text) = outcome(end, node, &run.text);
    // Half an answer rests on what was sent just as a whole one does.
    let recipe = recipe(&run).filter(|_| takes_text);
    let mut change = AnswerChange::only(status);
    if takes_text {
        change.summary = Some(Some(brief(&run.text)).filter(|brief| !brief.is_empty()));
        change.response = Some(Some(run.text));
        change.generation_id = Some(Some(id));
        change.is_partial = says_part(node, !matches!(end.ending, Ending::Completed));
        change.fingerprint = Some(recipe.as_ref().and(run.fingerprint));
        let tokens = spent.as_ref().map(|spent| spent.tokens);
        change.llm_tokens = Some(tokens.map(|tokens| tokens.input + tokens.output));
        change.llm_cost = Some(spent.as_ref().map(|spent| money::dollars(spent.nanos)));
        change.llm_model = Some(spent.map(|spent| spent.model));
    }
    let version = change_answer(write, node, change.clone()).await?;
    let state = match end.ending {
        Ending::Completed => RunState::Completed,
        Ending::Failed(_) => RunState::Failed,
        Ending::Cancelled(_) => RunState::Cancelled,
    };
    let error = match &end.ending {
        Ending::Failed(error) => Some(error.clone()),
        Ending::Cancelled(reason) => reason.clone(),
        Ending::Completed => None,
    };
    let said = GenerationChanged {
        refresh: run.refresh_id.map(Into::into),
        error,
        recipe,
        ..with_fields(changed(write, node, id, state, version), change)
    };
    write.emit(match end.ending {
        Ending::Cancelled(_) => GenerationEvent::Cancel(said),
        Ending::Completed | Ending::Failed(_) => GenerationEvent::End(said),
    });
    Ok(())
}

/// How the node stands afterwards, and whether the text becomes its answer. What was there before
/// is never given up for a part of an answer.
fn outcome(end: &End, node: &Node, text: &str) -> (NodeStatus, bool) {
    let has_answer = node.response.is_some();
    let takes_part = !has_answer && !end.is_settled && !text.is_empty();
    match end.ending {
        Ending::Completed => (NodeStatus::Completed, true),
        Ending::Failed(_) => (NodeStatus::Error, takes_part),
        Ending::Cancelled(_) if has_answer || takes_part => (NodeStatus::Completed, takes_part),
        Ending::Cancelled(_) => (NodeStatus::Idle, false),
    }
}

/// Whether the node's new answer is a part of one, where the one before was not or the other way round.
pub(super) fn says_part(node: &Node, is_partial: bool) -> Option<bool> {
    (is_partial != node.is_partial).then_some(is_partial)
}

pub(super) fn with_fields(said: GenerationChanged, change: AnswerChange) -> GenerationChanged {
    let AnswerChange {
        status,
        response,
        summary,
        llm_model,
        llm_tokens,
        llm_cost,
        generation_id,
        is_partial,
        fingerprint: _,
    } = change;
    GenerationChanged {
        node_status: status,
        response,
        summary,
        llm_model,
        llm_tokens,
        llm_cost,
        generation_id,
        is_partial,
        ..said
    }
}

/// A run that is not over yet.
pub(crate) async fn running(
    write: &mut Write,
    id: GenerationId,
) -> Result<Option<generation::Model>> {
    let project = write.project_id()?.uuid();
    generation::Entity::find_by_id((project, id.uuid()))
        .filter(
            generation::Column::State.is_in([enums::RunState::Queued, enums::RunState::Running]),
        )
        .one(write.read().await?)
        .await
        .map_err(db)
}
