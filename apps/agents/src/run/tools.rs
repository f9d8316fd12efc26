//! Using a tool: one of the house, of a server outside, or one that only a task has.

use ::tools::{Call, Outcome, Tool};
use entity::enums::AgentMode;
use kernel::{Error, Result};
use protocol::{
    agents::Slug,
    tasks::{StartTask, TaskOrigin, WaitingFor, WaitingKind},
    values::TaskPrompt,
};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};

use super::{
    conversation,
    held::Run,
    offered::{ASK_PERSON, CHOICES_MAX, FINISH, HAND_OVER, may, offer, unknown},
    outside,
    used::{Used, refused, step},
};
use crate::tasks::{Begun, Called, Mentioned, Start, selection_of};

const TEXT_CHARS_MAX: usize = 4_000;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Finish {
    result: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AskPerson {
    question: String,
    #[serde(default)]
    choices: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct HandOver {
    agent: Slug,
    prompt: TaskPrompt,
    #[serde(default)]
    node_id: Option<kernel::NodeId>,
}

/// Uses a tool. What an agent got wrong is a result that it can read.
pub(super) async fn r#use(run: &Run, call: &Called) -> Result<Used> {
    let arguments: Value = match serde_json::from_str(empty_as_none(&call.arguments)) {
        Ok(arguments) => arguments,
        Err(error) => {
            let text = format!("The arguments are not JSON ({error}). Send one JSON object.");
            return Ok(refused(call, text));
        }
    };
    match call.name.as_str() {
        FINISH => Ok(match parsed::<Finish>(call, arguments) {
            Ok(Finish { result }) => Used::Finished(json!({"text": cut(result)})),
            Err(refused) => *refused,
        }),
        ASK_PERSON => Ok(ask_person(run, call, arguments)),
        HAND_OVER => hand_over(run, call, arguments).await,
        name => match ::tools::find(name) {
            Some(tool) => use_house(run, call, tool, arguments).await,
            None => outside::r#use(run, call, arguments).await,
        },
    }
}

fn empty_as_none(arguments: &str) -> &str {
    if arguments.trim().is_empty() {
        "{}"
    } else {
        arguments
    }
}

fn parsed<T: DeserializeOwned>(
    call: &Called,
    arguments: Value,
) -> std::result::Result<T, Box<Used>> {
    serde_json::from_value(arguments).map_err(|error| {
        Box::new(refused(
            call,
            format!("These arguments do not fit `{}`: {error}.", call.name),
        ))
    })
}

fn cut(text: String) -> String {
    text.chars().take(TEXT_CHARS_MAX).collect()
}

/// The question is asked once; what a person says after it is its answer.
fn ask_person(run: &Run, call: &Called, arguments: Value) -> Used {
    let AskPerson { question, choices } = match parsed(call, arguments) {
        Ok(asked) => asked,
        Err(refused) => return *refused,
    };
    if let Some(answer) = conversation::answer_of_a_person(&run.steps) {
        return step(
            call,
            Outcome {
                text: format!("A person answered: {answer}"),
                cursor: None,
                is_error: false,
            },
        );
    }
    Used::Waits(WaitingFor {
        kind: WaitingKind::Question,
        tool: None,
        question: cut(question),
        choices: choices.into_iter().take(CHOICES_MAX).map(cut).collect(),
    })
}

async fn hand_over(run: &Run, call: &Called, arguments: Value) -> Result<Used> {
    let HandOver {
        agent,
        prompt,
        node_id,
    } = match parsed(call, arguments) {
        Ok(handed) => handed,
        Err(refused) => return Ok(*refused),
    };
    let other =
        crate::members::by_slug(run.platform.database.reader(), run.job.project, &agent).await?;
    let Some(other) = other else {
        let text = format!("There is no agent `{}` in this project.", agent.as_str());
        return Ok(refused(call, text));
    };
    let begun = Begun {
        origin: TaskOrigin::Agent,
        mention: Mentioned::No,
        parent: Some(run.job.task),
        schedule: None,
        depth: run.row.depth + 1,
    };
    let input = StartTask {
        node_id,
        ..Start::simple(begun, other, None, prompt).input
    };
    let start = Start {
        id: call.op.uuid().into(),
        begun,
        input,
    };
    let key = platform::OpKey {
        id: call.op,
        fingerprint: protocol::ops::fingerprint(&json!({"agent": agent, "call": call.arguments}))
            .map_err(Error::internal)?,
    };
    let started = run
        .agent()
        .write_as(run.job.project, Some(key), start)
        .await;
    let outcome = match started {
        Ok(started) => Outcome {
            text: format!("Task {} was started.", started.output),
            cursor: None,
            is_error: false,
        },
        Err(error) => said(error)?,
    };
    Ok(step(call, outcome))
}

/// A refusal that an agent can read; the server's own failures stay errors.
fn said(error: Error) -> Result<Outcome> {
    if matches!(
        error.refusal(),
        Error::Internal(_) | Error::Unavailable(_) | Error::Busy
    ) {
        return Err(error);
    }
    let text = format!("Nothing was done: {error}.");
    Ok(Outcome::refusal(text, None))
}

async fn use_house(run: &Run, call: &Called, tool: &Tool, arguments: Value) -> Result<Used> {
    let place = &run.member.place;
    let role = platform::convert::role(place.role);
    if !tool.permissions.iter().all(|needed| may(role, *needed)) {
        return Ok(refused(call, unknown(run, &call.name, &offer(run).await?)));
    }
    let used = Call {
        ctx: run.agent(),
        project: run.job.project,
        op: Some(call.op),
        focus: run.row.node_id.map(Into::into),
        selection: selection_of(&run.row),
    };
    let is_proposing = place.mode == AgentMode::Propose;
    if is_proposing && !tool.read_only {
        let outcome = super::acting::propose(run, used, tool, arguments).await?;
        return Ok(step(call, outcome));
    }
    let outcome = match tool.run(used, arguments).await {
        Ok(outcome) => outcome,
        // Whoever lost a right took it from the agent: it is told, and may finish.
        Err(error @ (Error::Unauthenticated | Error::NotFound(_) | Error::Forbidden(_))) => {
            Outcome::refusal(format!("Nothing was done: {error}."), None)
        }
        Err(error) => return Err(error),
    };
    Ok(step(call, outcome))
}
