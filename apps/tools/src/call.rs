//! A use of a tool.

use kernel::{Error, NodeId, OpId, ProjectId, Result};
use platform::Ctx;

/// Who uses a tool, and where.
#[derive(Clone, Debug)]
pub struct Call {
    pub ctx: Ctx,
    pub project: ProjectId,
    /// The id under which the one write of the call goes, so that a resend has one effect.
    pub op: Option<OpId>,
    /// The node that is meant where none is named.
    pub focus: Option<NodeId>,
    /// The nodes that are looked at first.
    pub selection: Vec<NodeId>,
}

impl Call {
    /// The node that is named, or else the one that is in focus.
    pub(crate) fn node(&self, named: Option<NodeId>) -> Result<NodeId> {
        let wanted = || Error::invalid("/nodeId", "is missing: name the node that is meant");
        named.or(self.focus).ok_or_else(wanted)
    }
}
