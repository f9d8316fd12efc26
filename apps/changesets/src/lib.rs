//! Change sets: all edits of one task or one batch as one thing, which can be looked at, taken back and,
//! where they are only proposed, accepted whole or in part.
//!
//! A batch of a person or token becomes a set by itself. Whoever works in several commands, such as a
//! task, says from inside of them what belongs together:
//!
//! ```ignore
//! // In the command that begins the task:
//! let set = changesets::open(write, Opened { task: Some(task), actor, title, mode: ChangeSetMode::Apply }).await?;
//!
//! // In each command that edits, before or after the edit. If the command makes an event, that belongs:
//! changesets::belongs(write, set).await?;
//! op.apply(write).await?;
//!
//! // Or, in a set of the mode PROPOSE, without changing anything. The form is checked before:
//! let op = ProposedOp::read(ctx.platform.features().ops(), None, "node.create", data)?;
//! let node = op.id(); // later proposals can refer to it
//! changesets::propose(write, set, vec![op]).await?;
//! ```
//!
//! What a set did, and what was before, is read out of the log; no value is stored twice. Why, and
//! what is left when something is taken back: `docs/decisions/035-change-sets.md`.

mod commands;
mod events;
mod plan;
mod queries;
mod reading;
mod record;
mod routes;
mod row;

use entity::{change_set, change_set_event, change_set_item};
use http::Feature;
use platform::purge;

pub use record::{Opened, PROPOSED_BYTES_MAX, ProposedOp, belongs, of_task, open, propose};

/// Change sets and what is done with them.
#[must_use]
pub fn feature() -> Feature {
    Feature::new("changesets")
        .routes(routes::routes)
        .events::<events::ChangeSetEvent>()
        .reaction("change sets", |write| Box::pin(record::note_sets(write)))
        .purge(|write, project| {
            let columns = (change_set::Column::ProjectId, change_set::Column::Id);
            Box::pin(purge::rows::<change_set::Entity>(write, project, columns))
        })
        .purge(|write, project| {
            let columns = (
                change_set_event::Column::ProjectId,
                change_set_event::Column::Seq,
            );
            Box::pin(purge::rows::<change_set_event::Entity>(
                write, project, columns,
            ))
        })
        .purge(|write, project| {
            let columns = (
                change_set_item::Column::ProjectId,
                change_set_item::Column::SetId,
            );
            Box::pin(purge::rows::<change_set_item::Entity>(
                write, project, columns,
            ))
        })
}
