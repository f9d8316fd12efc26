use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::{PoisonError, RwLock, RwLockReadGuard};

use petgraph::Direction;
use petgraph::stable_graph::NodeIndex;
use petgraph::visit::NodeIndexable;

use crate::Dag;

/// The depths of all nodes. What happens to edges only notes where they may be wrong.
#[derive(Debug, Default)]
pub(crate) struct Depths(RwLock<Settled>);

/// Depths, and the nodes whose parents changed since they were put right.
#[derive(Debug, Default)]
pub(crate) struct Settled {
    depths: Vec<usize>,
    unsettled: Vec<NodeIndex>,
}

impl Settled {
    pub(crate) fn depth(&self, index: NodeIndex) -> usize {
        self.depths.get(index.index()).copied().unwrap_or(0)
    }

    fn set(&mut self, index: NodeIndex, depth: usize) {
        let place = index.index();
        if self.depths.len() <= place {
            self.depths.resize(place + 1, 0);
        }
        if let Some(known) = self.depths.get_mut(place) {
            *known = depth;
        }
    }
}

impl Depths {
    /// A node without edges, maybe in the place of one that was removed.
    pub(crate) fn begin(&mut self, index: NodeIndex) {
        self.get_mut().set(index, 0);
    }

    /// Notes that parents of these nodes came or went.
    pub(crate) fn unsettle(&mut self, nodes: impl IntoIterator<Item = NodeIndex>) {
        self.get_mut().unsettled.extend(nodes);
    }

    fn get_mut(&mut self) -> &mut Settled {
        self.0.get_mut().unwrap_or_else(PoisonError::into_inner)
    }

    fn read(&self) -> RwLockReadGuard<'_, Settled> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Dag {
    /// The depths as they are.
    pub(crate) fn settled(&self) -> RwLockReadGuard<'_, Settled> {
        let settled = self.depths.read();
        if settled.unsettled.is_empty() {
            return settled;
        }
        drop(settled);
        let depths = &self.depths.0;
        self.settle(&mut depths.write().unwrap_or_else(PoisonError::into_inner));
        self.depths.read()
    }

    /// Puts right the depths of the nodes whose parents changed, and of all below them.
    ///
    /// Going by rank visits a node only after all of its ancestors that move, so each node moves
    /// once; where a depth stays, nothing below it moves.
    fn settle(&self, depths: &mut Settled) {
        let unsettled = std::mem::take(&mut depths.unsettled);
        // The place of a removed node may be empty, or another node's.
        let unsettled = (unsettled.into_iter()).filter(|index| self.graph.contains_node(*index));
        let mut waiting: BinaryHeap<_> = unsettled
            .map(|index| Reverse((self.rank_at(index), index)))
            .collect();
        let mut last = None;
        while let Some(Reverse((_, index))) = waiting.pop() {
            // A node waits once for each parent that moved.
            if last.replace(index) == Some(index) {
                continue;
            }
            self.visit(1);
            let parents = self.graph.neighbors_directed(index, Direction::Incoming);
            let parents = parents.map(|parent| depths.depth(parent) + 1);
            let depth = parents.max().unwrap_or(0);
            if depth == depths.depth(index) {
                continue;
            }
            depths.set(index, depth);
            let children = self.graph.neighbors(index);
            waiting.extend(children.map(|child| Reverse((self.rank_at(child), child))));
        }
    }

    pub(crate) fn rank_at(&self, index: NodeIndex) -> usize {
        self.graph.node_weight(index).map_or(0, |node| node.rank)
    }

    fn set_rank(&mut self, index: NodeIndex, rank: usize) {
        if let Some(node) = self.graph.node_weight_mut(index) {
            node.rank = rank;
        }
    }

    /// Raises what a new edge leads to above where it comes from, and what is below that as far as
    /// it must be.
    pub(crate) fn raise(&mut self, from: NodeIndex, to: NodeIndex) {
        let waits = |dag: &Self, index, least| Reverse((dag.rank_at(index), index, Reverse(least)));
        let mut waiting = BinaryHeap::from([waits(self, to, self.rank_at(from) + 1)]);
        // Of what several parents ask of a node the most comes first, so that it moves once.
        while let Some(Reverse((_, index, Reverse(least)))) = waiting.pop() {
            self.visit(1);
            if self.rank_at(index) >= least {
                continue;
            }
            self.set_rank(index, least);
            let children = self.graph.neighbors(index);
            let low = children.filter(|child| self.rank_at(*child) <= least);
            waiting.extend(low.map(|child| waits(self, child, least + 1)));
        }
    }

    /// Gives every node its depth, one depth after the other; false if a cycle keeps some from
    /// having one.
    pub(crate) fn place_all(&mut self) -> bool {
        let mut parents_left = vec![0_usize; self.graph.node_bound()];
        let edges = self.graph.edge_indices();
        for (_, child) in edges.filter_map(|edge| self.graph.edge_endpoints(edge)) {
            if let Some(left) = parents_left.get_mut(child.index()) {
                *left += 1;
            }
        }

        let mut placed_count = 0;
        let mut level: Vec<_> = self.graph.externals(Direction::Incoming).collect();
        for depth in 0.. {
            if level.is_empty() {
                break;
            }
            placed_count += level.len();
            let mut next_level = Vec::new();
            for index in level {
                self.depths.get_mut().set(index, depth);
                self.set_rank(index, depth);
                for child in self.graph.neighbors(index) {
                    let Some(left) = parents_left.get_mut(child.index()) else {
                        continue;
                    };
                    *left -= 1;
                    if *left == 0 {
                        next_level.push(child);
                    }
                }
            }
            level = next_level;
        }
        placed_count == self.graph.node_count()
    }
}
