use kernel::NodeId;
use petgraph::Direction;
use petgraph::stable_graph::NodeIndex;
use petgraph::visit::{VisitMap, Visitable};

use crate::Dag;
use crate::dag::Placed;

/// A node above or below another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Relative {
    pub node: NodeId,
    /// The fewest edges between the two.
    pub distance: usize,
}

struct Found {
    index: NodeIndex,
    placed: Placed,
    distance: usize,
    /// The position of another node found at the same depth.
    beside: Option<usize>,
}

impl Dag {
    /// Every node from which this one can be reached, in topological order; none if the node is
    /// unknown. What is added below the node leaves this list as it is, and the list of a node
    /// with a single parent is the parent's list followed by the parent.
    pub fn ancestors(&self, node: NodeId) -> Option<Vec<Relative>> {
        self.relatives(node, Direction::Incoming)
    }

    /// Every node that can be reached from this one, in topological order; none if the node is
    /// unknown.
    pub fn descendants(&self, node: NodeId) -> Option<Vec<Relative>> {
        self.relatives(node, Direction::Outgoing)
    }

    /// Every node that can be reached from any of these by an edge or more, each once and in
    /// topological order.
    pub fn below(&self, nodes: impl IntoIterator<Item = NodeId>) -> Vec<NodeId> {
        let starts = nodes.into_iter().filter_map(|node| self.nodes.get(&node));
        let below = in_order(self.search(starts.copied(), Direction::Outgoing));
        below.into_iter().map(|relative| relative.node).collect()
    }

    /// These nodes and all from which one of them can be reached, each once and in topological order.
    pub fn with_ancestors(&self, nodes: impl IntoIterator<Item = NodeId>) -> Vec<NodeId> {
        let starts = nodes.into_iter().filter_map(|node| self.nodes.get(&node));
        let mut starts: Vec<NodeIndex> = starts.copied().collect();
        let mut found = self.search(starts.iter().copied(), Direction::Incoming);
        starts.extend(found.iter().map(|found| found.index));
        starts.sort_unstable();
        starts.dedup();
        found.clear();
        let depths = self.settled();
        found.extend(starts.into_iter().filter_map(|index| {
            Some(Found {
                index,
                placed: self.placed(&depths, index)?,
                distance: 0,
                beside: None,
            })
        }));
        let found = in_order(found);
        found.into_iter().map(|relative| relative.node).collect()
    }

    fn relatives(&self, node: NodeId, direction: Direction) -> Option<Vec<Relative>> {
        let start = *self.nodes.get(&node)?;
        Some(in_order(self.search([start], direction)))
    }

    /// Breadth first, so that the first way to a node is a shortest one.
    fn search(
        &self,
        starts: impl IntoIterator<Item = NodeIndex>,
        direction: Direction,
    ) -> Vec<Found> {
        let depths = self.settled();
        let mut seen = self.graph.visit_map();
        let mut found: Vec<Found> = Vec::new();
        let mut starts = starts.into_iter().map(|start| (start, 0));
        let mut position = 0;
        let mut looked_at = 0;
        let mut next = starts.next();
        while let Some((index, distance)) = next {
            let distance = distance + 1;
            for index in self.graph.neighbors_directed(index, direction) {
                looked_at += 1;
                if seen.visit(index)
                    && let Some(placed) = self.placed(&depths, index)
                {
                    found.push(Found {
                        index,
                        placed,
                        distance,
                        beside: None,
                    });
                }
            }
            next = starts.next().or_else(|| {
                let found = found.get(position)?;
                position += 1;
                Some((found.index, found.distance))
            });
        }
        self.visit(looked_at);
        found
    }
}

/// Sorts by depth and id. Depths are small numbers and few nodes share one, so gathering the
/// nodes of each depth and sorting only these is several times faster than comparing them all.
fn in_order(mut found: Vec<Found>) -> Vec<Relative> {
    let depths = found.iter().map(|found| found.placed.depth);
    let depth_min = depths.clone().min().unwrap_or(0);
    let depth_max = depths.max().unwrap_or(0);
    let mut first_at_depth = vec![None; depth_max - depth_min + 1];
    for (position, found) in found.iter_mut().enumerate() {
        if let Some(first) = first_at_depth.get_mut(found.placed.depth - depth_min) {
            found.beside = first.replace(position);
        }
    }

    let mut relatives = Vec::with_capacity(found.len());
    for mut position in first_at_depth {
        let depth_start = relatives.len();
        while let Some(found) = position.and_then(|position| found.get(position)) {
            relatives.push(Relative {
                node: found.placed.id,
                distance: found.distance,
            });
            position = found.beside;
        }
        if let Some(same_depth) = relatives.get_mut(depth_start..) {
            // The same order as that of the ids, compared as numbers.
            same_depth.sort_unstable_by_key(|relative| relative.node.uuid().as_u128());
        }
    }
    relatives
}
