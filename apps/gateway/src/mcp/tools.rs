//! The tools of the house, each for a project that the call names.

use kernel::{Error, OpId, Permission, ProjectId, Relation, Role, Scope, Verdict, policy::decide};
use platform::{Ctx, ProjectAccess};
use protocol::{projects::ProjectsQuery, strict};
use rmcp::{
    ErrorData,
    model::{
        CallToolRequestParams, CallToolResult, ContentBlock, JsonObject, RequestMetaObject, Tool,
        ToolAnnotations,
    },
};
use serde::Deserialize;
use serde_json::{Value, json};
use tools::{Call, Outcome};

use super::refusal::said;

const LIST_PROJECTS: &str = "list_projects";
const PROJECT: &str = "project";
const OP_ID: &str = "nonlinear/opId";
/// How many projects one call lists.
const PROJECTS_PER_PAGE: u64 = 50;

/// What the caller's credential, and their role in the project if one is named, let them use.
pub(super) fn list(ctx: &Ctx, pinned: Option<&ProjectAccess>) -> Vec<Tool> {
    let mut listed = Vec::new();
    if pinned.is_none() && ctx.principal.scopes().contains(Scope::Project) {
        listed.push(list_projects());
    }
    let usable = tools::all().iter().filter(|tool| {
        let mut needed = tool.permissions.iter();
        needed.all(|permission| allows(ctx, pinned, *permission))
    });
    listed.extend(usable.map(|tool| described(tool, pinned.is_some())));
    listed
}

fn allows(ctx: &Ctx, pinned: Option<&ProjectAccess>, permission: Permission) -> bool {
    match pinned {
        Some(access) => access.allows(permission),
        // Which role they have depends on the project; the scopes hold everywhere.
        None => {
            let owner = Relation::Member(Role::Owner);
            decide(owner, ctx.principal.scopes(), permission) == Verdict::Allowed
        }
    }
}

fn described(tool: &'static tools::Tool, is_pinned: bool) -> Tool {
    let mut schema = object(tool.schema());
    if !is_pinned {
        name_project(&mut schema);
    }
    let hints = ToolAnnotations::new().read_only(tool.read_only);
    let hints = if tool.permissions.contains(&Permission::GRAPH_DELETE) {
        hints.destructive(true)
    } else {
        hints.destructive(false)
    };
    Tool::new(tool.name, tool.description, schema).with_annotations(hints)
}

/// Adds the argument that says which project is meant.
fn name_project(schema: &mut JsonObject) {
    let argument = json!({"type": "string", "format": "uuid", "description": "Which project."});
    let properties = schema.entry("properties").or_insert_with(|| json!({}));
    if let Some(properties) = properties.as_object_mut() {
        properties.insert(PROJECT.to_owned(), argument);
    }
    let required = schema.entry("required").or_insert_with(|| json!([]));
    if let Some(required) = required.as_array_mut() {
        required.push(json!(PROJECT));
    }
}

fn list_projects() -> Tool {
    let schema = json!({
        "type": "object",
        "properties": {
            "q": {"type": "string", "description": "Part of the name or description."},
            "cursor": {"type": "string", "description": "The `nextCursor` of the page before."},
        },
        "additionalProperties": false,
    });
    let description =
        "Your projects, those changed last first: the `project` that every other tool needs.";
    Tool::new(LIST_PROJECTS, description, object(schema))
        .with_annotations(ToolAnnotations::new().read_only(true))
}

fn object(schema: Value) -> JsonObject {
    if let Value::Object(fields) = schema {
        fields
    } else {
        JsonObject::new()
    }
}

pub(super) async fn call(
    ctx: &Ctx,
    pinned: Option<&ProjectAccess>,
    meta: &RequestMetaObject,
    request: CallToolRequestParams,
) -> Result<CallToolResult, ErrorData> {
    let op = match operation(ctx, meta) {
        Ok(op) => op,
        Err(error) => return Err(said(error)),
    };
    let mut arguments = request.arguments.unwrap_or_default();
    if request.name == LIST_PROJECTS && pinned.is_none() {
        return result(projects(ctx, Value::Object(arguments)).await);
    }
    let Some(tool) = tools::find(&request.name) else {
        let sentence = format!(
            "there is no tool `{}`; list them with tools/list",
            request.name
        );
        return Err(ErrorData::invalid_params(sentence, None));
    };
    let project = match pinned {
        Some(access) => access.project,
        None => match named(&mut arguments) {
            Ok(project) => project,
            Err(error) => return result(Err(error)),
        },
    };
    let call = Call {
        ctx: ctx.clone(),
        project,
        op,
        focus: None,
        selection: Vec::new(),
    };
    result(tool.run(call, Value::Object(arguments)).await)
}

/// The id of the call, from a client that may send it again: in its `_meta`, or from its key.
fn operation(ctx: &Ctx, meta: &RequestMetaObject) -> Result<Option<OpId>, Error> {
    let Some(named) = meta.get(OP_ID) else {
        return Ok(ctx.request.op.as_ref().map(|op| op.id));
    };
    let id = named.as_str().and_then(|id| id.parse().ok());
    let wrong = || {
        Error::invalid(
            format!("/_meta/{OP_ID}"),
            "must be a UUIDv7 in lower-case text",
        )
    };
    id.map(Some).ok_or_else(wrong)
}

/// Takes out the argument that says which project is meant.
fn named(arguments: &mut JsonObject) -> Result<ProjectId, Error> {
    let named = arguments.remove(PROJECT);
    let named = named.as_ref().and_then(Value::as_str);
    let missing = || {
        Error::invalid(
            "/project",
            "must name a project: `list_projects` says which",
        )
    };
    // What is no id names nothing, as everywhere.
    let named = named.ok_or_else(missing)?;
    named.parse().map_err(|_| Error::NotFound("project"))
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Projects {
    #[serde(default)]
    q: Option<String>,
    #[serde(default)]
    cursor: Option<String>,
}

async fn projects(ctx: &Ctx, arguments: Value) -> Result<Outcome, Error> {
    let Projects { q, cursor } =
        strict::from_value(arguments).map_err(|error| Error::invalid("", error.to_string()))?;
    let query = ProjectsQuery {
        q,
        owned: None,
        trashed: None,
        limit: Some(PROJECTS_PER_PAGE),
        cursor,
    };
    let page = projects::projects::list(ctx, query).await?;
    let one = |project: &protocol::projects::ProjectView| {
        json!({"project": project.id, "name": project.name, "role": project.role,
            "updatedAt": project.updated_at})
    };
    let listed: Vec<Value> = page.items.iter().map(one).collect();
    let said = json!({"projects": listed, "nextCursor": page.next_cursor});
    Ok(Outcome {
        text: said.to_string(),
        cursor: None,
        is_error: false,
    })
}

/// A refusal is a result that a model can read; only what the server failed at is an error.
fn result(outcome: Result<Outcome, Error>) -> Result<CallToolResult, ErrorData> {
    match outcome {
        Ok(outcome) if outcome.is_error => Ok(CallToolResult::error(vec![ContentBlock::text(
            outcome.text,
        )])),
        Ok(outcome) => Ok(CallToolResult::success(vec![ContentBlock::text(
            outcome.text,
        )])),
        Err(error @ Error::Internal(_)) => Err(said(error)),
        Err(error) => {
            let sentence = format!("Nothing was changed: {error}.");
            Ok(CallToolResult::error(vec![ContentBlock::text(sentence)]))
        }
    }
}
