//! Reading a set out of the log: what it did, what happened since, and what was before.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use entity::{change_set, change_set_event};
use kernel::{ChangeSetId, Error, ProjectId, Result};
use platform::{db, log};
use protocol::events::LoggedEvent;
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
};

use crate::plan::{Before, By, Change, History};

/// How many changes may have been made in a project since the first of a set that is taken back.
const EVENTS_SINCE_MAX: i64 = 20_000;
/// How far back in the log earlier values are looked for. What is not found so far back is left, with
/// the reason `TOO_LONG_AGO`.
const EVENTS_BEFORE_MAX: u64 = 20_000;
const EVENTS_PER_PAGE: u64 = 100;
/// Events may hold long texts, so few are read at once where all of them are kept.
const EVENTS_AT_ONCE: usize = 50;

/// The events of a set, with the places of their parts that changed nothing.
pub(crate) type Members = Vec<(i64, Vec<usize>)>;

/// What the log says about a set up to a number.
#[derive(Clone, Debug)]
pub(crate) struct Reading {
    pub(crate) history: History,
    pub(crate) before: Before,
    /// How many items the set has.
    pub(crate) items: u32,
    /// The number of an item by event and place.
    numbers: HashMap<(i64, usize), u32>,
    members: HashSet<i64>,
    until: i64,
}

pub(crate) async fn members(
    connection: &impl ConnectionTrait,
    project: ProjectId,
    set: ChangeSetId,
) -> Result<Members> {
    let rows = change_set_event::Entity::find()
        .filter(change_set_event::Column::ProjectId.eq(project.uuid()))
        .filter(change_set_event::Column::SetId.eq(set.uuid()))
        .order_by_asc(change_set_event::Column::Seq)
        .all(connection)
        .await
        .map_err(db)?;
    let member = |row: change_set_event::Model| {
        let places = row.unchanged.map(serde_json::from_value).transpose();
        Ok((
            row.seq,
            places.map_err(Error::internal)?.unwrap_or_default(),
        ))
    };
    rows.into_iter().map(member).collect()
}

/// The events of the sets that took a part of this one back.
async fn undone_by(
    connection: &impl ConnectionTrait,
    project: ProjectId,
    set: ChangeSetId,
) -> Result<HashSet<i64>> {
    let sets = change_set::Entity::find()
        .select_only()
        .column(change_set::Column::Id)
        .filter(change_set::Column::ProjectId.eq(project.uuid()))
        .filter(change_set::Column::RevertsId.eq(set.uuid()));
    let numbers: Vec<i64> = change_set_event::Entity::find()
        .select_only()
        .column(change_set_event::Column::Seq)
        .filter(change_set_event::Column::ProjectId.eq(project.uuid()))
        .filter(change_set_event::Column::SetId.in_subquery(sets.into_query()))
        .into_tuple()
        .all(connection)
        .await
        .map_err(db)?;
    Ok(numbers.into_iter().collect())
}

/// The parts of a set's events that are its items, in order, some at a time.
pub(crate) async fn for_each_item(
    connection: &impl ConnectionTrait,
    project: ProjectId,
    members: &Members,
    mut each: impl FnMut(&Arc<LoggedEvent>, usize, Change) -> Result<()>,
) -> Result<()> {
    for some in members.chunks(EVENTS_AT_ONCE) {
        let numbers: Vec<i64> = some.iter().map(|(seq, _)| *seq).collect();
        let events = log::at(connection, project, &numbers).await?;
        for event in events {
            let member = some.iter().find(|(seq, _)| *seq == event.seq);
            let unchanged = member.map_or(&[][..], |(_, unchanged)| unchanged);
            for (place, part) in event.event.parts().iter().enumerate() {
                if let Some(change) = Change::of(part).filter(|_| !unchanged.contains(&place)) {
                    each(&event, place, change)?;
                }
            }
        }
    }
    Ok(())
}

impl Reading {
    pub(crate) async fn of(
        connection: &impl ConnectionTrait,
        project: ProjectId,
        set: ChangeSetId,
        head: i64,
    ) -> Result<Self> {
        let members = members(connection, project, set).await?;
        let (mut changes, mut numbers) = (Vec::new(), HashMap::new());
        for_each_item(connection, project, &members, |event, place, change| {
            let number = u32::try_from(changes.len() + 1).map_err(Error::internal)?;
            numbers.insert((event.seq, place), number);
            changes.push((number, change));
            Ok(())
        })
        .await?;
        let first = members.first().map_or(head + 1, |(seq, _)| *seq);
        if head - first > EVENTS_SINCE_MAX {
            return Err(Error::Conflict(format!(
                "more than {EVENTS_SINCE_MAX} changes were made in this project since; undo what is \
                 still in the way by hand"
            )));
        }
        let mut reading = Self {
            items: u32::try_from(changes.len()).map_err(Error::internal)?,
            history: History::of(changes),
            before: Before::default(),
            numbers,
            members: members.into_iter().map(|(seq, _)| seq).collect(),
            until: first - 1,
        };
        reading.catch_up(connection, project, set).await?;
        reading.look_back(connection, project, first).await?;
        Ok(reading)
    }

    /// Follows what happened since.
    pub(crate) async fn catch_up(
        &mut self,
        connection: &impl ConnectionTrait,
        project: ProjectId,
        set: ChangeSetId,
    ) -> Result<()> {
        let members = members(connection, project, set).await?;
        if members.len() != self.members.len() {
            let sentence = "the change set grew meanwhile; ask again, best once its task is over";
            return Err(Error::Conflict(sentence.to_owned()));
        }
        let undone = undone_by(connection, project, set).await?;
        loop {
            let events = log::after(connection, project, self.until, EVENTS_PER_PAGE).await?;
            let Some(last) = events.last() else {
                return Ok(());
            };
            self.until = last.seq;
            for event in &events {
                self.follow(event, undone.contains(&event.seq));
            }
        }
    }

    fn follow(&mut self, event: &LoggedEvent, is_undo: bool) {
        let is_member = self.members.contains(&event.seq);
        for (place, part) in event.event.parts().iter().enumerate() {
            let by = match self.numbers.get(&(event.seq, place)) {
                Some(number) => By::Item(*number),
                None if is_undo => By::Undo,
                // An answer that a task asked for itself, or what it found as it should be.
                None if is_member => continue,
                None => By::Others,
            };
            self.history.follow(part, by);
        }
    }

    async fn look_back(
        &mut self,
        connection: &impl ConnectionTrait,
        project: ProjectId,
        first: i64,
    ) -> Result<()> {
        let mut wanted = self.history.wanted();
        let (mut from, mut read) = (first, 0);
        while !wanted.is_found() && read < EVENTS_BEFORE_MAX {
            let events = log::before(connection, project, from, EVENTS_PER_PAGE).await?;
            let Some(last) = events.last() else {
                return Ok(());
            };
            from = last.seq;
            read += EVENTS_PER_PAGE;
            for event in &events {
                wanted.look_in(&event.event, &mut self.before);
            }
        }
        Ok(())
    }
}
