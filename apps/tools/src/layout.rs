//! Arranging nodes as a tidy tree: answers below what they rest on, none on top of another.

use std::collections::HashMap;

use kernel::NodeId;

/// How far nodes of one row stand apart.
pub(crate) const APART: f64 = 400.0;
/// How far a row stands below the one before it: further than any card is high of which nobody said how high it is.
pub const BELOW: f64 = 580.0;

/// A node that is to be arranged, and those it rests on.
#[derive(Clone, Debug)]
pub(crate) struct Item {
    pub(crate) id: NodeId,
    pub(crate) parents: Vec<NodeId>,
}

/// Where each stands, seen from the first: rows by depth, and whoever has children above the middle of
/// them. The items come in topological order.
pub(crate) fn tidy(items: &[Item]) -> Vec<(NodeId, f64, f64)> {
    let rows = rows(items);
    let mut children: HashMap<NodeId, Vec<NodeId>> = HashMap::new();
    let mut roots = Vec::new();
    for item in items {
        // Of several the lowest, so that the line to it is the shortest.
        let known = item
            .parents
            .iter()
            .filter(|parent| rows.contains_key(parent));
        match known.max_by_key(|parent| rows.get(parent)) {
            Some(parent) => children.entry(*parent).or_default().push(item.id),
            None => roots.push(item.id),
        }
    }
    let order = depth_first(&roots, &children);
    let columns = columns(&order, &children);
    let place = |id: &NodeId| {
        let row = rows.get(id).copied().unwrap_or_default();
        let column = columns.get(id).copied().unwrap_or_default();
        (*id, column * APART, f64::from(row) * BELOW)
    };
    order.iter().map(place).collect()
}

/// How many rows come before each: one more than before the lowest that it rests on.
fn rows(items: &[Item]) -> HashMap<NodeId, u32> {
    let mut rows: HashMap<NodeId, u32> = HashMap::with_capacity(items.len());
    for item in items {
        let above = item.parents.iter().filter_map(|parent| rows.get(parent));
        let row = above.max().map_or(0, |row| row + 1);
        rows.insert(item.id, row);
    }
    rows
}

fn depth_first(roots: &[NodeId], children: &HashMap<NodeId, Vec<NodeId>>) -> Vec<NodeId> {
    let mut order = Vec::new();
    let mut waiting: Vec<NodeId> = roots.iter().rev().copied().collect();
    while let Some(node) = waiting.pop() {
        order.push(node);
        let below = children.get(&node).into_iter().flatten();
        waiting.extend(below.rev());
    }
    order
}

/// Leaves stand side by side in the order in which they are met; the others above the middle of their
/// children, who come after them in that order.
fn columns(order: &[NodeId], children: &HashMap<NodeId, Vec<NodeId>>) -> HashMap<NodeId, f64> {
    let mut columns: HashMap<NodeId, f64> = HashMap::with_capacity(order.len());
    let mut next = 0.0;
    for node in order.iter().filter(|node| !children.contains_key(node)) {
        columns.insert(*node, next);
        next += 1.0;
    }
    for node in order.iter().rev() {
        let below = children.get(node).into_iter().flatten();
        let mut below = below.filter_map(|child| columns.get(child).copied());
        if let Some(first) = below.next() {
            let last = below.next_back().unwrap_or(first);
            columns.insert(*node, f64::midpoint(first, last));
        }
    }
    columns
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid_of::node;

    use super::*;

    mod uuid_of {
        use kernel::NodeId;

        pub(super) fn node(number: u8) -> NodeId {
            let text = format!("00000000-0000-7000-8000-0000000000{number:02x}");
            text.parse().expect("an id")
        }
    }

    fn item(id: u8, parents: &[u8]) -> Item {
        Item {
            id: node(id),
            parents: parents.iter().copied().map(node).collect(),
        }
    }

    #[test]
    fn children_stand_below_their_parent_and_it_above_their_middle() {
        let tree = [item(0, &[]), item(1, &[0]), item(2, &[0]), item(3, &[1])];

        let places = tidy(&tree);

        let expected = [
            (node(0), 0.5 * APART, 0.0),
            (node(1), 0.0, BELOW),
            (node(3), 0.0, 2.0 * BELOW),
            (node(2), APART, BELOW),
        ];
        assert_eq!(places, expected);
    }

    #[test]
    fn a_node_that_rests_on_several_stands_below_the_lowest() {
        let tree = [item(0, &[]), item(1, &[0]), item(2, &[0, 1, 9])];

        let places = tidy(&tree);

        assert_eq!(places.last(), Some(&(node(2), 0.0, 2.0 * BELOW)));
    }

    proptest! {
        #[test]
        fn nobody_stands_on_another_and_edges_lead_down(
            parents in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..4), 1..40),
        ) {
            let items: Vec<Item> = parents.iter().enumerate().map(|(index, parents)| {
                let index = u8::try_from(index).expect("few");
                let before = parents.iter().filter(|_| index > 0).map(|parent| parent % index.max(1));
                item(index, &before.collect::<Vec<_>>())
            }).collect();

            let places = tidy(&items);

            prop_assert_eq!(places.len(), items.len());
            for (at, (id, x, y)) in places.iter().enumerate() {
                for (other, other_x, other_y) in &places[..at] {
                    let apart = (x - other_x).abs() >= APART / 2.0 || (y - other_y).abs() >= BELOW;
                    prop_assert!(apart, "{} {}", id, other);
                }
                let own = items.iter().find(|item| item.id == *id).expect("an item");
                for parent in &own.parents {
                    let above = places.iter().find(|(place, ..)| place == parent).expect("a place");
                    prop_assert!(above.2 < *y);
                }
            }
        }
    }
}
