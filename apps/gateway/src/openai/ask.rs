//! Asking: the question becomes a node, and a model is asked, in one change.

use kernel::{Error, GenerationId, NodeId, OpId, Result};
use platform::{Ctx, OpKey, ops};
use protocol::{
    NodeText, Position, Prompt,
    nodes::{CreateNode, Provenance},
    ops::{OpRequest, fingerprint},
};
use serde_json::{Map, Value, json};
use tools::Call;

use super::{
    branch::{self, Place},
    messages::{Conversation, Turn},
    model::End,
};

/// How the answer is wished for.
#[derive(Clone, Debug, Default)]
pub(super) struct Wishes {
    pub(super) temperature: Option<f64>,
    pub(super) tokens_max: Option<u32>,
}

/// A question that is on the canvas, and whose answer is being written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked {
    pub(super) end: End,
    pub(super) generation: GenerationId,
}

pub(super) async fn ask(
    ctx: &Ctx,
    end: End,
    conversation: Conversation,
    wishes: &Wishes,
) -> Result<Asked> {
    let Conversation { before, question } = conversation;
    let place = branch::find(ctx, end, before).await?;
    let ops = plan(ctx, end, place, question, wishes).await?;
    let asked: Vec<Value> = ops.iter().map(|op| op.data.clone()).collect();
    let key = match &ctx.request.op {
        Some(key) => key.clone(),
        None => OpKey {
            id: OpId::generate(),
            fingerprint: fingerprint(&asked).map_err(Error::internal)?,
        },
    };
    let done = ops::carry_out(ctx, end.project, key, ops).await?;
    let begun = done.results.iter().find_map(begun);
    let (node, generation) = begun.ok_or_else(|| Error::internal("nothing was begun"))?;
    Ok(Asked {
        end: End { node, ..end },
        generation,
    })
}

/// The node and the attempt, where a result says that one began.
fn begun(result: &Value) -> Option<(NodeId, GenerationId)> {
    let id = |name: &str| result.get(name)?.as_str();
    Some((id("nodeId")?.parse().ok()?, id("generation")?.parse().ok()?))
}

async fn plan(
    ctx: &Ctx,
    end: End,
    place: Place,
    question: String,
    wishes: &Wishes,
) -> Result<Vec<OpRequest>> {
    let call = Call {
        ctx: ctx.clone(),
        project: end.project,
        op: None,
        focus: None,
    };
    let mut position = tools::place_below(&call, &[place.node]).await?;
    let mut parent = place.node;
    let mut ops = Vec::with_capacity(place.missing.len() + 2);
    let question = Turn {
        prompt: question,
        answer: None,
        is_instruction: false,
    };
    for turn in place.missing.into_iter().chain([question]) {
        let id = OpId::generate();
        ops.push(OpRequest {
            id: Some(id),
            op: "node.create".to_owned(),
            data: create(turn, position, parent)?,
        });
        parent = NodeId::from_uuid(id.uuid());
        position = position.moved_by(0.0, tools::BELOW);
    }
    ops.push(OpRequest {
        id: None,
        op: "generation.start".to_owned(),
        data: start(parent, wishes),
    });
    Ok(ops)
}

fn create(turn: Turn, position: Position, parent: NodeId) -> Result<Value> {
    let refused = |detail| Error::invalid("/messages", detail);
    let response = turn.answer.map(NodeText::try_from).transpose();
    let create = CreateNode {
        prompt: Prompt::try_from(turn.prompt).map_err(refused)?,
        position,
        parent_ids: vec![parent],
        metadata: None,
        response: response.map_err(refused)?,
        summary: None,
        pinned: false,
        preset_id: None,
        provenance: Provenance::default(),
    };
    serde_json::to_value(create).map_err(Error::internal)
}

fn start(node: NodeId, wishes: &Wishes) -> Value {
    let mut data = Map::from_iter([("nodeId".to_owned(), json!(node))]);
    if let Some(temperature) = wishes.temperature {
        data.insert("temperature".to_owned(), json!(temperature));
    }
    if let Some(tokens) = wishes.tokens_max {
        data.insert("maxTokens".to_owned(), json!(tokens));
    }
    Value::Object(data)
}
