//! What the log says, since the first change of a set, about the things that the set touched.

use std::collections::{HashMap, HashSet};

use kernel::{EdgeId, NodeId};
use protocol::{
    edges::EdgePolicy,
    events::{EdgeEvent, Event, NodeEvent},
};
use serde_json::Value;

use super::change::{Before, Change, Drawn, Field, Wanted, asked, edges_in, written};

/// Who did something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum By {
    /// The set itself, with this item.
    Item(u32),
    /// What took a part of the set back before.
    Undo,
    /// Whoever else, also the same person at another time.
    Others,
}

#[derive(Clone, Debug)]
pub(super) struct Written<T> {
    pub(super) by: By,
    pub(super) value: T,
}

/// A node that the set touched.
#[derive(Clone, Debug, Default)]
pub(super) struct NodeFacts {
    /// Whether it lived before the first of these.
    base: Option<bool>,
    /// When it came, went and came back, and by whom.
    pub(super) life: Vec<Written<bool>>,
    pub(super) fields: HashMap<Field, Vec<Written<Value>>>,
    /// When others last edited it, or asked for an answer on it.
    pub(super) edited_by_others: Option<u64>,
}

/// An edge that the set touched, or that was drawn at a node that it made or brought back.
#[derive(Clone, Debug)]
pub(super) struct EdgeFacts {
    pub(super) ends: Option<(NodeId, NodeId)>,
    /// Who drew it, and when; nobody if it is older.
    pub(super) drawn: Option<(By, u64)>,
    pub(super) deleted: Option<By>,
    pub(super) policies: Vec<Written<EdgePolicy>>,
    pub(super) changed_by_others: bool,
}

/// The changes of a set, and what became of what they touched. Events are followed in the order of the log.
#[derive(Clone, Debug, Default)]
pub(crate) struct History {
    pub(super) changes: Vec<(u32, Change)>,
    pub(super) nodes: HashMap<NodeId, NodeFacts>,
    pub(super) edges: HashMap<EdgeId, EdgeFacts>,
    /// Nodes that the set made or brought back: edges at them count.
    guarded: HashSet<NodeId>,
    /// Nodes that the set made.
    born: HashSet<NodeId>,
    /// Whatever else was deleted since, and is not back.
    away: HashSet<NodeId>,
    pub(super) happened: HashMap<u32, u64>,
    tick: u64,
}

impl NodeFacts {
    pub(super) fn lives(&self) -> bool {
        let last = self.life.last().map(|life| life.value);
        last.or(self.base).unwrap_or(true)
    }

    fn live(&mut self, by: By, lives: bool) {
        self.base.get_or_insert(!lives);
        push(&mut self.life, by, lives);
    }
}

impl EdgeFacts {
    fn new() -> Self {
        Self {
            ends: None,
            drawn: None,
            deleted: None,
            policies: Vec::new(),
            changed_by_others: false,
        }
    }
}

/// What takes a change back is no change of its own: it uncovers what was before.
fn push<T>(writes: &mut Vec<Written<T>>, by: By, value: T) {
    let uncovers = by == By::Undo
        && writes
            .last()
            .is_some_and(|last| matches!(last.by, By::Item(_)));
    if uncovers {
        writes.pop();
    } else {
        writes.push(Written { by, value });
    }
}

impl History {
    /// The changes of a set, by their numbers, in order.
    pub(crate) fn of(changes: Vec<(u32, Change)>) -> Self {
        let mut history = Self::default();
        for (_, change) in &changes {
            for node in change.nodes() {
                history.nodes.entry(*node).or_default();
            }
            if let Change::CreateNode(node) | Change::RestoreNode(node) = change {
                history.guarded.insert(*node);
            }
            if let Change::CreateNode(node) = change {
                history.born.insert(*node);
            }
            if let Some(edge) = change.edge() {
                history.edges.insert(edge, EdgeFacts::new());
            }
        }
        history.changes = changes;
        history
    }

    /// Follows one part of an event.
    pub(crate) fn follow(&mut self, part: &Event, by: By) {
        self.tick += 1;
        if let By::Item(number) = by {
            self.happened.insert(number, self.tick);
        }
        self.follow_edges(part, by);
        if let Some(node) = asked(part)
            && by == By::Others
        {
            self.edited(node);
        }
        let is_restored = matches!(part, Event::Node(NodeEvent::Restore(_)));
        if !is_restored {
            self.follow_values(part, by);
        }
        match part {
            Event::Node(NodeEvent::Create(created)) => self.live(created.node.id, by, true),
            Event::Node(NodeEvent::Delete(deleted)) => self.live(deleted.id, by, false),
            Event::Node(NodeEvent::Restore(restored)) => {
                self.live(restored.id, by, true);
                if by == By::Others {
                    self.edited(restored.id);
                }
            }
            Event::Node(NodeEvent::Update(_) | NodeEvent::Move(_))
            | Event::Edge(_)
            | Event::Project(_)
            | Event::Member(_)
            | Event::Invitation(_)
            | Event::Generation(_)
            | Event::Refresh(_)
            | Event::Instructions(_)
            | Event::Feature(_)
            | Event::Batch(_) => {}
        }
    }

    fn live(&mut self, node: NodeId, by: By, lives: bool) {
        if let Some(facts) = self.nodes.get_mut(&node) {
            facts.live(by, lives);
        } else if lives {
            self.away.remove(&node);
        } else {
            self.away.insert(node);
        }
    }

    pub(super) fn lives(&self, node: NodeId) -> bool {
        let facts = self.nodes.get(&node);
        facts.map_or_else(|| !self.away.contains(&node), NodeFacts::lives)
    }

    fn edited(&mut self, node: NodeId) {
        let tick = self.tick;
        if let Some(facts) = self.nodes.get_mut(&node) {
            facts.edited_by_others = Some(tick);
        }
    }

    fn follow_values(&mut self, part: &Event, by: By) {
        // What a model wrote is nobody's edit, but it covers what was written before.
        let is_answer = matches!(part, Event::Generation(_));
        let by = if is_answer { By::Others } else { by };
        for (node, field, value) in written(part) {
            let Some(facts) = self.nodes.get_mut(&node) else {
                continue;
            };
            push(facts.fields.entry(field).or_default(), by, value);
            if by == By::Others && field != Field::Position && !is_answer {
                facts.edited_by_others = Some(self.tick);
            }
        }
    }

    fn follow_edges(&mut self, part: &Event, by: By) {
        let is_drawn = !matches!(part, Event::Node(NodeEvent::Restore(_)));
        for edge in edges_in(part) {
            let ends = (edge.source_id, edge.target_id);
            let counts = self.guarded.contains(&ends.0) || self.guarded.contains(&ends.1);
            let comes_with_node = matches!(part, Event::Node(NodeEvent::Create(_)));
            let is_of_set = matches!(by, By::Item(_)) && comes_with_node;
            if is_drawn && (counts || is_of_set) {
                self.edges.entry(edge.id).or_insert_with(EdgeFacts::new);
            }
            if let Some(facts) = self.edges.get_mut(&edge.id) {
                facts.ends = Some(ends);
                if is_drawn {
                    facts.drawn = Some((by, self.tick));
                    facts.policies.push(Written {
                        by,
                        value: edge.policy,
                    });
                }
            }
        }
        let Event::Edge(event) = part else { return };
        match event {
            EdgeEvent::Create(_) => {}
            EdgeEvent::Update(updated) => {
                if let Some(facts) = self.edges.get_mut(&updated.id) {
                    push(&mut facts.policies, by, updated.policy);
                    facts.changed_by_others |= by == By::Others;
                }
            }
            EdgeEvent::Delete(deleted) => {
                if let Some(facts) = self.edges.get_mut(&deleted.id) {
                    facts.deleted = Some(by);
                }
            }
        }
    }

    /// Which values from before the first change are needed to take changes back.
    pub(crate) fn wanted(&self) -> Wanted {
        let mut wanted = Wanted::default();
        for (node, facts) in &self.nodes {
            for (field, writes) in &facts.fields {
                let is_first = writes.first().is_some_and(|first| is_item(first.by));
                if is_first && !self.born.contains(node) {
                    wanted.fields.insert((*node, *field));
                }
            }
        }
        for (edge, facts) in &self.edges {
            if facts.drawn.is_some() {
                continue;
            }
            if facts.policies.first().is_none_or(|first| is_item(first.by)) {
                wanted.policies.insert(*edge);
            }
            if facts.ends.is_none() && facts.deleted.is_some_and(is_item) {
                wanted.ends.insert(*edge);
            }
        }
        wanted
    }

    /// An edge as it was when it was deleted.
    pub(super) fn drawn(&self, edge: EdgeId, before: &Before) -> Option<Drawn> {
        let facts = self.edges.get(&edge)?;
        let (source, target) = facts.ends.or_else(|| before.ends.get(&edge).copied())?;
        let last = facts.policies.last().map(|written| written.value);
        let policy = last.or_else(|| before.policies.get(&edge).copied())?;
        Some(Drawn {
            source,
            target,
            policy,
        })
    }
}

fn is_item(by: By) -> bool {
    matches!(by, By::Item(_))
}
