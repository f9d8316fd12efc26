//! What each node of a project inherits from those above it.

use std::sync::Arc;

use kernel::NodeId;
use protocol::{
    edges::EdgePolicy,
    settings::{CustomInstructions, NodeSettings},
};
use rustc_hash::FxHashMap;

use super::{memory::Contexts, settings::Inherited};

impl Contexts {
    /// Takes note of what a node says to the branch below it.
    pub(super) fn set(&mut self, node: NodeId, settings: Option<&NodeSettings>) {
        match settings {
            Some(settings) => self.settings.insert(node, Arc::new(settings.clone())),
            None => self.settings.remove(&node),
        };
    }

    /// The settings that hold for one node.
    pub(crate) fn inherited(&self, node: NodeId) -> Inherited {
        self.inherited_by([node]).remove(&node).unwrap_or_default()
    }

    /// The settings that hold for these nodes, and for all above them; of none while nobody in the project says
    /// anything, which is how most are.
    pub(crate) fn inherited_by(
        &self,
        nodes: impl IntoIterator<Item = NodeId>,
    ) -> FxHashMap<NodeId, Inherited> {
        let mut known: FxHashMap<NodeId, Inherited> = FxHashMap::default();
        if self.settings.is_empty() {
            return known;
        }
        for node in self.graph().with_ancestors(nodes) {
            let mut inherited = Inherited::default();
            if let Some(settings) = self.settings.get(&node) {
                inherited.add(settings, node);
            }
            for (edge, parent) in self.graph().incoming(node) {
                if self.policy(edge) != EdgePolicy::Exclude
                    && let Some(parent) = known.get(&parent)
                {
                    inherited.inherit(parent);
                }
            }
            known.insert(node, inherited);
        }
        known
    }

    /// What a node tells the models of the branch below it.
    pub(crate) fn custom_instructions(&self, node: NodeId) -> Option<&CustomInstructions> {
        self.settings.get(&node)?.custom_instructions.as_ref()
    }
}
