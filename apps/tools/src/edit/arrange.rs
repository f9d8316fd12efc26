use std::collections::HashSet;

use canvas::{graph::look, nodes::glances};
use kernel::{Error, NodeId, Permission, Result};
use platform::ProjectAccess;
use protocol::{
    Position,
    nodes::{self, MOVES_MAX, MoveNode},
};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{op, refuse_count};
use crate::{
    call::Call,
    layout::{Item, tidy},
    tool::{Edits, Plan},
};

/// Where nodes go.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct MoveNodes {
    #[schema(min_items = 1, max_items = 1000)]
    positions: Vec<MoveNode>,
}

impl Edits for MoveNodes {
    const NAME: &'static str = "move_nodes";
    const DESCRIPTION: &'static str = "Puts nodes at other places. x grows to the right and y downwards; a \
        node is about 360 wide and 280 high.";
    const PERMISSIONS: &'static [Permission] = &[Permission::GRAPH_WRITE];

    async fn plan(self, _call: &Call) -> Result<Plan> {
        let cursor = self.positions.first().map(|moved| moved.id);
        let positions = self.positions;
        let moves = nodes::MoveNodes { positions };
        Ok(Plan {
            ops: vec![op(None, "node.move", &moves)?],
            cursor,
        })
    }
}

/// What to arrange: nodes, or a node and all below it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct LayOut {
    /// These nodes.
    #[serde(default)]
    #[schema(max_items = 1000)]
    node_ids: Vec<NodeId>,
    /// This node and everything that rests on it; it stays where it is.
    #[serde(default)]
    branch: Option<NodeId>,
}

impl Edits for LayOut {
    const NAME: &'static str = "lay_out";
    const DESCRIPTION: &'static str = "Arranges nodes as a tidy tree: each below what it rests on, none on \
        top of another. Name the nodes, or a branch.";
    const PERMISSIONS: &'static [Permission] = &[Permission::GRAPH_WRITE];

    async fn plan(self, call: &Call) -> Result<Plan> {
        let access = call
            .ctx
            .project(call.project, Permission::GRAPH_READ)
            .await?;
        let items = self.items(call, &access).await?;
        refuse_count(items.len(), MOVES_MAX, "nodeIds")?;
        let places = tidy(&items);
        let origin = self.origin(call, &access, &items, &places).await?;
        let positions = places.iter().map(|(id, x, y)| {
            let Position { x, y } = origin.moved_by(*x, *y);
            MoveNode { id: *id, x, y }
        });
        let moves = nodes::MoveNodes {
            positions: positions.collect(),
        };
        Ok(Plan {
            ops: vec![op(None, "node.move", &moves)?],
            cursor: self.branch.or(items.first().map(|item| item.id)),
        })
    }
}

impl LayOut {
    /// What is to be arranged, in topological order.
    async fn items(&self, call: &Call, access: &ProjectAccess) -> Result<Vec<Item>> {
        let (named, branch) = (self.node_ids.clone(), self.branch);
        let meant = look(&call.ctx, access, |graph| {
            if branch
                .into_iter()
                .chain(named.iter().copied())
                .any(|id| !graph.contains(id))
            {
                return Err(Error::NotFound("node"));
            }
            let below = branch.map(|branch| graph.below([branch]));
            let ids: HashSet<NodeId> = named
                .iter()
                .copied()
                .chain(branch)
                .chain(below.into_iter().flatten())
                .collect();
            if ids.len() > MOVES_MAX {
                let detail = format!("is larger than the {MOVES_MAX} nodes of one move");
                return Err(Error::invalid("/branch", detail));
            }
            let all = graph.with_ancestors(ids.iter().copied());
            let inside = all.into_iter().filter(|id| ids.contains(id));
            let item = |id| Item {
                id,
                parents: graph.parents(id),
            };
            Ok(inside.map(item).collect())
        });
        meant.await?
    }

    /// Where the first of them begins: so that the branch's own node stays, or where the leftmost and
    /// the highest of them stood.
    async fn origin(
        &self,
        call: &Call,
        access: &ProjectAccess,
        items: &[Item],
        places: &[(NodeId, f64, f64)],
    ) -> Result<Position> {
        let ids: Vec<NodeId> = items.iter().map(|item| item.id).collect();
        let glances = glances(&call.ctx, access, &ids).await?;
        let stays = self.branch.and_then(|branch| {
            let (_, x, y) = places.iter().find(|(id, ..)| *id == branch)?;
            Some(glances.get(&branch)?.position.moved_by(-x, -y))
        });
        let positions = || glances.values().map(|glance| glance.position);
        let left = positions().min_by(|a, b| a.x.get().total_cmp(&b.x.get()));
        let top = positions().min_by(|a, b| a.y.get().total_cmp(&b.y.get()));
        let corner = left.zip(top).map(|(left, top)| Position {
            x: left.x,
            y: top.y,
        });
        stays.or(corner).ok_or(Error::NotFound("node"))
    }
}
