//! Asking models with tools, for whoever is no node: agents. Providers, fallbacks, breakers and budgets are those of answers.

mod in_json;
mod turn;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use entity::project;
use kernel::{ProjectId, Result, TaskId};
use platform::{Platform, Write, convert, db};
use protocol::{context::MessageRole, generations::RunError};
use sea_orm::{ConnectionTrait, EntityTrait};

use crate::{
    budgets::{self, Held},
    context::Contexts,
    providers::{
        Asking, Failure, FailureKind, Message, Model, Piece, Prompt, Unanswered, Unasked, Usage,
    },
    setup::Setup,
};
pub use crate::{
    budgets::{Amount, AnswersOfTask, Spender},
    money::{dollars, nanos},
    providers::{ToolCall, ToolSpec, estimate},
};
pub use turn::Turn;

/// An answer shorter than this is not worth asking for.
const OUTPUT_TOKENS_MIN: u32 = 64;

#[derive(Clone, Debug)]
pub struct ModelCall {
    /// One after the other, until one answers.
    pub models: Vec<String>,
    pub turns: Vec<Turn>,
    pub tools: Vec<ToolSpec>,
    pub temperature: Option<f64>,
    pub top_p: Option<f64>,
    pub max_tokens: u32,
    /// What it may use up at most: a call that could need more is made shorter, or not made.
    pub left: Amount,
}

/// What a model said.
#[derive(Clone, Debug)]
pub struct ModelSaid {
    pub model: String,
    pub text: String,
    pub calls: Vec<ToolCall>,
    pub tokens_in: i64,
    pub tokens_out: i64,
    pub nanos: i64,
}

/// What a call has used up so far, for whoever does not hear its end.
#[derive(Debug, Default)]
pub struct Meter(Mutex<Option<Metered>>);

#[derive(Clone, Copy, Debug, Default)]
pub struct Metered {
    pub tokens_in: i64,
    pub tokens_out: i64,
    pub nanos: i64,
}

impl Meter {
    /// Nothing if no model was asked.
    pub fn used(&self) -> Option<Metered> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set(&self, model: &Model, usage: Usage) {
        let used = Metered {
            tokens_in: usage.input.into(),
            tokens_out: usage.output.into(),
            nanos: model.price.nanos(usage),
        };
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(used);
    }
}

/// Asks, and tells each piece of text as it comes. Dropping it closes the connection.
pub async fn ask(
    platform: &Arc<Platform>,
    call: &ModelCall,
    meter: &Meter,
    mut told: impl FnMut(&str) + Send,
) -> Result<std::result::Result<ModelSaid, RunError>> {
    let setup = Setup::of_platform(platform)?;
    setup.catalog.warm_up().await;
    let chain: Vec<_> = call
        .models
        .iter()
        .filter_map(|name| setup.catalog.find(name))
        .collect();
    if chain.is_empty() {
        let sentence = "None of the agent's models is offered here any more. Choose another one.";
        return Ok(Err(refused(FailureKind::RequestRejected, sentence)));
    }
    let mut asking = Asking::new(platform.clone(), chain);
    let opened = asking
        .open(|model| std::future::ready(prompt(call, &model).map_err(Unasked::NotThis)))
        .await;
    let model = match opened {
        Ok(model) => model,
        Err(Unanswered::Failed(failure)) => return Ok(Err(error(&failure))),
        Err(Unanswered::Error(error)) => return Err(error),
    };
    let sent = prompt(call, &model).map_or(0, |prompt| prompt.estimate());
    let (mut text, mut usage) = (String::new(), None);
    let mut answered = 0_u32;
    meter.set(&model, Usage::sent(sent));
    while let Some(piece) = asking.next().await {
        match piece {
            Ok(Piece::Text(words)) => {
                // Half of a request in JSON is nothing to read.
                if model.takes_tools {
                    told(&words);
                }
                text.push_str(&words);
                answered = answered.saturating_add(estimate(&words));
                let output = answered;
                meter.set(
                    &model,
                    Usage {
                        output,
                        ..Usage::sent(sent)
                    },
                );
            }
            Ok(Piece::Usage(counted)) => usage = Some(counted),
            Ok(Piece::End(_)) => break,
            Err(failure) => return Ok(Err(error(&failure))),
        }
    }
    let mut calls = asking.take_calls();
    let written: u32 = calls.iter().map(|call| estimate(&call.arguments)).sum();
    let usage = usage.unwrap_or_else(|| Usage {
        output: estimate(&text).saturating_add(written),
        ..Usage::sent(sent)
    });
    if !model.takes_tools && !call.tools.is_empty() {
        (text, calls) = in_json::read(text);
        told(&text);
    }
    Ok(Ok(ModelSaid {
        model: model.id.to_string(),
        text,
        calls,
        tokens_in: usage.input.into(),
        tokens_out: usage.output.into(),
        nanos: model.price.nanos(usage),
    }))
}

/// What is sent to a model: no more than there is left to use up.
fn prompt(call: &ModelCall, model: &Model) -> std::result::Result<Prompt, Failure> {
    let (messages, tools) = if model.takes_tools || call.tools.is_empty() {
        let messages: Vec<Message> = call.turns.iter().map(message).collect();
        (messages, call.tools.clone())
    } else {
        (in_json::messages(&call.turns, &call.tools), Vec::new())
    };
    let mut prompt = Prompt {
        messages: messages.into(),
        temperature: call.temperature.filter(|_| model.takes_temperature),
        top_p: call.top_p.filter(|_| model.takes_temperature),
        tools: tools.into(),
        max_tokens: call.max_tokens.min(model.output_tokens),
    };
    let input = prompt.estimate();
    let fits = model.context_tokens.saturating_sub(input);
    let left = u32::try_from(call.left.tokens.max(0)).unwrap_or(u32::MAX);
    prompt.max_tokens = prompt.max_tokens.min(fits);
    let affordable = left.saturating_sub(input);
    if prompt.max_tokens < OUTPUT_TOKENS_MIN.min(call.max_tokens) {
        return Err(Failure::new(FailureKind::RequestRejected)
            .saying("What this task has come to is more than the model takes."));
    }
    prompt.max_tokens = prompt.max_tokens.min(affordable);
    let most = Usage {
        input,
        cached: 0,
        output: prompt.max_tokens,
    };
    if prompt.max_tokens < OUTPUT_TOKENS_MIN.min(call.max_tokens)
        || model.price.nanos(most) > call.left.nanos
    {
        return Err(Failure::new(FailureKind::RequestRejected).saying(
            "The task has used up what it may use, in tokens or in money. Raise its limits and retry it.",
        ));
    }
    Ok(prompt)
}

fn message(turn: &Turn) -> Message {
    match turn {
        Turn::System(text) => Message::new(MessageRole::System, text.as_str()),
        Turn::Person(text) => Message::new(MessageRole::User, text.as_str()),
        Turn::Model { text, calls } => Message {
            calls: calls.as_slice().into(),
            ..Message::new(MessageRole::Assistant, text.as_str())
        },
        Turn::Result { call, text } => Message {
            result_of: Some(call.as_str().into()),
            ..Message::new(MessageRole::User, text.as_str())
        },
    }
}

fn error(failure: &Failure) -> RunError {
    refused(failure.kind, failure.detail)
}

fn refused(kind: FailureKind, detail: &str) -> RunError {
    RunError {
        code: kind.code().to_owned(),
        detail: detail.to_owned(),
    }
}

/// Refuses an amount that a budget of the agent, of the project, of the person there, or of the person in all projects has
/// no room for. Rows of `agent_tasks` count in all of them, and so do the answers that tasks asked for.
pub async fn reserve(write: &mut Write, spender: Spender, amount: Amount) -> Result<()> {
    budgets::check(write, spender, amount).await
}

/// What a task may use up yet, beside the answers that it asked for.
pub async fn left(platform: &Platform, project: ProjectId, task: TaskId) -> Result<Amount> {
    let held = Held::read(platform.database.reader(), project, task).await?;
    Ok(held.left())
}

/// What the answers took that these tasks asked for.
pub async fn asked_by(
    connection: &impl ConnectionTrait,
    project: ProjectId,
    tasks: impl IntoIterator<Item = TaskId>,
) -> Result<HashMap<TaskId, AnswersOfTask>> {
    budgets::asked_by(connection, project, tasks).await
}

/// What so many tokens cost at most, in billionths of a dollar, whichever of the models is asked.
pub async fn most(
    write: &mut Write,
    wanted: Option<&str>,
    fallback: Option<&str>,
    tokens: i64,
) -> Result<i64> {
    let setup = Setup::of(write)?;
    let defaults = write.projection::<Contexts>().await?.defaults();
    let own = wanted.or(defaults.model.as_deref());
    let names = defaults.fallback_models.iter().map(String::as_str);
    let mut models: Vec<_> = own
        .into_iter()
        .chain(fallback)
        .chain(names)
        .filter_map(|name| setup.catalog.find(name))
        .collect();
    if own.is_none() {
        models.extend(setup.default_model().ok());
    }
    let tokens = u32::try_from(tokens).unwrap_or(u32::MAX);
    let most = models.iter().map(|model| {
        let (sent, answered) = (Usage::sent(tokens), Usage::answered(tokens));
        model.price.nanos(sent).max(model.price.nanos(answered))
    });
    Ok(most.max().unwrap_or_default())
}

/// Whom to ask: the first of what is wanted, of the project's model and of the server's, then what is fallen back on.
pub async fn chain(
    platform: &Platform,
    project: ProjectId,
    wanted: Option<&str>,
    fallback: Option<&str>,
) -> Result<Vec<String>> {
    let setup = Setup::of_platform(platform)?;
    setup.catalog.warm_up().await;
    let row = project::Entity::find_by_id(project.uuid())
        .one(platform.database.reader())
        .await
        .map_err(db)?;
    let (model, fallbacks) = row.map_or((None, None), |row| (row.model, row.fallback_models));
    let mut chain: Vec<String> = Vec::new();
    match (wanted, model) {
        (Some(wanted), _) => chain.push(wanted.to_owned()),
        (None, Some(model)) => chain.push(model),
        (None, None) => chain.push(setup.default_model()?.id.to_string()),
    }
    chain.extend(fallback.map(str::to_owned));
    chain.extend(fallbacks.map(convert::words).unwrap_or_default());
    Ok(chain)
}

/// Refuses a model that is not offered.
pub async fn require_model(platform: &Platform, name: &str) -> Result<()> {
    let setup = Setup::of_platform(platform)?;
    setup.catalog.warm_up().await;
    setup.catalog.find(name).map(drop).ok_or_else(|| {
        kernel::Error::invalid("/model", "no provider of this server offers this model")
    })
}
