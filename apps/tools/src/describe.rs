//! A node whole, as a model reads it.

use std::fmt::Write as _;

use canvas::{graph::look, nodes};
use kernel::{NodeId, Result};
use platform::ProjectAccess;

use crate::{
    call::Call,
    text::{data, part, word},
};

/// How much of a prompt, and of an answer, is shown at once; both together stay below what a result holds.
const PART_CHARS: usize = 6_000;

/// How many parents or children of a node are named.
const RELATIVES_MAX: usize = 100;

/// Which part of a node's texts is read.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Reading {
    pub(crate) offset: usize,
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

/// The ids of nodes, as far as there are not too many.
pub(crate) fn ids(nodes: &[NodeId]) -> String {
    let named = nodes.iter().take(RELATIVES_MAX).map(ToString::to_string);
    named.collect::<Vec<_>>().join(" ")
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
