//! What a tool is.

use std::fmt;

use futures::future::BoxFuture;
use kernel::{Error, NodeId, OpId, Permission, Result};
use platform::{OpKey, ops};
use protocol::{
    ops::{BatchDone, OpRequest, fingerprint},
    strict,
};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::{call::Call, outcome::Outcome, replay, schema};

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
    pub(crate) fn reads<R: Reads>() -> Self {
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

    pub(crate) fn edits<E: Edits>() -> Self {
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
        outcome.or_else(|error| self.refused(error))
    }

    /// What the tool would do, without doing it; nothing for a tool that only reads. The errors are
    /// refusals, too: `refused` says them to a model.
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

    /// Says to a model why nothing was done. What the server failed at stays an error, and so does a
    /// project that the caller may not see.
    pub fn refused(&self, error: Error) -> Result<Outcome> {
        Outcome::refused(error, self.name, self.schema)
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
