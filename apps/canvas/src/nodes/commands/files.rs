//! Files at nodes.

use entity::enums;
use kernel::{Error, Expected, MediaId, NodeId, OpId, Permission, Result};
use platform::{Command, Operation, ProjectCommand, Write};
use protocol::{
    events::Event,
    media::{AttachMedia, AttachToNode, Attachment, Attachments, DetachFromNode},
    nodes::PatchNode,
};

use super::Update;
use crate::nodes::{queries, row::attachments_of};

/// The files that a node is to have. Whoever may not see files attaches none, and a frame has none.
pub(super) async fn attached(
    write: &mut Write,
    kind: enums::NodeKind,
    asked: Option<&Attachments>,
) -> Result<Option<Vec<Attachment>>> {
    let Some(asked) = asked else {
        return Ok(None);
    };
    if !asked.is_empty() {
        write.require(Permission::MEDIA_READ)?;
        if kind == enums::NodeKind::Frame {
            let sentence = "a frame has no files; attach them to a node in it";
            return Err(Error::invalid("/attachments", sentence));
        }
    }
    let project = write.project_id()?;
    let found = media::attachments(write.read().await?, project, asked.as_slice()).await?;
    Ok(Some(found))
}

/// Attaches a file to a node, or attaches it in another way.
#[derive(Debug)]
pub(crate) struct Attach {
    pub(crate) node: NodeId,
    pub(crate) file: AttachMedia,
}

impl Command for Attach {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        let mut all = before(write, self.node).await?;
        let place = all
            .iter()
            .position(|one| one.media_id == self.file.media_id);
        match place.and_then(|place| all.get_mut(place)) {
            Some(one) => one.clone_from(&self.file),
            None => all.push(self.file.clone()),
        }
        replace(write, self.node, all).await
    }
}

impl ProjectCommand for Attach {
    fn replay(&self, _event: &Event) -> Result<()> {
        Ok(())
    }
}

impl Operation for Attach {
    const OP: &'static str = "node.attach";
    type Input = AttachToNode;

    fn of(_: Option<OpId>, input: AttachToNode) -> Self {
        let AttachToNode {
            id,
            media_id,
            policy,
            pages,
        } = input;
        Self {
            node: id,
            file: AttachMedia {
                media_id,
                policy,
                pages,
            },
        }
    }
}

/// Takes a file off a node.
#[derive(Debug)]
pub(crate) struct Detach {
    pub(crate) node: NodeId,
    pub(crate) file: MediaId,
}

impl Command for Detach {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        let mut all = before(write, self.node).await?;
        all.retain(|one| one.media_id != self.file);
        replace(write, self.node, all).await
    }
}

impl ProjectCommand for Detach {
    fn replay(&self, _event: &Event) -> Result<()> {
        Ok(())
    }
}

impl Operation for Detach {
    const OP: &'static str = "node.detach";
    type Input = DetachFromNode;

    fn of(_: Option<OpId>, input: DetachFromNode) -> Self {
        Self {
            node: input.id,
            file: input.media_id,
        }
    }
}

async fn before(write: &mut Write, node: NodeId) -> Result<Vec<AttachMedia>> {
    // Who may not change the node does not hear whether it is there.
    write.require(Permission::GRAPH_WRITE)?;
    let project = write.project_id()?;
    let row = queries::row(write.read().await?, project, node).await?;
    let attached = attachments_of(row.attachments);
    Ok(attached.iter().map(AttachMedia::from).collect())
}

async fn replace(write: &mut Write, node: NodeId, all: Vec<AttachMedia>) -> Result<()> {
    let all = Attachments::try_from(all);
    let all = all.map_err(|sentence| Error::invalid("/attachments", sentence))?;
    let update = Update {
        id: node,
        expected: Expected::Any,
        base: None,
        patch: PatchNode {
            attachments: Some(all),
            ..PatchNode::default()
        },
    };
    update.apply(write).await
}
