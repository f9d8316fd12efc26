use kernel::NodeId;
use petgraph::Direction;
use petgraph::stable_graph::{Neighbors, NodeIndex};
use petgraph::visit::{VisitMap, Visitable};
use std::ops::RangeInclusive;

use crate::Dag;

/// How many nodes are looked at to find a shortest chain. Two nodes that people connect are near
/// each other; between far ones any chain explains the refusal as well, and is found much sooner.
const SHORTEST_CHAIN_NODES_MAX: usize = 512;

/// A walk in one direction within a range of ranks, each node once, deep before wide.
struct Walk<'a, M> {
    dag: &'a Dag,
    direction: Direction,
    ranks: RangeInclusive<usize>,
    seen: M,
    /// The nodes from the start to here, each with its neighbours that were not looked at yet.
    way: Vec<(NodeIndex, Neighbors<'a, kernel::EdgeId>)>,
}

impl<M: VisitMap<NodeIndex>> Iterator for Walk<'_, M> {
    type Item = NodeIndex;

    fn next(&mut self) -> Option<NodeIndex> {
        loop {
            let Some(index) = self.way.last_mut()?.1.next() else {
                self.way.pop();
                continue;
            };
            if self.ranks.contains(&self.dag.rank_at(index)) && self.seen.visit(index) {
                let neighbors = self.dag.graph.neighbors_directed(index, self.direction);
                self.way.push((index, neighbors));
                return Some(index);
            }
        }
    }
}

impl<M> Walk<'_, M> {
    /// From the start to the node reached last.
    fn way(&self) -> impl DoubleEndedIterator<Item = NodeIndex> {
        self.way.iter().map(|(index, _)| *index)
    }
}

impl Dag {
    /// A chain of nodes from one to another, both included, if one leads to the other: a shortest
    /// one if they are near each other.
    pub(crate) fn chain(&self, from: NodeIndex, to: NodeIndex) -> Option<Vec<NodeId>> {
        let chain = self.some_chain(from, to)?;
        let chain = self.shortest_chain(from, to).unwrap_or(chain);
        Some(
            chain
                .into_iter()
                .filter_map(|index| self.id(index))
                .collect(),
        )
    }

    fn some_chain(&self, from: NodeIndex, to: NodeIndex) -> Option<Vec<NodeIndex>> {
        // The rank grows along every edge. Most edges people draw need no search at all, for they
        // lead to a node of no lower rank than their source.
        let ranks = self.rank_at(from)..=self.rank_at(to);
        if ranks.start() >= ranks.end() {
            return None;
        }
        // Walking from both ends side by side costs the shorter walk: a node just added is done
        // after one step, whatever it is connected to.
        let mut up = self.walk(to, Direction::Incoming, &ranks);
        let mut down = self.walk(from, Direction::Outgoing, &ranks);
        while let (Some(above), Some(below)) = (up.next(), down.next()) {
            self.visit(2);
            if above == from {
                return Some(up.way().rev().collect());
            }
            if below == to {
                return Some(down.way().collect());
            }
        }
        None
    }

    fn walk(
        &self,
        start: NodeIndex,
        direction: Direction,
        ranks: &RangeInclusive<usize>,
    ) -> Walk<'_, impl VisitMap<NodeIndex>> {
        Walk {
            dag: self,
            direction,
            ranks: ranks.clone(),
            seen: self.graph.visit_map(),
            way: vec![(start, self.graph.neighbors_directed(start, direction))],
        }
    }

    /// Among equally short chains the choice depends on the ids, not on when edges were added.
    fn shortest_chain(&self, from: NodeIndex, to: NodeIndex) -> Option<Vec<NodeIndex>> {
        let depths = self.settled();
        let depth_min = depths.depth(from);
        let mut seen = self.graph.visit_map();
        // Each node found, with the position of the node that follows it on the way to `to`.
        let mut found = vec![(to, 0)];
        let mut position = 0;
        loop {
            let &(index, _) = found.get(position)?;
            if index == from {
                break;
            }
            if found.len() > SHORTEST_CHAIN_NODES_MAX {
                return None;
            }
            let mut parents: Vec<_> = (self.graph.neighbors_directed(index, Direction::Incoming))
                .filter(|&parent| depths.depth(parent) >= depth_min && seen.visit(parent))
                .collect();
            parents.sort_unstable_by_key(|&parent| self.placed(&depths, parent));
            found.extend(parents.into_iter().map(|parent| (parent, position)));
            position += 1;
        }

        let mut chain = Vec::new();
        while let Some(&(index, follower)) = found.get(position) {
            chain.push(index);
            if index == to {
                break;
            }
            position = follower;
        }
        Some(chain)
    }
}
