//! A graph as plain as can be, with what each of two actors did to it written down the long way.

mod after;

use std::collections::{BTreeMap, BTreeSet, HashSet};

use kernel::{EdgeId, NodeId};
use proptest::prelude::*;
use protocol::{
    edges::{EdgePolicy, EdgeRef, EdgeView},
    events::{
        EdgeEvent, EdgeUpdated, Event, GenerationEvent, NodeEvent, NodeMoved, NodeRestored,
        NodeUpdated, NodesMoved,
    },
    nodes::{NodeRef, NodeStatus, NodeView, NodeWithEdges},
    values::Coordinate,
};
use serde_json::json;
use uuid::Uuid;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Who {
    Set,
    Others,
}

#[derive(Clone, Debug)]
pub(super) enum Step {
    Create { parents: Vec<usize> },
    Write { place: usize, text: u8 },
    Pin { place: usize, pinned: bool },
    Move { places: Vec<usize>, x: u8 },
    Delete { place: usize },
    Restore { place: usize },
    Connect { from: usize, to: usize },
    Weigh { place: usize, policy: EdgePolicy },
    Disconnect { place: usize },
    Ask { place: usize },
}

pub(super) fn step() -> impl Strategy<Value = Step> {
    let place = || 0..12_usize;
    let policy = prop_oneof![
        Just(EdgePolicy::Full),
        Just(EdgePolicy::Summary),
        Just(EdgePolicy::Exclude)
    ];
    prop_oneof![
        4 => prop::collection::vec(place(), 0..3).prop_map(|parents| Step::Create { parents }),
        3 => (place(), any::<u8>()).prop_map(|(place, text)| Step::Write { place, text }),
        1 => (place(), any::<bool>()).prop_map(|(place, pinned)| Step::Pin { place, pinned }),
        2 => (prop::collection::vec(place(), 1..4), any::<u8>())
            .prop_map(|(places, x)| Step::Move { places, x }),
        3 => place().prop_map(|place| Step::Delete { place }),
        2 => place().prop_map(|place| Step::Restore { place }),
        4 => (place(), place()).prop_map(|(from, to)| Step::Connect { from, to }),
        2 => (place(), policy).prop_map(|(place, policy)| Step::Weigh { place, policy }),
        2 => place().prop_map(|place| Step::Disconnect { place }),
        1 => place().prop_map(|place| Step::Ask { place }),
    ]
}

#[derive(Clone, Debug)]
struct Node {
    lives: bool,
    prompt: String,
    pinned: bool,
    x: u8,
    maker: Who,
    /// The same without what the set changed.
    plain: (String, bool, u8),
    /// Who wrote each of them last.
    by: [Who; 3],
    plainly_lives: bool,
    /// Others edited it since it was made, and when.
    edited: Option<usize>,
    restored_by_set: Option<usize>,
}

#[derive(Clone, Debug)]
struct Edge {
    source: NodeId,
    target: NodeId,
    policy: EdgePolicy,
    plain_policy: EdgePolicy,
    maker: Who,
    drawn: usize,
    with_node: bool,
    changed_by_others: bool,
    deleted: Option<Who>,
}

#[derive(Clone, Debug, Default)]
pub(super) struct World {
    nodes: BTreeMap<NodeId, Node>,
    edges: BTreeMap<EdgeId, Edge>,
    pub(super) log: Vec<(Event, Who)>,
    ids: u128,
    /// Ends of edges, and nodes, that could not come back.
    excused: HashSet<NodeId>,
}

impl World {
    fn id(&mut self) -> Uuid {
        self.ids += 1;
        Uuid::from_u128(self.ids)
    }

    fn say(&mut self, event: impl Into<Event>, who: Who) {
        self.log.push((event.into(), who));
    }

    fn some_node(&self, place: usize) -> Option<NodeId> {
        let at = place.checked_rem(self.nodes.len())?;
        self.nodes.keys().nth(at).copied()
    }

    fn some_living(&self, place: usize) -> Option<NodeId> {
        self.some_node(place).filter(|id| self.nodes[id].lives)
    }

    fn some_edge(&self, place: usize) -> Option<EdgeId> {
        let living: Vec<_> = self
            .edges
            .keys()
            .filter(|id| self.edge_lives(**id))
            .collect();
        let at = place.checked_rem(living.len())?;
        Some(*living[at])
    }

    fn edge_lives(&self, id: EdgeId) -> bool {
        let edge = &self.edges[&id];
        edge.deleted.is_none() && self.nodes[&edge.source].lives && self.nodes[&edge.target].lives
    }

    fn living_edges(&self) -> impl Iterator<Item = (&EdgeId, &Edge)> {
        self.edges.iter().filter(|(id, _)| self.edge_lives(**id))
    }

    fn leads(&self, from: NodeId, to: NodeId) -> bool {
        let below = self.living_edges().filter(|(_, edge)| edge.source == from);
        from == to
            || below
                .into_iter()
                .any(|(_, edge)| self.leads(edge.target, to))
    }

    fn may_connect(&self, source: NodeId, target: NodeId) -> bool {
        let is_there = self
            .living_edges()
            .any(|(_, edge)| (edge.source, edge.target) == (source, target));
        !is_there && !self.leads(target, source)
    }

    pub(super) fn take(&mut self, who: Who, step: &Step) {
        match step {
            Step::Create { parents } => self.create(who, parents),
            Step::Write { place, text } => self.write(who, *place, Some(*text), None),
            Step::Pin { place, pinned } => self.write(who, *place, None, Some(*pinned)),
            Step::Move { places, x } => self.shift(who, places, *x),
            Step::Delete { place } => {
                if let Some(id) = self.some_living(*place) {
                    self.live(who, id, false);
                    self.say(NodeEvent::Delete(NodeRef { id }), who);
                }
            }
            Step::Restore { place } => self.restore(who, *place),
            Step::Connect { from, to } => {
                if let (Some(source), Some(target)) =
                    (self.some_living(*from), self.some_living(*to))
                    && self.may_connect(source, target)
                {
                    let edge = self.draw(who, source, target, false);
                    self.say(EdgeEvent::Create(edge), who);
                }
            }
            Step::Weigh { place, policy } => self.weigh(who, *place, *policy),
            Step::Disconnect { place } => {
                if let Some(id) = self.some_edge(*place) {
                    self.edges.get_mut(&id).unwrap().deleted = Some(who);
                    self.say(EdgeEvent::Delete(EdgeRef { id }), who);
                }
            }
            Step::Ask { place } => self.ask(who, *place),
        }
    }

    fn create(&mut self, who: Who, parents: &[usize]) {
        let id = NodeId::from_uuid(self.id());
        let parents: BTreeSet<NodeId> = parents
            .iter()
            .filter_map(|place| self.some_living(*place))
            .collect();
        let plain = (String::from("new"), false, 0);
        self.nodes.insert(
            id,
            Node {
                lives: true,
                prompt: plain.0.clone(),
                pinned: false,
                x: 0,
                maker: who,
                plain,
                by: [who; 3],
                plainly_lives: true,
                edited: None,
                restored_by_set: None,
            },
        );
        let edges = parents
            .into_iter()
            .map(|parent| self.draw(who, parent, id, true))
            .collect();
        let node = self.view(id);
        self.say(NodeEvent::Create(NodeWithEdges { node, edges }), who);
    }

    fn view(&self, id: NodeId) -> NodeView {
        let node = &self.nodes[&id];
        serde_json::from_value(json!({
            "id": id, "prompt": node.prompt, "response": null, "summary": null, "status": "IDLE",
            "position": {"x": node.x, "y": 0}, "metadata": null, "llmModel": null, "llmTokens": null,
            "llmCost": null, "pinned": node.pinned, "generationId": null,
            "version": 1, "createdAt": "2026-11-29T00:00:00.000Z",
            "updatedAt": "2026-11-29T00:00:00.000Z",
        }))
        .unwrap()
    }

    fn draw(&mut self, who: Who, source: NodeId, target: NodeId, with_node: bool) -> EdgeView {
        let id = EdgeId::from_uuid(self.id());
        let edge = Edge {
            source,
            target,
            policy: EdgePolicy::Full,
            plain_policy: EdgePolicy::Full,
            maker: who,
            drawn: self.log.len(),
            with_node,
            changed_by_others: false,
            deleted: None,
        };
        self.edges.insert(id, edge);
        self.edge_view(id)
    }

    fn edge_view(&self, id: EdgeId) -> EdgeView {
        let edge = &self.edges[&id];
        serde_json::from_value(json!({
            "id": id, "sourceId": edge.source, "targetId": edge.target, "policy": edge.policy,
            "version": 1, "createdAt": "2026-11-29T00:00:00.000Z",
        }))
        .unwrap()
    }

    fn write(&mut self, who: Who, place: usize, text: Option<u8>, pinned: Option<bool>) {
        let Some(id) = self.some_living(place) else {
            return;
        };
        let at = self.log.len();
        let node = self.nodes.get_mut(&id).unwrap();
        let prompt = text.map(|text| format!("text {text}"));
        let prompt = prompt.filter(|prompt| *prompt != node.prompt);
        let pinned = pinned.filter(|pinned| *pinned != node.pinned);
        if prompt.is_none() && pinned.is_none() {
            return;
        }
        if prompt.is_some() {
            node.by[0] = who;
        }
        if pinned.is_some() {
            node.by[1] = who;
        }
        node.prompt = prompt.clone().unwrap_or_else(|| node.prompt.clone());
        node.pinned = pinned.unwrap_or(node.pinned);
        if who == Who::Others {
            node.edited = Some(at);
            if let Some(prompt) = &prompt {
                node.plain.0.clone_from(prompt);
            }
            node.plain.1 = pinned.unwrap_or(node.plain.1);
        }
        let updated_at = self.view(id).updated_at;
        let updated = NodeUpdated {
            prompt,
            pinned,
            ..NodeUpdated::nothing(id, 2, updated_at)
        };
        self.say(NodeEvent::Update(updated), who);
    }

    fn shift(&mut self, who: Who, places: &[usize], x: u8) {
        let ids: BTreeSet<NodeId> = places
            .iter()
            .filter_map(|place| self.some_living(*place))
            .collect();
        let mut positions = Vec::new();
        for id in ids {
            let node = self.nodes.get_mut(&id).unwrap();
            node.x = x;
            node.by[2] = who;
            if who == Who::Others {
                node.plain.2 = x;
            }
            positions.push(NodeMoved {
                id,
                x: Coordinate::stored(f64::from(x)),
                y: Coordinate::stored(0.0),
                version: 2,
            });
        }
        if !positions.is_empty() {
            self.say(NodeEvent::Move(NodesMoved { positions }), who);
        }
    }

    fn live(&mut self, who: Who, id: NodeId, lives: bool) {
        let at = self.log.len();
        let node = self.nodes.get_mut(&id).unwrap();
        node.lives = lives;
        if who == Who::Others {
            node.plainly_lives = lives;
            if lives {
                node.edited = Some(at);
            }
        } else if lives {
            node.restored_by_set = Some(at);
        }
    }

    fn may_restore(&self, id: NodeId) -> bool {
        let mut back = self.clone();
        back.nodes.get_mut(&id).unwrap().lives = true;
        let below = back.living_edges().filter(|(_, edge)| edge.source == id);
        !self.nodes[&id].lives
            && !below
                .into_iter()
                .any(|(_, edge)| back.leads_without(edge.target, id, 64))
    }

    /// Also where there is a circle.
    fn leads_without(&self, from: NodeId, to: NodeId, steps: usize) -> bool {
        let below = self.living_edges().filter(|(_, edge)| edge.source == from);
        from == to
            || steps > 0
                && below
                    .into_iter()
                    .any(|(_, edge)| self.leads_without(edge.target, to, steps - 1))
    }

    fn restore(&mut self, who: Who, place: usize) {
        let Some(id) = self.some_node(place).filter(|id| self.may_restore(*id)) else {
            return;
        };
        self.live(who, id, true);
        let at = self
            .living_edges()
            .filter(|(_, edge)| edge.source == id || edge.target == id);
        let edges = at.map(|(edge, _)| self.edge_view(*edge)).collect();
        let node = self.view(id);
        self.say(NodeEvent::Restore(NodeRestored { id, node, edges }), who);
    }

    fn weigh(&mut self, who: Who, place: usize, policy: EdgePolicy) {
        let Some(id) = self.some_edge(place) else {
            return;
        };
        let edge = self.edges.get_mut(&id).unwrap();
        if edge.policy == policy {
            return;
        }
        edge.policy = policy;
        if who == Who::Others {
            edge.plain_policy = policy;
            edge.changed_by_others = true;
        }
        let updated = EdgeUpdated {
            id,
            version: 2,
            policy,
        };
        self.say(EdgeEvent::Update(updated), who);
    }

    fn ask(&mut self, who: Who, place: usize) {
        // What the set asked for itself is no part of it.
        let Some(id) = self.some_living(place).filter(|_| who == Who::Others) else {
            return;
        };
        self.nodes.get_mut(&id).unwrap().edited = Some(self.log.len());
        let changed = serde_json::from_value(json!({
            "nodeId": id, "generation": Uuid::from_u128(1), "state": "QUEUED",
            "nodeStatus": NodeStatus::Generating, "version": 2,
            "updatedAt": "2026-11-29T00:00:00.000Z",
        }));
        self.say(GenerationEvent::Start(changed.unwrap()), who);
    }
}
