//! Every way in which change sets are decided about.

mod accept;
mod reject;
mod revert;

use std::collections::HashSet;

use entity::{ChangeSetItemState, change_set_item};
use kernel::{ChangeSetId, Error, ProjectId, Result};
use platform::{Write, db};
use protocol::{
    changesets::{ChangeSetDone, LeftReason},
    events::Event,
};
use sea_orm::{EntityTrait, sea_query::OnConflict};

pub(crate) use accept::accept;
pub(crate) use reject::reject;
pub(crate) use revert::revert;

use crate::{events::ChangeSetEvent, row::about_item};

/// The most columns times rows that one statement binds is far below the databases' limits.
const ROWS_PER_STATEMENT: usize = 500;

/// What the first time was answered, told from its event.
fn replayed(event: &Event) -> Result<ChangeSetDone> {
    let done = event.parts().iter().find_map(|part| {
        let Event::Feature(event) = part else {
            return None;
        };
        match event.read()? {
            ChangeSetEvent::Accept(done)
            | ChangeSetEvent::Reject(done)
            | ChangeSetEvent::Revert(done) => Some(done),
            ChangeSetEvent::Open(_) | ChangeSetEvent::Propose(_) => None,
        }
    });
    done.ok_or(Error::OpReused)
}

/// The items that are meant; each must be there.
fn chosen(asked: Option<&[u32]>, exists: impl Fn(u32) -> bool) -> Result<Option<HashSet<u32>>> {
    let Some(asked) = asked else { return Ok(None) };
    if asked.is_empty() {
        let detail = "must name items; leave it out for all of them";
        return Err(Error::invalid("/items", detail));
    }
    let mut chosen = HashSet::with_capacity(asked.len());
    for (index, number) in asked.iter().enumerate() {
        if !exists(*number) {
            let detail = format!("there is no item {number} in this change set");
            return Err(Error::invalid(format!("/items/{index}"), detail));
        }
        chosen.insert(*number);
    }
    Ok(Some(chosen))
}

/// Keeps what was decided about items.
async fn decide(
    write: &mut Write,
    project: ProjectId,
    set: ChangeSetId,
    decided: Vec<(u32, ChangeSetItemState, Option<LeftReason>)>,
) -> Result<()> {
    use change_set_item::Column;
    let rows = decided
        .into_iter()
        .map(|(number, state, reason)| about_item(project, set, number, state, reason))
        .collect::<Result<Vec<_>>>()?;
    for some in rows.chunks(ROWS_PER_STATEMENT) {
        let replace = OnConflict::columns([Column::ProjectId, Column::SetId, Column::Number])
            .update_columns([Column::State, Column::Reason])
            .to_owned();
        change_set_item::Entity::insert_many(some.iter().cloned())
            .on_conflict(replace)
            .exec_without_returning(write.conn().await?)
            .await
            .map_err(db)?;
    }
    Ok(())
}

/// Why an operation that was refused is left.
fn reason_of(refusal: &Error) -> LeftReason {
    let refusal = refusal.refusal();
    let is_gone = matches!(refusal, Error::NotFound("node" | "edge"));
    let reasons = [
        (is_gone, LeftReason::Gone),
        (
            matches!(refusal, Error::VersionMismatch { .. }),
            LeftReason::ChangedSince,
        ),
        (
            matches!(refusal, Error::Cycle { .. }),
            LeftReason::WouldCloseCycle,
        ),
        (
            matches!(refusal, Error::Conflict(_)),
            LeftReason::AlreadyThere,
        ),
        (matches!(refusal, Error::Generating), LeftReason::Generating),
    ];
    let found = reasons.into_iter().find(|(is_so, _)| *is_so);
    found.map_or(LeftReason::Refused, |(_, reason)| reason)
}
