//! What a job is.

use serde::{Serialize, de::DeserializeOwned};

use super::queue::Queue;

/// What is left to do, with all that is needed for it in named fields.
///
/// Its kind and its fields are stored, so both must stay readable by the servers of the next version.
/// Who does it is said with `Feature::job`, since the crate that asks for work may be below the one
/// that does it.
pub trait Job: Serialize + DeserializeOwned + Send + Sync + 'static {
    const KIND: &'static str;
    const QUEUE: Queue;
    /// Within its queue, higher ones are begun first.
    const PRIORITY: i16 = 0;
}
