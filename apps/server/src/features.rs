//! What sockets need of the features.

use generation::generations::Draft;
use hub::{Features, OpDone, Operation};
use protocol::{frames::GenerationSoFar, ops::BatchDone};
use serde_json::json;

pub(crate) fn for_sockets() -> Features {
    Features {
        redeem: |platform, ticket| {
            Box::pin(async move { accounts::auth::redeem_ticket(&platform, &ticket).await })
        },
        snapshot: |ctx, project| {
            Box::pin(async move { canvas::graph::snapshot(&ctx, project).await })
        },
        drafts: |platform, project| {
            Box::pin(async move {
                let drafts = generation::generations::drafts(&platform, project).await?;
                let so_far = |draft: Draft| {
                    let Draft {
                        node,
                        generation,
                        chunks,
                        text,
                    } = draft;
                    GenerationSoFar::new(node, generation, chunks, text)
                };
                Ok(drafts.into_iter().map(so_far).collect())
            })
        },
        carry_out: |ctx, project, id, operation| {
            Box::pin(async move {
                match operation {
                    Operation::One(op) => {
                        let done = ops::submit(&ctx, project, id, op).await?;
                        Ok(OpDone {
                            seq: done.seq,
                            data: done.data,
                        })
                    }
                    Operation::Batch(batch) => {
                        let done = ops::batch(&ctx, project, Some(id), batch).await?;
                        let BatchDone { seq, results } = done;
                        Ok(OpDone {
                            seq,
                            data: Some(json!({ "results": results })),
                        })
                    }
                }
            })
        },
    }
}
