use std::collections::{HashMap, HashSet};

use entity::{
    ChangeSetItemState as State, ChangeSetMode, ChangeSetState, change_set, change_set_item,
};
use kernel::{ChangeSetId, Error, Permission, ProjectId, Result};
use platform::{Command, Ctx, ProjectCommand, Write};
use protocol::{
    changesets::{ChangeSetDone, LeftReason, SomeItems},
    events::Event,
};
use sea_orm::ActiveValue::Set;

use super::{chosen, decide, replayed};
use crate::{events::ChangeSetEvent, queries, record};

/// Turns proposals down, which changes nothing on the canvas.
pub(crate) async fn reject(
    ctx: &Ctx,
    project: ProjectId,
    set: ChangeSetId,
    some: SomeItems,
) -> Result<ChangeSetDone> {
    let reject = Reject {
        set,
        items: some.items,
    };
    Ok(ctx.write(project, reject).await?.output)
}

struct Reject {
    set: ChangeSetId,
    items: Option<Vec<u32>>,
}

impl Command for Reject {
    type Output = ChangeSetDone;

    async fn apply(&self, write: &mut Write) -> Result<ChangeSetDone> {
        write.require(Permission::GRAPH_WRITE)?;
        let row = record::find(write, self.set).await?;
        let (all, chosen) = waiting(write, &row, self.items.as_deref()).await?;
        let mut items = chosen
            .into_iter()
            .map(|number| u32::try_from(number).map_err(Error::internal))
            .collect::<Result<Vec<_>>>()?;
        items.sort_unstable();
        let decided: Vec<_> = items
            .iter()
            .map(|item| (*item, State::Rejected, None))
            .collect();
        let state = standing(&all, &decided);
        decide(write, row.project_id.into(), self.set, decided).await?;
        let change = change_set::ActiveModel {
            state: Set(state),
            ..record::next_version(&row, write)
        };
        record::update(write, change).await?;
        let done = ChangeSetDone {
            id: self.set,
            state: platform::convert::change_set_state(state),
            by: None,
            items,
            left: Vec::new(),
        };
        write.emit(ChangeSetEvent::Reject(done.clone()).into_event()?);
        Ok(done)
    }
}

impl ProjectCommand for Reject {
    fn replay(&self, event: &Event) -> Result<ChangeSetDone> {
        replayed(event)
    }
}

/// All items of a set, and the numbers of those that are to be decided about now.
pub(super) async fn waiting(
    write: &mut Write,
    row: &change_set::Model,
    asked: Option<&[u32]>,
) -> Result<(Vec<change_set_item::Model>, HashSet<i32>)> {
    if row.mode != ChangeSetMode::Propose {
        let sentence =
            "the changes of this set happened; they can be taken back, not accepted or rejected";
        return Err(Error::Conflict(sentence.to_owned()));
    }
    let project = write.project_id()?;
    let all = queries::item_rows(write.read().await?, project, row.id.into()).await?;
    let asked = chosen(asked, |number| {
        all.iter()
            .any(|item| u32::try_from(item.number) == Ok(number))
    })?;
    let waits = |item: &&change_set_item::Model| match &asked {
        None => item.state == State::Proposed,
        Some(asked) => {
            let is_asked = u32::try_from(item.number).is_ok_and(|number| asked.contains(&number));
            is_asked && matches!(item.state, State::Proposed | State::Left)
        }
    };
    let waiting: HashSet<i32> = all.iter().filter(waits).map(|item| item.number).collect();
    if waiting.is_empty() {
        let sentence = "none of these proposals waits any more; read the change set again";
        return Err(Error::Conflict(sentence.to_owned()));
    }
    Ok((all, waiting))
}

/// How a set of proposals stands once this is decided.
pub(super) fn standing(
    all: &[change_set_item::Model],
    decided: &[(u32, State, Option<LeftReason>)],
) -> ChangeSetState {
    let decided: HashMap<u32, State> = decided
        .iter()
        .map(|(number, state, _)| (*number, *state))
        .collect();
    let now = |item: &change_set_item::Model| {
        let number = u32::try_from(item.number).ok();
        let decided = number.and_then(|number| decided.get(&number));
        decided.copied().unwrap_or(item.state)
    };
    let has = |state: State| all.iter().any(|item| now(item) == state);
    if has(State::Proposed) {
        ChangeSetState::Proposed
    } else if has(State::Accepted) {
        ChangeSetState::Accepted
    } else if has(State::Left) {
        ChangeSetState::Proposed
    } else {
        ChangeSetState::Rejected
    }
}
