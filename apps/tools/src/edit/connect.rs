use canvas::graph::look;
use kernel::{Error, NodeId, Permission, Result};
use protocol::edges::{CreateEdge, EdgeRef};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{AT_ONCE_MAX, op, refuse_count};
use crate::{
    call::Call,
    tool::{Edits, Plan},
};

/// Which edges to make.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Connect {
    #[schema(min_items = 1, max_items = 100)]
    edges: Vec<CreateEdge>,
}

impl Edits for Connect {
    const NAME: &'static str = "connect";
    const DESCRIPTION: &'static str = "Lets nodes rest on others: the answer of each source becomes context \
        of its target. An edge may not close a cycle.";
    const PERMISSIONS: &'static [Permission] = &[Permission::GRAPH_WRITE];

    async fn plan(self, _call: &Call) -> Result<Plan> {
        refuse_count(self.edges.len(), AT_ONCE_MAX, "edges")?;
        let create = |edge: &CreateEdge| op(None, "edge.create", edge);
        Ok(Plan {
            ops: self.edges.iter().map(create).collect::<Result<_>>()?,
            cursor: self.edges.first().map(|edge| edge.target_id),
        })
    }
}

/// Which edges to take away.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Disconnect {
    #[schema(min_items = 1, max_items = 100)]
    edges: Vec<Ends>,
}

/// An edge, named by its two ends.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Ends {
    source_id: NodeId,
    target_id: NodeId,
}

impl Edits for Disconnect {
    const NAME: &'static str = "disconnect";
    const DESCRIPTION: &'static str = "Takes edges away, so that the answers of their sources are no longer \
        context of their targets.";
    const PERMISSIONS: &'static [Permission] = &[Permission::GRAPH_DELETE];

    async fn plan(self, call: &Call) -> Result<Plan> {
        refuse_count(self.edges.len(), AT_ONCE_MAX, "edges")?;
        let access = call
            .ctx
            .project(call.project, Permission::GRAPH_READ)
            .await?;
        let wanted = self.edges.clone();
        let found = look(&call.ctx, &access, |graph| {
            let between = |edge: &Ends| graph.edge_between(edge.source_id, edge.target_id);
            wanted.iter().map(between).collect::<Vec<_>>()
        });
        let mut ops = Vec::with_capacity(self.edges.len());
        for (index, edge) in found.await?.into_iter().enumerate() {
            let unconnected = || {
                Error::invalid(
                    format!("/edges/{index}"),
                    "names two nodes that no edge connects in this direction",
                )
            };
            let id = edge.ok_or_else(unconnected)?;
            ops.push(op(None, "edge.delete", &EdgeRef { id })?);
        }
        Ok(Plan {
            ops,
            cursor: self.edges.first().map(|edge| edge.target_id),
        })
    }
}
