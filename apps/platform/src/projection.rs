//! Projections: what is derived from a project's state and kept true by its events, for writers under
//! the project's lock and for readers who share one.

use std::any::Any;

use futures::future::BoxFuture;
use kernel::{ProjectId, Result};
use protocol::events::{Event, SideEffects};
use sea_orm::DatabaseTransaction;

/// Something derived from a project's state that events keep true.
///
/// It is valid for one `seq`. The project's lock tells whether that is still the head; if other
/// instances wrote meanwhile, their events are applied, and after a rollback it is forgotten.
pub trait Projection: Any + Send + Sync + Sized {
    /// Reads it whole.
    fn read(connection: &DatabaseTransaction, project: ProjectId) -> BoxFuture<'_, Result<Self>>;

    /// Brings it past an event. Of a batch it gets each part.
    fn apply(&mut self, event: &Event);

    /// Brings it past what the same event did besides.
    fn apply_effects(&mut self, effects: &SideEffects) {
        let SideEffects { stale: _, fresh: _ } = effects;
    }

    /// How many nodes, edges or rows it has looked at in all. What a command makes it look at is charged
    /// to whoever asked.
    fn visited(&self) -> u64 {
        0
    }
}

/// A projection without its type.
pub(crate) trait AnyProjection: Any + Send + Sync {
    fn follow(&mut self, event: &Event);
    fn follow_effects(&mut self, effects: &SideEffects);
    fn visited(&self) -> u64;
}

impl<P: Projection> AnyProjection for P {
    fn follow(&mut self, event: &Event) {
        for part in event.parts() {
            self.apply(part);
        }
    }

    fn follow_effects(&mut self, effects: &SideEffects) {
        if !effects.is_empty() {
            self.apply_effects(effects);
        }
    }

    fn visited(&self) -> u64 {
        Projection::visited(self)
    }
}
