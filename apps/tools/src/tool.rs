//! What a tool is, and which there are.

use std::{fmt, sync::LazyLock};

use futures::future::BoxFuture;
use kernel::{Error, NodeId, OpId, Permission, ProjectId, Result};
use platform::{Ctx, OpKey, ops};
use protocol::{
    ops::{BatchDone, OpRequest, fingerprint},
    strict,
};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::{ask, edit, outcome::Outcome, read, replay, schema};

/// Who uses a tool, and where.
#[derive(Clone, Debug)]
pub struct Call {
    pub ctx: Ctx,
    pub project: ProjectId,
    /// The id under which the one write of the call goes, so that a resend has one effect.
    pub op: Option<OpId>,
    /// The node that is meant where none is named.
    pub focus: Option<NodeId>,
}

impl Call {
    /// The node that is named, or else the one that is in focus.
    pub(crate) fn node(&self, named: Option<NodeId>) -> Result<NodeId> {
        let wanted = || Error::invalid("/nodeId", "is missing: name the node that is meant");
        named.or(self.focus).ok_or_else(wanted)
    }
}

/// The arguments of a tool that only looks.
pub(crate) trait Reads: DeserializeOwned + ToSchema + Send + 'static {
    const NAME: &'static str;
    const DESCRIPTION: &'static str;

    fn read(self, call: &Call) -> impl Future<Output = Result<Outcome>> + Send;
}

/// The arguments of a tool that changes something.
pub(crate) trait Edits: DeserializeOwned + ToSchema + Send + 'static {
    const NAME: &'static str;
    const DESCRIPTION: &'static str;
    const PERMISSIONS: &'static [Permission];
    /// What the model is told besides, once it is done.
    const NEXT: Option<&'static str> = None;

    fn plan(self, call: &Call) -> impl Future<Output = Result<Plan>> + Send;
}

/// What an edit would do.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) ops: Vec<OpRequest>,
    pub(crate) cursor: Option<NodeId>,
}

type Reading = fn(Call, Value) -> BoxFuture<'static, Result<Outcome>>;
type Planning = fn(Call, Value) -> BoxFuture<'static, Result<Plan>>;

enum Act {
    Read(Reading),
    Edit {
        plan: Planning,
        next: Option<&'static str>,
    },
}

/// Something that a model can do.
pub struct Tool {
    pub name: &'static str,
    /// For a model.
    pub description: &'static str,
    /// All that whoever uses it must be allowed.
    pub permissions: &'static [Permission],
    /// Whether it changes nothing.
    pub read_only: bool,
    schema: fn() -> Value,
    act: Act,
}

impl fmt::Debug for Tool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Tool").field(&self.name).finish()
    }
}

impl Tool {
    fn reads<R: Reads>() -> Self {
        Self {
            name: R::NAME,
            description: R::DESCRIPTION,
            permissions: &[Permission::GRAPH_READ],
            read_only: true,
            schema: schema::of::<R>,
            act: Act::Read(|call, arguments| {
                Box::pin(async move { parsed::<R>(arguments)?.read(&call).await })
            }),
        }
    }

    fn edits<E: Edits>() -> Self {
        Self {
            name: E::NAME,
            description: E::DESCRIPTION,
            permissions: E::PERMISSIONS,
            read_only: false,
            schema: schema::of::<E>,
            act: Act::Edit {
                plan: |call, arguments| {
                    Box::pin(async move { parsed::<E>(arguments)?.plan(&call).await })
                },
                next: E::NEXT,
            },
        }
    }

    /// The JSON schema of its arguments.
    #[must_use]
    pub fn schema(&self) -> Value {
        (self.schema)()
    }

    /// Uses the tool. What is refused is an outcome that says how to go on; an error is the server's own
    /// failure, or a caller who may not even see the project.
    pub async fn run(&self, call: Call, arguments: Value) -> Result<Outcome> {
        let outcome = self.try_run(call, arguments).await;
        outcome.or_else(|error| Outcome::refused(error, self))
    }

    /// What the tool would do, without doing it; nothing for a tool that only reads. The errors are
    /// refusals, too: `Outcome::refused` says them to a model.
    pub async fn ops(&self, call: Call, arguments: Value) -> Result<Option<Vec<OpRequest>>> {
        self.admit(&call).await?;
        let Act::Edit { plan, .. } = &self.act else {
            return Ok(None);
        };
        // What is made has an id, so that what is planned later can name it.
        let op = call.op.or_else(|| Some(OpId::generate()));
        let plan = plan(Call { op, ..call }, arguments).await?;
        Ok(Some(plan.ops))
    }

    async fn try_run(&self, call: Call, arguments: Value) -> Result<Outcome> {
        self.admit(&call).await?;
        match &self.act {
            Act::Read(read) => read(call, arguments).await,
            Act::Edit { plan, next } => self.edit(&call, *plan, *next, arguments).await,
        }
    }

    /// Refuses unless the caller may do all that the tool does. The commands ask again, under the
    /// project's lock.
    async fn admit(&self, call: &Call) -> Result<()> {
        for permission in self.permissions {
            call.ctx.project(call.project, *permission).await?;
        }
        Ok(())
    }

    async fn edit(
        &self,
        call: &Call,
        plan: Planning,
        next: Option<&'static str>,
        arguments: Value,
    ) -> Result<Outcome> {
        let asked = json!({"tool": self.name, "arguments": arguments});
        let key = OpKey {
            id: call.op.unwrap_or_else(OpId::generate),
            fingerprint: fingerprint(&asked).map_err(Error::internal)?,
        };
        if call.op.is_some()
            && let Some(done) = ops::done_before(&call.ctx, call.project, &key).await?
        {
            return Ok(done_with(&done, None, next));
        }
        let call = Call {
            op: Some(key.id),
            ..call.clone()
        };
        let plan = plan(call.clone(), arguments).await?;
        match ops::carry_out(&call.ctx, call.project, key, plan.ops).await {
            Ok(done) => Ok(done_with(&done, plan.cursor, next)),
            Err(error) => replay::conflict(&call, plan.cursor, error).await,
        }
    }
}

fn done_with(done: &BatchDone, cursor: Option<NodeId>, next: Option<&'static str>) -> Outcome {
    let mut said = json!({"done": true, "seq": done.seq, "results": replay::brief(&done.results)});
    if let (Some(next), Some(fields)) = (next, said.as_object_mut()) {
        fields.insert("next".to_owned(), json!(next));
    }
    Outcome::said(said.to_string(), cursor)
}

/// Reads arguments; nothing at all is no argument.
fn parsed<A: DeserializeOwned>(arguments: Value) -> Result<A> {
    let arguments = if arguments.is_null() {
        json!({})
    } else {
        arguments
    };
    strict::from_value(arguments).map_err(|error| Error::invalid("", error.to_string()))
}

/// All tools, in the order in which models are told of them.
static ALL: LazyLock<Vec<Tool>> = LazyLock::new(|| {
    vec![
        Tool::reads::<read::ReadGraph>(),
        Tool::reads::<read::Search>(),
        Tool::reads::<read::ReadNode>(),
        Tool::reads::<read::Compare>(),
        Tool::edits::<edit::CreateNode>(),
        Tool::edits::<edit::EditNode>(),
        Tool::edits::<edit::MoveNodes>(),
        Tool::edits::<edit::Connect>(),
        Tool::edits::<edit::Disconnect>(),
        Tool::edits::<edit::DeleteNodes>(),
        Tool::edits::<edit::LayOut>(),
        Tool::edits::<ask::Generate>(),
        Tool::edits::<ask::Summarise>(),
    ]
});

#[must_use]
pub fn all() -> &'static [Tool] {
    &ALL
}

#[must_use]
pub fn find(name: &str) -> Option<&'static Tool> {
    all().iter().find(|tool| tool.name == name)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_tool_has_a_name_of_its_own_a_description_and_a_strict_schema() {
        let names: HashSet<&str> = all().iter().map(|tool| tool.name).collect();
        assert_eq!(names.len(), all().len());
        for tool in all() {
            let schema = tool.schema();
            assert!(tool.description.len() > 40, "{}", tool.name);
            assert_eq!(schema["type"], "object", "{}", tool.name);
            assert_eq!(schema["additionalProperties"], false, "{}", tool.name);
            assert!(!schema.to_string().contains("$ref"), "{schema}");
            assert_eq!(find(tool.name).map(|found| found.name), Some(tool.name));
        }
    }

    #[test]
    fn tools_that_change_something_need_more_than_reading() {
        for tool in all() {
            let only_reads = tool.permissions == [Permission::GRAPH_READ];
            assert_eq!(only_reads, tool.read_only, "{}", tool.name);
        }
    }
}
