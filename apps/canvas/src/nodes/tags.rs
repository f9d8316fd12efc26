//! Which tags nodes are given: an update says all tags that a node has afterwards, and not which of them are new.

use std::collections::HashMap;

use entity::node;
use kernel::{NodeId, Result};
use platform::{Write, convert};
use protocol::{
    events::{Event, NodeEvent, NodeUpdated},
    nodes::NodeView,
};

/// The tags that a command gave to nodes that had others before, or none.
#[derive(Debug, Default)]
struct Given(HashMap<NodeId, Vec<String>>);

pub(super) fn note(write: &mut Write, before: &node::Model, updated: &NodeUpdated) -> Result<()> {
    let Some(after) = &updated.tags else {
        return Ok(());
    };
    let had = before.tags.clone().map(convert::words).unwrap_or_default();
    let new = after.iter().filter(|tag| !had.contains(tag)).cloned();
    let given = write.note::<Given>()?.0.entry(updated.id).or_default();
    given.extend(new);
    Ok(())
}

/// The nodes that were given tags by what was just said, for reactions, with these tags.
pub fn given_tags(write: &mut Write) -> Result<Vec<(NodeId, Vec<String>)>> {
    let mut found = Vec::new();
    let mut updated = Vec::new();
    for event in write.news() {
        match event {
            Event::Node(NodeEvent::Create(created)) => found.extend(with_tags(&created.node)),
            Event::Node(NodeEvent::Update(update)) if update.tags.is_some() => {
                updated.push(update.id);
            }
            Event::Node(
                NodeEvent::Update(_)
                | NodeEvent::Move(_)
                | NodeEvent::Delete(_)
                | NodeEvent::Restore(_),
            )
            | Event::Generation(_)
            | Event::Project(_)
            | Event::Member(_)
            | Event::Invitation(_)
            | Event::Edge(_)
            | Event::Refresh(_)
            | Event::Instructions(_)
            | Event::Feature(_)
            | Event::Batch(_) => {}
        }
    }
    for id in updated {
        // Taken, so that an update of the same node that follows in a batch finds only its own.
        let given = write.note::<Given>()?.0.remove(&id);
        found.extend(given.map(|tags| (id, tags)));
    }
    Ok(found)
}

fn with_tags(node: &NodeView) -> Option<(NodeId, Vec<String>)> {
    (!node.tags.is_empty()).then(|| (node.id, node.tags.clone()))
}
