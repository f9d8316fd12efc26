//! The canonical state of a project: what every copy must agree on, and its fingerprint.
//!
//! It holds what every reader may see, so that anyone can compare, and nothing that differs by
//! reader or by clock: no system prompt, members' names, costs or times.

use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::{
    edges::{EdgePolicy, EdgeView},
    graph::GraphView,
    media::Attachment,
    nodes::{NodeKind, NodeRole, NodeStatus, NodeView},
    settings::NodeSettings,
    values::{Metadata, Position, Viewport},
};

#[derive(Serialize)]
struct State<'a> {
    project: ProjectState<'a>,
    nodes: Vec<NodeState<'a>>,
    edges: Vec<EdgeState>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ProjectState<'a> {
    id: kernel::ProjectId,
    name: &'a str,
    description: Option<&'a str>,
    is_public: bool,
    viewport: Option<Viewport>,
    preset_id: Option<kernel::PresetId>,
    model: Option<&'a str>,
    fallback_models: &'a [String],
    version: i64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct NodeState<'a> {
    id: kernel::NodeId,
    prompt: &'a str,
    response: Option<&'a str>,
    summary: Option<&'a str>,
    status: NodeStatus,
    position: Position,
    /// Taken apart, for its text need not be canonical.
    metadata: Option<serde_json::Value>,
    llm_model: Option<&'a str>,
    llm_tokens: Option<i64>,
    pinned: bool,
    #[serde(flatten)]
    said: Said<'a>,
    generation_id: Option<kernel::GenerationId>,
    version: i64,
}

/// What most nodes do not say; what is not said is left out.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Said<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<NodeKind>,
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<NodeRole>,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    width: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    height: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    color: Option<&'a str>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    tags: &'a [String],
    #[serde(skip_serializing_if = "<[Attachment]>::is_empty")]
    attachments: &'a [Attachment],
    #[serde(skip_serializing_if = "Option::is_none")]
    settings: Option<Box<NodeSettings>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    frame_id: Option<kernel::NodeId>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct EdgeState {
    id: kernel::EdgeId,
    source_id: kernel::NodeId,
    target_id: kernel::NodeId,
    policy: EdgePolicy,
    version: i64,
}

/// SHA-256, in hexadecimal, over the canonical JSON (RFC 8785) of project, nodes and edges, the
/// latter two sorted by id.
pub fn hash(graph: &GraphView) -> serde_json::Result<String> {
    let project = &graph.project;
    let mut nodes: Vec<_> = graph.nodes.iter().map(node_state).collect();
    nodes.sort_by_key(|node| node.id);
    let mut edges: Vec<_> = graph.edges.iter().map(edge_state).collect();
    edges.sort_by_key(|edge| edge.id);
    let state = State {
        project: ProjectState {
            id: project.id,
            name: &project.name,
            description: project.description.as_deref(),
            is_public: project.is_public,
            viewport: project.viewport,
            preset_id: project.preset_id,
            model: project.model.as_deref(),
            fallback_models: &project.fallback_models,
            version: project.version,
        },
        nodes,
        edges,
    };
    Ok(hex::encode(Sha256::digest(
        serde_json_canonicalizer::to_vec(&state)?,
    )))
}

fn node_state(node: &NodeView) -> NodeState<'_> {
    NodeState {
        id: node.id,
        prompt: &node.prompt,
        response: node.response.as_deref(),
        summary: node.summary.as_deref(),
        status: node.status,
        position: node.position,
        metadata: node.metadata.as_ref().map(Metadata::to_value),
        llm_model: node.llm_model.as_deref(),
        llm_tokens: node.llm_tokens,
        pinned: node.pinned,
        said: Said {
            kind: Some(node.kind).filter(|kind| *kind != NodeKind::Prompt),
            role: Some(node.role).filter(|role| *role != NodeRole::User),
            title: node.title.as_deref(),
            width: node.width,
            height: node.height,
            color: node.color.as_deref(),
            tags: &node.tags,
            attachments: &node.attachments,
            settings: node
                .settings
                .as_ref()
                .and_then(|settings| settings.without_instructions()),
            frame_id: node.frame_id,
        },
        generation_id: node.generation_id,
        version: node.version,
    }
}

fn edge_state(edge: &EdgeView) -> EdgeState {
    EdgeState {
        id: edge.id,
        source_id: edge.source_id,
        target_id: edge.target_id,
        policy: edge.policy,
        version: edge.version,
    }
}
