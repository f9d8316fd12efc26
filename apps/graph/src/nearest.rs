use std::collections::HashSet;

use kernel::NodeId;
use petgraph::stable_graph::NodeIndex;

use crate::Dag;
use crate::dag::Placed;

impl Dag {
    /// Nodes by their distance from one of them, whichever way the edges lead, and then those that no
    /// way leads to; at most `limit`. What is equally far is in topological order.
    pub fn nearest(&self, from: impl IntoIterator<Item = NodeId>, limit: usize) -> Vec<NodeId> {
        let mut found = Vec::new();
        let mut seen = HashSet::new();
        let start: Vec<NodeIndex> = from
            .into_iter()
            .filter_map(|from| self.nodes.get(&from).copied())
            .collect();
        let mut ring = self.ring(start, &mut seen);
        while !ring.is_empty() && found.len() < limit {
            let beside: Vec<NodeIndex> = ring
                .iter()
                .filter_map(|placed| self.nodes.get(&placed.id).copied())
                .flat_map(|index| self.graph.neighbors_undirected(index))
                .collect();
            self.visit(beside.len());
            found.extend(ring.iter().map(|placed| placed.id));
            ring = self.ring(beside, &mut seen);
        }
        if found.len() < limit {
            self.visit(self.node_count());
            let rest = self.ring(self.nodes.values().copied(), &mut seen);
            found.extend(rest.iter().map(|placed| placed.id));
        }
        found.truncate(limit);
        found
    }

    /// Those of these nodes that were not seen before, in topological order.
    fn ring(
        &self,
        nodes: impl IntoIterator<Item = NodeIndex>,
        seen: &mut HashSet<NodeIndex>,
    ) -> Vec<Placed> {
        let depths = self.settled();
        let new = nodes.into_iter().filter(|index| seen.insert(*index));
        let mut ring: Vec<Placed> = new
            .filter_map(|index| self.placed(&depths, index))
            .collect();
        ring.sort_unstable();
        ring
    }
}

#[cfg(test)]
mod tests {
    use kernel::EdgeId;
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn node(number: u128) -> NodeId {
        Uuid::from_u128(number).into()
    }

    fn graph(nodes: u128, edges: &[(u128, u128)]) -> Dag {
        let mut graph = Dag::default();
        for number in 0..nodes {
            graph.add_node(node(number));
        }
        for (source, target) in edges {
            let _ = graph.add_edge(EdgeId::generate(), node(*source), node(*target));
        }
        graph
    }

    #[test]
    fn neighbours_come_before_those_farther_away_and_strangers_last() {
        let graph = graph(6, &[(0, 1), (1, 2), (3, 2), (3, 4)]);

        let from_one = graph.nearest(Some(node(1)), 10);

        assert_eq!(from_one, [1, 0, 2, 3, 4, 5].map(node));
        assert_eq!(graph.nearest(Some(node(1)), 2), [1, 0].map(node));
        assert_eq!(graph.nearest(None, 3), [0, 3, 5].map(node));
        assert_eq!(graph.nearest(Some(node(9)), 1), [0].map(node));
        assert!(graph.nearest(Some(node(1)), 0).is_empty());
    }

    proptest! {
        #[test]
        fn every_node_is_listed_once_wherever_one_begins(
            edges in prop::collection::vec((0_u128..12, 0_u128..12), 0..30),
            from in 0_u128..14,
            limit in 0_usize..16,
        ) {
            let graph = graph(12, &edges);

            let found = graph.nearest(Some(node(from)), limit);

            let distinct: HashSet<NodeId> = found.iter().copied().collect();
            prop_assert_eq!(distinct.len(), found.len());
            prop_assert_eq!(found.len(), limit.min(12));
        }
    }
}
