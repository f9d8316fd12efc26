use std::collections::HashMap;

use canvas::graph::{look, snapshot};
use generation::{Adopted, is_offered, recipes};
use kernel::{Error, GenerationId, MediaId, NodeId, Permission, PresetId, ProjectId, Result};
use platform::{Command, Ctx, ProjectCommand, Write};
use projects::{presets, projects as all_projects};
use protocol::{
    edges::EdgePolicy,
    events::Event,
    generations::Recipe,
    graph::GraphView,
    media::AttachMedia,
    nodes::{CreateNode, NodeKind, NodeView, Provenance},
    projects::{CreateProject, ProjectView},
    templates::DuplicateProject,
    values::ModelId,
};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::parts::{Part, put_in};

/// All of a copy is one change of one project.
const NODES_COPIED_MAX: usize = 1_000;
const EDGES_COPIED_MAX: usize = 10_000;
const TEXT_BYTES_COPIED_MAX: usize = 8 * 1024 * 1024;

pub(super) async fn duplicate(
    ctx: &Ctx,
    source: ProjectId,
    input: DuplicateProject,
) -> Result<ProjectView> {
    ctx.user_id()?;
    let access = ctx.project(source, Permission::PROJECT_READ).await?;
    // Counted before it is read: what is refused costs little.
    let (nodes, edges) = look(ctx, &access, |graph| {
        (graph.node_count(), graph.edge_count())
    })
    .await?;
    refuse_above(nodes, NODES_COPIED_MAX, "nodes of a project that is copied")?;
    refuse_above(edges, EDGES_COPIED_MAX, "edges of a project that is copied")?;
    let graph = snapshot(ctx, source).await?;
    let bytes = graph.nodes.iter().map(bytes_of).sum();
    refuse_above(
        bytes,
        TEXT_BYTES_COPIED_MAX,
        "bytes of text of a project that is copied",
    )?;
    let answers: Vec<GenerationId> = graph
        .nodes
        .iter()
        .filter_map(|node| node.generation_id)
        .collect();
    let recipes = recipes(ctx, &access, &answers).await?;
    let copy = Copy {
        source,
        owner_file_bytes_max: ctx.platform.settings.storage.owner_file_bytes_max,
        project: project_of(&graph, input)?,
        parts: parts(graph, &recipes)?,
    };
    let op = ctx.request.op.as_ref();
    // Named after the operation, a copy that is asked for twice is still one.
    let id = op.map_or_else(ProjectId::generate, |op| ProjectId::from_uuid(op.id.uuid()));
    ctx.write(id, copy).await?;
    all_projects::get(ctx, id).await
}

fn refuse_above(count: usize, max: usize, what: &'static str) -> Result<()> {
    if count > max {
        return Err(Error::LimitReached { what, max });
    }
    Ok(())
}

fn bytes_of(node: &NodeView) -> usize {
    let length = |text: &Option<String>| text.as_ref().map_or(0, String::len);
    let metadata = node.metadata.as_ref();
    let metadata = metadata.map_or(0, |metadata| metadata.to_value().to_string().len());
    node.prompt.len() + length(&node.response) + length(&node.summary) + metadata
}

/// What everybody who reads a project sees of it is what its copy has.
fn project_of(graph: &GraphView, input: DuplicateProject) -> Result<CreateProject> {
    let of = &graph.project;
    let name = input.name.map_or_else(|| of.name.clone(), String::from);
    parsed(json!({
        "name": name,
        "description": of.description,
        "systemPrompt": of.system_prompt,
        "viewport": of.viewport,
        "presetId": of.preset_id,
        "model": of.model,
        "fallbackModels": of.fallback_models,
    }))
}

/// The nodes in an order in which all that one needs comes before it: frames, then questions below what they rest on.
fn parts(graph: GraphView, recipes: &HashMap<GenerationId, Recipe>) -> Result<Vec<Part>> {
    let ranks = ranks(&graph);
    let mut nodes = graph.nodes;
    nodes.sort_by_key(|node| {
        let rank = ranks.get(&node.id).copied().unwrap_or_default();
        (node.kind != NodeKind::Frame, rank)
    });
    let places: HashMap<NodeId, usize> = nodes
        .iter()
        .enumerate()
        .map(|(place, node)| (node.id, place))
        .collect();
    let mut above: HashMap<NodeId, Vec<(usize, EdgePolicy)>> = HashMap::new();
    for edge in &graph.edges {
        if let Some(source) = places.get(&edge.source_id) {
            above
                .entry(edge.target_id)
                .or_default()
                .push((*source, edge.policy));
        }
    }
    nodes
        .into_iter()
        .map(|node| {
            let frame = node.frame_id.and_then(|frame| places.get(&frame).copied());
            let parents = above.remove(&node.id).unwrap_or_default();
            part(node, frame, parents, recipes)
        })
        .collect()
}

/// How many others, one after the other, each node needs at most: all of these come before it.
fn ranks(graph: &GraphView) -> HashMap<NodeId, usize> {
    let mut waits_for: HashMap<NodeId, usize> = HashMap::new();
    let mut below: HashMap<NodeId, Vec<NodeId>> = HashMap::new();
    for edge in &graph.edges {
        *waits_for.entry(edge.target_id).or_default() += 1;
        below
            .entry(edge.source_id)
            .or_default()
            .push(edge.target_id);
    }
    let starts = graph.nodes.iter().map(|node| node.id);
    let mut ready: Vec<NodeId> = starts.filter(|id| !waits_for.contains_key(id)).collect();
    let mut ranks = HashMap::with_capacity(graph.nodes.len());
    let mut rank = 0;
    while !ready.is_empty() {
        let mut next = Vec::new();
        for id in ready {
            ranks.insert(id, rank);
            for child in below.get(&id).into_iter().flatten() {
                if let Some(left) = waits_for.get_mut(child) {
                    *left -= 1;
                    if *left == 0 {
                        next.push(*child);
                    }
                }
            }
        }
        ready = next;
        rank += 1;
    }
    ranks
}

fn part(
    node: NodeView,
    frame: Option<usize>,
    parents: Vec<(usize, EdgePolicy)>,
    recipes: &HashMap<GenerationId, Recipe>,
) -> Result<Part> {
    let recipe = node.generation_id.and_then(|id| recipes.get(&id)).cloned();
    let answer = match (recipe, &node.response, &node.llm_model) {
        (Some(recipe), Some(text), Some(model)) => Some(Adopted {
            text: text.clone(),
            summary: node.summary.clone(),
            model: model.clone(),
            tokens: node.llm_tokens,
            recipe: Some(recipe),
        }),
        (Some(_) | None, _, _) => None,
    };
    let written = if answer.is_some() {
        (None, None)
    } else {
        (node.response, node.summary)
    };
    let input: CreateNode = parsed(json!({
        "prompt": node.prompt,
        "position": node.position,
        "metadata": node.metadata,
        "response": written.0,
        "summary": written.1,
        "pinned": node.pinned,
        "kind": node.kind,
        "role": node.role,
        "title": node.title,
        "width": node.width,
        "height": node.height,
        "color": node.color,
        "tags": node.tags,
        "attachments": node.attachments.iter().map(AttachMedia::from).collect::<Vec<_>>(),
        "settings": node.settings,
    }))?;
    // Who wrote an answer stays known, whoever copies it.
    let provenance = match &answer {
        Some(_) => Provenance::default(),
        None => Provenance {
            llm_model: node.llm_model,
            llm_tokens: node.llm_tokens,
        },
    };
    Ok(Part {
        node: CreateNode {
            provenance,
            ..input
        },
        frame,
        parents,
        answer,
    })
}

/// What a project holds was taken by the same types before.
fn parsed<T: DeserializeOwned>(value: Value) -> Result<T> {
    serde_json::from_value(value).map_err(Error::internal)
}

/// Makes the copy, all of it or nothing.
struct Copy {
    source: ProjectId,
    project: CreateProject,
    parts: Vec<Part>,
    /// How many bytes whoever owns the copy may keep in files.
    owner_file_bytes_max: u64,
}

impl Command for Copy {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        let mut input = self.project.clone();
        input.preset_id = usable(write, input.preset_id).await?;
        input.model = offered(write, input.model)?;
        let fallbacks = std::mem::take(&mut input.fallback_models);
        for model in fallbacks {
            input.fallback_models.extend(offered(write, Some(model))?);
        }
        Box::pin(all_projects::Create { input }.apply(write)).await?;
        let mut parts = self.parts.clone();
        self.copy_files(write, &mut parts).await?;
        for part in &mut parts {
            if let Some(settings) = &mut part.node.settings {
                settings.preset_id = usable(write, settings.preset_id).await?;
                settings.model = offered(write, settings.model.take())?;
            }
        }
        Box::pin(put_in(write, &parts)).await.map(drop)
    }
}

impl Copy {
    /// The copy has files of its own, which are the same.
    async fn copy_files(&self, write: &mut Write, parts: &mut [Part]) -> Result<()> {
        let attached = parts
            .iter()
            .flat_map(|part| part.node.attachments.as_slice());
        let mut ids: Vec<MediaId> = attached.map(|one| one.media_id).collect();
        ids.sort_unstable();
        ids.dedup();
        if ids.is_empty() {
            return Ok(());
        }
        let became = media::copy(write, self.source, &ids, self.owner_file_bytes_max).await?;
        for part in parts {
            let own = part.node.attachments.as_slice().iter().filter_map(|one| {
                let media_id = *became.get(&one.media_id)?;
                Some(AttachMedia {
                    media_id,
                    ..one.clone()
                })
            });
            part.node.attachments = own
                .collect::<Vec<_>>()
                .try_into()
                .map_err(|sentence: String| Error::internal(sentence))?;
        }
        Ok(())
    }
}

/// Presets of others stay theirs.
async fn usable(write: &mut Write, preset: Option<PresetId>) -> Result<Option<PresetId>> {
    match presets::require_usable(write, preset).await {
        Ok(()) => Ok(preset),
        Err(Error::NotFound(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

/// A model that nobody offers any more would have the copy refused.
fn offered(write: &Write, model: Option<ModelId>) -> Result<Option<ModelId>> {
    match model {
        Some(model) if is_offered(write, model.as_str())? => Ok(Some(model)),
        Some(_) | None => Ok(None),
    }
}

impl ProjectCommand for Copy {
    fn replay(&self, _event: &Event) -> Result<()> {
        Ok(())
    }
}
