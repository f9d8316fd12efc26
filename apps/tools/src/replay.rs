//! What became of an edit: what it did in a few words, or what stands in its way.

use kernel::{Error, NodeId, Permission, Result};
use serde_json::{Map, Value};

use crate::{
    call::Call,
    describe::{Reading, whole},
    outcome::Outcome,
};

/// What a model needs of an event to go on: names and versions, no texts that it sent itself.
const KEPT: [&str; 9] = [
    "id",
    "version",
    "nodeId",
    "generation",
    "nodeStatus",
    "status",
    "sourceId",
    "targetId",
    "positions",
];

pub(crate) fn brief(results: &[Value]) -> Vec<Value> {
    results.iter().map(kept).collect()
}

fn kept(result: &Value) -> Value {
    let fields = result.as_object().into_iter().flatten();
    let fields = fields.filter(|(name, _)| KEPT.contains(&name.as_str()));
    let fields: Map<String, Value> = fields
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    Value::Object(fields)
}

/// A version that is no longer the current one comes back with what is there now; other errors stay.
pub(crate) async fn conflict(call: &Call, node: Option<NodeId>, error: Error) -> Result<Outcome> {
    let (Error::VersionMismatch { current }, Some(node)) = (error.refusal(), node) else {
        return Err(error);
    };
    let access = call
        .ctx
        .project(call.project, Permission::GRAPH_READ)
        .await?;
    let now = whole(call, &access, node, Reading::default()).await?;
    let text = format!(
        "Nothing was changed: somebody changed this node meanwhile. This is how it is now; make your \
         change to this text, with `baseVersion` {current}.\n{now}"
    );
    Ok(Outcome::refusal(text, Some(node)))
}
