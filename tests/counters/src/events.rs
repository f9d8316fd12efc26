//! What happens to counters.

use kernel::Resource;
use protocol::events::FeatureFamily;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "op", content = "data")]
pub(crate) enum CounterEvent {
    #[serde(rename = "counter.add")]
    Add { name: String, value: i64 },
    /// Says nothing of who may see it.
    #[serde(rename = "counter.secret")]
    Secret { name: String },
}

impl FeatureFamily for CounterEvent {
    fn op(&self) -> &'static str {
        match self {
            Self::Add { .. } => "counter.add",
            Self::Secret { .. } => "counter.secret",
        }
    }

    fn visible_with(&self) -> Option<Resource> {
        match self {
            Self::Add { .. } => Some(Resource::Graph),
            Self::Secret { .. } => None,
        }
    }
}
