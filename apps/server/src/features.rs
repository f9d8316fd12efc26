//! What sockets need of the features.

use hub::{Features, OpDone, Operation};
use protocol::ops::BatchDone;
use serde_json::json;

pub(crate) fn for_sockets() -> Features {
    Features {
        redeem: |platform, ticket| {
            Box::pin(async move { accounts::auth::redeem_ticket(&platform, &ticket).await })
        },
        snapshot: |ctx, project| {
            Box::pin(async move { canvas::graph::snapshot(&ctx, project).await })
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
