//! Which contexts hold whose answers, by the edges alone: through none that excludes.

use std::collections::HashSet;

use kernel::NodeId;
use protocol::edges::EdgePolicy;

use super::memory::Contexts;

impl Contexts {
    /// Whether the context of this node holds the answer of any of the others.
    pub(crate) fn rests_on_any(&self, node: NodeId, others: &HashSet<NodeId>) -> bool {
        let mut seen = HashSet::from([node]);
        let mut next = vec![node];
        while let Some(node) = next.pop() {
            for (edge, parent) in self.graph().incoming(node) {
                if self.policy(edge) == EdgePolicy::Exclude || !seen.insert(parent) {
                    continue;
                }
                if others.contains(&parent) {
                    return true;
                }
                next.push(parent);
            }
        }
        false
    }

    /// The nodes whose contexts hold the answer of any of these.
    pub(crate) fn resting_on(&self, nodes: impl IntoIterator<Item = NodeId>) -> HashSet<NodeId> {
        let mut resting = HashSet::new();
        let mut next: Vec<NodeId> = nodes.into_iter().collect();
        while let Some(node) = next.pop() {
            for (edge, child) in self.graph().outgoing(node) {
                if self.policy(edge) != EdgePolicy::Exclude && resting.insert(child) {
                    next.push(child);
                }
            }
        }
        resting
    }
}
