//! The tools that ask a model.

use kernel::{NodeId, OpId, Permission, Result};
use protocol::{
    ModelId, Prompt,
    nodes::CreateNode,
    values::{OutputTokens, Temperature},
};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use crate::{
    call::Call,
    edit::op,
    place,
    tool::{Edits, Plan},
};

const READ_AGAIN: &str =
    "The answer is being written; `read_node` shows it once its status is COMPLETED.";
/// What a node asks that sums a branch up, if nothing else is said.
const SUMMARY: &str =
    "Summarise the branch so far: what it asks, what it found, and what is still open.";

/// Whose answer, and how.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Generate {
    /// The node; the one in focus if left out.
    #[serde(default)]
    node_id: Option<NodeId>,
    /// The model; that of the project if left out.
    #[serde(default)]
    model: Option<ModelId>,
    #[serde(default)]
    temperature: Option<Temperature>,
    /// How long the answer may be.
    #[serde(default)]
    max_tokens: Option<OutputTokens>,
    /// Whether a model is asked again even if an answer to exactly this is there.
    #[serde(default)]
    force: bool,
}

impl Edits for Generate {
    const NAME: &'static str = "generate";
    const DESCRIPTION: &'static str = "Asks a model for a node's answer, with all that the node rests on as \
        context. It does not wait for the answer.";
    const PERMISSIONS: &'static [Permission] = &[Permission::RUN];
    const NEXT: Option<&'static str> = Some(READ_AGAIN);

    async fn plan(self, call: &Call) -> Result<Plan> {
        let node = call.node(self.node_id)?;
        let mut data = Map::from_iter([("nodeId".to_owned(), json!(node))]);
        let mut say = |name: &str, value: Option<Value>| {
            if let Some(value) = value {
                data.insert(name.to_owned(), value);
            }
        };
        say("model", self.model.map(|model| json!(model)));
        say("temperature", self.temperature.map(|value| json!(value)));
        say("maxTokens", self.max_tokens.map(|value| json!(value)));
        say("force", self.force.then(|| json!(true)));
        Ok(Plan {
            ops: vec![op(call.op, "generation.start", &data)?],
            cursor: Some(node),
        })
    }
}

/// Which branch.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Summarise {
    /// Where the branch ends; the node in focus if left out.
    #[serde(default)]
    node_id: Option<NodeId>,
    /// What the summary is to say.
    #[serde(default)]
    prompt: Option<Prompt>,
}

impl Edits for Summarise {
    const NAME: &'static str = "summarise";
    const DESCRIPTION: &'static str = "Makes a node below the end of a branch that asks for a summary of it, \
        and asks it. It does not wait for the answer.";
    const PERMISSIONS: &'static [Permission] = &[Permission::GRAPH_WRITE, Permission::RUN];
    const NEXT: Option<&'static str> = Some(READ_AGAIN);

    async fn plan(self, call: &Call) -> Result<Plan> {
        let end = call.node(self.node_id)?;
        let prompt = match self.prompt {
            Some(prompt) => prompt,
            None => SUMMARY
                .to_owned()
                .try_into()
                .map_err(kernel::Error::internal)?,
        };
        let id = call.op.unwrap_or_else(OpId::generate);
        let position = place::below(call, &[end], prompt.as_str()).await?;
        let create = CreateNode::asking(prompt, position, vec![end]);
        let ask = json!({"nodeId": id});
        Ok(Plan {
            ops: vec![
                op(Some(id), "node.create", &create)?,
                op(None, "generation.start", &ask)?,
            ],
            cursor: Some(NodeId::from_uuid(id.uuid())),
        })
    }
}
