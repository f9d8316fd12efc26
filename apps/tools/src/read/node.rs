use std::fmt::Write as _;

use canvas::{graph::look, nodes};
use kernel::{NodeId, Permission, Result};
use platform::ProjectAccess;
use serde::Deserialize;
use utoipa::ToSchema;

use super::ids;
use crate::{
    outcome::Outcome,
    text::{data, part, word},
    tool::{Call, Reads},
};

/// How much of a prompt, and of an answer, is shown at once; both together stay below what a result holds.
const PART_CHARS: usize = 6_000;

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

/// Which part of a node's texts is read.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Reading {
    pub(crate) offset: usize,
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

/// A node as a model reads it.
pub(crate) async fn whole(
    call: &Call,
    access: &ProjectAccess,
    id: NodeId,
    Reading { offset }: Reading,
) -> Result<String> {
    let node = nodes::get(&call.ctx, call.project, id).await?;
    let (parents, children) = look(&call.ctx, access, |graph| {
        (graph.parents(id), graph.children(id))
    })
    .await?;
    let mut text = format!(
        "<node id=\"{id}\" status=\"{}\" version=\"{}\" parents=\"{}\" children=\"{}\">\n",
        word(node.status),
        node.version,
        ids(&parents),
        ids(&children),
    );
    marked(&mut text, "prompt", &node.prompt, offset);
    if let Some(answer) = &node.response {
        marked(&mut text, "answer", answer, offset);
    }
    text.push_str("</node>");
    Ok(text)
}

/// Adds a part of a text within its marks, and how to read on.
fn marked(to: &mut String, mark: &str, text: &str, offset: usize) {
    let (shown, left) = part(text, offset, PART_CHARS);
    let shown = data(shown);
    // Writing into a text cannot fail.
    let _ = writeln!(to, "<{mark}>{shown}</{mark}>");
    if left > 0 {
        let next = offset.saturating_add(PART_CHARS);
        let _ = writeln!(
            to,
            "[{left} more characters of the {mark}: read on with `offset` {next}.]"
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_read_part_by_part() {
        let long = "x".repeat(PART_CHARS + 10);
        let mut text = String::new();
        marked(&mut text, "answer", &long, 0);
        assert!(text.contains("[10 more characters of the answer: read on with `offset` 6000.]"));

        let mut text = String::new();
        marked(&mut text, "answer", &long, PART_CHARS);
        assert_eq!(text, "<answer>xxxxxxxxxx</answer>\n");
    }
}
