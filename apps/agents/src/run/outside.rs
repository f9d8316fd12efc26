//! Tools of servers outside: what they do cannot be taken back, and is done once or asked about.

use ::tools::Outcome;
use kernel::{Result, UserId};
use protocol::tasks::{WaitingFor, WaitingKind};
use serde_json::{Map, Value};
use toolservers::{Answer, OutsideTool};

use super::{
    conversation,
    held::Run,
    offered::{offer, unknown, usable},
    used::{Used, refused, step},
    writes::{Mark, Marked, Marking, Outside},
};
use crate::tasks::Called;

// The browser knows these answers by their words, to show them in its language.

/// Said to a task that asks whether a tool did its work, it has the tool used again.
const DO_IT_AGAIN: &str = "Do it again";
const IT_WAS_DONE: &str = "It was done";
const GO_ON_WITHOUT: &str = "It was not done; go on without it";

pub(super) async fn r#use(run: &Run, call: &Called, arguments: Value) -> Result<Used> {
    let offer = offer(run).await?;
    let tool = usable(&run.member.place, &offer).find(|tool| tool.name == call.name);
    let Some(tool) = tool else {
        let mut text = unknown(run, &call.name, &offer);
        for reason in &offer.missing {
            text.push(' ');
            text.push_str(reason);
        }
        return Ok(refused(call, text));
    };
    let Value::Object(arguments) = arguments else {
        let text = format!(
            "The arguments of `{}` are one JSON object that fits this schema: {}",
            tool.name, tool.schema
        );
        return Ok(refused(call, text));
    };
    match mark(run, call, Marking::Begin).await? {
        Marked::Done => ask(run, call, tool, arguments).await,
        Marked::Before(_) if tool.repeatable => ask(run, call, tool, arguments).await,
        Marked::Before(before) => decided(run, call, tool, arguments, before).await,
        Marked::Lost => Ok(lost(call)),
    }
}

async fn mark(run: &Run, call: &Called, how: Marking) -> Result<Marked> {
    let mark = Mark {
        lease: run.lease,
        task: run.job.task,
        op: call.op,
        how,
    };
    run.write(mark).await
}

/// A step that will not be recorded, since the task is no longer this worker's.
fn lost(call: &Called) -> Used {
    refused(call, "The task was over.".to_owned())
}

async fn ask(
    run: &Run,
    call: &Called,
    tool: &OutsideTool,
    arguments: Map<String, Value>,
) -> Result<Used> {
    let person = UserId::from_uuid(run.row.requested_by);
    let asked = toolservers::call(&run.platform, run.job.project, person, tool, arguments);
    let text = match asked.await? {
        Answer::Said { text, is_error } => {
            let outcome = Outcome {
                is_error,
                ..Outcome::said(text, None)
            };
            return Ok(step(call, outcome));
        }
        Answer::NotBegun(reason) => format!("Nothing was done: {reason}."),
        Answer::Unknown(reason) if tool.repeatable => {
            format!("The server did not answer: {reason}. You may try again.")
        }
        Answer::Unknown(reason) => return ask_a_person(run, call, tool, &reason).await,
    };
    Ok(refused(call, text))
}

/// A worker began before, and nobody recorded what came of it: a person says how to go on.
async fn decided(
    run: &Run,
    call: &Called,
    tool: &OutsideTool,
    arguments: Map<String, Value>,
    before: Outside,
) -> Result<Used> {
    let answer = conversation::said_since(&run.steps, before.steps).filter(|_| before.asked);
    match answer {
        None => ask_a_person(run, call, tool, "the server stopped meanwhile").await,
        Some(answer) if answer.trim() == DO_IT_AGAIN => {
            match mark(run, call, Marking::BeginAgain).await? {
                Marked::Lost => Ok(lost(call)),
                Marked::Done | Marked::Before(_) => ask(run, call, tool, arguments).await,
            }
        }
        Some(answer) => {
            let text = format!("Whether this was done was not known. A person says: {answer}");
            Ok(step(call, Outcome::said(text, None)))
        }
    }
}

async fn ask_a_person(run: &Run, call: &Called, tool: &OutsideTool, reason: &str) -> Result<Used> {
    if let Marked::Lost = mark(run, call, Marking::Ask).await? {
        return Ok(lost(call));
    }
    Ok(Used::Waits(WaitingFor {
        kind: WaitingKind::UnknownEffect,
        tool: Some(tool.name.clone()),
        question: format!(
            "Whether `{}` did its work is not known: {reason}. Look there, and say how to go on.",
            tool.name
        ),
        choices: [DO_IT_AGAIN, IT_WAS_DONE, GO_ON_WITHOUT]
            .map(str::to_owned)
            .to_vec(),
    }))
}
