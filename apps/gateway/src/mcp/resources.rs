//! Projects and nodes as texts to read.

use canvas::nodes;
use http::page;
use kernel::{Error, NodeId, ProjectId, Result};
use platform::{Ctx, ProjectAccess};
use protocol::{
    nodes::{NodeView, NodesQuery},
    projects::{ProjectView, ProjectsQuery},
};
use rmcp::model::{
    ListResourceTemplatesResult, ListResourcesResult, ReadResourceResult, Resource,
    ResourceContents, ResourceTemplate,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tools::Call;

const LIST: &str = "mcp resources";
const BEGINNING: &str = "nonlinear://projects/";
const NODES: &str = "/nodes/";
const NODES_PER_PAGE: u64 = 50;
const NAME_CHARS_MAX: usize = 80;

/// Where a page begins: the project, by its place in the list of projects, and the node in it.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Place {
    project: Option<String>,
    node: Option<String>,
}

/// One project at a time, with a page of its nodes.
pub(super) async fn list(
    ctx: &Ctx,
    pinned: Option<&ProjectAccess>,
    cursor: Option<String>,
) -> Result<ListResourcesResult> {
    let place: Option<Place> = page::after(&ctx.platform, LIST, cursor.as_deref())?;
    let Place { project: at, node } = place.unwrap_or_default();
    let (project, following) = match pinned {
        Some(access) => {
            let project = projects::projects::view(ctx.reader(), access).await?;
            (Some(project), None)
        }
        None => project_at(ctx, at.clone()).await?,
    };
    let Some(project) = project else {
        return Ok(ListResourcesResult::with_all_items(Vec::new()));
    };
    let mut resources = Vec::new();
    if node.is_none() {
        resources.push(of_project(&project));
    }
    let query = NodesQuery {
        trashed: None,
        status: None,
        kind: None,
        tag: None,
        limit: Some(NODES_PER_PAGE),
        cursor: node,
    };
    let nodes = nodes::list(ctx, project.id, query).await?;
    resources.extend(nodes.items.iter().map(|node| of_node(project.id, node)));
    let next = match (nodes.next_cursor, following) {
        (Some(node), _) => Some(Place {
            project: at,
            node: Some(node),
        }),
        (None, Some(following)) => Some(Place {
            project: Some(following),
            node: None,
        }),
        (None, None) => None,
    };
    let mut listed = ListResourcesResult::with_all_items(resources);
    listed.next_cursor = next
        .map(|place| page::cursor(&ctx.platform, LIST, &place))
        .transpose()?;
    Ok(listed)
}

/// The project at a place of the caller's list, and the place after it.
async fn project_at(
    ctx: &Ctx,
    cursor: Option<String>,
) -> Result<(Option<ProjectView>, Option<String>)> {
    let query = ProjectsQuery {
        q: None,
        owned: None,
        trashed: None,
        limit: Some(1),
        cursor,
    };
    let page = projects::projects::list(ctx, query).await?;
    Ok((page.items.into_iter().next(), page.next_cursor))
}

fn of_project(project: &ProjectView) -> Resource {
    Resource::new(format!("{BEGINNING}{}", project.id), project.name.clone())
        .with_description("An outline of this canvas")
        .with_mime_type("text/plain")
}

fn of_node(project: ProjectId, node: &NodeView) -> Resource {
    let words: String = node.prompt.chars().take(NAME_CHARS_MAX).collect();
    Resource::new(format!("{BEGINNING}{project}{NODES}{}", node.id), words)
        .with_mime_type("text/plain")
}

pub(super) fn templates() -> ListResourceTemplatesResult {
    let project = ResourceTemplate::new(format!("{BEGINNING}{{project}}"), "project")
        .with_description("An outline of a canvas")
        .with_mime_type("text/plain");
    let node = ResourceTemplate::new(format!("{BEGINNING}{{project}}{NODES}{{node}}"), "node")
        .with_description("A node: its prompt, answer, parents and children")
        .with_mime_type("text/plain");
    ListResourceTemplatesResult::with_all_items(vec![project, node])
}

/// Reads a resource as a tool would.
pub(super) async fn read(
    ctx: &Ctx,
    pinned: Option<&ProjectAccess>,
    uri: &str,
) -> Result<ReadResourceResult> {
    let (project, node) = named(uri).ok_or(Error::NotFound("resource"))?;
    if pinned.is_some_and(|access| access.project != project) {
        return Err(Error::NotFound("resource"));
    }
    let (tool, arguments) = match node {
        Some(node) => ("read_node", json!({"nodeId": node})),
        None => ("read_graph", Value::Null),
    };
    let tool = tools::find(tool).ok_or_else(|| Error::internal("a tool is missing"))?;
    let call = Call {
        ctx: ctx.clone(),
        project,
        op: None,
        focus: None,
        selection: Vec::new(),
    };
    let outcome = tool.run(call, arguments).await?;
    if outcome.is_error {
        return Err(Error::NotFound("resource"));
    }
    let text = ResourceContents::text(outcome.text, uri);
    Ok(ReadResourceResult::new(vec![text]))
}

fn named(uri: &str) -> Option<(ProjectId, Option<NodeId>)> {
    let rest = uri.strip_prefix(BEGINNING)?;
    match rest.split_once(NODES) {
        Some((project, node)) => Some((project.parse().ok()?, Some(node.parse().ok()?))),
        None => Some((rest.parse().ok()?, None)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_names_a_project_or_a_node_in_it_and_nothing_else() {
        let (project, node) = (ProjectId::generate(), NodeId::generate());
        let of_project = format!("{BEGINNING}{project}");
        let of_node = format!("{of_project}{NODES}{node}");
        assert_eq!(named(&of_project), Some((project, None)));
        assert_eq!(named(&of_node), Some((project, Some(node))));
        for other in [
            "",
            "file:///etc/passwd",
            &format!("{of_node}/more"),
            BEGINNING,
        ] {
            assert_eq!(named(other), None, "{other}");
        }
    }
}
