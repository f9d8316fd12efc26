//! Which generated answers still rest on what their contexts are now.

use std::collections::HashSet;

use kernel::NodeId;
use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    chain::walk,
    facts::Text,
    memory::{Contexts, Sent},
    plan::{fingerprint, room},
    region::sequences,
    sequence::Sequence,
};

#[derive(Debug, Default)]
pub(crate) struct Compared {
    /// The answers whose fingerprint is that of their context now.
    pub(crate) fresh: FxHashSet<NodeId>,
    /// What was sent for some of them, to be kept with `Contexts::learn`.
    pub(crate) learned: Vec<(NodeId, Sent)>,
}

/// Compares answers among `nodes`, each with the instructions that go with it. What was sent for an
/// answer is compared if it is known; fingerprints only if it is not.
pub(crate) fn compare(
    contexts: &Contexts,
    nodes: &HashSet<NodeId>,
    answers: &FxHashMap<NodeId, Text>,
) -> Compared {
    let mut compared = Compared::default();
    let now = sent_now(contexts, answers);
    let mut unknown: FxHashMap<NodeId, Option<Sent>> = FxHashMap::default();
    for node in answers.keys() {
        // A question that no longer fits would be refused: certainly not the same call.
        let Some(now) = now.get(node) else { continue };
        match (contexts.sent(*node), now) {
            (Some(sent), Some(now)) if sent == now => {
                compared.fresh.insert(*node);
            }
            (Some(_), Some(_)) => {}
            (None, _) | (_, None) => {
                unknown.insert(*node, *now);
            }
        }
    }
    let is_unknown = |node: NodeId| unknown.contains_key(&node);
    walk(contexts, nodes, is_unknown, |chain| {
        let node = chain.node();
        let (Some(answer), Some(system)) = (contexts.answer(node), answers.get(&node)) else {
            return;
        };
        let fingerprint = fingerprint(chain, system, &answer.asked);
        if fingerprint.is_ok_and(|fingerprint| fingerprint == answer.fingerprint) {
            compared.fresh.insert(node);
            let now = unknown.get(&node).copied().flatten();
            compared.learned.extend(now.map(|now| (node, now)));
        }
    });
    compared
}

/// What would be sent for each answer whose question fits; none of those for which that would take
/// too much memory.
fn sent_now(
    contexts: &Contexts,
    answers: &FxHashMap<NodeId, Text>,
) -> FxHashMap<NodeId, Option<Sent>> {
    let rooms: Vec<(NodeId, u32)> = (answers.iter())
        .filter_map(|(node, system)| {
            let (facts, answer) = (contexts.facts(*node)?, contexts.answer(*node)?);
            Some((*node, room(facts, system, &answer.asked).ok()?))
        })
        .collect();
    let ancestors = sequences(contexts, &rooms);
    let sent = |node: NodeId| {
        let ancestors: Sequence = *ancestors.as_ref()?.get(&node)?;
        Some(Sent {
            ancestors,
            system: answers.get(&node)?.sha256,
            prompt: contexts.facts(node)?.prompt.whole.sha256,
        })
    };
    (rooms.iter())
        .map(|(node, _)| (*node, sent(*node)))
        .collect()
}
