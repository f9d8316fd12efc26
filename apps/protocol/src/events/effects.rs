//! What an event did besides what it says.

use std::collections::HashSet;

use kernel::{NodeId, Resource, Visibility};
use serde::{Deserialize, Serialize};

use super::{Event, GenerationEvent};

/// What followed from an event in the same transaction and is no event of its own: it stands beside
/// the event's `data`, and leaves the versions of what it touches as they are.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SideEffects {
    /// Nodes whose answers no longer rest on what their context is now.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stale: Vec<NodeId>,
    /// Nodes whose answers do so again.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fresh: Vec<NodeId>,
}

impl SideEffects {
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let Self { stale, fresh } = self;
        stale.is_empty() && fresh.is_empty()
    }

    /// Adds what a later change within the same event did. What that undoes was never so.
    pub fn then(&mut self, mut later: Self) {
        undo(&mut self.stale, &mut later.fresh);
        undo(&mut self.fresh, &mut later.stale);
        self.stale.append(&mut later.stale);
        self.fresh.append(&mut later.fresh);
    }

    /// Leaves out what the event itself says from here on: it is applied first.
    pub fn superseded_by(&mut self, event: &Event) {
        let node = match event {
            Event::Generation(
                GenerationEvent::Start(changed)
                | GenerationEvent::End(changed)
                | GenerationEvent::Cancel(changed)
                | GenerationEvent::Select(changed),
            ) => changed.node_id,
            Event::Project(_)
            | Event::Member(_)
            | Event::Invitation(_)
            | Event::Node(_)
            | Event::Edge(_)
            | Event::Refresh(_)
            | Event::Instructions(_)
            | Event::Feature(_)
            | Event::Batch(_) => return,
        };
        self.stale.retain(|known| *known != node);
        self.fresh.retain(|known| *known != node);
    }

    pub(super) fn shown_to(&self, visibility: Visibility) -> Self {
        if visibility.covers(Resource::Graph) {
            let Self { stale, fresh } = self.clone();
            Self { stale, fresh }
        } else {
            Self::default()
        }
    }
}

fn undo(one: &mut Vec<NodeId>, other: &mut Vec<NodeId>) {
    if one.is_empty() || other.is_empty() {
        return;
    }
    let undone: HashSet<NodeId> = other.iter().copied().collect();
    let undone: HashSet<NodeId> = one.extract_if(.., |node| undone.contains(node)).collect();
    other.retain(|node| !undone.contains(node));
}
