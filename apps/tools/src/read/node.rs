use kernel::{NodeId, Permission, Result};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    call::Call,
    describe::{Reading, whole},
    outcome::Outcome,
    tool::Reads,
};

/// Which node, and which part of its texts.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ReadNode {
    /// The node; the one in focus if left out.
    #[serde(default)]
    node_id: Option<NodeId>,
    /// How many characters of its texts to leave out, to read on in long ones.
    #[serde(default)]
    #[schema(minimum = 0)]
    offset: Option<usize>,
}

impl Reads for ReadNode {
    const NAME: &'static str = "read_node";
    const DESCRIPTION: &'static str = "One node whole: its prompt, answer, status, version, parents and \
        children. The version is the `baseVersion` of an edit that follows.";

    async fn read(self, call: &Call) -> Result<Outcome> {
        let node = call.node(self.node_id)?;
        let access = call
            .ctx
            .project(call.project, Permission::GRAPH_READ)
            .await?;
        let reading = Reading {
            offset: self.offset.unwrap_or_default(),
        };
        let text = whole(call, &access, node, reading).await?;
        Ok(Outcome::said(text, Some(node)))
    }
}
