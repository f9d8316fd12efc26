//! What can be named as a model.

use canvas::nodes;
use kernel::{AgentId, Error, NodeId, Permission, ProjectId, Result};
use platform::Ctx;
use protocol::agents::Slug;

const NODE: &str = "node:";
const AGENT: &str = "agent:";

/// A model as a client names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Model {
    /// `node:<node>` or, where several projects have such a node, `node:<project>/<node>`.
    Node {
        project: Option<ProjectId>,
        node: NodeId,
    },
    /// `agent:<slug>@<node>`: an agent of the node's project, at work there.
    Agent { slug: Slug, node: NodeId },
}

impl Model {
    pub(super) fn parse(name: &str) -> Option<Self> {
        if let Some(rest) = name.strip_prefix(AGENT) {
            let (slug, node) = rest.split_once('@')?;
            return Some(Self::Agent {
                slug: slug.to_owned().try_into().ok()?,
                node: node.parse().ok()?,
            });
        }
        let rest = name.strip_prefix(NODE)?;
        let (project, node) = match rest.split_once('/') {
            Some((project, node)) => (Some(project.parse().ok()?), node),
            None => (None, rest),
        };
        let node = node.parse().ok()?;
        Some(Self::Node { project, node })
    }

    pub(super) fn name(node: NodeId) -> String {
        format!("{NODE}{node}")
    }
}

/// Where a branch goes on.
#[derive(Clone, Copy, Debug)]
pub(super) struct End {
    pub(super) project: ProjectId,
    pub(super) node: NodeId,
    /// Who goes on there, if it is an agent.
    pub(super) agent: Option<AgentId>,
}

/// Finds the node of a model among what the caller may see.
pub(super) async fn resolve(ctx: &Ctx, name: &str) -> Result<End> {
    // What is no model and what is not there are the same to a client.
    let unknown =
        Error::NotFound("model: name a node as `node:<id>`, as GET /v1/models lists them");
    match Model::parse(name).ok_or(unknown)? {
        Model::Node { project, node } => {
            let project = match project {
                Some(project) => project,
                None => nodes::project_of(ctx, node).await?,
            };
            ctx.project(project, Permission::GRAPH_READ).await?;
            nodes::find(ctx.reader(), project, node).await?;
            Ok(End {
                project,
                node,
                agent: None,
            })
        }
        Model::Agent { slug, node } => {
            let project = nodes::project_of(ctx, node).await?;
            nodes::find(ctx.reader(), project, node).await?;
            let agent = agents::named(ctx, project, &slug).await?;
            Ok(End {
                project,
                node,
                agent: Some(agent),
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_is_a_node_by_its_id_or_by_that_of_its_project_too() {
        let (project, node) = (ProjectId::generate(), NodeId::generate());
        let alone = Model::Node {
            project: None,
            node,
        };
        assert_eq!(Model::parse(&Model::name(node)), Some(alone));
        let both = Model::Node {
            project: Some(project),
            node,
        };
        assert_eq!(Model::parse(&format!("node:{project}/{node}")), Some(both));
        let agent = Model::Agent {
            slug: "critic".to_owned().try_into().unwrap(),
            node,
        };
        assert_eq!(Model::parse(&format!("agent:critic@{node}")), Some(agent));
        for other in [
            "agent:critic",
            "agent:@1",
            "gpt-4o",
            "node:",
            "node:1",
            "node:/",
            "",
        ] {
            assert_eq!(Model::parse(other), None, "{other}");
        }
    }
}
