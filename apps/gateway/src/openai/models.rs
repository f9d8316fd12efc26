//! Which branches a person may want to go on with.

use canvas::nodes::{self, Glance};
use kernel::{Error, Permission, Result};
use platform::Ctx;
use protocol::projects::ProjectsQuery;
use serde_json::{Value, json};

use super::model::{End, Model, resolve};

/// How many projects are looked at, those changed last first.
const PROJECTS_MAX: u64 = 10;
/// How many ends of branches each of them shows.
const ENDS_PER_PROJECT: u64 = 10;

/// The ends of the caller's branches, those changed last first.
pub(super) async fn list(ctx: &Ctx) -> Result<Value> {
    let query = ProjectsQuery {
        q: None,
        owned: None,
        trashed: None,
        limit: Some(PROJECTS_MAX),
        cursor: None,
    };
    let projects = projects::projects::list(ctx, query).await?.items;
    let mut ends: Vec<(Glance, String)> = Vec::new();
    for project in projects {
        let access = ctx.project(project.id, Permission::GRAPH_READ).await?;
        let of_project = nodes::ends(ctx, &access, ENDS_PER_PROJECT).await?;
        let named = of_project
            .into_iter()
            .map(|end| (end, project.name.clone()));
        ends.extend(named);
    }
    ends.sort_by_key(|(end, _)| std::cmp::Reverse(end.updated_at));
    let models: Vec<Value> = ends.iter().map(|(end, name)| view(end, name)).collect();
    Ok(json!({"object": "list", "data": models}))
}

/// One branch, by its name.
pub(super) async fn get(ctx: &Ctx, name: &str) -> Result<Value> {
    let End { project, node, .. } = resolve(ctx, name).await?;
    let access = ctx.project(project, Permission::GRAPH_READ).await?;
    let mut found = nodes::glances(ctx, &access, &[node]).await?;
    let end = found.remove(&node).ok_or(Error::NotFound("model"))?;
    let project = projects::projects::view(ctx.reader(), &access).await?;
    Ok(view(&end, &project.name))
}

fn view(end: &Glance, project: &str) -> Value {
    json!({
        "id": Model::name(end.id), "object": "model", "created": end.updated_at.timestamp(),
        "owned_by": project, "description": end.beginning,
    })
}
