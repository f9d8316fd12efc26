//! Projects whose last node has all others above it.

use anyhow::{Context, Result};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::client::Client;

const OPS_PER_BATCH: usize = 500;
const PROMPT_CHARS: usize = 400;
const ANSWER_CHARS: usize = 400;

#[derive(Clone, Copy, Debug)]
pub(super) enum Shape {
    Chain,
    /// Up to four parents each, among the fifty before.
    Mesh,
}

pub(super) struct Filled {
    pub(super) project: String,
    pub(super) nodes: Vec<Uuid>,
}

impl Shape {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Chain => "chain",
            Self::Mesh => "mesh",
        }
    }

    fn parents(self, place: usize) -> Vec<usize> {
        let steps = match self {
            Self::Chain => vec![1],
            Self::Mesh => vec![1, 1 + place % 7, 1 + place % 23, 1 + place % 50],
        };
        let parents = steps.into_iter().filter_map(|step| place.checked_sub(step));
        let mut parents: Vec<usize> = parents.collect();
        parents.sort_unstable();
        parents.dedup();
        parents
    }
}

impl Filled {
    pub(super) async fn new(
        client: &mut Client,
        project: String,
        size: usize,
        shape: Shape,
    ) -> Result<Self> {
        let nodes: Vec<Uuid> = (0..size).map(|_| Uuid::now_v7()).collect();
        let filled = Self { project, nodes };
        let create = |(place, id): (usize, &Uuid)| {
            let parents = shape.parents(place);
            let parents = parents.into_iter().filter_map(|at| filled.nodes.get(at));
            json!({ "id": id, "op": "node.create", "data": {
                "prompt": prompt(place),
                "response": format!("{place}: {}", "said ".repeat(ANSWER_CHARS / 5)),
                "position": { "x": place % 100 * 320, "y": place / 100 * 240 },
                "parentIds": parents.collect::<Vec<_>>(),
            }})
        };
        let ops: Vec<Value> = filled.nodes.iter().enumerate().map(create).collect();
        for chunk in ops.chunks(OPS_PER_BATCH) {
            filled.write(client, chunk).await.context("filling")?;
        }
        Ok(filled)
    }

    pub(super) async fn write(&self, client: &mut Client, ops: &[Value]) -> Result<()> {
        let path = self.path("/ops");
        let answer = client.post(&path, &json!({ "ops": ops })).await?;
        answer.json().map(drop)
    }

    /// Of something of the project.
    pub(super) fn path(&self, of: &str) -> String {
        format!("/api/v1/projects/{}{of}", self.project)
    }
}

pub(super) fn prompt(place: usize) -> String {
    format!("{place}: {}", "word ".repeat(PROMPT_CHARS / 5))
}
