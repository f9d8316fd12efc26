//! Asking: the question becomes a node, and a model is asked, in one change.

use kernel::{AgentId, Error, GenerationId, NodeId, OpId, Result, TaskId};
use platform::{Ctx, OpKey, ops};
use protocol::{
    NodeText, Position, Prompt,
    nodes::CreateNode,
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
    pub(super) work: Work,
}

/// What was begun.
#[derive(Clone, Copy, Debug)]
pub(super) enum Work {
    Answer(GenerationId),
    /// What an agent does at the node.
    Task(TaskId),
}

pub(super) async fn ask(
    ctx: &Ctx,
    end: End,
    conversation: Conversation,
    wishes: &Wishes,
) -> Result<Asked> {
    if let Some(agent) = end.agent {
        return hand_over(ctx, end, agent, conversation.question).await;
    }
    let Conversation { before, question } = conversation;
    let place = branch::find(ctx, end, before).await?;
    let ops = plan(ctx, end, place, question, wishes).await?;
    let asked: Vec<Value> = ops.iter().map(|op| op.data.clone()).collect();
    let key = key(ctx, &json!(asked))?;
    let done = ops::carry_out(ctx, end.project, key, ops).await?;
    let begun = done.results.iter().find_map(begun);
    let (node, generation) = begun.ok_or_else(|| Error::internal("nothing was begun"))?;
    Ok(Asked {
        end: End { node, ..end },
        work: Work::Answer(generation),
    })
}

/// An agent gets the question alone: what was said before it reads on the canvas.
async fn hand_over(ctx: &Ctx, end: End, agent: AgentId, question: String) -> Result<Asked> {
    let data = json!({"agentId": agent, "nodeId": end.node, "prompt": question});
    let key = key(ctx, &data)?;
    let op = OpRequest {
        id: None,
        op: "task.start".to_owned(),
        data,
    };
    let done = ops::carry_out(ctx, end.project, key, vec![op]).await?;
    let task = done.results.iter().find_map(|result| {
        let task = result.get("taskId")?.as_str()?;
        task.parse().ok()
    });
    let task = task.ok_or_else(|| Error::internal("no task was begun"))?;
    Ok(Asked {
        end,
        work: Work::Task(task),
    })
}

/// The id under which the question goes, so that one that is sent again is one.
fn key(ctx: &Ctx, asked: &Value) -> Result<OpKey> {
    match &ctx.request.op {
        Some(key) => Ok(key.clone()),
        None => Ok(OpKey {
            id: OpId::generate(),
            fingerprint: fingerprint(asked).map_err(Error::internal)?,
        }),
    }
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
        selection: Vec::new(),
    };
    let mut position = tools::place_below(&call, &[place.node], &question).await?;
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
    let prompt = Prompt::try_from(turn.prompt).map_err(refused)?;
    let create = CreateNode {
        response: response.map_err(refused)?,
        ..CreateNode::asking(prompt, position, vec![parent])
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
