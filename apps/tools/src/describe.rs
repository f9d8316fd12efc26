//! A node whole, as a model reads it.

use std::fmt::Write as _;

use canvas::{graph::look, nodes};
use kernel::{NodeId, Result};
use platform::ProjectAccess;
use protocol::nodes::{NodeKind, NodeRole};

use crate::{
    call::Call,
    text::{attribute, data, part, word},
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
        "<node id=\"{id}\" status=\"{}\" version=\"{}\"{} parents=\"{}\" children=\"{}\">\n",
        word(node.status),
        node.version,
        looks(&Looks {
            kind: node.kind,
            role: node.role,
            tags: &node.tags,
            frame: node.frame_id,
        }),
        ids(&parents),
        ids(&children),
    );
    if let Some(title) = &node.title {
        // Writing into a text cannot fail.
        let _ = writeln!(text, "<title>{}</title>", data(title));
    }
    if node.kind == NodeKind::Frame {
        let held = nodes::held(&call.ctx, access, &[id]).await?;
        let _ = writeln!(text, "<holds>{}</holds>", ids(&held));
    }
    marked(&mut text, "prompt", &node.prompt, offset);
    for file in &node.attachments {
        let _ = writeln!(text, "<file>{}</file>", data(&file.name));
    }
    if let Some(answer) = &node.response {
        marked(&mut text, "answer", answer, offset);
    }
    text.push_str("</node>");
    Ok(text)
}

/// What else there is to say of a node in a few words.
pub(crate) struct Looks<'a> {
    pub(crate) kind: NodeKind,
    pub(crate) role: NodeRole,
    pub(crate) tags: &'a [String],
    pub(crate) frame: Option<NodeId>,
}

/// As attributes, of which those are left out that say nothing.
pub(crate) fn looks(of: &Looks<'_>) -> String {
    let kind = match (of.kind, of.role) {
        (NodeKind::Frame, NodeRole::User | NodeRole::System) => " kind=\"FRAME\"",
        (NodeKind::Note, NodeRole::User) => " kind=\"NOTE\"",
        (NodeKind::Media, NodeRole::User) => " kind=\"MEDIA\"",
        (NodeKind::Note | NodeKind::Media | NodeKind::Prompt, NodeRole::System) => {
            " role=\"SYSTEM\""
        }
        (NodeKind::Prompt, NodeRole::User) => "",
    };
    let mut text = kind.to_owned();
    if !of.tags.is_empty() {
        // Writing into a text cannot fail.
        let _ = write!(text, " tags=\"{}\"", attribute(&of.tags.join(", ")));
    }
    if let Some(frame) = of.frame {
        let _ = write!(text, " frame=\"{frame}\"");
    }
    text
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
