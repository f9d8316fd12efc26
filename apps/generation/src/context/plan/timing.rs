//! How long planning takes, for people to read:
//! `cargo test --release -p generation -- --ignored --nocapture`.

use std::{
    collections::HashSet,
    hint::black_box,
    time::{Duration, Instant},
};

use graph::Dag;
use kernel::{EdgeId, NodeId, UserId};
use protocol::nodes::NodeStatus;

use super::*;
use crate::context::{
    chain::walk,
    facts::{self, Long},
    memory::{Answer, Changed},
};

const RUNS: usize = 101;
const PROMPT_CHARS: usize = 400;
const ANSWER_CHARS: usize = 400;

#[derive(Clone, Copy)]
enum Shape {
    Chain,
    /// Everybody has up to four parents among the fifty before.
    Mesh,
}

/// A project of so many nodes, all of them above the last.
fn project(size: usize, shape: Shape) -> (Contexts, Vec<NodeId>) {
    let nodes: Vec<NodeId> = (0..size).map(|_| NodeId::generate()).collect();
    let mut edges = Vec::new();
    for target in 1..size {
        let steps = match shape {
            Shape::Chain => vec![1],
            Shape::Mesh => vec![1, 1 + target % 7, 1 + target % 23, 1 + target % 50],
        };
        let mut sources: Vec<usize> = steps
            .iter()
            .filter_map(|s| target.checked_sub(*s))
            .collect();
        sources.sort_unstable();
        sources.dedup();
        let edge = |source: usize| (EdgeId::generate(), nodes[source], nodes[target]);
        edges.extend(sources.into_iter().map(edge));
    }
    let node = |(place, id): (usize, &NodeId)| {
        let prompt = format!("{place} {}", "word ".repeat(PROMPT_CHARS / 5));
        let answer = format!("{place} {}", "said ".repeat(ANSWER_CHARS / 5));
        let facts = Facts {
            version: 1,
            status: NodeStatus::Completed,
            pinned: false,
            preset: None,
            prompt: Long::of(&prompt),
            response: Some(Long::of(&answer)),
            summary: facts::summary(Some(&answer)),
        };
        (*id, facts)
    };
    let contexts = Contexts {
        graph: Dag::from_parts(nodes.iter().copied(), edges).unwrap(),
        facts: nodes.iter().enumerate().map(node).collect(),
        changed: Changed::Everywhere,
        ..Contexts::default()
    };
    (contexts, nodes)
}

fn asked(context_tokens: u32) -> ModelRequest {
    ModelRequest {
        model: "load/relay".to_owned(),
        temperature: Some(0.7),
        max_tokens: 4_096,
        context_tokens,
    }
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

#[test]
#[ignore = "a measurement"]
fn plan_of_5_000_ancestors() {
    for (shape, name) in [(Shape::Chain, "chain"), (Shape::Mesh, "mesh")] {
        let (contexts, nodes) = project(5_001, shape);
        let last = nodes[5_000];
        let ancestors = median(
            (0..RUNS)
                .map(|_| {
                    let started = Instant::now();
                    black_box(contexts.graph().ancestors(black_box(last)));
                    started.elapsed()
                })
                .collect(),
        );
        println!("{name}: ancestors alone {ancestors:?}");
        for context_tokens in [128_000, 1_000_000] {
            let asked = asked(context_tokens);
            let system = Text::of("Be brief.");
            let mut entered = 0;
            let times = (0..RUNS).map(|_| {
                let started = Instant::now();
                let plan = plan(&contexts, black_box(last), &system, &asked).unwrap();
                let took = started.elapsed();
                let is_in = |item: &&ManifestItem| item.tokens > 0;
                entered = plan.items.iter().filter(is_in).count();
                took
            });
            let took = median(times.collect());
            println!("{name}, {context_tokens} tokens: {took:?}, {entered} ancestors enter");
        }
    }
}

/// What is compared under the lock when the root is edited.
#[test]
#[ignore = "a measurement"]
fn fingerprints_of_all_below_the_root() {
    for (shape, name) in [(Shape::Chain, "chain"), (Shape::Mesh, "mesh")] {
        for (size, context_tokens) in [1_000, 5_000]
            .into_iter()
            .flat_map(|size| [(size, 128_000), (size, 1_000_000)])
        {
            let (mut contexts, nodes) = project(size, shape);
            let (asked, system) = (asked(context_tokens), Text::of("Be brief."));
            let answer = Answer {
                fingerprint: Fingerprint::stored(&[0; 32]).unwrap(),
                asked: asked.clone(),
                by: UserId::generate(),
            };
            let answers = nodes.iter().map(|node| (*node, answer.clone()));
            contexts.answers = answers.collect();
            let started = Instant::now();
            let below = contexts.within(&Changed::Below(HashSet::from([nodes[0]])));
            walk(&contexts, &below, |chain| {
                black_box(fingerprint(chain, &system, &asked).unwrap());
            });
            let took = started.elapsed();
            println!("a {name} of {size}, {context_tokens} tokens: {took:?}");
        }
    }
}
