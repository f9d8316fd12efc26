//! What becomes of the graph when a plan is carried out, held against what the other actor made.

use std::collections::{BTreeMap, BTreeSet};

use kernel::NodeId;
use protocol::{changesets::LeftReason, edges::EdgePolicy, values::Position};
use serde_json::Value;

use super::{Who, World};
use crate::plan::{Field, Undo, undo::Plan};

/// Living nodes with their values, and living edges with their policy.
type Seen = (
    BTreeMap<NodeId, (String, bool, u8)>,
    BTreeSet<(NodeId, NodeId, String)>,
);

impl World {
    /// Does what a plan says, as the server would. Only what closes a circle, or is there, is refused.
    pub(in crate::plan::tests) fn carry_out(&self, plan: &Plan) -> Self {
        let mut after = self.clone();
        for (item, undo) in &plan.steps {
            after.undo(*item, undo);
        }
        after
    }

    fn undo(&mut self, item: u32, undo: &Undo) {
        match undo {
            Undo::UpdateNode(id, fields) => self.put_back(*id, fields),
            Undo::MoveNodes(positions) => {
                for (id, position) in positions {
                    self.put_back(*id, &[(Field::Position, position.clone())]);
                }
            }
            Undo::DeleteNode(id) => {
                let node = self.nodes.get_mut(id).unwrap();
                assert!(
                    node.lives || self.excused.contains(id),
                    "{item}: {id} is gone"
                );
                node.lives = false;
            }
            Undo::RestoreNode(id) => {
                assert!(!self.nodes[id].lives, "{item}: {id} lives");
                if self.may_restore(*id) {
                    self.nodes.get_mut(id).unwrap().lives = true;
                } else {
                    self.excuse(*id);
                }
            }
            Undo::CreateEdge(drawn) => {
                let lives = self.nodes[&drawn.source].lives && self.nodes[&drawn.target].lives;
                if lives && self.may_connect(drawn.source, drawn.target) {
                    self.draw(Who::Others, drawn.source, drawn.target, false);
                    let mut last = self.edges.values_mut();
                    last.next_back().unwrap().policy = drawn.policy;
                } else {
                    self.excused.extend([drawn.source, drawn.target]);
                }
            }
            Undo::UpdateEdge(id, policy) => self.edges.get_mut(id).unwrap().policy = *policy,
            Undo::DeleteEdge(id) => {
                let edge = &self.edges[id];
                let is_excused =
                    self.excused.contains(&edge.source) || self.excused.contains(&edge.target);
                assert!(self.edge_lives(*id) || is_excused, "{item}: {id} is gone");
                self.edges.get_mut(id).unwrap().deleted = Some(Who::Set);
            }
        }
    }

    fn excuse(&mut self, id: NodeId) {
        self.excused.insert(id);
        let edges = self.edges.values();
        let ends = edges
            .filter(|edge| edge.source == id || edge.target == id)
            .flat_map(|edge| [edge.source, edge.target]);
        self.excused.extend(ends.collect::<Vec<_>>());
    }

    fn put_back(&mut self, id: NodeId, fields: &[(Field, Value)]) {
        let is_excused = self.excused.contains(&id);
        let node = self.nodes.get_mut(&id).unwrap();
        assert!(node.lives || is_excused, "{id} is gone");
        for (field, value) in fields {
            match field {
                Field::Prompt => node.prompt = value.as_str().unwrap().to_owned(),
                Field::Pinned => node.pinned = value.as_bool().unwrap(),
                Field::Position => {
                    let position: Position = serde_json::from_value(value.clone()).unwrap();
                    node.x = (0..=u8::MAX)
                        .find(|x| f64::from(*x).to_bits() == position.x.get().to_bits())
                        .unwrap();
                }
                Field::Response
                | Field::Summary
                | Field::Metadata
                | Field::Role
                | Field::Title
                | Field::Width
                | Field::Height
                | Field::Color
                | Field::Tags
                | Field::Attachments
                | Field::Settings
                | Field::FrameId => {
                    panic!("nobody wrote {field:?}")
                }
            }
        }
    }

    pub(in crate::plan::tests) fn seen(&self) -> Seen {
        let living = self.nodes.iter().filter(|(_, node)| node.lives);
        let nodes = living.map(|(id, node)| (*id, (node.prompt.clone(), node.pinned, node.x)));
        let edges = self.living_edges();
        let edges = edges.map(|(_, edge)| (edge.source, edge.target, format!("{:?}", edge.policy)));
        (nodes.collect(), edges.collect())
    }

    /// Whether something of others holds a node: their edit or edge since then, or their word on an edge.
    fn is_held(&self, id: NodeId, since: usize) -> bool {
        let is_edited = self.nodes[&id].edited.is_some_and(|at| at > since);
        is_edited
            || self.living_edges().any(|(_, edge)| {
                let is_at = edge.source == id || edge.target == id;
                let is_theirs = edge.maker == Who::Others && edge.drawn > since;
                is_at && (is_theirs || edge.changed_by_others)
            })
    }

    /// `self` is what became of `before`.
    pub(in crate::plan::tests) fn holds_what_others_made(&self, before: &Self, plan: &Plan) {
        for (id, node) in &before.nodes {
            if self.excused.contains(id) {
                continue;
            }
            let now = &self.nodes[id];
            if node.restored_by_set.is_none() {
                let stays = node.maker == Who::Others || self.is_held(*id, 0);
                let expected = node.plainly_lives && stays;
                assert_eq!(now.lives, expected, "{id} {node:?}\n{plan:#?}");
            }
            if now.lives {
                let values = (now.prompt.clone(), now.pinned, now.x);
                assert_eq!(values, node.plain, "{id} {node:?}\n{plan:#?}");
            }
        }
        self.holds_edges(before, plan);
        for left in &plan.left {
            assert_ne!(left.reason, LeftReason::TooLongAgo, "{plan:#?}");
        }
    }

    fn holds_edges(&self, before: &Self, plan: &Plan) {
        for (id, edge) in &before.edges {
            let (source, target) = (edge.source, edge.target);
            let is_excused = self.excused.contains(&source) || self.excused.contains(&target);
            let ends_live = self.nodes[&source].lives && self.nodes[&target].lives;
            if is_excused || !ends_live {
                continue;
            }
            let now: Vec<EdgePolicy> = self
                .living_edges()
                .filter(|(_, now)| (now.source, now.target) == (source, target))
                .map(|(_, now)| now.policy)
                .collect();
            let is_theirs = edge.maker == Who::Others;
            let stands = match edge.deleted {
                None => is_theirs || edge.changed_by_others || edge.with_node,
                Some(Who::Set) => is_theirs || edge.changed_by_others || edge.with_node,
                Some(Who::Others) => continue,
            };
            // Several edges may have stood here one after another.
            let others = before
                .edges
                .values()
                .filter(|other| (other.source, other.target) == (source, target));
            if others.count() > 1 {
                continue;
            }
            assert_eq!(now.len(), usize::from(stands), "{id} {edge:?}\n{plan:#?}");
            if stands {
                assert_eq!(now, [edge.plain_policy], "{id} {edge:?}\n{plan:#?}");
            }
        }
    }

    /// What others wrote last stands where it stood.
    pub(in crate::plan::tests) fn keeps_the_words_of_others(&self, before: &Self) {
        for (id, edge) in &before.edges {
            if edge.maker == Who::Others && edge.deleted.is_none() {
                assert!(self.edges[id].deleted.is_none(), "{id} {edge:?}");
            }
        }
        for (id, node) in &before.nodes {
            let now = &self.nodes[id];
            let is_touched = node.restored_by_set.is_some() || self.excused.contains(id);
            if node.lives && node.edited.is_some() && !is_touched {
                assert!(now.lives, "{id} {node:?}");
            }
            let stands = [
                now.prompt == node.prompt,
                now.pinned == node.pinned,
                now.x == node.x,
            ];
            for (by, stands) in node.by.iter().zip(stands) {
                assert!(stands || *by == Who::Set, "{id} {node:?} {now:?}");
            }
        }
    }
}
