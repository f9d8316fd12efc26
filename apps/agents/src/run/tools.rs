//! What an agent can do: the tools of the house, and those that only a task has.

use ::tools::{Call, Outcome, Tool};
use generation::calls::ToolSpec;
use kernel::{Error, Permission, Relation, Result, Role, Scopes, Verdict, policy};
use protocol::{
    agents::Slug,
    tasks::{StartTask, TaskOrigin, WaitingFor, WaitingKind},
    values::TaskPrompt,
};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};

use super::{conversation, held::Run};
use crate::tasks::{Begun, Called, Mentioned, NewStep, Start, Step};

/// How much of an answer to a person's question an agent may suggest.
const CHOICES_MAX: usize = 10;
const TEXT_CHARS_MAX: usize = 4_000;

/// What came of using a tool.
pub(super) enum Used {
    Result(NewStep),
    Finished(Value),
    Waits(WaitingFor),
}

const FINISH: &str = "finish";
const ASK_PERSON: &str = "ask_person";
const HAND_OVER: &str = "hand_to_agent";

/// The tools that a role lets use.
pub(super) fn offered(role: entity::enums::Role, mode: entity::enums::AgentMode) -> Vec<ToolSpec> {
    let role = platform::convert::role(role);
    let is_proposing = mode == entity::enums::AgentMode::Propose;
    let house = ::tools::all()
        .iter()
        .filter(|tool| tool.permissions.iter().all(|needed| may(role, *needed)))
        // Answers are asked for by who accepts what is proposed.
        .filter(|tool| {
            !is_proposing
                || tool
                    .permissions
                    .iter()
                    .all(|needed| *needed != Permission::RUN)
        })
        .map(|tool| ToolSpec {
            name: tool.name.to_owned(),
            description: tool.description.to_owned(),
            parameters: tool.schema(),
        });
    house.chain(own()).collect()
}

fn may(role: Role, permission: Permission) -> bool {
    let relation = Relation::Member(role);
    policy::decide(relation, Scopes::UNLIMITED, permission) == Verdict::Allowed
}

fn own() -> [ToolSpec; 3] {
    let text = |description: &str| json!({"type": "string", "description": description});
    let spec = |name: &str, description: &str, properties: Value, required: &[&str]| ToolSpec {
        name: name.to_owned(),
        description: description.to_owned(),
        parameters: json!({
            "type": "object",
            "properties": properties,
            "required": required,
            "additionalProperties": false,
        }),
    };
    [
        spec(
            ASK_PERSON,
            "Asks the people of the project a question, and waits for the answer. Use it when only they can know or \
             decide, not to report progress.",
            json!({
                "question": text("What you want to know, in one or two sentences."),
                "choices": {"type": "array", "items": {"type": "string"}, "maxItems": CHOICES_MAX,
                    "description": "Answers to choose from, if there are few."},
            }),
            &["question"],
        ),
        spec(
            HAND_OVER,
            "Gives another agent of this project something to do. It works on its own; its result is not waited for.",
            json!({
                "agent": text("The agent's slug, such as critic."),
                "prompt": text("What it is to do, with everything it has to know."),
                "nodeId": text("The node that it is about."),
            }),
            &["agent", "prompt"],
        ),
        spec(
            FINISH,
            "Ends the task. Call it once everything is done, or cannot be done.",
            json!({"result": text("What came of the task, for the people who asked for it.")}),
            &["result"],
        ),
    ]
}

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
            None => Ok(refused(call, unknown(run, name))),
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

fn unknown(run: &Run, name: &str) -> String {
    let place = &run.member.place;
    let known: Vec<String> = offered(place.role, place.mode)
        .into_iter()
        .map(|tool| tool.name)
        .collect();
    format!(
        "There is no tool `{name}`. These are: {}.",
        known.join(", ")
    )
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

fn refused(call: &Called, text: String) -> Used {
    step(call, Outcome::refusal(text, None))
}

fn step(call: &Called, outcome: Outcome) -> Used {
    let Outcome {
        text,
        cursor,
        is_error,
    } = outcome;
    let step = Step::Tool {
        call: call.id.clone(),
        name: call.name.clone(),
        text,
        is_error,
    };
    Used::Result(NewStep {
        node: cursor,
        ..NewStep::free(step)
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
        return Ok(refused(call, unknown(run, &call.name)));
    }
    let used = Call {
        ctx: run.agent(),
        project: run.job.project,
        op: Some(call.op),
        focus: run.row.node_id.map(Into::into),
    };
    let is_proposing = place.mode == entity::enums::AgentMode::Propose;
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
