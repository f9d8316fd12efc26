use canvas::nodes::{self, Node};
use kernel::{Error, GenerationId, NodeId, OpId, Permission, ProjectId, Result};
use platform::{Command, Ctx, Operation, ProjectCommand, Write};
use protocol::{
    Position,
    events::{Event, GenerationEvent},
    followups::{AddFollowup, Followup, FollowupAdded},
    generations::Generate,
    nodes::{CreateNode, NodeWithEdges},
};

use super::prompt::{metadata, prompt};
use crate::{context::Contexts, generations};

/// Makes a child of a node and asks it, all or nothing.
#[derive(Debug)]
pub(crate) struct Add {
    id: Option<NodeId>,
    below: NodeId,
    input: Followup,
}

/// The new node, and the attempt at its answer.
#[derive(Debug)]
pub(crate) struct Added {
    node: NodeWithEdges,
    generation: Option<GenerationId>,
}

impl Command for Add {
    type Output = Added;

    async fn apply(&self, write: &mut Write) -> Result<Added> {
        let Followup {
            prompt: question,
            quote,
            attachments,
            position,
            ask,
            model,
            temperature,
            max_tokens,
            top_p,
        } = self.input.clone();
        if ask {
            write.require(Permission::RUN)?;
        }
        write.require_to_grow(Permission::GRAPH_WRITE)?;
        let project = write.project_id()?;
        let parent = nodes::find(write.read().await?, project, self.below).await?;
        let prompt = prompt(quote.as_ref(), question)?;
        let position = match position {
            Some(position) => position,
            None => place(write, &parent, prompt.as_str()).await?,
        };
        let input = CreateNode {
            attachments,
            metadata: metadata(quote.as_ref(), parent.id, parent.response.as_deref())?,
            ..CreateNode::asking(prompt, position, vec![parent.id])
        };
        let node = nodes::Create { id: self.id, input }.apply(write).await?;
        if !ask {
            let generation = None;
            return Ok(Added { node, generation });
        }
        let start = generations::Start {
            id: None,
            node: node.node.id,
            how: Generate {
                model: model.map(Some),
                temperature: temperature.map(Some),
                max_tokens: max_tokens.map(Some),
                top_p: top_p.map(Some),
                force: false,
            },
        };
        let started = Box::pin(start.apply(write)).await?;
        Ok(Added {
            node,
            generation: Some(started.generation),
        })
    }
}

/// Below the parent, to the right of all its children, with room for the answer.
async fn place(write: &mut Write, parent: &Node, prompt: &str) -> Result<Position> {
    let contexts = write.projection::<Contexts>().await?;
    let children = contexts.graph().children(parent.id);
    let near = contexts
        .graph()
        .nearest(Some(parent.id), nodes::LOOKED_AT_MAX);
    let mut around = nodes::Around::read(write.read().await?, parent.project_id, &near).await?;
    Ok(around.below(&[parent.id], &children, nodes::answered(prompt)))
}

impl ProjectCommand for Add {
    fn replay(&self, event: &Event) -> Result<Added> {
        let parts = event.parts();
        let node = parts.iter().find_map(nodes::created);
        let generation = parts.iter().find_map(|part| {
            if let Event::Generation(GenerationEvent::Start(said)) = part {
                Some(said.generation)
            } else {
                None
            }
        });
        Ok(Added {
            node: node.ok_or(Error::OpReused)?,
            generation,
        })
    }
}

impl Operation for Add {
    const OP: &'static str = "node.followup";
    type Input = AddFollowup;

    fn of(id: Option<OpId>, input: AddFollowup) -> Self {
        let (below, input) = input.split();
        Self {
            id: id.map(|id| NodeId::from_uuid(id.uuid())),
            below,
            input,
        }
    }

    async fn prepare(ctx: &Ctx) -> Result<()> {
        generations::prepare(ctx).await
    }
}

pub(super) async fn add(
    ctx: &Ctx,
    project: ProjectId,
    below: NodeId,
    input: Followup,
) -> Result<FollowupAdded> {
    generations::prepare(ctx).await?;
    let op = ctx.request.op.as_ref();
    let id = op.map(|op| NodeId::from_uuid(op.id.uuid()));
    let Added { node, generation } = ctx.write(project, Add { id, below, input }).await?.output;
    let generation = match generation {
        Some(generation) => {
            let started = generations::get(ctx, project, node.node.id, generation).await?;
            Some(started.generation)
        }
        None => None,
    };
    Ok(FollowupAdded { node, generation })
}
