//! From what happened to what takes it back, the last change first.

use std::collections::{HashMap, HashSet};

use kernel::{EdgeId, NodeId};
use protocol::{
    changesets::{LeftItem, LeftReason},
    edges::EdgePolicy,
};
use serde_json::Value;

use super::{
    change::{Before, Change, Drawn, Field},
    facts::{By, History, Written},
};

/// What takes one change back.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Undo {
    UpdateNode(NodeId, Vec<(Field, Value)>),
    MoveNodes(Vec<(NodeId, Value)>),
    DeleteNode(NodeId),
    RestoreNode(NodeId),
    /// Edges have no trash: it is drawn anew.
    CreateEdge(Drawn),
    UpdateEdge(EdgeId, EdgePolicy),
    DeleteEdge(EdgeId),
}

/// What is to be done, in order, and what has to be left.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Plan {
    /// Each with the item that it takes back.
    pub(crate) steps: Vec<(u32, Undo)>,
    pub(crate) left: Vec<LeftItem>,
}

impl History {
    /// Decides how these items are taken back. What is said here holds once the steps before it are done.
    pub(crate) fn plan(self, before: &Before, items: &HashSet<u32>) -> Plan {
        let changes: Vec<_> = self.changes.clone();
        let mut planner = Planner {
            history: self,
            before,
            items,
            steps: Vec::new(),
            redrawn: HashMap::new(),
            left: Vec::new(),
        };
        for (number, change) in changes.iter().rev() {
            if items.contains(number) {
                planner.undo(*number, change);
            }
        }
        let mut left = planner.left;
        left.sort_by_key(|left| left.item);
        Plan {
            steps: planner.steps.into_iter().flatten().collect(),
            left,
        }
    }
}

struct Planner<'a> {
    /// As it is after the steps so far.
    history: History,
    before: &'a Before,
    items: &'a HashSet<u32>,
    /// What two steps would do and undo again is taken out.
    steps: Vec<Option<(u32, Undo)>>,
    /// Which step draws an edge again.
    redrawn: HashMap<EdgeId, usize>,
    left: Vec<LeftItem>,
}

impl Planner<'_> {
    fn undo(&mut self, item: u32, change: &Change) {
        let outcome = match change {
            Change::CreateNode(node) | Change::RestoreNode(node) => self.delete_node(item, *node),
            Change::DeleteNode(node) => self.restore_node(item, *node),
            Change::UpdateNode(node, fields) => self.update_node(item, *node, fields),
            Change::MoveNodes(nodes) => {
                self.move_nodes(item, nodes);
                Ok(())
            }
            Change::CreateEdge(edge) => self.delete_edge(item, *edge),
            Change::UpdateEdge(edge) => self.update_edge(item, *edge),
            Change::DeleteEdge(edge) => self.draw_edge(item, *edge),
        };
        if let Err(reason) = outcome {
            self.leave(item, reason, None, None);
        }
    }

    fn step(&mut self, item: u32, undo: Undo) {
        self.steps.push(Some((item, undo)));
    }

    fn leave(
        &mut self,
        item: u32,
        reason: LeftReason,
        node_id: Option<NodeId>,
        field: Option<Field>,
    ) {
        self.left.push(LeftItem {
            item,
            reason,
            node_id,
            field: field.map(|field| field.word().to_owned()),
        });
    }

    fn delete_node(&mut self, item: u32, node: NodeId) -> Result<(), LeftReason> {
        if !self.history.lives(node) {
            return Err(LeftReason::Gone);
        }
        if self.is_built_upon(item, node) {
            return Err(LeftReason::BuiltUpon);
        }
        self.uncover_life(item, node)?;
        self.step(item, Undo::DeleteNode(node));
        Ok(())
    }

    fn restore_node(&mut self, item: u32, node: NodeId) -> Result<(), LeftReason> {
        if self.history.lives(node) {
            return Err(LeftReason::Gone);
        }
        self.uncover_life(item, node)?;
        self.step(item, Undo::RestoreNode(node));
        Ok(())
    }

    fn uncover_life(&mut self, item: u32, node: NodeId) -> Result<(), LeftReason> {
        let life = self
            .history
            .nodes
            .get_mut(&node)
            .map(|facts| &mut facts.life);
        uncover(item, life).map(drop)
    }

    /// Whether others would lose something, or what is left of the set.
    fn is_built_upon(&self, item: u32, node: NodeId) -> bool {
        let since = self.history.happened.get(&item).copied().unwrap_or(0);
        let is_later =
            |other: &u32| (self.history.happened.get(other)).is_some_and(|at| *at > since);
        let stays = |by: By| matches!(by, By::Item(other) if !self.items.contains(&other) && is_later(&other));
        let Some(facts) = self.history.nodes.get(&node) else {
            return true;
        };
        let is_edited = facts.edited_by_others.is_some_and(|at| at > since);
        let is_written = facts.fields.iter().any(|(field, writes)| {
            let mut writes = writes.iter();
            *field != Field::Position && writes.any(|written| stays(written.by))
        });
        is_edited
            || is_written
            || self.history.edges.iter().any(|(edge, facts)| {
                let is_at = facts
                    .ends
                    .is_some_and(|(source, target)| source == node || target == node);
                let is_theirs = facts
                    .drawn
                    .is_some_and(|(by, at)| stays(by) || by == By::Others && at > since);
                is_at && (is_theirs || facts.changed_by_others) && self.edge_lives(*edge)
            })
    }

    fn edge_lives(&self, edge: EdgeId) -> bool {
        self.history.edges.get(&edge).is_some_and(|facts| {
            let lives = |(source, target)| self.history.lives(source) && self.history.lives(target);
            facts.deleted.is_none() && facts.ends.is_none_or(lives)
        })
    }

    fn update_node(&mut self, item: u32, node: NodeId, fields: &[Field]) -> Result<(), LeftReason> {
        if !self.history.lives(node) {
            return Err(LeftReason::Gone);
        }
        let mut back = Vec::new();
        for field in fields {
            match self.uncover_field(item, node, *field) {
                Ok(value) => back.push((*field, value)),
                Err(reason) => self.leave(item, reason, None, Some(*field)),
            }
        }
        if !back.is_empty() {
            self.step(item, Undo::UpdateNode(node, back));
        }
        Ok(())
    }

    fn move_nodes(&mut self, item: u32, nodes: &[NodeId]) {
        let mut back = Vec::new();
        for node in nodes {
            if !self.history.lives(*node) {
                self.leave(item, LeftReason::Gone, Some(*node), None);
                continue;
            }
            match self.uncover_field(item, *node, Field::Position) {
                Ok(value) => back.push((*node, value)),
                Err(reason) => self.leave(item, reason, Some(*node), None),
            }
        }
        if !back.is_empty() {
            self.step(item, Undo::MoveNodes(back));
        }
    }

    /// The value that stood there before, which stands there again.
    fn uncover_field(
        &mut self,
        item: u32,
        node: NodeId,
        field: Field,
    ) -> Result<Value, LeftReason> {
        let earlier = self.before.fields.get(&(node, field));
        let facts = self.history.nodes.get_mut(&node);
        let writes = facts.and_then(|facts| facts.fields.get_mut(&field));
        uncover(item, writes)?
            .or_else(|| earlier.cloned())
            .ok_or(LeftReason::TooLongAgo)
    }

    fn delete_edge(&mut self, item: u32, edge: EdgeId) -> Result<(), LeftReason> {
        let facts = self.history.edges.get_mut(&edge);
        let facts = facts.ok_or(LeftReason::Gone)?;
        if facts.deleted.is_some() || facts.drawn.is_none_or(|(by, _)| by != By::Item(item)) {
            return Err(LeftReason::Gone);
        }
        if facts.changed_by_others {
            return Err(LeftReason::ChangedSince);
        }
        if let Some(step) = self.redrawn.remove(&edge) {
            facts.deleted = Some(By::Undo);
            if let Some(step) = self.steps.get_mut(step) {
                *step = None;
            }
            return Ok(());
        }
        facts.deleted = Some(By::Undo);
        let (source, target) = facts.ends.ok_or(LeftReason::Gone)?;
        if self.history.lives(source) && self.history.lives(target) {
            self.step(item, Undo::DeleteEdge(edge));
            return Ok(());
        }
        // It is in the trash with a node: with one that this takes back, or with somebody else's.
        let taken = |node| self.is_taken_back(node);
        if taken(source) || taken(target) {
            return Ok(());
        }
        Err(LeftReason::Gone)
    }

    fn is_taken_back(&self, node: NodeId) -> bool {
        let mut steps = self.steps.iter().flatten();
        steps.any(|(_, undo)| *undo == Undo::DeleteNode(node))
    }

    fn update_edge(&mut self, item: u32, edge: EdgeId) -> Result<(), LeftReason> {
        if !self.edge_lives(edge) {
            return Err(LeftReason::Gone);
        }
        let earlier = self.before.policies.get(&edge).copied();
        let facts = self.history.edges.get_mut(&edge);
        let policies = facts.map(|facts| &mut facts.policies);
        let policy = uncover(item, policies)?
            .or(earlier)
            .ok_or(LeftReason::TooLongAgo)?;
        let redrawn = self
            .redrawn
            .get(&edge)
            .and_then(|at| self.steps.get_mut(*at));
        if let Some(Some((_, Undo::CreateEdge(drawn)))) = redrawn {
            drawn.policy = policy;
            return Ok(());
        }
        self.step(item, Undo::UpdateEdge(edge, policy));
        Ok(())
    }

    fn draw_edge(&mut self, item: u32, edge: EdgeId) -> Result<(), LeftReason> {
        let drawn = self.history.drawn(edge, self.before);
        let drawn = drawn.ok_or(LeftReason::TooLongAgo)?;
        if !self.history.lives(drawn.source) || !self.history.lives(drawn.target) {
            return Err(LeftReason::Gone);
        }
        let facts = self.history.edges.get_mut(&edge);
        let facts = facts.ok_or(LeftReason::Gone)?;
        if facts.deleted != Some(By::Item(item)) {
            return Err(LeftReason::Gone);
        }
        facts.deleted = None;
        facts.ends = Some((drawn.source, drawn.target));
        self.redrawn.insert(edge, self.steps.len());
        self.step(item, Undo::CreateEdge(drawn));
        Ok(())
    }
}

/// Takes the last write off, if it is this item's, and says what was below it.
fn uncover<T: Clone>(
    item: u32,
    writes: Option<&mut Vec<Written<T>>>,
) -> Result<Option<T>, LeftReason> {
    let writes = writes.ok_or(LeftReason::ChangedSince)?;
    if writes.last().is_none_or(|last| last.by != By::Item(item)) {
        return Err(LeftReason::ChangedSince);
    }
    writes.pop();
    Ok(writes.last().map(|written| written.value.clone()))
}
