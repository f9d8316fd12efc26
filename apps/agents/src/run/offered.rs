//! Which tools an agent is offered.

use entity::{enums::AgentMode, project_agent};
use generation::calls::ToolSpec;
use kernel::{Permission, Relation, Result, Role, Scopes, UserId, Verdict, policy};
use serde_json::{Value, json};
use toolservers::{Offer, OutsideTool};

use super::held::Run;
use crate::members::servers_of;

pub(super) const FINISH: &str = "finish";
pub(super) const ASK_PERSON: &str = "ask_person";
pub(super) const HAND_OVER: &str = "hand_to_agent";

/// How much of an answer to a person's question an agent may suggest.
pub(super) const CHOICES_MAX: usize = 10;

/// What the servers offer that the agent was given.
pub(super) async fn offer(run: &Run) -> Result<Offer> {
    let names = servers_of(&run.member.place.tool_servers);
    let person = UserId::from_uuid(run.row.requested_by);
    toolservers::offer(&run.platform, run.job.project, person, &names).await
}

/// What happens outside cannot be proposed: who only proposes only looks there.
pub(super) fn usable<'a>(
    place: &project_agent::Model,
    offer: &'a Offer,
) -> impl Iterator<Item = &'a OutsideTool> {
    let only_reads = place.mode == AgentMode::Propose;
    let tools = offer.tools.iter();
    tools.filter(move |tool| tool.read_only || !only_reads)
}

/// The tools of the house that the agent's role lets it use, those outside that it was given, and its own.
pub(super) fn offered(place: &project_agent::Model, outside: &Offer) -> Vec<ToolSpec> {
    let role = platform::convert::role(place.role);
    let is_proposing = place.mode == AgentMode::Propose;
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
    let outside = usable(place, outside).map(|tool| ToolSpec {
        name: tool.name.clone(),
        description: format!("From the server `{}`: {}", tool.server, tool.description),
        parameters: tool.schema.clone(),
    });
    house.chain(outside).chain(own()).collect()
}

pub(super) fn may(role: Role, permission: Permission) -> bool {
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

/// Says which tools there are instead.
pub(super) fn unknown(run: &Run, name: &str, outside: &Offer) -> String {
    let known: Vec<String> = offered(&run.member.place, outside)
        .into_iter()
        .map(|tool| tool.name)
        .collect();
    format!(
        "There is no tool `{name}`. These are: {}.",
        known.join(", ")
    )
}
