//! The tools that look.

mod compare;
mod node;
mod outline;
mod search;

pub(crate) use compare::Compare;
pub(crate) use node::ReadNode;
pub(crate) use outline::ReadGraph;
pub(crate) use search::Search;

use canvas::nodes::Glance;
use kernel::NodeId;
use protocol::nodes::NodeKind;

use crate::{
    describe::{Looks, ids, looks},
    text::{first_words, word},
};

/// How much of a prompt stands in a list.
const FIRST_WORDS_CHARS: usize = 120;
/// A node in a list: one line.
fn line(glance: &Glance, parents: &[NodeId]) -> String {
    let Glance {
        id,
        beginning,
        status,
        version,
        ..
    } = glance;
    let status = word(*status);
    let parents = match parents {
        [] => String::new(),
        parents => format!(" parents=\"{}\"", ids(parents)),
    };
    let looks = looks(&Looks {
        kind: glance.kind,
        role: glance.role,
        tags: &glance.tags,
        frame: glance.frame,
    });
    // What a frame is called is all that it says.
    let words = match (&glance.title, glance.kind) {
        (Some(title), NodeKind::Frame) => title,
        (Some(_) | None, NodeKind::Frame | NodeKind::Prompt | NodeKind::Note | NodeKind::Media) => {
            beginning
        }
    };
    let words = first_words(words, FIRST_WORDS_CHARS);
    format!(
        "<node id=\"{id}\" status=\"{status}\" version=\"{version}\"{looks}{parents}>{words}</node>\n"
    )
}
