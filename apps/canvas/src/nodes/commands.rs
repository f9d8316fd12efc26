mod answers;
mod attached;
mod copies;
mod fitting;
mod moves;
mod restore;

use entity::{edge, enums, node};
use kernel::{
    ActorKind, EdgeId, Error, Expected, NodeId, OpId, Permission, PresetId, ProjectId, Result,
};
use platform::{Command, Ctx, Operation, ProjectCommand, Write, convert, db};
use projects::presets;
use protocol::{
    edges::{EdgePolicy, EdgeView},
    events::{Event, NodeEvent, NodeUpdated},
    media::Attachment,
    nodes::{
        CreateNode, NODES_PER_PROJECT_MAX, NodeRef, NodeView, NodeWithEdges, PARENTS_PER_NODE_MAX,
        PatchNode, UpdateNode, WhileGenerating,
    },
    settings::{NodeSettings, PatchSettings},
    values::Extent,
};
use sea_orm::{ActiveValue::Set, EntityTrait};
use uuid::Uuid;

pub use answers::{AnswerChange, change_answer, change_summary, replace_preset, store_staleness};
pub use copies::Copy;
pub(crate) use moves::Move;
pub(crate) use restore::Restore;
pub(super) use restore::restore;

use fitting::{refuse_misfit, refuse_unfitting};

use super::{
    frames, queries,
    row::{attachments_of, changed_row, from_view, status_with},
    settings::{said, settings_of},
    tags,
};
use crate::{edges, shape::Shape};

/// Makes a node, with the edges from its parents. It gets the id of the operation, if that has one.
#[derive(Debug)]
pub struct Create {
    pub id: Option<NodeId>,
    pub input: CreateNode,
}

impl Command for Create {
    type Output = NodeWithEdges;

    async fn apply(&self, write: &mut Write) -> Result<NodeWithEdges> {
        let id = self.id;
        let input = &self.input;
        write.require_to_grow(Permission::GRAPH_WRITE)?;
        let now = write.now().into();
        let id = id.unwrap_or_else(NodeId::generate);
        presets::require_usable(write, preset_in(input.settings.as_deref())).await?;
        refuse_unfitting(input)?;
        frames::require_usable(write, input.frame_id).await?;
        let shape = write.projection::<Shape>().await?;
        if shape.knows(id) {
            let sentence = "there is a node with this id already; use a new op id";
            return Err(Error::Conflict(sentence.to_owned()));
        }
        refuse_full(shape)?;
        check_parents(&input.parent_ids, shape)?;
        let mut node = new_node(id, input, now);
        if !input.attachments.is_empty() {
            let kind = convert::stored_node_kind(input.kind);
            let found = attached::attached(write, kind, Some(&input.attachments)).await?;
            node.attachments = found.unwrap_or_default();
        }
        let edges: Vec<EdgeView> = input
            .parent_ids
            .iter()
            .map(|parent| EdgeView {
                id: EdgeId::generate(),
                source_id: *parent,
                target_id: id,
                policy: EdgePolicy::Full,
                version: 1,
                created_at: now,
            })
            .collect();
        add(write, node, edges).await
    }
}

impl ProjectCommand for Create {
    fn replay(&self, event: &Event) -> Result<NodeWithEdges> {
        event
            .parts()
            .iter()
            .find_map(created)
            .ok_or(Error::OpReused)
    }
}

/// The node that an event says was made.
#[must_use]
pub fn created(event: &Event) -> Option<NodeWithEdges> {
    if let Event::Node(NodeEvent::Create(created)) = event {
        Some(created.clone())
    } else {
        None
    }
}

impl Operation for Create {
    const OP: &'static str = "node.create";
    type Input = CreateNode;

    fn of(id: Option<OpId>, input: CreateNode) -> Self {
        Self {
            id: id.map(|id| NodeId::from_uuid(id.uuid())),
            input,
        }
    }
}

fn refuse_full(shape: &Shape) -> Result<()> {
    if shape.node_count() < NODES_PER_PROJECT_MAX {
        return Ok(());
    }
    let max = NODES_PER_PROJECT_MAX;
    Err(Error::LimitReached {
        what: "nodes of one project",
        max,
    })
}

/// Puts a new node and the edges to it into the project.
async fn add(write: &mut Write, node: NodeView, edges: Vec<EdgeView>) -> Result<NodeWithEdges> {
    let project = write.project_id()?;
    let node = NodeView {
        author_id: author(write),
        ..node
    };
    write
        .insert::<node::Entity>(from_view(project, &node))
        .await?;
    for edge in &edges {
        write
            .insert::<edge::Entity>(edges::new_row(project, edge))
            .await?;
    }
    let created = NodeWithEdges { node, edges };
    write.emit(NodeEvent::Create(created.clone()));
    Ok(created)
}

/// Who makes it; what the server makes by itself is nobody's.
fn author(write: &Write) -> Option<Uuid> {
    let actor = write.actor().ok()?;
    (actor.kind != ActorKind::System).then_some(actor.id)
}

fn preset_in(settings: Option<&NodeSettings>) -> Option<PresetId> {
    settings.and_then(|settings| settings.preset_id)
}

fn check_parents(parents: &[NodeId], shape: &Shape) -> Result<()> {
    if parents.len() > PARENTS_PER_NODE_MAX {
        let detail = format!("must name at most {PARENTS_PER_NODE_MAX} parents");
        return Err(Error::invalid("/parentIds", detail));
    }
    for (index, parent) in parents.iter().enumerate() {
        if parents.iter().take(index).any(|other| other == parent) {
            return Err(Error::invalid(
                format!("/parentIds/{index}"),
                "is named twice",
            ));
        }
        if !shape.graph.contains(*parent) {
            return Err(Error::NotFound("node"));
        }
        frames::refuse_edges(shape, "/parentIds", *parent)?;
    }
    Ok(())
}

fn new_node(id: NodeId, input: &CreateNode, now: protocol::Timestamp) -> NodeView {
    let CreateNode {
        prompt,
        position,
        parent_ids: _,
        metadata,
        response,
        summary,
        pinned,
        kind,
        role,
        title,
        width,
        height,
        color,
        tags,
        attachments: _,
        settings,
        frame_id,
        provenance,
    } = input.clone();
    NodeView {
        id,
        prompt: prompt.into(),
        status: status_with(response.is_some()).0,
        response: response.map(Into::into),
        summary: summary.map(Into::into),
        position,
        metadata,
        llm_model: provenance.llm_model,
        llm_tokens: provenance.llm_tokens,
        llm_cost: None,
        pinned,
        kind,
        role,
        title: title.map(Into::into),
        width: width.map(Extent::get),
        height: height.map(Extent::get),
        color: color.map(Into::into),
        tags: tags.words(),
        attachments: Vec::new(),
        settings: settings.and_then(|settings| said(settings.patched(&PatchSettings::default()))),
        frame_id,
        generation_id: None,
        is_partial: false,
        author_id: None,
        version: 1,
        created_at: now,
        updated_at: now,
        deleted_at: None,
    }
}

/// Changes the fields that are given.
///
/// Text is compared and set: `base` is the version the caller saw, and it counts as current as long
/// as no text changed since, so that moving a node does not get in the way of whoever writes in it.
#[derive(Debug)]
pub(crate) struct Update {
    pub(crate) id: NodeId,
    pub(crate) expected: Expected,
    pub(crate) base: Option<i64>,
    pub(crate) patch: PatchNode,
}

impl Command for Update {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        let id = self.id;
        let expected = self.expected;
        let base = self.base;
        let patch = &self.patch;
        write.require_to_grow(Permission::GRAPH_WRITE)?;
        let project = write.project_id()?;
        let row = queries::row(write.read().await?, project, id).await?;
        expected.check(row.version)?;
        check_base(&row, expected, base, patch)?;
        refuse_while_generating(&row, patch)?;
        refuse_misfit(&row, patch)?;
        let preset = patch.settings.as_ref().and_then(Option::as_ref);
        let preset = preset.and_then(|settings| settings.preset_id.flatten());
        presets::require_usable(write, preset).await?;
        let frame = patch.frame_id.flatten();
        if frame.map(NodeId::uuid) != row.frame_id {
            frames::require_usable(write, frame).await?;
        }
        let attachments = attached::attached(write, row.kind, patch.attachments.as_ref()).await?;
        let Some(updated) = changes(&row, patch, attachments, write.now().into()) else {
            write.unchanged(NodeEvent::Update(NodeUpdated::nothing(
                row.id.into(),
                row.version,
                row.updated_at.into(),
            )));
            return Ok(());
        };
        let change = changed_row(project, &updated);
        node::Entity::update(change)
            .exec(write.conn().await?)
            .await
            .map_err(db)?;
        tags::note(write, &row, &updated)?;
        write.emit(NodeEvent::Update(updated));
        Ok(())
    }
}

impl ProjectCommand for Update {
    fn replay(&self, _event: &Event) -> Result<()> {
        Ok(())
    }
}

impl Operation for Update {
    const OP: &'static str = "node.update";
    type Input = UpdateNode;

    fn of(_: Option<OpId>, input: UpdateNode) -> Self {
        let (id, base, patch) = input.split();
        Self {
            id,
            expected: Expected::Unsaid,
            base,
            patch,
        }
    }
}

fn check_base(
    row: &node::Model,
    expected: Expected,
    base: Option<i64>,
    patch: &PatchNode,
) -> Result<()> {
    if !patch.changes_text() {
        return Ok(());
    }
    match (expected, base) {
        (Expected::Unsaid, None) => Err(Error::PreconditionRequired(
            "text changes with the version it was based on: send `If-Match` with the node's ETag, \
             or `baseVersion` in an operation",
        )),
        (_, Some(base)) if base < row.text_version || base > row.version => {
            Err(Error::VersionMismatch {
                current: row.version,
            })
        }
        _ => Ok(()),
    }
}

/// What a model answers belongs to what it was asked.
fn refuse_while_generating(row: &node::Model, patch: &PatchNode) -> Result<()> {
    let changes_answer = patch.prompt.is_some() || patch.response.is_some();
    let is_refused = patch.while_generating != Some(WhileGenerating::Cancel);
    if row.status == enums::NodeStatus::Generating && changes_answer && is_refused {
        return Err(Error::Generating);
    }
    Ok(())
}

/// What really changes, or nothing.
fn changes(
    row: &node::Model,
    patch: &PatchNode,
    attachments: Option<Vec<Attachment>>,
    now: protocol::Timestamp,
) -> Option<NodeUpdated> {
    let PatchNode {
        prompt,
        response,
        summary,
        position,
        metadata,
        pinned,
        role,
        title,
        width,
        height,
        color,
        tags,
        attachments: _,
        settings,
        frame_id,
        while_generating: _,
    } = patch.clone();
    let text =
        |value: Option<String>, current: &Option<String>| (value != *current).then_some(value);
    let number = |value: Option<f64>, current: Option<f64>| (value != current).then_some(value);
    let response = response.and_then(|new| text(new.map(Into::into), &row.response));
    let status = response
        .as_ref()
        .map(|response| status_with(response.is_some()))
        .filter(|(_, stored)| *stored != row.status)
        .map(|(status, _)| status);
    let metadata =
        metadata.filter(|new| new.as_ref().map(protocol::Metadata::to_value) != row.metadata);
    let summary = summary.and_then(|new| text(new.map(Into::into), &row.summary));
    // An answer that somebody wrote is no attempt's and no model's, and the attempt's summary does
    // not say what it says.
    let is_rewritten = response.is_some();
    let is_taken_over = is_rewritten && row.generation_id.is_some();
    let outlived = is_taken_over && patch.summary.is_none() && row.summary.is_some();
    let updated = NodeUpdated {
        id: row.id.into(),
        version: row.version + 1,
        prompt: prompt
            .map(String::from)
            .filter(|prompt| *prompt != row.prompt),
        response,
        summary: if outlived { Some(None) } else { summary },
        status,
        position: position.filter(|new| (new.x.get(), new.y.get()) != (row.x, row.y)),
        metadata,
        pinned: pinned.filter(|new| *new != row.pinned),
        role: role.filter(|new| *new != convert::node_role(row.role)),
        title: title.and_then(|new| text(new.map(Into::into), &row.title)),
        width: width.and_then(|new| number(new.map(Extent::get), row.width)),
        height: height.and_then(|new| number(new.map(Extent::get), row.height)),
        color: color.and_then(|new| text(new.map(Into::into), &row.color)),
        tags: tags
            .map(|new| new.words())
            .filter(|new| *new != row.tags.clone().map(convert::words).unwrap_or_default()),
        attachments: attachments.filter(|new| *new != attachments_of(row.attachments.clone())),
        settings: settings.and_then(|patch| changed_settings(row, patch.as_deref())),
        frame_id: frame_id.filter(|new| new.map(NodeId::uuid) != row.frame_id),
        llm_model: (is_rewritten && row.llm_model.is_some()).then_some(None),
        llm_tokens: (is_rewritten && row.llm_tokens.is_some()).then_some(None),
        llm_cost: (is_rewritten && row.llm_cost.is_some()).then_some(None),
        generation_id: is_taken_over.then_some(None),
        is_partial: (is_rewritten && row.is_partial).then_some(false),
        updated_at: now,
    };
    let nothing = NodeUpdated::nothing(updated.id, updated.version, now);
    (updated != nothing).then_some(updated)
}

/// The settings as they are then, if that is something else.
fn changed_settings(
    row: &node::Model,
    patch: Option<&PatchSettings>,
) -> Option<Option<Box<NodeSettings>>> {
    let before = settings_of(row.settings.clone(), row.preset_id.map(Into::into));
    let after = patch.and_then(|patch| said(before.clone().unwrap_or_default().patched(patch)));
    (after != before).then_some(after)
}

/// Puts a node into the trash; its edges go with it.
#[derive(Debug)]
pub(crate) struct Delete {
    pub(crate) id: NodeId,
    pub(crate) expected: Expected,
}

impl Command for Delete {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        let id = self.id;
        let expected = self.expected;
        write.require(Permission::GRAPH_DELETE)?;
        let project = write.project_id()?;
        let row = queries::row(write.read().await?, project, id).await?;
        expected.check(row.version)?;
        // Read before the event, which takes the node out of it.
        write.projection::<Shape>().await?;
        let now = write.now();
        // Nobody waits for an answer of a node in the trash.
        let status = if row.status == enums::NodeStatus::Generating {
            status_with(row.response.is_some()).1
        } else {
            row.status
        };
        let change = node::ActiveModel {
            status: Set(status),
            project_id: Set(row.project_id),
            id: Set(row.id),
            version: Set(row.version + 1),
            updated_at: Set(now),
            deleted_at: Set(Some(now)),
            ..Default::default()
        };
        node::Entity::update(change)
            .exec(write.conn().await?)
            .await
            .map_err(db)?;
        write.emit(NodeEvent::Delete(NodeRef { id }));
        Ok(())
    }
}

impl ProjectCommand for Delete {
    fn replay(&self, _event: &Event) -> Result<()> {
        Ok(())
    }
}

impl Operation for Delete {
    const OP: &'static str = "node.delete";
    type Input = NodeRef;

    fn of(_: Option<OpId>, input: NodeRef) -> Self {
        Self {
            id: input.id,
            expected: Expected::Unsaid,
        }
    }
}

pub async fn create(ctx: &Ctx, project: ProjectId, input: CreateNode) -> Result<NodeWithEdges> {
    let op = ctx.request.op.as_ref();
    let id = op.map(|op| NodeId::from_uuid(op.id.uuid()));
    Ok(ctx.write(project, Create { id, input }).await?.output)
}

pub(super) async fn update(
    ctx: &Ctx,
    project: ProjectId,
    id: NodeId,
    expected: Expected,
    patch: PatchNode,
) -> Result<NodeView> {
    let update = Update {
        id,
        expected,
        base: None,
        patch,
    };
    ctx.write(project, update).await?;
    queries::get(ctx, project, id).await
}

pub(super) async fn delete(
    ctx: &Ctx,
    project: ProjectId,
    id: NodeId,
    expected: Expected,
) -> Result<()> {
    ctx.write(project, Delete { id, expected }).await.map(drop)
}
