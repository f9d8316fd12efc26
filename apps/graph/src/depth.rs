use std::cmp::Reverse;
use std::collections::BinaryHeap;

use petgraph::Direction;
use petgraph::stable_graph::NodeIndex;
use petgraph::visit::NodeIndexable;

use crate::Dag;

impl Dag {
    pub(crate) fn depth_at(&self, index: NodeIndex) -> usize {
        self.graph
            .node_weight(index)
            .map_or(0, |placed| placed.depth)
    }

    /// Puts right the depths of these nodes and of all below them, after their parents changed.
    ///
    /// Going by the old depths visits a node only after all of its ancestors that move, so each
    /// node moves once; where a depth stays, nothing below it moves.
    pub(crate) fn settle(&mut self, nodes: impl IntoIterator<Item = NodeIndex>) {
        let waiting = nodes
            .into_iter()
            .map(|index| Reverse((self.depth_at(index), index)));
        let mut waiting: BinaryHeap<_> = waiting.collect();
        while let Some(Reverse((_, index))) = waiting.pop() {
            let parents = self.graph.neighbors_directed(index, Direction::Incoming);
            let depth = parents
                .map(|parent| self.depth_at(parent) + 1)
                .max()
                .unwrap_or(0);
            if depth == self.depth_at(index) {
                continue;
            }
            self.set_depth(index, depth);
            let children = self.graph.neighbors(index);
            waiting.extend(children.map(|child| Reverse((self.depth_at(child), child))));
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
                self.set_depth(index, depth);
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

    fn set_depth(&mut self, index: NodeIndex, depth: usize) {
        if let Some(placed) = self.graph.node_weight_mut(index) {
            placed.depth = depth;
        }
    }
}
