//! A project whole as it is sent.

use kernel::{Error, Result};
use protocol::{graph::GraphView, nodes::NodeView};

pub(super) fn encode(graph: &GraphView) -> Result<Vec<u8>> {
    let mut body = Vec::with_capacity(bytes_expected(graph));
    serde_json::to_writer(&mut body, graph).map_err(Error::internal)?;
    Ok(body)
}

/// What a node and an edge take besides their text.
const NODE_BYTES: usize = 512;
const EDGE_BYTES: usize = 256;

/// Near enough that a large body is not copied again and again while it grows.
fn bytes_expected(graph: &GraphView) -> usize {
    let text = |node: &NodeView| node.prompt.len() + node.response.as_ref().map_or(0, String::len);
    graph
        .nodes
        .iter()
        .map(|node| text(node) + NODE_BYTES)
        .sum::<usize>()
        + (graph.edges.len() + graph.members.len() + 1) * EDGE_BYTES
}
