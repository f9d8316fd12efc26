//! Plans of random graphs: what must hold whatever people draw.

use std::collections::{HashMap, HashSet};

use kernel::{EdgeId, NodeId};
use proptest::prelude::*;
use protocol::{
    edges::EdgePolicy,
    generations::{Entered, ManifestItem},
    nodes::NodeStatus,
};
use uuid::Uuid;

use super::{
    facts::{Facts, Long, Text},
    memory::Contexts,
    plan::{Asked, Plan, plan},
};

#[derive(Clone, Debug)]
struct Drawn {
    /// Of each node: prompt, answer, whether it is pinned, and its parents among those before it.
    nodes: Vec<DrawnNode>,
    room: u32,
}

type DrawnNode = (String, Option<String>, bool, Vec<(usize, EdgePolicy)>);

/// Ids that tell their place.
fn uuid(place: usize) -> Uuid {
    Uuid::from_u128(u128::try_from(place).unwrap() + 1)
}

fn place_of(node: NodeId) -> usize {
    usize::try_from(node.uuid().as_u128() - 1).unwrap()
}

fn policy() -> impl Strategy<Value = EdgePolicy> {
    prop_oneof![
        4 => Just(EdgePolicy::Full),
        1 => Just(EdgePolicy::Summary),
        1 => Just(EdgePolicy::Exclude),
    ]
}

fn drawn() -> impl Strategy<Value = Drawn> {
    let node = (
        "[a-z ]{0,60}",
        prop::option::of("[a-z. ]{0,200}"),
        prop::bool::weighted(0.1),
        prop::collection::vec((0..40_usize, policy()), 0..4),
    );
    (prop::collection::vec(node, 1..25), 40..600_u32)
        .prop_map(|(nodes, room)| Drawn { nodes, room })
}

fn node(place: usize) -> NodeId {
    NodeId::from_uuid(uuid(place))
}

fn contexts(drawn: &Drawn) -> Contexts {
    let mut contexts = Contexts::default();
    for (place, (prompt, response, pinned, parents)) in drawn.nodes.iter().enumerate() {
        contexts.graph.add_node(node(place));
        let facts = Facts {
            version: 1,
            status: NodeStatus::Completed,
            pinned: *pinned,
            preset: None,
            prompt: Long::of(prompt),
            response: response.as_deref().map(Long::of),
            summary: None,
        };
        contexts.facts.insert(node(place), facts);
        for (number, (parent, policy)) in parents.iter().enumerate().filter(|_| place > 0) {
            let edge = EdgeId::from_uuid(uuid(place * 100 + number));
            let source = node(parent % place);
            // Drawn twice, an edge is there once.
            if contexts.graph.add_edge(edge, source, node(place)).is_ok()
                && *policy != EdgePolicy::Full
            {
                contexts.policies.insert(edge, *policy);
            }
        }
    }
    contexts
}

fn asked(room: u32) -> Asked {
    Asked {
        model: "a model".to_owned(),
        temperature: None,
        max_tokens: 10,
        context_tokens: room + 10,
    }
}

fn planned(contexts: &Contexts, place: usize, room: u32) -> Option<Plan> {
    plan(contexts, node(place), &Text::of("Be brief."), &asked(room)).ok()
}

/// The strongest of all ways from an ancestor, found by walking each of them.
fn by_all_ways(contexts: &Contexts, to: NodeId) -> HashMap<NodeId, EdgePolicy> {
    fn walk(
        contexts: &Contexts,
        at: NodeId,
        so_far: EdgePolicy,
        best: &mut HashMap<NodeId, EdgePolicy>,
    ) {
        for (edge, source) in contexts.graph.incoming(at) {
            let way = match (so_far, contexts.policy(edge)) {
                (EdgePolicy::Exclude, _) | (_, EdgePolicy::Exclude) => EdgePolicy::Exclude,
                (EdgePolicy::Summary, _) | (_, EdgePolicy::Summary) => EdgePolicy::Summary,
                (EdgePolicy::Full, EdgePolicy::Full) => EdgePolicy::Full,
            };
            let known = best.entry(source).or_insert(EdgePolicy::Exclude);
            if way == EdgePolicy::Full || *known == EdgePolicy::Exclude {
                *known = way;
            }
            walk(contexts, source, way, best);
        }
    }
    let mut best = HashMap::new();
    walk(contexts, to, EdgePolicy::Full, &mut best);
    best
}

fn facts<'c>(contexts: &'c Contexts, item: &ManifestItem) -> &'c Facts {
    contexts.facts(item.node_id).expect("it is there")
}

proptest! {
    #[test]
    fn a_context_is_never_over_its_budget_and_holds_every_ancestor_once(drawn in drawn()) {
        let contexts = contexts(&drawn);
        for place in 0..drawn.nodes.len() {
            let Some(plan) = planned(&contexts, place, drawn.room) else { continue };
            prop_assert!(plan.tokens <= drawn.room);
            let sum: u32 = plan.items.iter().map(|item| item.tokens).sum();
            prop_assert_eq!(plan.tokens, sum + plan.system_tokens + plan.prompt_tokens);
            let ancestors = contexts.graph.ancestors(node(place)).expect("it is there");
            let ancestors: Vec<_> = ancestors.iter().map(|relative| relative.node).collect();
            let items: Vec<_> = plan.items.iter().map(|item| item.node_id).collect();
            prop_assert_eq!(items, ancestors);
        }
    }

    #[test]
    fn edges_decide_what_enters_and_the_budget_only_how_much(drawn in drawn()) {
        let contexts = contexts(&drawn);
        for place in 0..drawn.nodes.len() {
            let Some(plan) = planned(&contexts, place, drawn.room) else { continue };
            let policies = by_all_ways(&contexts, node(place));
            let left = drawn.room - plan.tokens;
            for item in &plan.items {
                let policy = policies[&item.node_id];
                match item.entered {
                    Entered::Excluded => prop_assert_eq!(policy, EdgePolicy::Exclude),
                    Entered::Full => prop_assert_eq!(policy, EdgePolicy::Full),
                    Entered::Empty => prop_assert_eq!(facts(&contexts, item).whole_tokens(), 0),
                    Entered::Summary | Entered::Cut => prop_assert_ne!(policy, EdgePolicy::Exclude),
                }
                // Nothing is left out for which there is room.
                if item.entered == Entered::Cut {
                    let brief = facts(&contexts, item).brief();
                    prop_assert!(brief.tokens > left);
                }
            }
        }
    }

    #[test]
    fn what_is_added_below_changes_nothing_above(drawn in drawn()) {
        let before = contexts(&drawn);
        let mut longer = drawn.clone();
        let last = drawn.nodes.len();
        longer.nodes.push(("And?".to_owned(), None, false, vec![(last - 1, EdgePolicy::Full)]));
        let after = contexts(&longer);
        for place in 0..last {
            let (one, other) = (planned(&before, place, 10_000), planned(&after, place, 10_000));
            prop_assert_eq!(one.map(|plan| plan.fingerprint), other.map(|plan| plan.fingerprint));
        }
        // With room for all, the new node's context begins with that of the node above it.
        let above = planned(&after, last - 1, 100_000).expect("there is room");
        let below = planned(&after, last, 100_000).expect("there is room");
        let began: Vec<_> = below.items.iter().take(above.items.len()).cloned().collect();
        prop_assert_eq!(began, above.items);
    }

    #[test]
    fn two_contexts_have_one_fingerprint_only_if_they_send_the_same(one in drawn(), other in drawn()) {
        let (first, second) = (contexts(&one), contexts(&other));
        let mut seen: HashMap<_, HashSet<Vec<String>>> = HashMap::new();
        for (drawn, contexts) in [(&one, &first), (&other, &second)] {
            for place in 0..drawn.nodes.len() {
                let Some(plan) = planned(contexts, place, 100_000) else { continue };
                seen.entry(plan.fingerprint).or_default().insert(sent(drawn, &plan, place));
            }
        }
        for texts in seen.values() {
            prop_assert_eq!(texts.len(), 1, "{:?}", texts);
        }
    }
}

/// The texts that a plan sends, read from what was drawn.
fn sent(drawn: &Drawn, plan: &Plan, place: usize) -> Vec<String> {
    let drawn_of = |id: NodeId| &drawn.nodes[place_of(id)];
    let mut texts = Vec::new();
    for item in &plan.items {
        let (prompt, response, _, _) = drawn_of(item.node_id);
        match item.entered {
            Entered::Full => {
                texts.push(format!("user {prompt}"));
                texts.extend(response.iter().map(|text| format!("assistant {text}")));
            }
            Entered::Summary => {
                let text = super::facts::brief_of(prompt, response.as_deref(), None);
                texts.push(format!("user {text}"));
            }
            Entered::Cut | Entered::Excluded | Entered::Empty => {}
        }
    }
    texts.push(format!("user {}", drawn.nodes[place].0));
    texts.retain(|text| !text.ends_with("user ") && !text.ends_with("assistant "));
    texts
}
