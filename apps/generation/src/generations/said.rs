//! What the events of a run say.

use canvas::nodes::Node;
use kernel::GenerationId;
use platform::Write;
use protocol::{
    generations::{GenerationChanged, RunState},
    nodes::NodeStatus,
};

/// An event that changes nothing but how far the node is; whatever else changes is put in.
pub(super) fn changed(
    write: &Write,
    node: &Node,
    generation: GenerationId,
    state: RunState,
    version: i64,
) -> GenerationChanged {
    GenerationChanged {
        node_id: node.id,
        generation,
        state,
        refresh: None,
        error: None,
        recipe: None,
        node_status: NodeStatus::Generating,
        version,
        updated_at: write.now().into(),
        response: None,
        summary: None,
        llm_model: None,
        llm_tokens: None,
        llm_cost: None,
        generation_id: None,
        is_partial: None,
    }
}
