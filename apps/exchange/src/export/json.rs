//! For programs: `{project,nodes,edges}`, as the snapshot has them.

use std::collections::HashSet;

use futures::{Stream, stream::try_unfold};
use kernel::{Error, NodeId, Result};
use protocol::projects::ProjectView;
use serde::Serialize;

use super::nodes::Rest;

enum Next {
    Nodes,
    Edges,
    Nothing,
}

struct State {
    rest: Rest,
    next: Next,
    /// The text that comes before what is read next.
    before: String,
    /// Those that are named in an edge have to be there.
    sent: HashSet<NodeId>,
    is_first: bool,
}

pub(super) fn stream(
    rest: Rest,
    about: &ProjectView,
) -> Result<impl Stream<Item = Result<String>> + Send + use<>> {
    let project = serde_json::to_string(about).map_err(Error::internal)?;
    let state = State {
        rest,
        next: Next::Nodes,
        before: format!("{{\"project\":{project},\"nodes\":["),
        sent: HashSet::new(),
        is_first: true,
    };
    Ok(try_unfold(state, next))
}

async fn next(mut state: State) -> Result<Option<(String, State)>> {
    let mut text = std::mem::take(&mut state.before);
    match state.next {
        Next::Nodes => {
            let nodes = state.rest.next_nodes().await?;
            state.sent.extend(nodes.iter().map(|node| node.id));
            for node in &nodes {
                state.add(&mut text, node)?;
            }
            if state.rest.is_done() {
                state.rest.begin_again();
                text.push_str("],\"edges\":[");
                (state.next, state.is_first) = (Next::Edges, true);
            }
        }
        Next::Edges => match state.rest.next_edges().await? {
            Some(edges) => {
                for edge in edges {
                    if state.sent.contains(&edge.source_id) && state.sent.contains(&edge.target_id)
                    {
                        state.add(&mut text, &edge)?;
                    }
                }
            }
            None => {
                text.push_str("]}");
                state.next = Next::Nothing;
            }
        },
        Next::Nothing => return Ok(None),
    }
    Ok(Some((text, state)))
}

impl State {
    fn add(&mut self, text: &mut String, item: &impl Serialize) -> Result<()> {
        if !std::mem::take(&mut self.is_first) {
            text.push(',');
        }
        text.push_str(&serde_json::to_string(item).map_err(Error::internal)?);
        Ok(())
    }
}
