//! What a model is told of its task: what it is, what it is to do, and the steps so far.

use entity::agent_task;
use generation::calls::{ToolCall, Turn};

use super::offered::{ASK_PERSON, FINISH, HAND_OVER};
use crate::{
    agents::HOUSE_RULES,
    members::Member,
    tasks::{Called, Step, selection_of},
};

const LEFT_OUT: &str = "[Earlier steps of this task are left out.]";

/// The first tool that was asked for last and has no result yet.
pub(super) fn pending(steps: &[Step]) -> Option<&Called> {
    let (place, calls) = last_calls(steps)?;
    let after = steps.get(place..).unwrap_or_default();
    let has_result = |called: &Called| {
        after
            .iter()
            .any(|step| matches!(step, Step::Tool { call, .. } if *call == called.id))
    };
    calls.iter().find(|called| !has_result(called))
}

fn last_calls(steps: &[Step]) -> Option<(usize, &[Called])> {
    let place = steps
        .iter()
        .rposition(|step| matches!(step, Step::Model { .. }))?;
    match steps.get(place)? {
        Step::Model { calls, .. } => Some((place, calls)),
        Step::Tool { .. } | Step::Message { .. } | Step::Note { .. } => None,
    }
}

/// What a person said since the model spoke last.
pub(super) fn answer_of_a_person(steps: &[Step]) -> Option<&str> {
    let (place, _) = last_calls(steps)?;
    said_since(steps, place)
}

fn words_of_a_person(step: &Step) -> Option<&str> {
    match step {
        Step::Message { text, .. } => Some(text),
        Step::Model { .. } | Step::Tool { .. } | Step::Note { .. } => None,
    }
}

/// What a person said first after so many steps.
pub(super) fn said_since(steps: &[Step], known: usize) -> Option<&str> {
    steps.iter().skip(known).find_map(words_of_a_person)
}

/// How often in a row the last tool was asked for with the same arguments.
pub(super) fn repeated(steps: &[Step]) -> usize {
    let mut calls = steps.iter().rev().flat_map(|step| match step {
        Step::Model { calls, .. } => calls.as_slice(),
        Step::Tool { .. } | Step::Message { .. } | Step::Note { .. } => &[],
    });
    let Some(last) = calls.next() else { return 0 };
    let same = |call: &&Called| call.name == last.name && call.arguments == last.arguments;
    1 + calls.take_while(same).count()
}

/// Whether the agent was told something after its last tool.
pub(super) fn was_told(steps: &[Step]) -> bool {
    matches!(steps.last(), Some(Step::Note { .. }))
}

/// The whole conversation, with as many of the last steps as the agent looks back.
pub(super) fn turns(
    member: &Member,
    task: &agent_task::Model,
    steps: &[Step],
    missing: &[String],
) -> Vec<Turn> {
    let mut turns = vec![
        Turn::System(system(member, missing)),
        Turn::Person(asked(task)),
    ];
    let groups = groups(steps);
    let window = usize::try_from(member.agent.context_window_size).unwrap_or(usize::MAX);
    let left_out = groups.len().saturating_sub(window.max(1));
    if left_out > 0 {
        turns.push(Turn::Person(LEFT_OUT.to_owned()));
    }
    for group in groups.into_iter().skip(left_out) {
        // Results follow what asked for them; what people said meanwhile comes after.
        let (results, rest): (Vec<_>, Vec<_>) = group
            .iter()
            .partition(|step| matches!(step, Step::Model { .. } | Step::Tool { .. }));
        turns.extend(results.into_iter().chain(rest).map(turn));
    }
    turns
}

/// The steps in parts, each beginning where the model spoke.
fn groups(steps: &[Step]) -> Vec<&[Step]> {
    let starts = steps
        .iter()
        .enumerate()
        .filter(|(place, step)| *place == 0 || matches!(step, Step::Model { .. }))
        .map(|(place, _)| place);
    let starts: Vec<usize> = starts.collect();
    let ends = starts.iter().skip(1).copied().chain([steps.len()]);
    starts
        .iter()
        .zip(ends)
        .filter_map(|(start, end)| steps.get(*start..end))
        .collect()
}

fn turn(step: &Step) -> Turn {
    match step {
        Step::Model { text, calls, .. } => Turn::Model {
            text: text.clone(),
            calls: calls
                .iter()
                .map(|call| ToolCall {
                    id: call.id.clone(),
                    name: call.name.clone(),
                    arguments: call.arguments.clone(),
                })
                .collect(),
        },
        Step::Tool {
            call, name, text, ..
        } => Turn::Result {
            call: call.clone(),
            // The tools of the house mark what comes from nodes themselves.
            text: if is_of_the_house(name) {
                text.clone()
            } else {
                ::tools::result(name, text)
            },
        },
        Step::Message { name, text, .. } => Turn::Person(format!("{name} says: {text}")),
        Step::Note { text } => Turn::Person(format!("[Note of the server: {text}]")),
    }
}

fn is_of_the_house(tool: &str) -> bool {
    [FINISH, ASK_PERSON, HAND_OVER].contains(&tool) || ::tools::find(tool).is_some()
}

fn system(member: &Member, missing: &[String]) -> String {
    let agent = &member.agent;
    let who = agent.role.as_deref().unwrap_or(&agent.kind);
    let mut text = format!(
        "{HOUSE_RULES}\n\nYou are {}, {who}.\n\n{}",
        agent.name, agent.system_prompt
    );
    if !missing.is_empty() {
        text.push_str(&format!("\n\n[{}]", missing.join(" ")));
    }
    text
}

fn asked(task: &agent_task::Model) -> String {
    let mut text = task.prompt.clone();
    if let Some(node) = task.node_id {
        text.push_str(&format!("\n\n[This task is about node {node}.]"));
    }
    let selection = selection_of(task);
    if !selection.is_empty() {
        let ids: Vec<String> = selection.iter().map(ToString::to_string).collect();
        text.push_str(&format!(
            "\n\n[Look first at these nodes, which are selected: {}.]",
            ids.join(", ")
        ));
    }
    text
}

#[cfg(test)]
mod tests {
    use kernel::{OpId, UserId};

    use super::*;

    fn model(calls: &[(&str, &str)]) -> Step {
        let called = calls.iter().map(|(id, arguments)| Called {
            id: (*id).to_owned(),
            name: "look".to_owned(),
            arguments: (*arguments).to_owned(),
            op: OpId::generate(),
        });
        Step::Model {
            model: "m".to_owned(),
            text: String::new(),
            calls: called.collect(),
        }
    }

    fn result(call: &str) -> Step {
        Step::Tool {
            call: call.to_owned(),
            name: "look".to_owned(),
            text: "seen".to_owned(),
            is_error: false,
        }
    }

    fn message() -> Step {
        Step::Message {
            by: UserId::generate(),
            name: "Ada".to_owned(),
            text: "Wait.".to_owned(),
        }
    }

    #[test]
    fn the_first_tool_without_a_result_is_next_also_after_somebody_spoke() {
        let mut steps = vec![model(&[("a", "1"), ("b", "2")])];
        assert_eq!(pending(&steps).unwrap().id, "a");
        steps.push(result("a"));
        steps.push(message());
        assert_eq!(pending(&steps).unwrap().id, "b");
        assert_eq!(answer_of_a_person(&steps), Some("Wait."));
        steps.push(result("b"));
        assert_eq!(pending(&steps), None);
    }

    #[test]
    fn a_tool_of_an_earlier_step_with_the_same_id_is_another_one() {
        let steps = [model(&[("a", "1")]), result("a"), model(&[("a", "2")])];
        assert_eq!(pending(&steps).unwrap().arguments, "2");
    }

    #[test]
    fn the_same_tool_is_counted_as_long_as_nothing_else_was_used() {
        let same = || [model(&[("a", "1")]), result("a")];
        let steps: Vec<Step> = [same(), same(), same()].concat();
        assert_eq!(repeated(&steps), 3);
        let other = [steps, vec![model(&[("a", "2")])]].concat();
        assert_eq!(repeated(&other), 1);
        assert_eq!(repeated(&[]), 0);
    }

    #[test]
    fn groups_begin_where_the_model_speaks_and_lose_nothing() {
        let steps = [
            message(),
            model(&[("a", "1")]),
            result("a"),
            message(),
            model(&[]),
        ];
        let groups = groups(&steps);
        assert_eq!(groups.len(), 3);
        assert_eq!(groups.concat().len(), steps.len());
    }
}
