//! Carrying operations out.

use std::collections::BTreeMap;

use kernel::{Error, FieldError, OpId, ProjectId, Resource, Result, Scope, Scopes, Visibility};
use protocol::{
    events::Event,
    ops::{self, Batch, BatchDone, OPS_PER_BATCH_MAX, OpRequest},
};
use serde_json::{Value, json};

use super::spec::{Op, OpSpec};
use crate::{
    ctx::Ctx,
    log,
    request::OpKey,
    writer::{Command, ProjectCommand, Write},
};

/// What became of one operation.
#[derive(Debug)]
pub struct OpDone {
    /// The number under which it happened, or the end of the log if nothing had to change.
    pub seq: i64,
    /// The data of its event.
    pub data: Option<Value>,
}

/// Carries out one operation of a client that names it. Operations whose futures are first polled
/// in an order are carried out in that order.
pub async fn submit(ctx: &Ctx, project: ProjectId, id: OpId, op: Op) -> Result<OpDone> {
    let fingerprint = ops::fingerprint(&op.asked).map_err(Error::internal)?;
    one(ctx, project, OpKey { id, fingerprint }, op).await
}

async fn one(ctx: &Ctx, project: ProjectId, key: OpKey, op: Op) -> Result<OpDone> {
    (op.spec.prepare)(ctx).await?;
    let receipt = ctx.write_as(project, Some(key), One { op }).await?;
    let data = receipt
        .committed
        .as_ref()
        .map(|committed| seen(ctx, asked_for(&committed.event)))
        .transpose()?;
    Ok(OpDone {
        seq: receipt.head,
        data,
    })
}

struct One {
    op: Op,
}

impl Command for One {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        self.op.apply(write).await
    }
}

impl ProjectCommand for One {
    fn replay(&self, _event: &Event) -> Result<()> {
        Ok(())
    }
}

/// Carries out a batch: all or nothing, one event. Without an id it is known by the id of its first
/// operation, and recognised by all it holds.
pub async fn batch(
    ctx: &Ctx,
    project: ProjectId,
    id: Option<OpId>,
    input: Batch,
) -> Result<BatchDone> {
    refuse_size(&input)?;
    let first = input.ops.first().and_then(|first| first.id);
    let many = Many::read(ctx, input)?;
    let fingerprint = many.fingerprint()?;
    let key = id.or(first).map(|id| OpKey { id, fingerprint });
    many.prepare(ctx).await?;
    let op = key.or_else(|| ctx.request.op.clone());
    several(ctx, project, op, many).await
}

fn refuse_size(batch: &Batch) -> Result<()> {
    if (1..=OPS_PER_BATCH_MAX).contains(&batch.ops.len()) {
        return Ok(());
    }
    let detail = format!("must hold 1 to {OPS_PER_BATCH_MAX} operations");
    Err(Error::invalid("/ops", detail))
}

async fn several(
    ctx: &Ctx,
    project: ProjectId,
    op: Option<OpKey>,
    many: Many,
) -> Result<BatchDone> {
    let asked = many.ops.len();
    let receipt = ctx.write_as(project, op, many).await?;
    let committed = receipt
        .committed
        .ok_or_else(|| Error::internal("a batch without an event"))?;
    Ok(BatchDone {
        seq: committed.seq,
        results: results(ctx, &committed.event, asked)?,
    })
}

/// What the operations did; what followed from them comes after them.
fn results(ctx: &Ctx, event: &Event, asked: usize) -> Result<Vec<Value>> {
    let asked = event.parts().iter().take(asked);
    asked.map(|event| seen(ctx, event)).collect()
}

/// Carries out what was made from something asked for, as one command under the key of that: one operation
/// is its own event, several are a batch. What is made may differ the next time; the key does not.
pub async fn carry_out(
    ctx: &Ctx,
    project: ProjectId,
    key: OpKey,
    ops: Vec<OpRequest>,
) -> Result<BatchDone> {
    let batch = Batch { ops };
    refuse_size(&batch)?;
    let mut many = Many::read(ctx, batch)?;
    if many.ops.len() == 1
        && let Some((_, op)) = many.ops.pop()
    {
        let OpDone { seq, data } = one(ctx, project, key, op).await?;
        let results = data.into_iter().collect();
        return Ok(BatchDone { seq, results });
    }
    many.prepare(ctx).await?;
    several(ctx, project, Some(key), many).await
}

/// What was done under this key, if anything was: for whoever would otherwise look at what is there now to
/// find out what to do.
pub async fn done_before(ctx: &Ctx, project: ProjectId, key: &OpKey) -> Result<Option<BatchDone>> {
    let actor = ctx.principal.actor_id().ok_or(Error::Unauthenticated)?;
    let found = log::of_operation(ctx.reader(), project, actor, key.id).await?;
    let Some((fingerprint, event)) = found else {
        return Ok(None);
    };
    if fingerprint != key.fingerprint {
        return Err(Error::OpReused);
    }
    let event = &event;
    Ok(Some(BatchDone {
        seq: event.seq,
        results: results(ctx, &event.event, OPS_PER_BATCH_MAX)?,
    }))
}

struct Many {
    ops: Vec<(Option<OpId>, Op)>,
}

impl Many {
    fn read(ctx: &Ctx, input: Batch) -> Result<Self> {
        let known = ctx.platform.features().ops();
        let read = |(index, request): (usize, OpRequest)| {
            let OpRequest { id, op, data } = request;
            known
                .read(&op, id, data)
                .map(|op| (id, op))
                .map_err(|detail| Error::invalid(format!("/ops/{index}"), detail))
        };
        let ops = input.ops.into_iter().enumerate().map(read);
        Ok(Self {
            ops: ops.collect::<Result<_>>()?,
        })
    }

    fn fingerprint(&self) -> Result<[u8; 32]> {
        let asked = |(id, op): &(Option<OpId>, Op)| {
            let mut asked = op.asked.clone();
            if let (Some(id), Some(fields)) = (id, asked.as_object_mut()) {
                fields.insert("id".to_owned(), json!(id));
            }
            asked
        };
        let asked: Vec<Value> = self.ops.iter().map(asked).collect();
        ops::fingerprint(&asked).map_err(Error::internal)
    }

    /// Each kind of operation once.
    async fn prepare(&self, ctx: &Ctx) -> Result<()> {
        let kinds = self.ops.iter().map(|(_, op)| (op.spec.word, op.spec));
        let kinds: BTreeMap<&str, OpSpec> = kinds.collect();
        for spec in kinds.values() {
            (spec.prepare)(ctx).await?;
        }
        Ok(())
    }
}

impl Command for Many {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        write.as_batch();
        for (index, (_, op)) in self.ops.iter().enumerate() {
            let done = op.apply(write).await;
            done.map_err(|error| at(index, error))?;
            write.refuse_too_much()?;
        }
        Ok(())
    }
}

impl ProjectCommand for Many {
    fn replay(&self, event: &Event) -> Result<()> {
        match event {
            Event::Batch(_) => Ok(()),
            Event::Project(_)
            | Event::Member(_)
            | Event::Invitation(_)
            | Event::Node(_)
            | Event::Edge(_)
            | Event::Generation(_)
            | Event::Refresh(_)
            | Event::Instructions(_)
            | Event::Feature(_) => Err(Error::OpReused),
        }
    }
}

/// Says which operation of the batch was refused, unless that was not about it.
fn at(index: usize, error: Error) -> Error {
    let within = |field: FieldError| {
        FieldError::new(format!("/ops/{index}/data{}", field.pointer), field.detail)
    };
    if let Error::Invalid(fields) = error {
        return Error::Invalid(fields.into_iter().map(within).collect());
    }
    let is_about_all = matches!(
        error,
        Error::Unauthenticated
            | Error::NotFound("project")
            | Error::Busy
            | Error::TooMuchWork
            | Error::Unavailable(_)
            | Error::Internal(_)
    );
    if is_about_all {
        return error;
    }
    Error::InBatch {
        index,
        refusal: Box::new(error),
    }
}

/// What an operation did itself comes first; what followed from it comes after, in the same batch.
fn asked_for(event: &Event) -> &Event {
    event.parts().first().unwrap_or(event)
}

/// An event's data for the one who made it happen.
fn seen(ctx: &Ctx, event: &Event) -> Result<Value> {
    let Some(event) = event.shown_to(of_own_acts(ctx.principal.scopes())) else {
        return Ok(json!({}));
    };
    let data = event.encode().map_err(Error::internal)?;
    serde_json::from_str(data.get()).map_err(Error::internal)
}

/// Whoever did something knows what they said; costs, and what models wrote, are another matter: a
/// token that may spend need not be one that may read.
fn of_own_acts(scopes: Scopes) -> Visibility {
    let mut visibility = Visibility::EVERYTHING;
    if !scopes.contains(Scope::Run) {
        visibility = visibility.without(Resource::Costs);
    }
    if !scopes.contains(Scope::Graph) {
        visibility = visibility.without(Resource::Graph);
    }
    visibility
}
