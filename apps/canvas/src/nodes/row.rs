use chrono::{DateTime, Utc};
use entity::{enums, node};
use kernel::{GenerationId, NodeId, ProjectId};
use platform::convert;
use protocol::{
    Position,
    events::NodeUpdated,
    media::Attachment,
    nodes::{NodeKind, NodeRole, NodeStatus, NodeView},
    values::{Coordinate, Metadata},
};
use sea_orm::{ActiveValue::Set, JsonValue};

use super::settings::{settings_of, stored_preset, stored_settings};

/// A node as far as other features need to know it.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    pub project_id: ProjectId,
    pub id: NodeId,
    pub kind: NodeKind,
    pub role: NodeRole,
    pub prompt: String,
    pub response: Option<String>,
    pub summary: Option<String>,
    pub status: NodeStatus,
    pub position: Position,
    pub llm_model: Option<String>,
    /// The attempt that the answer is from.
    pub generation_id: Option<GenerationId>,
    /// Whether that ended before its answer was whole.
    pub is_partial: bool,
    pub version: i64,
    pub updated_at: DateTime<Utc>,
}

impl From<node::Model> for Node {
    fn from(row: node::Model) -> Self {
        let node::Model {
            project_id,
            id,
            prompt,
            response,
            summary,
            status,
            x,
            y,
            metadata: _,
            llm_model,
            llm_tokens: _,
            llm_cost: _,
            pinned: _,
            preset_id: _,
            kind,
            role,
            title: _,
            width: _,
            height: _,
            color: _,
            tags: _,
            attachments: _,
            settings: _,
            frame_id: _,
            generation_id,
            fingerprint: _,
            is_partial,
            author_id: _,
            version,
            text_version: _,
            said_at: _,
            created_at: _,
            updated_at,
            deleted_at: _,
        } = row;
        Self {
            project_id: project_id.into(),
            id: id.into(),
            kind: convert::node_kind(kind),
            role: convert::node_role(role),
            prompt,
            response,
            summary,
            status: convert::node_status(status),
            position: Position {
                x: Coordinate::stored(x),
                y: Coordinate::stored(y),
            },
            llm_model,
            generation_id: generation_id.map(Into::into),
            is_partial,
            version,
            updated_at,
        }
    }
}

/// A node whole: its readers get it as `NodeView::shown_to` says.
pub(super) fn to_view(row: node::Model) -> NodeView {
    let node::Model {
        project_id: _,
        id,
        prompt,
        response,
        summary,
        status,
        x,
        y,
        metadata,
        llm_model,
        llm_tokens,
        llm_cost,
        pinned,
        preset_id,
        kind,
        role,
        title,
        width,
        height,
        color,
        tags,
        attachments,
        settings,
        frame_id,
        generation_id,
        fingerprint: _,
        is_partial,
        author_id,
        version,
        text_version: _,
        said_at: _,
        created_at,
        updated_at,
        deleted_at,
    } = row;
    NodeView {
        id: id.into(),
        prompt,
        response,
        summary,
        status: convert::node_status(status),
        position: Position {
            x: Coordinate::stored(x),
            y: Coordinate::stored(y),
        },
        metadata: metadata.and_then(|json| Metadata::stored(json.to_string())),
        llm_model,
        llm_tokens,
        llm_cost,
        pinned,
        kind: convert::node_kind(kind),
        role: convert::node_role(role),
        title,
        width,
        height,
        color,
        tags: tags.map(convert::words).unwrap_or_default(),
        attachments: attachments_of(attachments),
        settings: settings_of(settings, preset_id.map(Into::into)),
        frame_id: frame_id.map(Into::into),
        generation_id: generation_id.map(Into::into),
        is_partial,
        author_id,
        version,
        created_at: created_at.into(),
        updated_at: updated_at.into(),
        deleted_at: deleted_at.map(Into::into),
    }
}

/// A new node as its row.
pub(super) fn from_view(project: ProjectId, view: &NodeView) -> node::ActiveModel {
    node::ActiveModel {
        project_id: Set(project.uuid()),
        id: Set(view.id.uuid()),
        prompt: Set(view.prompt.clone()),
        response: Set(view.response.clone()),
        summary: Set(view.summary.clone()),
        status: Set(convert::stored_node_status(view.status)),
        x: Set(view.position.x.get()),
        y: Set(view.position.y.get()),
        metadata: Set(view.metadata.clone().map(Into::into)),
        llm_model: Set(view.llm_model.clone()),
        llm_tokens: Set(view.llm_tokens),
        llm_cost: Set(view.llm_cost),
        pinned: Set(view.pinned),
        preset_id: Set(stored_preset(view.settings.as_deref())),
        kind: Set(convert::stored_node_kind(view.kind)),
        role: Set(convert::stored_node_role(view.role)),
        title: Set(view.title.clone()),
        width: Set(view.width),
        height: Set(view.height),
        color: Set(view.color.clone()),
        tags: Set(stored_tags(&view.tags)),
        attachments: Set(stored_attachments(&view.attachments)),
        settings: Set(stored_settings(view.settings.as_deref())),
        frame_id: Set(view.frame_id.map(NodeId::uuid)),
        generation_id: Set(view.generation_id.map(GenerationId::uuid)),
        fingerprint: Set(None),
        is_partial: Set(view.is_partial),
        author_id: Set(view.author_id),
        version: Set(view.version),
        text_version: Set(view.version),
        said_at: Set(view.updated_at.0),
        created_at: Set(view.created_at.0),
        updated_at: Set(view.updated_at.0),
        deleted_at: Set(None),
    }
}

/// What a change of a node writes.
pub(super) fn changed_row(project: ProjectId, updated: &NodeUpdated) -> node::ActiveModel {
    let NodeUpdated {
        id,
        version,
        prompt,
        response,
        summary,
        status,
        position,
        metadata,
        pinned,
        // Written by `looks`.
        role: _,
        title: _,
        width: _,
        height: _,
        color: _,
        tags: _,
        attachments: _,
        settings: _,
        frame_id: _,
        // These become null with a response that somebody writes.
        llm_model: _,
        llm_tokens: _,
        llm_cost: _,
        generation_id: _,
        is_partial: _,
        updated_at,
    } = updated;
    let mut change = node::ActiveModel {
        project_id: Set(project.uuid()),
        id: Set(id.uuid()),
        version: Set(*version),
        updated_at: Set(updated_at.0),
        ..Default::default()
    };
    if prompt.is_some() || response.is_some() || summary.is_some() {
        change.text_version = Set(*version);
    }
    if prompt.is_some() || response.is_some() {
        change.said_at = Set(updated_at.0);
    }
    if let Some(prompt) = prompt {
        change.prompt = Set(prompt.clone());
    }
    if let Some(response) = response {
        change.response = Set(response.clone());
        change.llm_model = Set(None);
        change.llm_tokens = Set(None);
        change.llm_cost = Set(None);
        change.generation_id = Set(None);
        change.is_partial = Set(false);
        change.fingerprint = Set(None);
    }
    if let Some(summary) = summary {
        change.summary = Set(summary.clone());
    }
    if let Some(status) = status {
        change.status = Set(convert::stored_node_status(*status));
    }
    if let Some(position) = position {
        change.x = Set(position.x.get());
        change.y = Set(position.y.get());
    }
    if let Some(metadata) = metadata {
        change.metadata = Set(metadata.clone().map(Into::into));
    }
    if let Some(pinned) = pinned {
        change.pinned = Set(*pinned);
    }
    looks(&mut change, updated);
    change
}

/// What a change of a node writes of how it looks, speaks and is put together with others.
fn looks(change: &mut node::ActiveModel, updated: &NodeUpdated) {
    if let Some(role) = updated.role {
        change.role = Set(convert::stored_node_role(role));
    }
    if let Some(title) = &updated.title {
        change.title = Set(title.clone());
    }
    if let Some(width) = updated.width {
        change.width = Set(width);
    }
    if let Some(height) = updated.height {
        change.height = Set(height);
    }
    if let Some(color) = &updated.color {
        change.color = Set(color.clone());
    }
    if let Some(tags) = &updated.tags {
        change.tags = Set(stored_tags(tags));
    }
    if let Some(attachments) = &updated.attachments {
        change.attachments = Set(stored_attachments(attachments));
    }
    if let Some(settings) = &updated.settings {
        change.preset_id = Set(stored_preset(settings.as_deref()));
        change.settings = Set(stored_settings(settings.as_deref()));
    }
    if let Some(frame) = updated.frame_id {
        change.frame_id = Set(frame.map(NodeId::uuid));
    }
}

fn stored_tags(tags: &[String]) -> Option<JsonValue> {
    (!tags.is_empty()).then(|| serde_json::json!(tags))
}

pub(super) fn stored_attachments(attachments: &[Attachment]) -> Option<JsonValue> {
    (!attachments.is_empty()).then(|| serde_json::json!(attachments))
}

/// What is attached to a node, as it was settled.
#[must_use]
pub fn attachments_of(stored: Option<JsonValue>) -> Vec<Attachment> {
    let stored = stored.and_then(|stored| serde_json::from_value(stored).ok());
    stored.unwrap_or_default()
}

/// The status that goes with an answer that a person wrote or took away.
pub(super) fn status_with(response: bool) -> (NodeStatus, enums::NodeStatus) {
    let status = if response {
        NodeStatus::Completed
    } else {
        NodeStatus::Idle
    };
    (status, convert::stored_node_status(status))
}
