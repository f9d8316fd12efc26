use std::collections::HashSet;

use kernel::NodeId;

use crate::Dag;

/// What two nodes rest on, each list in topological order. A node counts as resting on itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparison {
    /// What both rest on, as far as nothing nearer to them is common, too.
    pub common: Vec<NodeId>,
    pub only_a: Vec<NodeId>,
    pub only_b: Vec<NodeId>,
}

impl Dag {
    /// Compares two nodes; none if one is unknown.
    pub fn compare(&self, a: NodeId, b: NodeId) -> Option<Comparison> {
        let (of_a, of_b) = (self.rests_on(a)?, self.rests_on(b)?);
        let (in_a, in_b): (HashSet<_>, HashSet<_>) = (
            of_a.iter().copied().collect(),
            of_b.iter().copied().collect(),
        );
        // All ancestors of what is common are common, so a node with a common descendant has a
        // common child.
        let is_nearest = |node: &NodeId| {
            let children = self.children(*node);
            !children
                .iter()
                .any(|child| in_a.contains(child) && in_b.contains(child))
        };
        let (shared, only_a): (Vec<_>, Vec<_>) =
            of_a.into_iter().partition(|node| in_b.contains(node));
        Some(Comparison {
            common: shared.into_iter().filter(is_nearest).collect(),
            only_a,
            only_b: of_b
                .into_iter()
                .filter(|node| !in_a.contains(node))
                .collect(),
        })
    }

    fn rests_on(&self, node: NodeId) -> Option<Vec<NodeId>> {
        let ancestors = self.ancestors(node)?.into_iter();
        Some(
            ancestors
                .map(|relative| relative.node)
                .chain([node])
                .collect(),
        )
    }
}

#[cfg(test)]
mod tests {
    use kernel::EdgeId;
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn id(number: u32) -> NodeId {
        NodeId::from_uuid(Uuid::from_u128(number.into()))
    }

    fn dag(nodes: u32, edges: &[(u32, u32)]) -> Dag {
        let edges = edges
            .iter()
            .map(|(from, to)| (EdgeId::generate(), id(*from), id(*to)));
        Dag::from_parts((0..nodes).map(id), edges).unwrap()
    }

    #[test]
    fn two_branches_part_at_their_nearest_common_ancestors() {
        // 0 -> 1 -> 3 -> 5, 0 -> 2 -> 3, 2 -> 4 -> 6, 1 -> 4
        let edges = [
            (0, 1),
            (0, 2),
            (1, 3),
            (2, 3),
            (3, 5),
            (2, 4),
            (1, 4),
            (4, 6),
        ];
        let compared = dag(7, &edges).compare(id(5), id(6)).unwrap();

        assert_eq!(compared.common, [id(1), id(2)]);
        assert_eq!(compared.only_a, [id(3), id(5)]);
        assert_eq!(compared.only_b, [id(4), id(6)]);
    }

    #[test]
    fn an_ancestor_is_itself_what_is_common_and_strangers_share_nothing() {
        let dag = dag(4, &[(0, 1), (1, 2)]);

        let above = dag.compare(id(1), id(2)).unwrap();
        assert_eq!(above.common, [id(1)]);
        assert_eq!((above.only_a, above.only_b), (vec![], vec![id(2)]));
        let apart = dag.compare(id(2), id(3)).unwrap();
        assert_eq!(apart.common, []);
        assert_eq!(apart.only_b, [id(3)]);
        assert_eq!(dag.compare(id(2), id(9)), None);
    }

    proptest! {
        #[test]
        fn what_is_common_is_an_ancestor_of_both_and_of_nothing_else_common(
            pairs in prop::collection::btree_set((0..12_u32, 0..12_u32), 0..40),
            a in 0..12_u32,
            b in 0..12_u32,
        ) {
            let edges: Vec<_> = pairs.into_iter().filter(|(from, to)| from < to).collect();
            let dag = dag(12, &edges);
            let compared = dag.compare(id(a), id(b)).unwrap();
            let rests_on = |node| dag.rests_on(node).unwrap();
            let (of_a, of_b) = (rests_on(id(a)), rests_on(id(b)));

            for node in &compared.common {
                prop_assert!(of_a.contains(node) && of_b.contains(node));
                for other in &compared.common {
                    prop_assert!(node == other || !rests_on(*other).contains(node));
                }
            }
            for node in of_a.iter().filter(|node| of_b.contains(node)) {
                let nearer = compared.common.iter().any(|other| rests_on(*other).contains(node));
                prop_assert!(nearer);
            }
            prop_assert!(compared.only_a.iter().all(|node| !of_b.contains(node)));
        }
    }
}
