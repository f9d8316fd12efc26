//! Files at nodes.

use kernel::{Error, Expected, MediaId, NodeId, OpId, Permission, Result};
use platform::{Command, Operation, ProjectCommand, Write};
use protocol::{
    events::Event,
    media::{AttachMedia, AttachToNode, Attachments, DetachFromNode},
    nodes::PatchNode,
};

use super::{commands::Update, queries, row::attachments_of};

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
    let mut attached = attachments_of(row.attachments);
    // One whose time is over goes with the next sweep, and hinders nobody until then.
    let ids: Vec<MediaId> = attached.iter().map(|one| one.media_id).collect();
    let now = write.now();
    let living = media::living(write.read().await?, project, ids, now).await?;
    attached.retain(|one| living.contains(&one.media_id));
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
