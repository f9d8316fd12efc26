use canvas::nodes;
use kernel::{Error, NodeId, Permission, ProjectId, Result};
use platform::{Command, Ctx, ProjectCommand, Write};
use protocol::{
    Position,
    events::Event,
    merge::{MERGE_NODES_MAX, MERGE_NODES_MIN, Merge},
    nodes::{CreateNode, NodeWithEdges},
};

use super::proposal::{Language, proposal};
use crate::context::Contexts;

/// Makes a node that rests on several.
#[derive(Debug)]
struct MergeNodes {
    id: Option<NodeId>,
    input: Merge,
}

impl Command for MergeNodes {
    type Output = NodeWithEdges;

    async fn apply(&self, write: &mut Write) -> Result<NodeWithEdges> {
        let id = self.id;
        let input = &self.input;
        write.require_to_grow(Permission::GRAPH_WRITE)?;
        check(&input.node_ids)?;
        let project = write.project_id()?;
        let mut merged = Vec::with_capacity(input.node_ids.len());
        for node in &input.node_ids {
            merged.push(nodes::find(write.read().await?, project, *node).await?);
        }
        let prompt = match &input.prompt {
            Some(prompt) => prompt.clone(),
            None => {
                let user = write.user_id()?;
                proposal(Language::of(write.read().await?, user).await?, &merged)?
            }
        };
        let position = match input.position {
            Some(position) => position,
            None => place(write, &input.node_ids, prompt.as_str()).await?,
        };
        let input = CreateNode::asking(prompt, position, input.node_ids.clone());
        nodes::Create { id, input }.apply(write).await
    }
}

impl ProjectCommand for MergeNodes {
    fn replay(&self, event: &Event) -> Result<NodeWithEdges> {
        event
            .parts()
            .iter()
            .find_map(nodes::created)
            .ok_or(Error::OpReused)
    }
}

fn check(nodes: &[NodeId]) -> Result<()> {
    if !(MERGE_NODES_MIN..=MERGE_NODES_MAX).contains(&nodes.len()) {
        let detail = format!("must name {MERGE_NODES_MIN} to {MERGE_NODES_MAX} nodes");
        return Err(Error::invalid("/nodeIds", detail));
    }
    for (index, node) in nodes.iter().enumerate() {
        if nodes.iter().take(index).any(|other| other == node) {
            return Err(Error::invalid(
                format!("/nodeIds/{index}"),
                "is named twice",
            ));
        }
    }
    Ok(())
}

/// Below the middle of the others, with room for the answer.
async fn place(write: &mut Write, nodes: &[NodeId], prompt: &str) -> Result<Position> {
    let contexts = write.projection::<Contexts>().await?;
    let near = contexts
        .graph()
        .nearest(nodes.first().copied(), nodes::LOOKED_AT_MAX);
    let project = write.project_id()?;
    let ids: Vec<NodeId> = near.into_iter().chain(nodes.iter().copied()).collect();
    let mut around = nodes::Around::read(write.read().await?, project, &ids).await?;
    Ok(around.below(nodes, &[], nodes::answered(prompt)))
}

pub(super) async fn merge(ctx: &Ctx, project: ProjectId, input: Merge) -> Result<NodeWithEdges> {
    let id = ctx.request.op.as_ref().map(|op| op.id.uuid().into());
    Ok(ctx.write(project, MergeNodes { id, input }).await?.output)
}
