use std::collections::HashMap;

use ::graph::Dag;
use canvas::nodes;
use entity::generation;
use http::page::limit_within;
use kernel::{EdgeId, Error, NodeId, Permission, ProjectId, Result};
use platform::{Ctx, ProjectAccess, db};
use protocol::{
    context::MessageRole,
    conversations::{
        THREAD_LIMIT_DEFAULT, THREAD_LIMIT_MAX, ThreadMessage, ThreadQuery, ThreadView,
    },
    nodes::{NodeKind, NodeRole, NodeView},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

/// How many siblings of a question are named at most.
const SIBLINGS_MAX: usize = 100;

pub(super) async fn thread(
    ctx: &Ctx,
    project: ProjectId,
    node: NodeId,
    query: ThreadQuery,
) -> Result<ThreadView> {
    let access = ctx.project(project, Permission::GRAPH_READ).await?;
    let limit = limit_within(query.limit, THREAD_LIMIT_DEFAULT, THREAD_LIMIT_MAX)?;
    let limit = usize::try_from(limit).map_err(Error::internal)?;
    let begin = query.before.unwrap_or(node);
    let (steps, before) = canvas::graph::look(ctx, &access, |graph| up(graph, begin, limit))
        .await?
        .ok_or(Error::NotFound("node"))?;
    let ids: Vec<NodeId> = steps.iter().map(|step| step.node).collect();
    let mut views = nodes::views(ctx, &access, &ids).await?;
    let attempts = attempts(ctx, &access, &ids).await?;
    let mut messages = Vec::with_capacity(steps.len() * 2);
    for step in steps {
        // What was deleted meanwhile says nothing.
        if let Some(view) = views.remove(&step.node) {
            let attempts = attempts
                .as_ref()
                .map(|all| all.get(&step.node).copied().unwrap_or(0));
            say(&mut messages, view, step, attempts);
        }
    }
    Ok(ThreadView { messages, before })
}

/// A node of a thread.
struct Step {
    node: NodeId,
    siblings: Vec<NodeId>,
    also: Vec<NodeId>,
}

/// So many nodes up to this one, the highest first, and the one above them.
fn up(graph: &Dag, from: NodeId, limit: usize) -> Option<(Vec<Step>, Option<NodeId>)> {
    if !graph.contains(from) {
        return None;
    }
    let mut steps = Vec::new();
    let mut next = Some(from);
    while let Some(node) = next.filter(|_| steps.len() < limit) {
        let mut parents: Vec<(EdgeId, NodeId)> = graph.incoming(node).collect();
        // Ids begin with the time.
        parents.sort_unstable();
        let parent = parents.first().map(|(_, parent)| *parent);
        let mut siblings = parent
            .map(|parent| graph.children(parent))
            .unwrap_or_default();
        siblings.sort_unstable();
        siblings.truncate(SIBLINGS_MAX);
        steps.push(Step {
            node,
            siblings,
            also: parents
                .into_iter()
                .skip(1)
                .map(|(_, parent)| parent)
                .collect(),
        });
        next = parent;
    }
    steps.reverse();
    Some((steps, next))
}

fn say(messages: &mut Vec<ThreadMessage>, node: NodeView, step: Step, attempts: Option<u64>) {
    let role = match node.role {
        NodeRole::User => MessageRole::User,
        NodeRole::System => MessageRole::System,
    };
    messages.push(ThreadMessage {
        node_id: node.id,
        role,
        kind: node.kind,
        text: node.prompt,
        status: node.status,
        attempts: None,
        siblings: step.siblings,
        also: step.also,
    });
    if node.kind == NodeKind::Prompt && node.role == NodeRole::User {
        messages.push(ThreadMessage {
            node_id: node.id,
            role: MessageRole::Assistant,
            kind: node.kind,
            text: node.response.unwrap_or_default(),
            status: node.status,
            attempts,
            siblings: Vec::new(),
            also: Vec::new(),
        });
    }
}

/// How many attempts at each answer there are, for those who may see them.
async fn attempts(
    ctx: &Ctx,
    access: &ProjectAccess,
    nodes: &[NodeId],
) -> Result<Option<HashMap<NodeId, u64>>> {
    if !access.allows(Permission::COSTS_READ) {
        return Ok(None);
    }
    let counted: Vec<(Uuid, i64)> = generation::Entity::find()
        .select_only()
        .column(generation::Column::NodeId)
        .column_as(generation::Column::Id.count(), "attempts")
        .filter(generation::Column::ProjectId.eq(access.project.uuid()))
        .filter(generation::Column::NodeId.is_in(nodes.iter().map(|node| node.uuid())))
        .group_by(generation::Column::NodeId)
        .into_tuple()
        .all(ctx.reader())
        .await
        .map_err(db)?;
    let counted = counted.into_iter();
    Ok(Some(
        counted
            .map(|(node, attempts)| (node.into(), attempts.unsigned_abs()))
            .collect(),
    ))
}
