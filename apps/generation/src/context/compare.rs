//! Which generated answers still rest on what their contexts are now.

use kernel::NodeId;
use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    facts::Text,
    memory::{Contexts, Sent},
    plan::{fingerprint, room},
    region::{DigestQuery, digests},
};

#[derive(Debug, Default)]
pub(crate) struct Compared {
    /// The answers whose fingerprint is that of their context now.
    pub(crate) fresh: FxHashSet<NodeId>,
    /// What was sent for some of them, to be kept with `Contexts::learn`.
    pub(crate) learned: Vec<(NodeId, Sent)>,
}

/// Compares answers, each with the instructions that go with it. What was sent for an answer is compared if it is known;
/// fingerprints only if it is not.
pub(crate) fn compare(contexts: &Contexts, answers: &FxHashMap<NodeId, Text>) -> Compared {
    // A question that no longer fits would be refused: certainly not the same call.
    let asked: FxHashMap<NodeId, DigestQuery> = (answers.iter())
        .filter_map(|(node, system)| {
            let (facts, answer) = (contexts.facts(*node)?, contexts.answer(*node)?);
            let room = room(facts, system, &answer.asked).ok()?;
            let is_hashed = contexts.sent(*node).is_none();
            Some((*node, DigestQuery { room, is_hashed }))
        })
        .collect();
    let Some(digests) = digests(contexts, &asked) else {
        return by_plans(contexts, answers);
    };
    let mut compared = Compared::default();
    for (node, above) in digests {
        let (Some(facts), Some(answer), Some(system)) = (
            contexts.facts(node),
            contexts.answer(node),
            answers.get(&node),
        ) else {
            continue;
        };
        let prompt = &facts.prompt.whole;
        let now = Sent {
            ancestors: above.sequence,
            system: system.sha256,
            prompt: prompt.sha256,
        };
        let fingerprint = above
            .hashed
            .map(|hashed| hashed.asked(&answer.asked, system, prompt));
        match (contexts.sent(node), fingerprint) {
            (Some(sent), _) if *sent == now => {
                compared.fresh.insert(node);
            }
            (None, Some(fingerprint)) if fingerprint == answer.fingerprint => {
                compared.fresh.insert(node);
                compared.learned.push((node, now));
            }
            (_, _) => {}
        }
    }
    compared
}

/// The same for so much that it is not held in memory at once: each answer by itself.
fn by_plans(contexts: &Contexts, answers: &FxHashMap<NodeId, Text>) -> Compared {
    let is_fresh = |(node, system): (&NodeId, &Text)| {
        let answer = contexts.answer(*node)?;
        let now = fingerprint(contexts, *node, system, &answer.asked)?;
        (now == answer.fingerprint).then_some(*node)
    };
    Compared {
        fresh: answers.iter().filter_map(is_fresh).collect(),
        learned: Vec::new(),
    }
}
