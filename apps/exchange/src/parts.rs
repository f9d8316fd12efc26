//! What is put into a project that was just made: nodes in an order in which all that one needs comes before it.

use canvas::{edges, nodes};
use generation::{Adopted, adopt};
use kernel::{NodeId, Result};
use platform::{Command, Write};
use protocol::{
    edges::{CreateEdge, EdgePolicy},
    nodes::{CreateNode, PARENTS_PER_NODE_MAX},
};

/// A node, with the places of others among those that are put in with it.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    /// Without what it is based on, and the frame that holds it.
    pub(crate) node: CreateNode,
    pub(crate) frame: Option<usize>,
    pub(crate) parents: Vec<(usize, EdgePolicy)>,
    /// The answer of a model. What people wrote stands in the node.
    pub(crate) answer: Option<Adopted>,
}

/// Puts them in, and says their ids.
pub(crate) async fn put_in(write: &mut Write, parts: &[Part]) -> Result<Vec<NodeId>> {
    let mut ids: Vec<NodeId> = Vec::with_capacity(parts.len());
    for part in parts {
        let at = |place: usize| ids.get(place).copied();
        let (whole, others): (Vec<_>, Vec<_>) = part
            .parents
            .iter()
            .filter_map(|(place, policy)| Some((at(*place)?, *policy)))
            .partition(|(_, policy)| *policy == EdgePolicy::Full);
        let (at_once, later) = whole.split_at(whole.len().min(PARENTS_PER_NODE_MAX));
        let mut input = part.node.clone();
        input.frame_id = part.frame.and_then(at);
        input.parent_ids = at_once.iter().map(|(parent, _)| *parent).collect();
        let made = nodes::Create { id: None, input }.apply(write).await?;
        let id = made.node.id;
        for (source_id, policy) in later.iter().chain(&others) {
            let edge = CreateEdge {
                source_id: *source_id,
                target_id: id,
                policy: *policy,
            };
            edges::connect(write, edge).await?;
        }
        if let Some(answer) = &part.answer {
            adopt(write, id, answer).await?;
        }
        write.refuse_too_much()?;
        ids.push(id);
    }
    Ok(ids)
}
