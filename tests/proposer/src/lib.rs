//! A feature that exists only in tests: somebody who works in several commands, as a task does, and whose
//! edits are one change set; applied at once, or proposed.

use std::sync::Arc;

use axum::http::StatusCode;
use changesets::{Opened, ProposedOp};
use http::{ApiResult, AppState, Caller, Feature, Json, Path};
use kernel::{ChangeSetId, Error, OpId, Permission, ProjectId, Result};
use platform::{Command, Platform, ProjectCommand, Write};
use protocol::{changesets::ChangeSetMode, events::Event};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// All that the server has to know of it.
#[must_use]
pub fn feature() -> Feature {
    Feature::new("proposer").routes(|| {
        OpenApiRouter::<AppState>::new()
            .routes(routes!(begin))
            .routes(routes!(edit))
            .routes(routes!(propose))
    })
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct BeginWork {
    title: String,
    mode: ChangeSetMode,
}

/// The change set of the work.
#[derive(Debug, Serialize, ToSchema)]
struct Begun {
    id: ChangeSetId,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct WorkOp {
    op: String,
    #[schema(value_type = Object)]
    data: Value,
}

/// Begin to work
#[utoipa::path(post, path = "/projects/{project_id}/pieces", tag = "proposer",
    params(("project_id" = ProjectId, Path)), request_body = BeginWork,
    responses((status = 201, body = Begun)),
    extensions(("x-authz" = json!("graph:write"))))]
async fn begin(
    Caller(ctx): Caller,
    Path(project): Path<ProjectId>,
    Json(input): Json<BeginWork>,
) -> ApiResult<(StatusCode, Json<Begun>)> {
    let id = ctx.write(project, Begin { input }).await?.output;
    Ok((StatusCode::CREATED, Json(Begun { id })))
}

/// Edit the graph as a part of the work; what is made has the operation's id
#[utoipa::path(post, path = "/projects/{project_id}/pieces/{set}/edit", tag = "proposer",
    params(("project_id" = ProjectId, Path), ("set" = ChangeSetId, Path)), request_body = WorkOp,
    responses((status = 200, body = Value)),
    extensions(("x-authz" = json!("graph:write"))))]
async fn edit(
    Caller(ctx): Caller,
    Path((project, set)): Path<(ProjectId, ChangeSetId)>,
    Json(input): Json<WorkOp>,
) -> ApiResult<Json<Value>> {
    let id = OpId::generate();
    let platform = ctx.platform.clone();
    let edit = Edit {
        platform,
        set,
        id,
        input,
    };
    ctx.write(project, edit).await?;
    Ok(Json(json!({"id": id})))
}

/// Propose edits instead; says which ids they would make
#[utoipa::path(post, path = "/projects/{project_id}/pieces/{set}/propose", tag = "proposer",
    params(("project_id" = ProjectId, Path), ("set" = ChangeSetId, Path)),
    request_body = WorkOp, responses((status = 200, body = Value)),
    extensions(("x-authz" = json!("graph:write"))))]
async fn propose(
    Caller(ctx): Caller,
    Path((project, set)): Path<(ProjectId, ChangeSetId)>,
    Json(input): Json<WorkOp>,
) -> ApiResult<Json<Value>> {
    let op = ProposedOp::read(ctx.platform.features().ops(), None, &input.op, input.data)?;
    let id = op.id();
    let ops = vec![op];
    let numbers = ctx.write(project, Propose { set, ops }).await?.output;
    Ok(Json(json!({"id": id, "numbers": numbers})))
}

struct Begin {
    input: BeginWork,
}

impl Command for Begin {
    type Output = ChangeSetId;

    async fn apply(&self, write: &mut Write) -> Result<ChangeSetId> {
        write.require(Permission::GRAPH_WRITE)?;
        let opened = Opened {
            task: None,
            actor: write.actor()?.clone(),
            title: Some(self.input.title.clone()),
            mode: self.input.mode,
        };
        changesets::open(write, opened).await
    }
}

struct Edit {
    platform: Arc<Platform>,
    set: ChangeSetId,
    id: OpId,
    input: WorkOp,
}

impl Command for Edit {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        changesets::belongs(write, self.set).await?;
        let WorkOp { op, data } = &self.input;
        let known = self.platform.features().ops();
        let op = known.read(op, Some(self.id), data.clone());
        let op = op.map_err(|detail| Error::invalid("/data", detail))?;
        op.apply(write).await
    }
}

struct Propose {
    set: ChangeSetId,
    ops: Vec<ProposedOp>,
}

impl Command for Propose {
    type Output = Vec<u32>;

    async fn apply(&self, write: &mut Write) -> Result<Vec<u32>> {
        write.require(Permission::GRAPH_WRITE)?;
        changesets::propose(write, self.set, self.ops.clone()).await
    }
}

impl ProjectCommand for Begin {
    fn replay(&self, _event: &Event) -> Result<ChangeSetId> {
        Err(Error::OpReused)
    }
}

impl ProjectCommand for Edit {
    fn replay(&self, _event: &Event) -> Result<()> {
        Ok(())
    }
}

impl ProjectCommand for Propose {
    fn replay(&self, _event: &Event) -> Result<Vec<u32>> {
        Err(Error::OpReused)
    }
}
