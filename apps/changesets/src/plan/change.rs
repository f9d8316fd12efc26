//! What one part of an event changed, and which values it wrote.

use std::collections::{HashMap, HashSet};

use kernel::{EdgeId, NodeId};
use protocol::{
    edges::{EdgePolicy, EdgeView},
    events::{EdgeEvent, Event, GenerationEvent, NodeEvent, NodeUpdated},
    media::{AttachMedia, Attachment},
    nodes::NodeView,
    settings::{NodeSettings, PatchSettings},
};
use serde::Serialize;
use serde_json::Value;

/// What of a node can be changed and changed back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Field {
    Prompt,
    Response,
    Summary,
    Metadata,
    Pinned,
    Role,
    Title,
    Width,
    Height,
    Color,
    Tags,
    Attachments,
    Settings,
    FrameId,
    Position,
}

impl Field {
    /// Its name in `node.update`.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Prompt => "prompt",
            Self::Response => "response",
            Self::Summary => "summary",
            Self::Metadata => "metadata",
            Self::Pinned => "pinned",
            Self::Role => "role",
            Self::Title => "title",
            Self::Width => "width",
            Self::Height => "height",
            Self::Color => "color",
            Self::Tags => "tags",
            Self::Attachments => "attachments",
            Self::Settings => "settings",
            Self::FrameId => "frameId",
            Self::Position => "position",
        }
    }
}

/// One change of a set: what can be taken back by itself.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Change {
    CreateNode(NodeId),
    UpdateNode(NodeId, Vec<Field>),
    MoveNodes(Vec<NodeId>),
    DeleteNode(NodeId),
    RestoreNode(NodeId),
    CreateEdge(EdgeId),
    UpdateEdge(EdgeId),
    DeleteEdge(EdgeId),
}

impl Change {
    /// Answers, members and settings are nothing that a change set takes back.
    pub(crate) fn of(part: &Event) -> Option<Self> {
        match part {
            Event::Node(event) => Some(Self::of_node(event)),
            Event::Edge(EdgeEvent::Create(edge)) => Some(Self::CreateEdge(edge.id)),
            Event::Edge(EdgeEvent::Update(updated)) => Some(Self::UpdateEdge(updated.id)),
            Event::Edge(EdgeEvent::Delete(deleted)) => Some(Self::DeleteEdge(deleted.id)),
            Event::Project(_)
            | Event::Member(_)
            | Event::Invitation(_)
            | Event::Generation(_)
            | Event::Refresh(_)
            | Event::Instructions(_)
            | Event::Feature(_)
            | Event::Batch(_) => None,
        }
    }

    fn of_node(event: &NodeEvent) -> Self {
        match event {
            NodeEvent::Create(created) => Self::CreateNode(created.node.id),
            NodeEvent::Update(updated) => {
                let fields = updated_values(updated).into_iter();
                Self::UpdateNode(updated.id, fields.map(|(field, _)| field).collect())
            }
            NodeEvent::Move(moved) => {
                Self::MoveNodes(moved.positions.iter().map(|moved| moved.id).collect())
            }
            NodeEvent::Delete(deleted) => Self::DeleteNode(deleted.id),
            NodeEvent::Restore(restored) => Self::RestoreNode(restored.id),
        }
    }

    pub(crate) fn nodes(&self) -> &[NodeId] {
        match self {
            Self::CreateNode(id)
            | Self::UpdateNode(id, _)
            | Self::DeleteNode(id)
            | Self::RestoreNode(id) => std::slice::from_ref(id),
            Self::MoveNodes(ids) => ids,
            Self::CreateEdge(_) | Self::UpdateEdge(_) | Self::DeleteEdge(_) => &[],
        }
    }

    pub(crate) fn edge(&self) -> Option<EdgeId> {
        match self {
            Self::CreateEdge(id) | Self::UpdateEdge(id) | Self::DeleteEdge(id) => Some(*id),
            Self::CreateNode(_)
            | Self::UpdateNode(..)
            | Self::MoveNodes(_)
            | Self::DeleteNode(_)
            | Self::RestoreNode(_) => None,
        }
    }
}

/// An edge as it was.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Drawn {
    pub(crate) source: NodeId,
    pub(crate) target: NodeId,
    pub(crate) policy: EdgePolicy,
}

/// Values from before the first change of a set, looked for backwards.
#[derive(Clone, Debug, Default)]
pub(crate) struct Before {
    pub(crate) fields: HashMap<(NodeId, Field), Value>,
    pub(crate) policies: HashMap<EdgeId, EdgePolicy>,
    pub(crate) ends: HashMap<EdgeId, (NodeId, NodeId)>,
}

/// What is looked for.
#[derive(Debug, Default)]
pub(crate) struct Wanted {
    pub(crate) fields: HashSet<(NodeId, Field)>,
    pub(crate) policies: HashSet<EdgeId>,
    pub(crate) ends: HashSet<EdgeId>,
}

impl Wanted {
    pub(crate) fn is_found(&self) -> bool {
        self.fields.is_empty() && self.policies.is_empty() && self.ends.is_empty()
    }

    /// Takes what it looks for out of an event; later events come first.
    pub(crate) fn look_in(&mut self, event: &Event, before: &mut Before) {
        for part in event.parts().iter().rev() {
            for (node, field, value) in written(part) {
                if self.fields.remove(&(node, field)) {
                    before.fields.insert((node, field), value);
                }
            }
            for edge in edges_in(part) {
                self.see(edge, before);
            }
            if let Event::Edge(EdgeEvent::Update(updated)) = part
                && self.policies.remove(&updated.id)
            {
                before.policies.insert(updated.id, updated.policy);
            }
        }
    }

    fn see(&mut self, edge: &EdgeView, before: &mut Before) {
        if self.policies.remove(&edge.id) {
            before.policies.insert(edge.id, edge.policy);
        }
        if self.ends.remove(&edge.id) {
            before
                .ends
                .insert(edge.id, (edge.source_id, edge.target_id));
        }
    }
}

/// The edges that an event shows whole.
pub(crate) fn edges_in(part: &Event) -> &[EdgeView] {
    match part {
        Event::Node(NodeEvent::Create(created)) => &created.edges,
        Event::Node(NodeEvent::Restore(restored)) => &restored.edges,
        Event::Edge(EdgeEvent::Create(edge)) => std::slice::from_ref(edge),
        Event::Node(NodeEvent::Update(_) | NodeEvent::Move(_) | NodeEvent::Delete(_))
        | Event::Edge(EdgeEvent::Update(_) | EdgeEvent::Delete(_))
        | Event::Project(_)
        | Event::Member(_)
        | Event::Invitation(_)
        | Event::Generation(_)
        | Event::Refresh(_)
        | Event::Instructions(_)
        | Event::Feature(_)
        | Event::Batch(_) => &[],
    }
}

/// The values of nodes that an event holds.
pub(crate) fn written(part: &Event) -> Vec<(NodeId, Field, Value)> {
    let of = |node: NodeId, values: Vec<(Field, Value)>| {
        let values = values.into_iter();
        values
            .map(|(field, value)| (node, field, value))
            .collect::<Vec<_>>()
    };
    match part {
        Event::Node(NodeEvent::Create(created)) => {
            of(created.node.id, values_of(&created.node).to_vec())
        }
        Event::Node(NodeEvent::Restore(restored)) => {
            of(restored.id, values_of(&restored.node).to_vec())
        }
        Event::Node(NodeEvent::Update(updated)) => of(updated.id, updated_values(updated)),
        Event::Node(NodeEvent::Move(moved)) => {
            let moved = moved.positions.iter();
            moved
                .map(|to| {
                    let position = protocol::Position { x: to.x, y: to.y };
                    (to.id, Field::Position, json(&position))
                })
                .collect()
        }
        Event::Generation(event) => {
            let changed = event.changed();
            let response = changed.response.as_ref().map(json);
            let summary = changed.summary.as_ref().map(json);
            let values = [(Field::Response, response), (Field::Summary, summary)];
            of(changed.node_id, given(values))
        }
        Event::Node(NodeEvent::Delete(_))
        | Event::Edge(_)
        | Event::Project(_)
        | Event::Member(_)
        | Event::Invitation(_)
        | Event::Refresh(_)
        | Event::Instructions(_)
        | Event::Feature(_)
        | Event::Batch(_) => Vec::new(),
    }
}

/// The node on which an event began an answer, or took another one.
pub(crate) fn asked(part: &Event) -> Option<NodeId> {
    match part {
        Event::Generation(GenerationEvent::Start(changed) | GenerationEvent::Select(changed)) => {
            Some(changed.node_id)
        }
        Event::Generation(GenerationEvent::End(_) | GenerationEvent::Cancel(_))
        | Event::Node(_)
        | Event::Edge(_)
        | Event::Project(_)
        | Event::Member(_)
        | Event::Invitation(_)
        | Event::Refresh(_)
        | Event::Instructions(_)
        | Event::Feature(_)
        | Event::Batch(_) => None,
    }
}

fn values_of(node: &NodeView) -> [(Field, Value); 15] {
    [
        (Field::Prompt, json(&node.prompt)),
        (Field::Response, json(&node.response)),
        (Field::Summary, json(&node.summary)),
        (Field::Metadata, json(&node.metadata)),
        (Field::Pinned, json(&node.pinned)),
        (Field::Role, json(&node.role)),
        (Field::Title, json(&node.title)),
        (Field::Width, json(&node.width)),
        (Field::Height, json(&node.height)),
        (Field::Color, json(&node.color)),
        (Field::Tags, json(&node.tags)),
        (Field::Attachments, files(&node.attachments)),
        (Field::Settings, settings(node.settings.as_deref())),
        (Field::FrameId, json(&node.frame_id)),
        (Field::Position, json(&node.position)),
    ]
}

/// What `node.update` changed. What follows from a new answer, such as its status, follows again.
fn updated_values(updated: &NodeUpdated) -> Vec<(Field, Value)> {
    let NodeUpdated {
        id: _,
        version: _,
        prompt,
        response,
        summary,
        status: _,
        position,
        metadata,
        pinned,
        role,
        title,
        width,
        height,
        color,
        tags,
        attachments,
        settings: said,
        frame_id,
        llm_model: _,
        llm_tokens: _,
        llm_cost: _,
        generation_id: _,
        is_partial: _,
        updated_at: _,
    } = updated;
    given([
        (Field::Prompt, prompt.as_ref().map(json)),
        (Field::Response, response.as_ref().map(json)),
        (Field::Summary, summary.as_ref().map(json)),
        (Field::Metadata, metadata.as_ref().map(json)),
        (Field::Pinned, pinned.as_ref().map(json)),
        (Field::Role, role.as_ref().map(json)),
        (Field::Title, title.as_ref().map(json)),
        (Field::Width, width.as_ref().map(json)),
        (Field::Height, height.as_ref().map(json)),
        (Field::Color, color.as_ref().map(json)),
        (Field::Tags, tags.as_ref().map(json)),
        (
            Field::Attachments,
            attachments.as_ref().map(|all| files(all)),
        ),
        (
            Field::Settings,
            said.as_ref().map(|said| settings(said.as_deref())),
        ),
        (Field::FrameId, frame_id.as_ref().map(json)),
        (Field::Position, position.as_ref().map(json)),
    ])
}

/// Files as a change asks for them.
fn files(attachments: &[Attachment]) -> Value {
    let asked = attachments.iter().map(AttachMedia::from);
    json(&asked.collect::<Vec<_>>())
}

/// Settings as a change that makes any others these.
fn settings(said: Option<&NodeSettings>) -> Value {
    let nothing = NodeSettings::default();
    json(&PatchSettings::to(said.unwrap_or(&nothing)))
}

fn given<const N: usize>(values: [(Field, Option<Value>); N]) -> Vec<(Field, Value)> {
    let values = values.into_iter();
    values
        .filter_map(|(field, value)| Some((field, value?)))
        .collect()
}

/// What came out of the log as JSON goes back into it.
fn json(value: &impl Serialize) -> Value {
    serde_json::to_value(value).unwrap_or_default()
}
