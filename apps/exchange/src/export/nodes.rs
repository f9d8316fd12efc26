//! Which nodes an export holds, and reading them some at a time.

use std::collections::HashSet;

use canvas::{edges, graph::look, nodes};
use kernel::{Error, NodeId, Permission, ProjectId, Result};
use platform::{Ctx, ProjectAccess, access::still_lives};
use protocol::{
    edges::EdgeView,
    exports::{EXPORT_NAMED_MAX, EXPORT_NODES_MAX, ExportQuery},
    nodes::NodeView,
};

/// So many nodes are read and sent at once.
const NODES_AT_ONCE: usize = 100;

/// What is still to be sent.
pub(super) struct Rest {
    pub(super) ctx: Ctx,
    pub(super) access: ProjectAccess,
    /// In an order in which each comes after all that it is based on.
    pub(super) ids: Vec<NodeId>,
    from: usize,
}

impl Rest {
    pub(super) fn new(ctx: Ctx, access: ProjectAccess, ids: Vec<NodeId>) -> Self {
        Self {
            ctx,
            access,
            ids,
            from: 0,
        }
    }

    pub(super) fn begin_again(&mut self) {
        self.from = 0;
    }

    fn next_ids(&mut self) -> Vec<NodeId> {
        let ids = self.ids.iter().skip(self.from).take(NODES_AT_ONCE);
        let ids: Vec<NodeId> = ids.copied().collect();
        self.from += ids.len();
        ids
    }

    /// The next nodes, each as it is now; none if all were read. Whoever may read no more gets no more.
    pub(super) async fn next_nodes(&mut self) -> Result<Vec<NodeView>> {
        let ids = self.next_ids();
        self.still_allowed(&ids).await?;
        let mut views = nodes::views(&self.ctx, &self.access, &ids).await?;
        // What was deleted meanwhile is left out.
        let living = ids.iter().filter_map(|id| views.remove(id));
        Ok(living.filter(|node| node.deleted_at.is_none()).collect())
    }

    /// The edges to the next nodes; nothing if all were read.
    pub(super) async fn next_edges(&mut self) -> Result<Option<Vec<EdgeView>>> {
        let ids = self.next_ids();
        if ids.is_empty() {
            return Ok(None);
        }
        self.still_allowed(&ids).await?;
        edges::into(&self.ctx, &self.access, &ids).await.map(Some)
    }

    pub(super) fn is_done(&self) -> bool {
        self.from >= self.ids.len()
    }

    async fn still_allowed(&mut self, ids: &[NodeId]) -> Result<()> {
        if !ids.is_empty() {
            still_lives(&self.ctx.platform, &self.ctx.principal).await?;
            let project = self.access.project;
            self.access = self.ctx.project(project, Permission::GRAPH_READ).await?;
        }
        Ok(())
    }
}

/// The nodes that are asked for. Each that is named has to be there.
pub(super) async fn wanted(
    ctx: &Ctx,
    project: ProjectId,
    query: &ExportQuery,
) -> Result<(ProjectAccess, Vec<NodeId>)> {
    let access = ctx.project(project, Permission::GRAPH_READ).await?;
    let named = named(query.node_ids.as_deref())?;
    let ids = match (query.thread, named) {
        (Some(_), Some(_)) => {
            let detail = "goes without `nodeIds`: give one of them";
            return Err(Error::invalid("thread", detail));
        }
        (Some(end), None) => thread(ctx, &access, end).await?,
        (None, Some(named)) => selection(ctx, &access, named.into_iter().collect()).await?,
        (None, None) => all(ctx, &access).await?,
    };
    if ids.len() > EXPORT_NODES_MAX {
        return Err(Error::LimitReached {
            what: "nodes of one export",
            max: EXPORT_NODES_MAX,
        });
    }
    Ok((access, ids))
}

/// Those that a body names.
pub(super) async fn chosen(
    ctx: &Ctx,
    project: ProjectId,
    named: &[NodeId],
) -> Result<(ProjectAccess, Vec<NodeId>)> {
    let access = ctx.project(project, Permission::GRAPH_READ).await?;
    if named.is_empty() || named.len() > EXPORT_NODES_MAX {
        let detail = format!("must name from 1 to {EXPORT_NODES_MAX} nodes");
        return Err(Error::invalid("/nodeIds", detail));
    }
    let ids = selection(ctx, &access, named.iter().copied().collect()).await?;
    Ok((access, ids))
}

fn named(asked: Option<&str>) -> Result<Option<Vec<NodeId>>> {
    let Some(asked) = asked else { return Ok(None) };
    let words: Vec<&str> = asked.split(',').map(str::trim).collect();
    if words.len() > EXPORT_NAMED_MAX {
        let detail = format!("may name at most {EXPORT_NAMED_MAX} nodes");
        return Err(Error::invalid("nodeIds", detail));
    }
    let ids = words.into_iter().map(|word| {
        let id = serde_json::from_value(serde_json::Value::from(word));
        id.map_err(|_| Error::invalid("nodeIds", "must be ids of nodes with commas between them"))
    });
    ids.collect::<Result<_>>().map(Some)
}

async fn all(ctx: &Ctx, access: &ProjectAccess) -> Result<Vec<NodeId>> {
    look(ctx, access, |graph| {
        graph.nearest(None, EXPORT_NODES_MAX + 1)
    })
    .await
}

async fn selection(
    ctx: &Ctx,
    access: &ProjectAccess,
    named: HashSet<NodeId>,
) -> Result<Vec<NodeId>> {
    let found = look(ctx, access, move |graph| {
        if named.iter().any(|id| !graph.contains(*id)) {
            return None;
        }
        let order = graph.nearest(None, usize::MAX);
        Some(order.into_iter().filter(|id| named.contains(id)).collect())
    });
    found.await?.ok_or(Error::NotFound("node"))
}

/// A branch as a conversation has it: up from its end, along what each was asked below first.
async fn thread(ctx: &Ctx, access: &ProjectAccess, end: NodeId) -> Result<Vec<NodeId>> {
    let found = look(ctx, access, |graph| {
        if !graph.contains(end) {
            return None;
        }
        let mut ids = Vec::new();
        let mut next = Some(end);
        while let Some(id) = next.filter(|_| ids.len() <= EXPORT_NODES_MAX) {
            ids.push(id);
            // Ids begin with the time.
            next = graph.incoming(id).min().map(|(_, parent)| parent);
        }
        ids.reverse();
        Some(ids)
    });
    found.await?.ok_or(Error::NotFound("node"))
}
