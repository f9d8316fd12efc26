//! Which operations this process knows, and how each is read.

use std::{collections::BTreeMap, fmt};

use futures::future::BoxFuture;
use kernel::{OpId, Result};
use protocol::strict;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use utoipa::{
    ToSchema,
    openapi::{RefOr, Schema},
};

use crate::{
    ctx::Ctx,
    writer::{Command, ProjectCommand, Write},
};

/// A command that clients ask for by its word.
pub trait Operation: ProjectCommand {
    const OP: &'static str;
    type Input: DeserializeOwned + Serialize + ToSchema;

    /// What it makes gets the id of the operation, if that has one.
    fn of(id: Option<OpId>, input: Self::Input) -> Self;

    /// Learns what the command may not wait for, before it is queued.
    fn prepare(_ctx: &Ctx) -> impl Future<Output = Result<()>> + Send {
        std::future::ready(Ok(()))
    }
}

/// An operation as it was asked for.
pub struct Op {
    pub(super) spec: OpSpec,
    pub(super) command: Box<dyn AnyCommand>,
    /// What was asked, as JSON with all defaults, to tell a resend from another operation.
    pub(super) asked: Value,
}

impl Op {
    /// Its data as JSON, with all defaults.
    #[must_use]
    pub fn data(&self) -> &Value {
        self.asked.get("data").unwrap_or(&Value::Null)
    }
}

/// It can be a part of another command, too.
impl Command for Op {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        self.command.apply(write).await
    }
}

impl fmt::Debug for Op {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Op").field(&self.spec.word).finish()
    }
}

/// A command of which only that it changes something counts.
pub(super) trait AnyCommand: Send + Sync {
    fn apply<'w>(&'w self, write: &'w mut Write) -> BoxFuture<'w, Result<()>>;
}

impl<C: Operation> AnyCommand for C {
    fn apply<'w>(&'w self, write: &'w mut Write) -> BoxFuture<'w, Result<()>> {
        Box::pin(async move { Command::apply(self, write).await.map(drop) })
    }
}

/// What is known of an operation by its word.
#[derive(Clone, Copy)]
pub struct OpSpec {
    pub word: &'static str,
    read: fn(OpSpec, Option<OpId>, Value) -> Result<Op, String>,
    pub(super) prepare: for<'c> fn(&'c Ctx) -> BoxFuture<'c, Result<()>>,
    name: fn() -> String,
    schemas: fn(&mut Vec<(String, RefOr<Schema>)>),
}

impl fmt::Debug for OpSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("OpSpec").field(&self.word).finish()
    }
}

impl OpSpec {
    #[must_use]
    pub(crate) fn of<O: Operation>() -> Self {
        Self {
            word: O::OP,
            read: read::<O>,
            prepare: |ctx| Box::pin(O::prepare(ctx)),
            name: || O::Input::name().into_owned(),
            schemas: |schemas| {
                O::Input::schemas(schemas);
                let schema = <O::Input as utoipa::PartialSchema>::schema();
                schemas.push((O::Input::name().into_owned(), schema));
            },
        }
    }

    /// The name of the schema of its `data`.
    #[must_use]
    pub fn schema_name(&self) -> String {
        (self.name)()
    }

    /// The schema of its `data`, and those that it refers to.
    pub fn schemas(&self, schemas: &mut Vec<(String, RefOr<Schema>)>) {
        (self.schemas)(schemas);
    }
}

fn read<O: Operation>(spec: OpSpec, id: Option<OpId>, data: Value) -> Result<Op, String> {
    let input: O::Input = strict::from_value(data).map_err(|error| error.to_string())?;
    let data = serde_json::to_value(&input).map_err(|error| error.to_string())?;
    Ok(Op {
        spec,
        asked: json!({"op": O::OP, "data": data}),
        command: Box::new(O::of(id, input)),
    })
}

/// All operations that this server knows, by their words.
#[derive(Clone, Debug, Default)]
pub struct Ops(BTreeMap<&'static str, OpSpec>);

impl Ops {
    pub(crate) fn add(&mut self, spec: OpSpec) {
        self.0.insert(spec.word, spec);
    }

    /// Reads an operation; says where it is wrong.
    pub fn read(&self, word: &str, id: Option<OpId>, data: Value) -> Result<Op, String> {
        let spec = self.0.get(word);
        let spec = spec.ok_or_else(|| format!("there is no operation `{word}`"))?;
        (spec.read)(*spec, id, data)
    }
}
