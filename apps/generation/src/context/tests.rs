//! Plans of random graphs: what must hold whatever people draw.

use std::collections::{HashMap, HashSet};

use kernel::{EdgeId, NodeId, UserId};
use proptest::prelude::*;
use protocol::{
    context::{Entered, ManifestItem},
    edges::EdgePolicy,
    nodes::{NodeRole, NodeStatus},
    settings::{AskedUnder, NodeSettings},
};
use rustc_hash::FxHashMap;
use uuid::Uuid;

use super::{
    compare::compare,
    facts::{Facts, Long, Question, Text},
    fingerprint::Fingerprint,
    learned::Learned,
    memory::{Answer, Contexts},
    plan::{Plan, plan},
    region::{Digest, DigestQuery, digests},
    request::ModelRequest,
    sample::{Sample, Shape},
    sequence::{Said, Sequence},
};

#[derive(Clone, Debug)]
struct Drawn {
    /// Of each node: prompt, answer, whether it is pinned, and its parents among those before it.
    nodes: Vec<DrawnNode>,
    room: u32,
}

type DrawnNode = (String, Option<String>, bool, Vec<(usize, EdgePolicy)>);

/// One thing that somebody changes.
#[derive(Clone, Debug)]
enum Change {
    Prompt(usize, String),
    Response(usize, Option<String>),
    Pin(usize),
    Connect(usize, usize, EdgePolicy),
    Disconnect(usize, usize),
    Policy(usize, usize, EdgePolicy),
}

fn change() -> impl Strategy<Value = Change> {
    let place = || 0..25_usize;
    prop_oneof![
        (place(), "[a-z ]{0,60}").prop_map(|(place, text)| Change::Prompt(place, text)),
        (place(), prop::option::of("[a-z. ]{0,200}"))
            .prop_map(|(place, text)| Change::Response(place, text)),
        place().prop_map(Change::Pin),
        (place(), place(), policy()).prop_map(|(at, to, policy)| Change::Connect(at, to, policy)),
        (place(), place()).prop_map(|(at, number)| Change::Disconnect(at, number)),
        (place(), place(), policy()).prop_map(|(at, to, policy)| Change::Policy(at, to, policy)),
    ]
}

impl Change {
    /// The graph after it, with the same nodes.
    fn made_to(&self, drawn: &Drawn) -> Drawn {
        let mut drawn = drawn.clone();
        let count = drawn.nodes.len();
        let (Self::Prompt(place, _)
        | Self::Response(place, _)
        | Self::Pin(place)
        | Self::Connect(place, ..)
        | Self::Disconnect(place, _)
        | Self::Policy(place, ..)) = self;
        let (prompt, response, pinned, parents) = &mut drawn.nodes[place % count];
        match self {
            Self::Prompt(_, text) => prompt.clone_from(text),
            Self::Response(_, text) => response.clone_from(text),
            Self::Pin(_) => *pinned ^= true,
            Self::Connect(_, to, policy) => parents.push((*to, *policy)),
            Self::Disconnect(_, number) => {
                if !parents.is_empty() {
                    parents.remove(number % parents.len());
                }
            }
            Self::Policy(_, number, policy) => {
                let count = parents.len().max(1);
                if let Some(parent) = parents.get_mut(number % count) {
                    parent.1 = *policy;
                }
            }
        }
        drawn
    }
}

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

/// So many that their places are in several blocks, and far from each other.
fn drawn_large() -> impl Strategy<Value = Drawn> {
    // Threads between what is woven.
    let parents = prop_oneof![
        prop::collection::vec((0..50_usize, policy()), 0..5),
        prop::collection::vec((Just(0_usize), Just(EdgePolicy::Full)), 1),
    ];
    let node = (
        "[a-z ]{0,30}",
        prop::option::of("[a-z. ]{0,60}"),
        prop::bool::weighted(0.02),
        parents,
    );
    (prop::collection::vec(node, 1..260), 40..600_u32).prop_map(|(mut nodes, room)| {
        for (place, (_, _, _, parents)) in nodes.iter_mut().enumerate().skip(1) {
            for (parent, _) in parents {
                *parent = place - 1 - *parent % place;
            }
        }
        Drawn { nodes, room }
    })
}

/// Many, for `cargo xtask test --long`.
fn large_cases() -> ProptestConfig {
    let is_long = std::env::var_os("TEST_LONG").is_some();
    ProptestConfig::with_cases(if is_long { 1_000 } else { 40 })
}

/// What is said of the ancestors of these nodes; of two in three also hashed.
fn told(
    contexts: &Contexts,
    places: impl IntoIterator<Item = usize>,
    room: impl Fn(usize) -> Option<u32>,
) -> FxHashMap<NodeId, Digest> {
    let asked = places.into_iter().filter_map(|place| {
        let is_hashed = place % 3 > 0;
        let room = room(place)?;
        Some((node(place), DigestQuery { room, is_hashed }))
    });
    digests(contexts, &asked.collect()).expect("it is small")
}

/// What a plan says of ancestors, as one number.
fn said(contexts: &Contexts, plan: &Plan) -> Sequence {
    let mut sequence = Sequence::default();
    for item in &plan.items {
        let facts = facts(contexts, item);
        match item.entered {
            Entered::Full => sequence.say(Said::whole(facts, contexts.point)),
            Entered::Summary => sequence.say(Said::brief(facts, contexts.point)),
            Entered::Cut | Entered::Excluded | Entered::Empty => {}
        }
    }
    sequence
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
            role: NodeRole::User,
            prompt: Question::of(prompt, &[]),
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

fn asked(room: u32) -> ModelRequest {
    ModelRequest {
        model: "a model".to_owned(),
        temperature: None,
        top_p: None,
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

/// How ancestors enter if each is asked in its turn: what plans must come to, however they do.
fn one_by_one(contexts: &Contexts, place: usize, room: u32) -> Vec<Entered> {
    let policies = by_all_ways(contexts, node(place));
    let ancestors = contexts.graph.ancestors(node(place)).expect("it is there");
    let mut left = room - fixed(contexts, place);
    let mut entered = vec![Entered::Cut; ancestors.len()];
    let mut turns: Vec<_> = (0..ancestors.len()).collect();
    turns.sort_by_key(|turn| {
        let pinned = contexts
            .facts(ancestors[*turn].node)
            .expect("it is there")
            .pinned;
        (!pinned, ancestors[*turn].distance, std::cmp::Reverse(*turn))
    });
    for turn in turns {
        let id = ancestors[turn].node;
        let facts = contexts.facts(id).expect("it is there");
        let (whole, brief) = (facts.whole_tokens(), facts.brief().tokens);
        entered[turn] = match policies[&id] {
            EdgePolicy::Exclude => Entered::Excluded,
            EdgePolicy::Full | EdgePolicy::Summary if whole == 0 => Entered::Empty,
            EdgePolicy::Full if whole <= left => Entered::Full,
            EdgePolicy::Full | EdgePolicy::Summary if brief <= left => Entered::Summary,
            EdgePolicy::Full | EdgePolicy::Summary => Entered::Cut,
        };
        left -= match entered[turn] {
            Entered::Full => whole,
            Entered::Summary => brief,
            Entered::Cut | Entered::Excluded | Entered::Empty => 0,
        };
    }
    entered
}

fn fixed(contexts: &Contexts, place: usize) -> u32 {
    let prompt = contexts
        .facts(node(place))
        .expect("it is there")
        .prompt
        .whole;
    prompt.tokens + Text::of("Be brief.").tokens
}

fn answer(room: u32) -> Answer {
    Answer {
        fingerprint: Fingerprint::stored(&[0; 32]).expect("32 bytes"),
        asked: asked(room),
        by: UserId::from_uuid(uuid(0)),
        under: AskedUnder::default(),
    }
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
    fn what_is_pinned_enters_first_then_the_nearest(drawn in drawn()) {
        let contexts = contexts(&drawn);
        for place in 0..drawn.nodes.len() {
            let Some(plan) = planned(&contexts, place, drawn.room) else { continue };
            let entered: Vec<_> = plan.items.iter().map(|item| item.entered).collect();
            prop_assert_eq!(entered, one_by_one(&contexts, place, drawn.room));
        }
    }

    #[test]
    fn the_same_is_said_of_ancestors_before_and_after_a_change_just_when_fingerprints_are_the_same(
        drawn in drawn(),
        change in change(),
        room in 40..3_000_u32,
    ) {
        let before = contexts(&drawn);
        let after = Contexts { point: before.point, ..contexts(&change.made_to(&drawn)) };
        let told = |contexts: &Contexts| {
            told(contexts, 0..drawn.nodes.len(), |place| room.checked_sub(fixed(contexts, place)))
        };
        let (told_before, told_after) = (told(&before), told(&after));
        for place in 0..drawn.nodes.len() {
            let plans = [planned(&before, place, room), planned(&after, place, room)];
            let [Some(one), Some(other)] = plans else { continue };
            let prompts = [&before, &after].map(|contexts| {
                contexts.facts(node(place)).expect("it is there").prompt.whole.sha256
            });
            let is_same = told_before[&node(place)].sequence == told_after[&node(place)].sequence;
            prop_assert_eq!(
                is_same && prompts[0] == prompts[1],
                one.fingerprint == other.fingerprint,
                "at {}", place
            );
        }
    }

    #[test]
    fn what_was_sent_is_compared_as_fingerprints_are(
        drawn in drawn(),
        is_roomy in any::<bool>(),
        changes in prop::collection::vec(change(), 1..6),
    ) {
        let room = if is_roomy { 100_000 } else { drawn.room };
        let drawn = Drawn { room, ..drawn };
        let system = Text::of("Be brief.");
        let mut contexts_now = contexts(&drawn);
        let places = 0..drawn.nodes.len();
        for place in places.clone() {
            if let Some(plan) = planned(&contexts_now, place, drawn.room) {
                let answer = Answer { fingerprint: plan.fingerprint, ..answer(drawn.room) };
                contexts_now.answers.insert(node(place), answer);
            }
        }
        let answers = || contexts_now.answers.keys().map(|node| (*node, system)).collect();
        let answers: FxHashMap<NodeId, Text> = answers();
        let mut known = drawn.clone();
        let learned = Learned::default();
        for (step, change) in [None].into_iter().chain(changes.iter().map(Some)).enumerate() {
            known = change.map_or(known.clone(), |change| change.made_to(&known));
            let changed = contexts(&known);
            contexts_now = Contexts {
                graph: changed.graph,
                facts: changed.facts,
                policies: changed.policies,
                ..contexts_now
            };
            let compared = compare(&contexts_now, &answers);
            for place in places.clone() {
                let Some(answer) = contexts_now.answers.get(&node(place)) else { continue };
                let plan = planned(&contexts_now, place, drawn.room);
                let is_fresh = plan.is_some_and(|plan| plan.fingerprint == answer.fingerprint);
                prop_assert_eq!(compared.fresh.contains(&node(place)), is_fresh, "at {}", place);
            }
            learned.keep(&contexts_now, &compared.learned);
            contexts_now.learn(compared.learned);
            if step % 2 == 0 {
                // The memory is made anew, and told what the process knows.
                contexts_now.sent.clear();
                learned.tell(&mut contexts_now, answers.keys());
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

/// What holds for a node, found by looking at every node above it in the order of nearness.
fn by_looking(contexts: &Contexts, place: usize) -> (Option<String>, Option<f64>) {
    let mut nearest = vec![node(place)];
    let mut seen: HashSet<NodeId> = nearest.iter().copied().collect();
    let (mut model, mut temperature) = (None, None);
    while !nearest.is_empty() {
        nearest.sort_unstable();
        for near in &nearest {
            let Some(settings) = contexts.settings.get(near) else {
                continue;
            };
            model = model.or_else(|| settings.model.clone().map(String::from));
            temperature = temperature.or_else(|| settings.temperature.map(f64::from));
        }
        let mut further = Vec::new();
        for near in nearest {
            for (edge, parent) in contexts.graph.incoming(near) {
                if contexts.policy(edge) != EdgePolicy::Exclude && seen.insert(parent) {
                    further.push(parent);
                }
            }
        }
        nearest = further;
    }
    (model, temperature)
}

proptest! {
    #[test]
    fn every_node_inherits_from_the_nearest_that_says_something(
        drawn in drawn(),
        said in prop::collection::vec((0..25_usize, prop::option::of(0..9_u8), prop::option::of(0..4_u8)), 0..8),
    ) {
        let mut contexts = contexts(&drawn);
        for (place, model, temperature) in said {
            let settings = NodeSettings {
                model: model.map(|model| format!("model {model}").try_into().expect("a name")),
                temperature: temperature.and_then(|degrees| f64::from(degrees).try_into().ok()),
                ..NodeSettings::default()
            };
            if place < drawn.nodes.len() {
                contexts.set(node(place), Some(&settings));
            }
        }
        let places = 0..drawn.nodes.len();
        let all = contexts.inherited_by(places.clone().map(node));
        for place in places {
            let one = contexts.inherited(node(place));
            let inherited = all.get(&node(place)).unwrap_or(&one);
            let told = (inherited.model().map(str::to_owned), inherited.temperature());
            prop_assert_eq!(&told, &by_looking(&contexts, place));
            prop_assert_eq!(&told, &(one.model().map(str::to_owned), one.temperature()));
        }
    }
}

proptest! {
    #![proptest_config(large_cases())]

    #[test]
    fn in_large_graphs_what_is_said_of_ancestors_is_what_their_plans_say(
        drawn in drawn_large(),
        rooms in prop::collection::vec(prop_oneof![4 => 40..3_000_u32, 1 => Just(100_000)], 1..4),
        asked in prop::collection::vec(prop::bool::weighted(0.8), 1..9),
    ) {
        let contexts = contexts(&drawn);
        let room_of = |place: usize| rooms[place % rooms.len()];
        let places = || (0..drawn.nodes.len()).filter(|place| asked[place % asked.len()]);
        let left = |place| room_of(place).checked_sub(fixed(&contexts, place));
        let mut told = told(&contexts, places(), left);
        let system = Text::of("Be brief.");
        for place in places() {
            let plan = planned(&contexts, place, room_of(place));
            let Some(Digest { sequence, hashed }) = told.remove(&node(place)) else {
                prop_assert!(plan.is_none(), "at {}", place);
                continue;
            };
            let plan = plan.expect("the question fits");
            prop_assert_eq!(sequence, said(&contexts, &plan), "at {}", place);
            let prompt = &contexts.facts(node(place)).expect("it is there").prompt.whole;
            let fingerprint = hashed.map(|hashed| hashed.asked(&self::asked(room_of(place)), &system, prompt));
            prop_assert!(fingerprint.is_none_or(|it| it == plan.fingerprint), "at {}", place);
        }
    }
}

#[test]
fn comparing_many_answers_for_the_first_time_looks_at_each_a_few_times() {
    const ANSWERS: u64 = 600;
    for shape in [Shape::Chain, Shape::Mesh] {
        let sample = Sample::new(600, shape, 40_000).expect("there are nodes");
        let before = sample.visited();
        assert_eq!(sample.compare(), 0, "their fingerprints are made up");
        let visited = sample.visited() - before;
        assert!(visited < 20 * ANSWERS, "{shape:?}: {visited}");
    }
}
