use std::collections::HashMap;

use ::graph::Comparison;
use kernel::{Error, NodeId, Permission, ProjectId, Result};
use platform::{Ctx, Current};
use protocol::{
    compare::{CompareQuery, ComparisonView, Delta},
    nodes::NodeView,
};

use crate::{nodes, shape::Shape};

pub async fn compare(ctx: &Ctx, project: ProjectId, query: CompareQuery) -> Result<ComparisonView> {
    let access = ctx.project(project, Permission::GRAPH_READ).await?;
    let (compared, seq) = ctx
        .shared(&access, |current: &Current<Shape>| {
            let graph = &current.projection.graph;
            (graph.compare(query.a, query.b), current.seq)
        })
        .await?;
    let Comparison {
        common,
        only_a,
        only_b,
    } = compared.ok_or(Error::NotFound("node"))?;
    let ids: Vec<NodeId> = only_a.iter().chain(&only_b).copied().collect();
    let mut views = nodes::views(ctx, &access, &ids).await?;
    Ok(ComparisonView {
        common,
        a: delta(&only_a, &mut views),
        b: delta(&only_b, &mut views),
        seq,
    })
}

fn delta(only: &[NodeId], views: &mut HashMap<NodeId, NodeView>) -> Delta {
    let only = only.iter().filter_map(|node| views.remove(node));
    Delta {
        only: only.collect(),
    }
}
