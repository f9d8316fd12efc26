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

use crate::{
    describe::ids,
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
    let words = first_words(beginning, FIRST_WORDS_CHARS);
    format!("<node id=\"{id}\" status=\"{status}\" version=\"{version}\"{parents}>{words}</node>\n")
}
