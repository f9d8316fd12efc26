use kernel::{Error, NodeId, Permission, Result};
use protocol::{
    Metadata, NodeText, Position, Prompt,
    nodes::{self, NodeKind, NodeRef, UpdateNode},
    values::{Color, Extent, NodeTitle, Tags},
};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{AT_ONCE_MAX, op, refuse_count};
use crate::{
    call::Call,
    place,
    tool::{Edits, Plan},
};

/// A new node.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct CreateNode {
    /// What it asks or says.
    prompt: Prompt,
    /// The nodes whose answers it rests on.
    #[serde(default)]
    #[schema(max_items = 100)]
    parent_ids: Vec<NodeId>,
    /// Where it stands; a free place near its parents if left out.
    #[serde(default)]
    position: Option<Position>,
    #[serde(default)]
    metadata: Option<Metadata>,
    /// PROMPT is a question; NOTE a text that asks nothing; FRAME a region that holds other nodes, with no parents.
    /// MEDIA, which is a file, is made by people.
    #[serde(default)]
    kind: NodeKind,
    /// What it is called; of a frame, its name.
    #[serde(default)]
    title: Option<NodeTitle>,
    #[serde(default)]
    color: Option<Color>,
    #[serde(default)]
    tags: Tags,
    #[serde(default)]
    width: Option<Extent>,
    #[serde(default)]
    height: Option<Extent>,
    /// The frame that holds it.
    #[serde(default)]
    frame_id: Option<NodeId>,
}

impl Edits for CreateNode {
    const NAME: &'static str = "create_node";
    const DESCRIPTION: &'static str = "Makes a node with a prompt below its parents, a note or a frame. A prompt is \
        not asked yet: `generate` does that.";
    const PERMISSIONS: &'static [Permission] = &[Permission::GRAPH_WRITE];

    async fn plan(self, call: &Call) -> Result<Plan> {
        if self.kind == NodeKind::Media {
            let detail = "must be PROMPT, NOTE or FRAME: people add files";
            return Err(Error::invalid("/kind", detail));
        }
        let position = match self.position {
            Some(position) => position,
            None => place::below(call, &self.parent_ids, self.prompt.as_str()).await?,
        };
        let create = nodes::CreateNode {
            metadata: self.metadata,
            kind: self.kind,
            title: self.title,
            color: self.color,
            tags: self.tags,
            width: self.width,
            height: self.height,
            frame_id: self.frame_id,
            ..nodes::CreateNode::asking(self.prompt, position, self.parent_ids)
        };
        Ok(Plan {
            ops: vec![op(call.op, "node.create", &create)?],
            cursor: call.op.map(|id| NodeId::from_uuid(id.uuid())),
        })
    }
}

/// What to change of a node.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct EditNode {
    /// The node; the one in focus if left out.
    #[serde(default)]
    node_id: Option<NodeId>,
    /// The version that the change of a text is based on, as `read_node` said it.
    #[serde(default)]
    base_version: Option<i64>,
    #[serde(default)]
    prompt: Option<Prompt>,
    /// An answer that stands in place of the one there is.
    #[serde(default)]
    answer: Option<NodeText>,
    #[serde(default)]
    metadata: Option<Metadata>,
    /// Whether descendants keep it whole in their contexts before others.
    #[serde(default)]
    pinned: Option<bool>,
    /// What it is called.
    #[serde(default)]
    title: Option<NodeTitle>,
    #[serde(default)]
    color: Option<Color>,
    /// All its tags from now on.
    #[serde(default)]
    tags: Option<Tags>,
    /// The frame that holds it from now on.
    #[serde(default)]
    frame_id: Option<NodeId>,
}

impl Edits for EditNode {
    const NAME: &'static str = "edit_node";
    const DESCRIPTION: &'static str = "Changes the fields of a node that are given. A change of its prompt \
        or answer needs the version that it is based on; if somebody changed it meanwhile, you get the \
        text as it is now.";
    const PERMISSIONS: &'static [Permission] = &[Permission::GRAPH_WRITE];

    async fn plan(self, call: &Call) -> Result<Plan> {
        let id = call.node(self.node_id)?;
        let is_empty = self.prompt.is_none()
            && self.answer.is_none()
            && self.metadata.is_none()
            && self.pinned.is_none()
            && self.title.is_none()
            && self.color.is_none()
            && self.tags.is_none()
            && self.frame_id.is_none();
        if is_empty {
            let detail = "or another field must say what to change";
            return Err(Error::invalid("/prompt", detail));
        }
        let update = UpdateNode {
            id,
            base_version: self.base_version,
            prompt: self.prompt,
            response: self.answer.map(Some),
            summary: None,
            position: None,
            metadata: self.metadata.map(Some),
            pinned: self.pinned,
            role: None,
            title: self.title.map(Some),
            width: None,
            height: None,
            color: self.color.map(Some),
            tags: self.tags,
            attachments: None,
            settings: None,
            frame_id: self.frame_id.map(Some),
            while_generating: None,
        };
        Ok(Plan {
            ops: vec![op(None, "node.update", &update)?],
            cursor: Some(id),
        })
    }
}

/// Which nodes.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct DeleteNodes {
    #[schema(min_items = 1, max_items = 100)]
    node_ids: Vec<NodeId>,
}

impl Edits for DeleteNodes {
    const NAME: &'static str = "delete_nodes";
    const DESCRIPTION: &'static str = "Puts nodes into the trash, with the edges at them. People can bring \
        them back.";
    const PERMISSIONS: &'static [Permission] = &[Permission::GRAPH_DELETE];

    async fn plan(self, _call: &Call) -> Result<Plan> {
        refuse_count(self.node_ids.len(), AT_ONCE_MAX, "nodeIds")?;
        let delete = |id: &NodeId| op(None, "node.delete", &NodeRef { id: *id });
        Ok(Plan {
            ops: self.node_ids.iter().map(delete).collect::<Result<_>>()?,
            cursor: None,
        })
    }
}
