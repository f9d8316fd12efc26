use std::sync::atomic::{AtomicU64, Ordering};

use kernel::{EdgeId, NodeId};
use petgraph::Direction;
use petgraph::stable_graph::{EdgeIndex, EdgeReference, NodeIndex, StableDiGraph};
use petgraph::visit::EdgeRef;
use rustc_hash::FxHashMap;

use crate::depth::{Depths, Settled};

/// A directed acyclic graph of a project's nodes.
///
/// Its topological order is by depth, then by id. Depth is the length of the longest path from a
/// root, so every edge leads to a deeper node, and two graphs with the same nodes and edges have
/// the same order whatever happened to them before.
///
/// Depths are put right when somebody asks for an order. Edges are judged by ranks alone, which grow
/// along every edge as well, but are only ever raised: taking edges away, and putting them back,
/// costs nothing for all that is below.
#[derive(Debug, Default)]
pub struct Dag {
    pub(crate) graph: StableDiGraph<Ranked, EdgeId>,
    pub(crate) nodes: FxHashMap<NodeId, NodeIndex>,
    edges: FxHashMap<EdgeId, EdgeIndex>,
    pub(crate) depths: Depths,
    visited: AtomicU64,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Ranked {
    pub(crate) rank: usize,
    pub(crate) id: NodeId,
}

/// A node at its place in the topological order, which is the order of the fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Placed {
    pub(crate) depth: usize,
    pub(crate) id: NodeId,
}

/// Why an edge cannot be added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EdgeRefusal {
    /// The edge would lead from a node to itself.
    SelfEdge,
    /// The edge names a node that is not in the graph.
    UnknownNode(NodeId),
    /// This edge already connects the two nodes, or already has the id.
    Duplicate(EdgeId),
    /// The edge would lead back to where these nodes come from: a chain from its target to its
    /// source, both included, and a shortest one if they are near each other.
    Cycle { path: Vec<NodeId> },
}

/// An edge that went away together with one of its nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RemovedEdge {
    pub id: EdgeId,
    pub source: NodeId,
    pub target: NodeId,
}

impl Dag {
    pub fn new() -> Self {
        Self::default()
    }

    /// Builds a graph at once. The result, or the refusal, is what adding the nodes and then the
    /// edges one by one would have given.
    pub fn from_parts(
        nodes: impl IntoIterator<Item = NodeId>,
        edges: impl IntoIterator<Item = (EdgeId, NodeId, NodeId)>,
    ) -> Result<Self, EdgeRefusal> {
        let edges: Vec<_> = edges.into_iter().collect();
        let nodes: Vec<_> = nodes.into_iter().collect();
        let mut dag = Self::of_nodes(&nodes);
        if dag.add_edges_at_once(&edges) {
            return Ok(dag);
        }
        // Something is wrong with an edge; the slow way tells which one is the first, and why.
        let mut dag = Self::of_nodes(&nodes);
        for (id, source, target) in edges {
            dag.add_edge(id, source, target)?;
        }
        Ok(dag)
    }

    fn of_nodes(nodes: &[NodeId]) -> Self {
        let mut dag = Self::default();
        for node in nodes {
            dag.add_node(*node);
        }
        dag
    }

    /// Adds a node without edges; false if it is there already.
    pub fn add_node(&mut self, node: NodeId) -> bool {
        if self.nodes.contains_key(&node) {
            return false;
        }
        let index = self.graph.add_node(Ranked { rank: 0, id: node });
        self.nodes.insert(node, index);
        self.depths.begin(index);
        true
    }

    /// Removes a node and the edges at it, which are returned in the order of their ids.
    pub fn remove_node(&mut self, node: NodeId) -> Option<Vec<RemovedEdge>> {
        let index = self.nodes.remove(&node)?;
        let children: Vec<_> = self.graph.neighbors(index).collect();
        let removed: Vec<_> = (self.edge_ids_at(index).into_iter())
            .filter_map(|id| {
                self.edge(id)
                    .map(|(source, target)| RemovedEdge { id, source, target })
            })
            .collect();

        self.graph.remove_node(index);
        for edge in &removed {
            self.edges.remove(&edge.id);
        }
        self.depths.unsettle(children);
        Some(removed)
    }

    pub fn contains(&self, node: NodeId) -> bool {
        self.nodes.contains_key(&node)
    }

    pub fn add_edge(
        &mut self,
        edge: EdgeId,
        source: NodeId,
        target: NodeId,
    ) -> Result<(), EdgeRefusal> {
        if self.edges.contains_key(&edge) {
            return Err(EdgeRefusal::Duplicate(edge));
        }
        let (from, to) = self.admit(source, target)?;
        self.edges.insert(edge, self.graph.add_edge(from, to, edge));
        self.raise(from, to);
        self.depths.unsettle([to]);
        Ok(())
    }

    pub fn remove_edge(&mut self, edge: EdgeId) -> bool {
        let Some(index) = self.edges.remove(&edge) else {
            return false;
        };
        let target = self.graph.edge_endpoints(index).map(|(_, target)| target);
        self.graph.remove_edge(index);
        self.depths.unsettle(target);
        true
    }

    /// The source and the target of an edge.
    pub fn edge(&self, edge: EdgeId) -> Option<(NodeId, NodeId)> {
        let (source, target) = self.graph.edge_endpoints(*self.edges.get(&edge)?)?;
        Some((self.id(source)?, self.id(target)?))
    }

    pub fn edge_between(&self, source: NodeId, target: NodeId) -> Option<EdgeId> {
        self.edge_between_indices(*self.nodes.get(&source)?, *self.nodes.get(&target)?)
    }

    /// The nodes with an edge to this one, in topological order; none if the node is unknown.
    pub fn parents(&self, node: NodeId) -> Vec<NodeId> {
        self.neighbors(node, Direction::Incoming)
    }

    /// The nodes this one has an edge to, in topological order; none if the node is unknown.
    pub fn children(&self, node: NodeId) -> Vec<NodeId> {
        self.neighbors(node, Direction::Outgoing)
    }

    /// The edges that end at a node, each with its source, in no order that means anything.
    pub fn incoming(&self, node: NodeId) -> impl Iterator<Item = (EdgeId, NodeId)> {
        self.edges_of(node, Direction::Incoming)
            .filter_map(|edge| Some((*edge.weight(), self.id(edge.source())?)))
    }

    /// The same of the edges that begin at a node, each with its target.
    pub fn outgoing(&self, node: NodeId) -> impl Iterator<Item = (EdgeId, NodeId)> {
        self.edges_of(node, Direction::Outgoing)
            .filter_map(|edge| Some((*edge.weight(), self.id(edge.target())?)))
    }

    fn edges_of(
        &self,
        node: NodeId,
        direction: Direction,
    ) -> impl Iterator<Item = EdgeReference<'_, EdgeId>> {
        let index = self.nodes.get(&node).copied();
        let edges = index.map(|index| self.graph.edges_directed(index, direction));
        edges.into_iter().flatten()
    }

    /// The edges that begin or end at a node, in the order of their ids.
    pub fn edges_at(&self, node: NodeId) -> Vec<EdgeId> {
        self.nodes
            .get(&node)
            .map_or_else(Vec::new, |&index| self.edge_ids_at(index))
    }

    pub fn node_count(&self) -> usize {
        self.graph.node_count()
    }

    pub fn edge_count(&self) -> usize {
        self.graph.edge_count()
    }

    /// Whether an edge between these nodes would be accepted, changing nothing.
    pub fn check_edge(&self, source: NodeId, target: NodeId) -> Result<(), EdgeRefusal> {
        self.admit(source, target).map(|_| ())
    }

    /// The length of the longest path from a root to this node.
    pub fn depth(&self, node: NodeId) -> Option<usize> {
        let index = *self.nodes.get(&node)?;
        Some(self.settled().depth(index))
    }

    /// How many nodes it has looked at in all, so that who asks for much can be made to wait.
    pub fn visited(&self) -> u64 {
        self.visited.load(Ordering::Relaxed)
    }

    /// Counts nodes that somebody looked at by other ways.
    pub fn visit(&self, nodes: usize) {
        let nodes = u64::try_from(nodes).unwrap_or(u64::MAX);
        self.visited.fetch_add(nodes, Ordering::Relaxed);
    }

    fn admit(&self, source: NodeId, target: NodeId) -> Result<(NodeIndex, NodeIndex), EdgeRefusal> {
        let (from, to) = self.admit_pair(source, target)?;
        match self.chain(to, from) {
            Some(path) => Err(EdgeRefusal::Cycle { path }),
            None => Ok((from, to)),
        }
    }

    /// Every rule for an edge except the one about cycles.
    fn admit_pair(
        &self,
        source: NodeId,
        target: NodeId,
    ) -> Result<(NodeIndex, NodeIndex), EdgeRefusal> {
        let index_of = |node| {
            self.nodes
                .get(&node)
                .copied()
                .ok_or(EdgeRefusal::UnknownNode(node))
        };
        let (from, to) = (index_of(source)?, index_of(target)?);
        if from == to {
            return Err(EdgeRefusal::SelfEdge);
        }
        match self.edge_between_indices(from, to) {
            Some(edge) => Err(EdgeRefusal::Duplicate(edge)),
            None => Ok((from, to)),
        }
    }

    /// Adds edges and places all nodes afterwards; false, and an unusable graph, if any edge is
    /// against a rule.
    fn add_edges_at_once(&mut self, edges: &[(EdgeId, NodeId, NodeId)]) -> bool {
        self.visit(self.node_count() + edges.len());
        for &(id, source, target) in edges {
            let Ok((from, to)) = self.admit_pair(source, target) else {
                return false;
            };
            if self
                .edges
                .insert(id, self.graph.add_edge(from, to, id))
                .is_some()
            {
                return false;
            }
        }
        self.place_all()
    }

    fn edge_between_indices(&self, from: NodeIndex, to: NodeIndex) -> Option<EdgeId> {
        // Walking both lists side by side costs the shorter one: a hub may have thousands of
        // edges, but rarely are there thousands at both ends.
        let outgoing = self.graph.edges_directed(from, Direction::Outgoing);
        let incoming = self.graph.edges_directed(to, Direction::Incoming);
        outgoing
            .zip(incoming)
            .flat_map(|(outgoing, incoming)| [outgoing, incoming])
            .find(|edge| edge.source() == from && edge.target() == to)
            .map(|edge| *edge.weight())
    }

    fn neighbors(&self, node: NodeId, direction: Direction) -> Vec<NodeId> {
        let Some(&index) = self.nodes.get(&node) else {
            return Vec::new();
        };
        let neighbors = self.graph.neighbors_directed(index, direction);
        let depths = self.settled();
        let mut placed: Vec<_> = neighbors
            .filter_map(|index| self.placed(&depths, index))
            .collect();
        placed.sort_unstable();
        placed.into_iter().map(|placed| placed.id).collect()
    }

    fn edge_ids_at(&self, index: NodeIndex) -> Vec<EdgeId> {
        let outgoing = self.graph.edges_directed(index, Direction::Outgoing);
        let incoming = self.graph.edges_directed(index, Direction::Incoming);
        let mut ids: Vec<_> = outgoing
            .chain(incoming)
            .map(|edge| *edge.weight())
            .collect();
        ids.sort_unstable();
        ids
    }

    pub(crate) fn id(&self, index: NodeIndex) -> Option<NodeId> {
        self.graph.node_weight(index).map(|node| node.id)
    }

    pub(crate) fn placed(&self, depths: &Settled, index: NodeIndex) -> Option<Placed> {
        let id = self.id(index)?;
        let depth = depths.depth(index);
        Some(Placed { depth, id })
    }
}
