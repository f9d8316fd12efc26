use canvas::nodes;
use kernel::{Error, NodeId, Permission, ProjectId, Result};
use platform::{Command, Ctx, ProjectCommand, Write};
use protocol::{
    events::{Event, GenerationEvent, NodeEvent},
    generations::{Generate, GenerationChanged},
    nodes::NodeWithEdges,
    siblings::{SIBLINGS_MAX, Siblings, SiblingsStarted},
};

use crate::{context::Contexts, generations};

/// Makes a sibling of a node for each model and asks it, all or nothing.
#[derive(Debug)]
struct AskSiblings {
    of: NodeId,
    input: Siblings,
}

impl Command for AskSiblings {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        let of = self.of;
        let input = &self.input;
        write.require(Permission::RUN)?;
        write.require_to_grow(Permission::GRAPH_WRITE)?;
        if !(1..=SIBLINGS_MAX).contains(&input.models.len()) {
            let detail = format!("must name 1 to {SIBLINGS_MAX} models");
            return Err(Error::invalid("/models", detail));
        }
        let project = write.project_id()?;
        let node = nodes::find(write.read().await?, project, of).await?;
        let contexts = write.projection::<Contexts>().await?;
        let near = contexts.graph().nearest(Some(of), nodes::LOOKED_AT_MAX);
        let mut around = nodes::Around::read(write.read().await?, project, &near).await?;
        for (index, model) in input.models.iter().enumerate() {
            let position = around.beside(of, nodes::answered(&node.prompt));
            let sibling = nodes::Copy { of, position }.apply(write).await?;
            let how = Generate {
                model: Some(Some(model.clone())),
                temperature: input.temperature.map(Some),
                max_tokens: input.max_tokens.map(Some),
                top_p: input.top_p.map(Some),
                force: false,
            };
            let start = generations::Start {
                id: None,
                node: sibling.node.id,
                how,
            };
            let started = Box::pin(start.apply(write)).await;
            started.map_err(|error| of_model(index, error))?;
        }
        Ok(())
    }
}

impl ProjectCommand for AskSiblings {
    fn replay(&self, _event: &Event) -> Result<()> {
        Ok(())
    }
}

/// Says which of the models is not there.
fn of_model(index: usize, error: Error) -> Error {
    let Error::Invalid(mut fields) = error else {
        return error;
    };
    for field in &mut fields {
        if field.pointer == "/model" {
            field.pointer = format!("/models/{index}");
        }
    }
    Error::Invalid(fields)
}

pub(super) async fn start(
    ctx: &Ctx,
    project: ProjectId,
    of: NodeId,
    input: Siblings,
) -> Result<SiblingsStarted> {
    generations::prepare(ctx).await?;
    let receipt = ctx.write(project, AskSiblings { of, input }).await?;
    let committed = receipt.committed.ok_or(Error::OpReused)?;
    let (mut nodes, mut generations) = (Vec::new(), Vec::new());
    for event in committed.event.parts() {
        if let Event::Node(NodeEvent::Create(created)) = event {
            nodes.push(created.clone());
        } else if let Event::Generation(GenerationEvent::Start(said)) = event {
            begin(&mut nodes, said);
            let started = generations::get(ctx, project, said.node_id, said.generation).await?;
            generations.push(started.generation);
        }
    }
    Ok(SiblingsStarted { nodes, generations })
}

/// Since a node was made, its answer was asked for.
fn begin(nodes: &mut [NodeWithEdges], said: &GenerationChanged) {
    for made in nodes.iter_mut().filter(|made| made.node.id == said.node_id) {
        made.node.status = said.node_status;
        made.node.version = said.version;
        made.node.updated_at = said.updated_at;
    }
}
