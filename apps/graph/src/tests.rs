use std::collections::{BTreeMap, BTreeSet};

use kernel::{EdgeId, NodeId};
use proptest::prelude::*;
use uuid::Uuid;

use crate::{Dag, EdgeRefusal, Relative, RemovedEdge};

const NODES: u128 = 12;

fn node(number: u128) -> NodeId {
    NodeId::from_uuid(Uuid::from_u128(number))
}

fn edge(number: u128) -> EdgeId {
    EdgeId::from_uuid(Uuid::from_u128(number))
}

/// One thing done to a graph; most fail now and then, which is part of the test.
#[derive(Clone, Copy, Debug)]
enum Step {
    AddNode(NodeId),
    RemoveNode(NodeId),
    AddEdge(EdgeId, NodeId, NodeId),
    RemoveEdge(EdgeId),
    /// Depths are put right when somebody asks for them, which is now.
    Look,
}

fn any_node() -> impl Strategy<Value = NodeId> {
    (0..NODES).prop_map(node)
}

fn any_edge() -> impl Strategy<Value = (EdgeId, NodeId, NodeId)> {
    ((0..1000_u128).prop_map(edge), any_node(), any_node())
}

fn any_step() -> impl Strategy<Value = Step> {
    prop_oneof![
        2 => any_node().prop_map(Step::AddNode),
        1 => any_node().prop_map(Step::RemoveNode),
        12 => any_edge().prop_map(|(id, source, target)| Step::AddEdge(id, source, target)),
        3 => (0..1000_u128).prop_map(|id| Step::RemoveEdge(edge(id))),
        1 => Just(Step::Look),
    ]
}

/// A plain copy of what a graph holds, with every answer found the long way.
#[derive(Clone, Debug, Default)]
struct Model {
    nodes: BTreeSet<NodeId>,
    edges: BTreeMap<EdgeId, (NodeId, NodeId)>,
}

impl Model {
    fn parents(&self, node: NodeId) -> Vec<NodeId> {
        let edges = self.edges.values();
        edges
            .filter(|(_, target)| *target == node)
            .map(|(source, _)| *source)
            .collect()
    }

    fn depth(&self, node: NodeId) -> usize {
        let parents = self.parents(node).into_iter();
        parents
            .map(|parent| self.depth(parent) + 1)
            .max()
            .unwrap_or(0)
    }

    fn order(&self, nodes: impl IntoIterator<Item = NodeId>) -> Vec<NodeId> {
        let mut nodes: Vec<_> = nodes.into_iter().collect();
        nodes.sort_by_cached_key(|&node| (self.depth(node), node));
        nodes
    }

    /// The fewest edges from one node to another, by relaxing every edge as often as can matter.
    fn distances_from(&self, start: NodeId) -> BTreeMap<NodeId, usize> {
        let mut distances = BTreeMap::from([(start, 0)]);
        for _ in &self.nodes {
            for (source, target) in self.edges.values() {
                if let Some(distance) = distances.get(source).map(|distance| distance + 1) {
                    let known = distances.entry(*target).or_insert(distance);
                    *known = distance.min(*known);
                }
            }
        }
        distances
    }

    fn distance(&self, from: NodeId, to: NodeId) -> Option<usize> {
        self.distances_from(from).get(&to).copied()
    }

    fn has_edge(&self, source: NodeId, target: NodeId) -> bool {
        self.edges.values().any(|&edge| edge == (source, target))
    }

    fn relatives(&self, of: impl Fn(NodeId) -> Option<usize>) -> Vec<Relative> {
        let all = self.order(self.nodes.iter().copied()).into_iter();
        all.filter_map(|node| {
            let distance = of(node).filter(|&distance| distance > 0)?;
            Some(Relative { node, distance })
        })
        .collect()
    }

    fn build(&self) -> Dag {
        let edges = self
            .edges
            .iter()
            .map(|(&id, &(source, target))| (id, source, target));
        Dag::from_parts(self.nodes.iter().copied(), edges).unwrap()
    }
}

/// Takes a step in the graph and in the model, and checks that both agree on its outcome.
fn take(dag: &mut Dag, model: &mut Model, step: Step) {
    match step {
        Step::AddNode(node) => assert_eq!(dag.add_node(node), model.nodes.insert(node)),
        Step::RemoveNode(node) => {
            let at_node = |(source, target): (NodeId, NodeId)| source == node || target == node;
            let removed = model.nodes.remove(&node).then(|| {
                let gone = model.edges.extract_if(.., |_, &mut ends| at_node(ends));
                gone.map(|(id, (source, target))| RemovedEdge { id, source, target })
                    .collect::<Vec<_>>()
            });
            assert_eq!(dag.remove_node(node), removed);
        }
        Step::AddEdge(id, source, target) => {
            let outcome = dag.add_edge(id, source, target);
            check_outcome(model, (id, source, target), &outcome);
            if outcome.is_ok() {
                model.edges.insert(id, (source, target));
            }
        }
        Step::RemoveEdge(edge) => {
            assert_eq!(dag.remove_edge(edge), model.edges.remove(&edge).is_some());
        }
        Step::Look => {
            for node in (0..NODES).map(node).filter(|node| dag.contains(*node)) {
                assert_eq!(dag.depth(node), Some(model.depth(node)));
            }
        }
    }
}

fn check_outcome(
    model: &Model,
    (id, source, target): (EdgeId, NodeId, NodeId),
    outcome: &Result<(), EdgeRefusal>,
) {
    match outcome {
        Ok(()) => {
            assert!(source != target && !model.edges.contains_key(&id));
            assert!(model.nodes.contains(&source) && model.nodes.contains(&target));
            assert!(!model.has_edge(source, target));
            assert_eq!(model.distance(target, source), None);
        }
        Err(EdgeRefusal::SelfEdge) => assert_eq!(source, target),
        Err(EdgeRefusal::UnknownNode(node)) => {
            assert!([source, target].contains(node) && !model.nodes.contains(node));
        }
        Err(EdgeRefusal::Duplicate(known)) => {
            assert!(*known == id || model.edges[known] == (source, target));
        }
        Err(EdgeRefusal::Cycle { path }) => {
            assert_eq!((path.first(), path.last()), (Some(&target), Some(&source)));
            assert!(path.windows(2).all(|pair| model.has_edge(pair[0], pair[1])));
            assert_eq!(Some(path.len() - 1), model.distance(target, source));
        }
    }
}

/// Checks every answer of the graph against the model.
fn assert_same(dag: &Dag, model: &Model) {
    assert_eq!(
        (dag.node_count(), dag.edge_count()),
        (model.nodes.len(), model.edges.len())
    );
    for node in (0..NODES).map(node) {
        let known = model.nodes.contains(&node);
        assert_eq!(dag.contains(node), known);
        assert_eq!(dag.depth(node), known.then(|| model.depth(node)));
        assert_eq!(dag.parents(node), model.order(model.parents(node)));
        let above = model.relatives(|other| model.distance(other, node));
        assert_eq!(dag.ancestors(node), known.then_some(above));
        let below = model.relatives(|other| model.distance(node, other));
        let children: Vec<_> = below.iter().filter(|below| below.distance == 1).collect();
        assert!(
            dag.children(node)
                .iter()
                .eq(children.iter().map(|child| &child.node))
        );
        assert_eq!(dag.descendants(node), known.then_some(below));
        let ends = |&(_, (source, target)): &(&EdgeId, &(NodeId, NodeId))| {
            *source == node || *target == node
        };
        assert!(
            dag.edges_at(node)
                .iter()
                .eq(model.edges.iter().filter(ends).map(|(id, _)| id))
        );
    }
    for (&id, &(source, target)) in &model.edges {
        assert_eq!(dag.edge(id), Some((source, target)));
        assert_eq!(dag.edge_between(source, target), Some(id));
    }
}

fn assert_ranks_grow(dag: &Dag) {
    for edge in dag.graph.edge_indices() {
        let (from, to) = dag.graph.edge_endpoints(edge).unwrap();
        assert!(dag.rank_at(from) < dag.rank_at(to));
    }
}

/// Takes the steps on a graph that begins with all nodes.
fn run(steps: &[Step]) -> (Dag, Model) {
    let (mut dag, mut model) = (Dag::new(), Model::default());
    for node in (0..NODES).map(node) {
        take(&mut dag, &mut model, Step::AddNode(node));
    }
    for &step in steps {
        take(&mut dag, &mut model, step);
    }
    (dag, model)
}

proptest! {
    #[test]
    fn every_answer_is_what_brute_force_finds(
        steps in prop::collection::vec(any_step(), 0..80),
    ) {
        let (dag, model) = run(&steps);
        assert_ranks_grow(&dag);
        assert_same(&dag, &model);
    }

    #[test]
    fn below_some_nodes_is_what_is_below_any_of_them(
        steps in prop::collection::vec(any_step(), 0..80),
        starts in prop::collection::vec(any_node(), 0..4),
    ) {
        let (dag, _) = run(&steps);
        let below: BTreeSet<_> = (starts.iter().filter_map(|start| dag.descendants(*start)))
            .flatten()
            .map(|below| (dag.depth(below.node), below.node))
            .collect();
        let below: Vec<_> = below.into_iter().map(|(_, node)| node).collect();
        prop_assert_eq!(dag.below(starts), below);
    }

    #[test]
    fn some_nodes_with_their_ancestors_are_each_there_once_in_the_order_of_the_graph(
        steps in prop::collection::vec(any_step(), 0..120),
        starts in prop::collection::vec(any_node(), 0..4),
    ) {
        let (dag, model) = run(&steps);
        let above = starts.iter().filter_map(|start| dag.ancestors(*start)).flatten();
        let known = starts.iter().copied().filter(|start| dag.contains(*start));
        let together: BTreeSet<_> = above.map(|above| above.node).chain(known).collect();
        prop_assert_eq!(dag.with_ancestors(starts.iter().copied()), model.order(together));
    }

    #[test]
    fn an_accepted_edge_makes_its_source_an_ancestor_of_its_target(
        steps in prop::collection::vec(any_step(), 0..60),
        (source, target) in (any_node(), any_node()),
    ) {
        let (mut dag, _) = run(&steps);
        let checked = dag.check_edge(source, target);
        let added = dag.add_edge(edge(5000), source, target);
        prop_assert_eq!(&checked, &added);
        if added.is_ok() {
            let above = |node| dag.ancestors(node).unwrap().into_iter().map(|above| above.node);
            prop_assert!(above(target).any(|above| above == source));
            prop_assert!(above(source).all(|above| above != target));
        }
    }

    #[test]
    fn a_graph_built_at_once_equals_one_built_step_by_step(
        edges in prop::collection::vec(any_edge(), 0..40),
    ) {
        let mut step_by_step = Dag::new();
        for node in (0..NODES).map(node) {
            step_by_step.add_node(node);
        }
        let added = edges.iter().try_for_each(|&(id, source, target)| {
            step_by_step.add_edge(id, source, target)
        });

        let at_once = Dag::from_parts((0..NODES).map(node), edges.iter().copied());

        prop_assert_eq!(at_once.as_ref().err(), added.as_ref().err());
        if let Ok(at_once) = at_once {
            for node in (0..NODES).map(node) {
                prop_assert_eq!(at_once.ancestors(node), step_by_step.ancestors(node));
                prop_assert_eq!(at_once.depth(node), step_by_step.depth(node));
            }
        }
    }

    #[test]
    fn what_happened_before_changes_neither_the_order_nor_the_path_of_a_cycle(
        steps in prop::collection::vec(any_step(), 0..80),
        seed in any::<u64>(),
    ) {
        let (dag, model) = run(&steps);
        assert_same(&model.build(), &model);

        let mut shuffled: Vec<_> = model.edges.iter().collect();
        shuffled.sort_by_key(|(id, _)| id.uuid().as_u128().wrapping_mul(u128::from(seed | 1)) % 997);
        let mut other = Dag::from_parts(model.nodes.iter().rev().copied(), []).unwrap();
        for (&id, &(source, target)) in shuffled {
            prop_assert_eq!(other.add_edge(id, source, target), Ok(()));
        }
        assert_same(&other, &model);
        for (source, target) in (0..NODES).flat_map(|a| (0..NODES).map(move |b| (node(a), node(b)))) {
            prop_assert_eq!(dag.check_edge(source, target), other.check_edge(source, target));
        }
    }

    #[test]
    fn appending_a_leaf_keeps_every_list_of_ancestors(
        steps in prop::collection::vec(any_step(), 0..60),
        parent in any_node(),
    ) {
        let (mut dag, _) = run(&steps);
        let before: Vec<_> = (0..NODES).map(|number| dag.ancestors(node(number))).collect();

        let leaf = node(NODES);
        dag.add_node(leaf);
        let added = dag.add_edge(edge(5000), parent, leaf);

        let after: Vec<_> = (0..NODES).map(|number| dag.ancestors(node(number))).collect();
        prop_assert_eq!(before, after);
        if added.is_ok() {
            let nodes = |node| -> Vec<_> {
                dag.ancestors(node).unwrap().into_iter().map(|above| above.node).collect()
            };
            let mut expected = nodes(parent);
            expected.push(parent);
            prop_assert_eq!(nodes(leaf), expected);
        }
    }
}

#[test]
fn a_refused_edge_names_a_shortest_way_back() {
    let mut dag = Dag::from_parts((0..5).map(node), []).unwrap();
    let pairs = [(0, 1), (1, 2), (2, 3), (0, 3), (3, 4)];
    for (number, (source, target)) in (0..).zip(pairs) {
        dag.add_edge(edge(number), node(source), node(target))
            .unwrap();
    }

    let refusal = dag.add_edge(edge(9), node(4), node(0));

    assert_eq!(
        refusal,
        Err(EdgeRefusal::Cycle {
            path: vec![node(0), node(3), node(4)]
        })
    );
    assert_eq!(dag.edge_count(), pairs.len());
}

#[test]
fn edges_come_and_go_above_a_long_thread_without_a_look_at_what_is_below() {
    let nodes = 10_000;
    let edges = (1..nodes).map(|number| (edge(number), node(number - 1), node(number)));
    let mut dag = Dag::from_parts((0..nodes).map(node), edges).unwrap();
    let before = dag.visited();

    for _ in 0..100 {
        assert!(dag.remove_edge(edge(1)));
        dag.add_edge(edge(1), node(0), node(1)).unwrap();
    }
    assert!(dag.visited() - before < 1_000);

    assert!(dag.remove_edge(edge(1)));
    assert_eq!(dag.depth(node(nodes - 1)), Some(9_998));
    let looked_at = dag.visited() - before;
    assert!((10_000..12_000).contains(&looked_at), "{looked_at}");
}

#[test]
fn a_graph_is_read_by_many_threads_at_once() {
    fn shared<T: Send + Sync>() {}
    shared::<Dag>();
}
