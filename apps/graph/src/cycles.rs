use std::iter;
use std::ops::RangeInclusive;

use kernel::NodeId;
use petgraph::Direction;
use petgraph::stable_graph::NodeIndex;
use petgraph::visit::{VisitMap, Visitable};

use crate::Dag;

impl Dag {
    /// A shortest chain of nodes from one to another, both included, if one leads to the other.
    pub(crate) fn chain(&self, from: NodeIndex, to: NodeIndex) -> Option<Vec<NodeId>> {
        self.reaches(from, to)
            .then(|| self.shortest_chain(from, to))
    }

    fn reaches(&self, from: NodeIndex, to: NodeIndex) -> bool {
        // Depth grows along every edge. Most edges people draw need no search at all, for they
        // lead to a node at least as deep as their source.
        let depths = self.depth_at(from)..=self.depth_at(to);
        if depths.start() >= depths.end() {
            return false;
        }
        // Walking from both ends side by side costs the shorter walk: a node just added is done
        // after one step, whatever it is connected to.
        let up = self.walk(to, Direction::Incoming, &depths);
        let down = self.walk(from, Direction::Outgoing, &depths);
        up.zip(down)
            .any(|(above, below)| above == from || below == to)
    }

    /// Yields each node within these depths that can be reached in one direction.
    fn walk(
        &self,
        start: NodeIndex,
        direction: Direction,
        depths: &RangeInclusive<usize>,
    ) -> impl Iterator<Item = NodeIndex> {
        let mut seen = self.graph.visit_map();
        let mut unfinished = vec![self.graph.neighbors_directed(start, direction)];
        iter::from_fn(move || {
            loop {
                let Some(index) = unfinished.last_mut()?.next() else {
                    unfinished.pop();
                    continue;
                };
                if depths.contains(&self.depth_at(index)) && seen.visit(index) {
                    unfinished.push(self.graph.neighbors_directed(index, direction));
                    return Some(index);
                }
            }
        })
    }

    /// Among equally short chains the choice depends on the ids, not on when edges were added.
    fn shortest_chain(&self, from: NodeIndex, to: NodeIndex) -> Vec<NodeId> {
        let depth_min = self.depth_at(from);
        let mut seen = self.graph.visit_map();
        // Each node found, with the position of the node that follows it on the way to `to`.
        let mut found = vec![(to, 0)];
        let mut position = 0;
        while let Some(&(index, _)) = found.get(position) {
            if index == from {
                break;
            }
            let mut parents: Vec<_> = (self.graph.neighbors_directed(index, Direction::Incoming))
                .filter(|&parent| self.depth_at(parent) >= depth_min && seen.visit(parent))
                .collect();
            parents.sort_unstable_by_key(|&parent| self.placed(parent));
            found.extend(parents.into_iter().map(|parent| (parent, position)));
            position += 1;
        }

        let mut chain = Vec::new();
        while let Some(&(index, follower)) = found.get(position) {
            chain.extend(self.placed(index).map(|placed| placed.id));
            if index == to {
                break;
            }
            position = follower;
        }
        chain
    }
}
