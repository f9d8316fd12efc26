use entity::{enums, node};
use kernel::{GenerationId, PresetId, ProjectId};
use platform::convert;
use protocol::{
    Position,
    nodes::{NodeStatus, NodeView},
    values::{Coordinate, Metadata},
};
use sea_orm::ActiveValue::Set;

/// A node as its reader may see it.
pub(super) fn to_view(row: node::Model, costs: bool) -> NodeView {
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
        generation_id,
        fingerprint: _,
        version,
        text_version: _,
        created_at,
        updated_at,
        deleted_at: _,
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
        llm_cost: llm_cost.filter(|_| costs),
        pinned,
        preset_id: preset_id.map(Into::into),
        generation_id: generation_id.map(Into::into),
        version,
        created_at: created_at.into(),
        updated_at: updated_at.into(),
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
        preset_id: Set(view.preset_id.map(PresetId::uuid)),
        generation_id: Set(view.generation_id.map(GenerationId::uuid)),
        fingerprint: Set(None),
        version: Set(view.version),
        text_version: Set(view.version),
        created_at: Set(view.created_at.0),
        updated_at: Set(view.updated_at.0),
        deleted_at: Set(None),
    }
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
