//! The tools that change the graph.

mod arrange;
mod connect;
mod node;

pub(crate) use arrange::{LayOut, MoveNodes};
pub(crate) use connect::{Connect, Disconnect};
pub(crate) use node::{CreateNode, DeleteNodes, EditNode};

use kernel::{Error, OpId, Result};
use protocol::ops::OpRequest;
use serde::Serialize;

/// How many things one call may connect, disconnect or delete.
const AT_ONCE_MAX: usize = 100;

/// An operation as a client would send it.
pub(crate) fn op(id: Option<OpId>, word: &str, data: &impl Serialize) -> Result<OpRequest> {
    Ok(OpRequest {
        id,
        op: word.to_owned(),
        data: serde_json::to_value(data).map_err(Error::internal)?,
    })
}

fn refuse_count(count: usize, max: usize, field: &str) -> Result<()> {
    if (1..=max).contains(&count) {
        return Ok(());
    }
    Err(Error::invalid(
        format!("/{field}"),
        format!("must hold 1 to {max}"),
    ))
}
