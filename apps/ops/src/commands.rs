use kernel::{
    EdgeId, Error, Expected, FieldError, GenerationId, NodeId, OpId, ProjectId, Result, Scope,
};
use platform::{Ctx, OpKey, Write};
use projects::{members, projects::apply_update as update_project};
use protocol::{
    events::{Event, Visibility, redact},
    ops::{Batch, BatchDone, OPS_PER_BATCH_MAX, Op},
};
use serde_json::Value;

use canvas::{edges, nodes};
use generation::generations;

/// Carries out one operation. Its event says what came of it; an operation that finds everything as
/// it should be emits none.
pub async fn apply(write: &mut Write, id: Option<OpId>, op: &Op) -> Result<()> {
    let uuid = id.map(OpId::uuid);
    match op {
        Op::NodeCreate(input) => nodes::apply_create(write, uuid.map(NodeId::from_uuid), input)
            .await
            .map(drop),
        Op::NodeUpdate(input) => {
            let (id, base, patch) = input.clone().split();
            nodes::apply_update(write, id, Expected::Unsaid, base, &patch).await
        }
        Op::NodeMove(input) => nodes::apply_move(write, input).await.map(drop),
        Op::NodeDelete(node) => nodes::apply_delete(write, node.id, Expected::Unsaid).await,
        Op::NodeRestore(node) => nodes::apply_restore(write, node.id).await.map(drop),
        Op::EdgeCreate(input) => edges::apply_create(write, uuid.map(EdgeId::from_uuid), input)
            .await
            .map(drop),
        Op::EdgeUpdate(input) => {
            edges::apply_update(write, input.id, input.policy, input.base_version.into()).await
        }
        Op::EdgeDelete(edge) => edges::apply_delete(write, edge.id, Expected::Unsaid).await,
        Op::ProjectUpdate(input) => {
            let (base, patch) = input.clone().split();
            update_project(write, base.into(), &patch).await
        }
        Op::MemberAdd(input) => members::apply_add(write, input).await.map(drop),
        Op::MemberUpdate(input) => members::apply_update(write, input).await,
        Op::MemberRemove(input) => members::apply_remove(write, input).await,
        Op::GenerationStart(input) => {
            let (node, how) = input.clone().split();
            let id = uuid.map(GenerationId::from_uuid);
            generations::apply_start(write, id, node, &how)
                .await
                .map(drop)
        }
        Op::GenerationCancel(input) => generations::apply_cancel(write, input).await,
        Op::GenerationSelect(input) => generations::apply_select(write, input).await,
    }
}

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
    let fingerprint = op.fingerprint().map_err(Error::internal)?;
    let key = OpKey { id, fingerprint };
    prepare(ctx, std::iter::once(&op)).await?;
    let receipt = ctx
        .write(project, Some(key), (id, op), |write, (id, op)| {
            Box::pin(apply(write, Some(*id), op))
        })
        .await?;
    if let Some(committed) = &receipt.committed {
        generations::stop_cancelled(&ctx.platform, &committed.event);
    }
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

/// Carries out a batch: all or nothing, one event. Without an id it is known by the id of its first
/// operation, and recognised by all it holds.
pub async fn batch(
    ctx: &Ctx,
    project: ProjectId,
    id: Option<OpId>,
    input: Batch,
) -> Result<BatchDone> {
    if input.ops.is_empty() || input.ops.len() > OPS_PER_BATCH_MAX {
        let detail = format!("must hold 1 to {OPS_PER_BATCH_MAX} operations");
        return Err(Error::invalid("/ops", detail));
    }
    let fingerprint = input.fingerprint().map_err(Error::internal)?;
    let key = id
        .or_else(|| input.ops.first().and_then(|first| first.id))
        .map(|id| OpKey { id, fingerprint });
    prepare(ctx, input.ops.iter().map(|request| &request.op)).await?;
    let asked = input.ops.len();
    let receipt = ctx
        .write(project, key, input, |write, input| {
            Box::pin(apply_all(write, input))
        })
        .await?;
    let committed = receipt
        .committed
        .ok_or_else(|| Error::internal("a batch without an event"))?;
    generations::stop_cancelled(&ctx.platform, &committed.event);
    let Event::Batch(done) = &committed.event else {
        return Err(Error::OpReused);
    };
    let results = done
        .ops
        .iter()
        // What followed from the operations comes after them.
        .take(asked)
        .map(|event| seen(ctx, event))
        .collect::<Result<Vec<Value>>>()?;
    Ok(BatchDone {
        seq: committed.seq,
        results,
    })
}

/// What an operation did itself comes first; what followed from it comes after, in the same batch.
fn asked_for(event: &Event) -> &Event {
    event.parts().first().unwrap_or(event)
}

/// Learns what the commands may not wait for.
async fn prepare(ctx: &Ctx, ops: impl Iterator<Item = &Op>) -> Result<()> {
    let mut ops = ops;
    if ops.any(|op| matches!(op, Op::GenerationStart(_))) {
        generations::prepare(ctx).await?;
    }
    Ok(())
}

/// An event's data for the one who made it happen.
fn seen(ctx: &Ctx, event: &Event) -> Result<Value> {
    let visibility = Visibility {
        system_prompt: true,
        members: true,
        costs: ctx.principal.scopes().contains(Scope::Run),
    };
    let mut data = event.data().map_err(Error::internal)?;
    redact(event.op(), &mut data, visibility);
    // A token that may spend need not be one that may read.
    if event.op().starts_with("generation.")
        && !ctx.principal.scopes().contains(Scope::Graph)
        && let Some(fields) = data.as_object_mut()
    {
        fields.remove("response");
        fields.remove("summary");
    }
    Ok(data)
}

async fn apply_all(write: &mut Write, input: &Batch) -> Result<()> {
    write.as_batch();
    for (index, request) in input.ops.iter().enumerate() {
        apply(write, request.id, &request.op)
            .await
            .map_err(|error| at(index, error))?;
    }
    Ok(())
}

/// Says which operation of the batch was refused, where the refusal has room for it.
fn at(index: usize, error: Error) -> Error {
    let Error::Invalid(fields) = error else {
        return error;
    };
    let within = |field: FieldError| {
        FieldError::new(format!("/ops/{index}/data{}", field.pointer), field.detail)
    };
    Error::Invalid(fields.into_iter().map(within).collect())
}
