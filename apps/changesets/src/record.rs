//! Which edits belong together: sets are opened, filled and proposed from inside of commands.

use entity::{agent_task, change_set, change_set_event, change_set_item, enums};
use kernel::{Actor, ActorKind, ChangeSetId, Error, OpId, Result, TaskId};
use platform::{Write, convert, db, ops::Ops};
use protocol::changesets::{ChangeSetMode, ChangeSetOrigin, ChangeSetState, ITEMS_PER_SET_MAX};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::Expr,
};
use serde_json::Value;
use uuid::Uuid;

use crate::{
    events::{ChangeSetEvent, ChangeSetOpened, ChangeSetProposed},
    plan::Change,
};

/// What the data of all proposals of one set may have together: 4 MiB.
pub const PROPOSED_BYTES_MAX: usize = 4 * 1024 * 1024;
/// A set's title, which is what a person or a model calls it, is cut after so many characters.
const TITLE_CHARS_MAX: usize = 200;
/// What can be proposed: edits of the graph, which can be taken back as well.
const PROPOSABLE: [&str; 8] = [
    "node.create",
    "node.update",
    "node.move",
    "node.delete",
    "node.restore",
    "edge.create",
    "edge.update",
    "edge.delete",
];

/// A change set of a task that begins.
#[derive(Clone, Debug)]
pub struct Opened {
    pub task: Option<Uuid>,
    /// Whose edits they will be.
    pub actor: Actor,
    pub title: Option<String>,
    pub mode: ChangeSetMode,
}

/// An operation that somebody may accept: its form is right, and what it makes has its id.
#[derive(Clone, Debug)]
pub struct ProposedOp {
    word: String,
    id: OpId,
    data: Value,
}

impl ProposedOp {
    /// Reads it; says where it is wrong. Text changes with the version it was based on, so that what
    /// somebody else wrote meanwhile is not overwritten by accepting.
    pub fn read(known: &Ops, id: Option<OpId>, word: &str, data: Value) -> Result<Self> {
        if !PROPOSABLE.contains(&word) {
            let detail = format!(
                "`{word}` cannot be proposed; these can: {}",
                PROPOSABLE.join(", ")
            );
            return Err(Error::invalid("/op", detail));
        }
        let id = id.unwrap_or_else(OpId::generate);
        let op = known
            .read(word, Some(id), data)
            .map_err(|detail| Error::invalid("/data", detail))?;
        let changes_text = ["prompt", "response", "summary"]
            .iter()
            .any(|field| op.data().get(field).is_some());
        if word == "node.update" && changes_text && op.data().get("baseVersion").is_none() {
            let sentence = "text is proposed with the version it was based on: send `baseVersion`";
            return Err(Error::PreconditionRequired(sentence));
        }
        Ok(Self {
            word: word.to_owned(),
            id,
            data: op.data().clone(),
        })
    }

    /// The id that the node or edge will have which it makes; later proposals can refer to it.
    #[must_use]
    pub fn id(&self) -> Uuid {
        self.id.uuid()
    }
}

/// What a set is, besides its edits.
pub(crate) struct NewSet {
    pub(crate) origin: ChangeSetOrigin,
    pub(crate) task: Option<Uuid>,
    pub(crate) actor: Actor,
    pub(crate) title: Option<String>,
    pub(crate) mode: ChangeSetMode,
    pub(crate) reverts: Option<ChangeSetId>,
    pub(crate) accepts: Option<ChangeSetId>,
}

impl NewSet {
    /// A set of edits that the caller makes at once.
    pub(crate) fn batch(write: &Write) -> Result<Self> {
        Ok(Self {
            origin: ChangeSetOrigin::Batch,
            task: None,
            actor: write.actor()?.clone(),
            title: None,
            mode: ChangeSetMode::Apply,
            reverts: None,
            accepts: None,
        })
    }
}

/// Which sets the event of this command belongs to; kept until it is known that there is one.
#[derive(Default)]
struct Belongs {
    /// Each with whether its edits are still to be counted.
    sets: Vec<(ChangeSetId, bool)>,
    is_written: bool,
}

/// Opens a change set: a task does so once, before its first edit. It is told with the command's event.
pub async fn open(write: &mut Write, opened: Opened) -> Result<ChangeSetId> {
    let Opened {
        task,
        actor,
        title,
        mode,
    } = opened;
    let set = NewSet {
        origin: ChangeSetOrigin::Task,
        task,
        actor,
        title,
        mode,
        reverts: None,
        accepts: None,
    };
    open_set(write, set, 0).await
}

/// Opens the set of the edits that this command has made.
pub(crate) async fn open_here(write: &mut Write, set: NewSet) -> Result<ChangeSetId> {
    let set = open_set(write, set, edits(write)).await?;
    write.note::<Belongs>()?.sets.push((set, false));
    Ok(set)
}

/// The set that takes the edits of a task, or its proposals: the last one, unless it is full or was taken back; then another
/// one is opened.
pub async fn of_task(write: &mut Write, task: TaskId, mode: ChangeSetMode) -> Result<ChangeSetId> {
    let project = write.project_id()?;
    let last = change_set::Entity::find()
        .filter(change_set::Column::ProjectId.eq(project.uuid()))
        .filter(change_set::Column::TaskId.eq(task.uuid()))
        .order_by_desc(change_set::Column::Id)
        .one(write.read().await?)
        .await
        .map_err(db)?;
    let takes = match mode {
        ChangeSetMode::Apply => enums::ChangeSetState::Applied,
        ChangeSetMode::Propose => enums::ChangeSetState::Proposed,
    };
    let is_usable = |row: &change_set::Model| {
        row.mode == convert::stored_change_set_mode(mode)
            && row.state == takes
            && refuse_full(row, 1).is_ok()
    };
    if let Some(row) = last.filter(is_usable) {
        return Ok(row.id.into());
    }
    let title: Option<String> = agent_task::Entity::find_by_id((project.uuid(), task.uuid()))
        .select_only()
        .column(agent_task::Column::Name)
        .into_tuple()
        .one(write.read().await?)
        .await
        .map_err(db)?;
    let opened = Opened {
        task: Some(task.uuid()),
        actor: write.actor()?.clone(),
        title,
        mode,
    };
    open(write, opened).await
}

async fn open_set(write: &mut Write, set: NewSet, item_count: usize) -> Result<ChangeSetId> {
    let (project, now) = (write.project_id()?, write.now());
    let id = ChangeSetId::generate();
    let state = match set.mode {
        ChangeSetMode::Apply => ChangeSetState::Applied,
        ChangeSetMode::Propose => ChangeSetState::Proposed,
    };
    let NewSet {
        origin,
        task,
        actor,
        title,
        mode,
        reverts,
        accepts,
    } = set;
    let row = change_set::ActiveModel {
        project_id: Set(project.uuid()),
        id: Set(id.uuid()),
        origin: Set(convert::stored_change_set_origin(origin)),
        task_id: Set(task),
        actor_kind: Set(convert::stored_actor_kind(actor.kind)),
        actor_id: Set(actor.id),
        actor_name: Set(actor.name),
        title: Set(title.map(|title| title.chars().take(TITLE_CHARS_MAX).collect())),
        mode: Set(convert::stored_change_set_mode(mode)),
        state: Set(convert::stored_change_set_state(state)),
        reverts_id: Set(reverts.map(ChangeSetId::uuid)),
        accepts_id: Set(accepts.map(ChangeSetId::uuid)),
        item_count: Set(item_count.try_into().map_err(Error::internal)?),
        proposed_bytes: Set(0),
        version: Set(1),
        created_at: Set(now),
        updated_at: Set(now),
    };
    write.insert::<change_set::Entity>(row).await?;
    let opened = ChangeSetOpened {
        id,
        origin,
        mode,
        state,
        task_id: task,
        reverts_id: reverts,
        accepts_id: accepts,
    };
    write.emit(ChangeSetEvent::Open(opened).into_event()?);
    Ok(id)
}

/// Says that the event which this command makes belongs to a set, if it makes one. A set that is full
/// takes no more.
pub async fn belongs(write: &mut Write, set: ChangeSetId) -> Result<()> {
    let row = find(write, set).await?;
    if row.state != enums::ChangeSetState::Applied {
        let sentence = "this change set takes no edits: it holds proposals, or was taken back; open another one";
        return Err(Error::Conflict(sentence.to_owned()));
    }
    refuse_full(&row, 1)?;
    let belongs = write.note::<Belongs>()?;
    if belongs.sets.iter().all(|(known, _)| *known != set) {
        belongs.sets.push((set, true));
    }
    Ok(())
}

/// Puts proposals into a set, which change nothing until somebody accepts them. Gives their numbers.
pub async fn propose(
    write: &mut Write,
    set: ChangeSetId,
    ops: Vec<ProposedOp>,
) -> Result<Vec<u32>> {
    write.require_room()?;
    let row = find(write, set).await?;
    if row.mode != enums::ChangeSetMode::Propose {
        let sentence = "this change set applies its edits; open one in the mode PROPOSE";
        return Err(Error::Conflict(sentence.to_owned()));
    }
    refuse_full(&row, ops.len())?;
    let project = write.project_id()?;
    let (mut numbers, mut bytes) = (Vec::with_capacity(ops.len()), row.proposed_bytes);
    for (number, op) in (row.item_count + 1..).zip(ops) {
        let data = op.data.to_string();
        bytes += i64::try_from(data.len()).map_err(Error::internal)?;
        let item = change_set_item::ActiveModel {
            project_id: Set(project.uuid()),
            set_id: Set(set.uuid()),
            number: Set(number),
            state: Set(enums::ChangeSetItemState::Proposed),
            reason: Set(None),
            op: Set(Some(op.word)),
            op_id: Set(Some(op.id.uuid())),
            data: Set(Some(data)),
        };
        write.insert::<change_set_item::Entity>(item).await?;
        numbers.push(u32::try_from(number).map_err(Error::internal)?);
    }
    if usize::try_from(bytes).is_ok_and(|bytes| bytes > PROPOSED_BYTES_MAX) {
        return Err(Error::Conflict(format!(
            "the proposals of one change set hold {PROPOSED_BYTES_MAX} bytes at most; open another one"
        )));
    }
    let change = change_set::ActiveModel {
        state: Set(enums::ChangeSetState::Proposed),
        proposed_bytes: Set(bytes),
        item_count: Set(row.item_count + i32::try_from(numbers.len()).map_err(Error::internal)?),
        ..next_version(&row, write)
    };
    update(write, change).await?;
    let items = numbers.clone();
    let proposed = ChangeSetProposed { id: set, items };
    write.emit(ChangeSetEvent::Propose(proposed).into_event()?);
    Ok(numbers)
}

/// The change that every change of a set's row begins with.
pub(crate) fn next_version(row: &change_set::Model, write: &Write) -> change_set::ActiveModel {
    change_set::ActiveModel {
        project_id: Set(row.project_id),
        id: Set(row.id),
        version: Set(row.version + 1),
        updated_at: Set(write.now()),
        ..Default::default()
    }
}

pub(crate) async fn update(write: &mut Write, change: change_set::ActiveModel) -> Result<()> {
    change_set::Entity::update(change)
        .exec(write.conn().await?)
        .await
        .map(drop)
        .map_err(db)
}

pub(crate) async fn find(write: &mut Write, set: ChangeSetId) -> Result<change_set::Model> {
    let project = write.project_id()?;
    change_set::Entity::find_by_id((project.uuid(), set.uuid()))
        .one(write.read().await?)
        .await
        .map_err(db)?
        .ok_or(Error::NotFound("change set"))
}

fn refuse_full(row: &change_set::Model, more: usize) -> Result<()> {
    let held = usize::try_from(row.item_count).map_err(Error::internal)?;
    if held.saturating_add(more) > ITEMS_PER_SET_MAX {
        return Err(Error::Conflict(format!(
            "a change set holds {ITEMS_PER_SET_MAX} changes at most; open another one"
        )));
    }
    Ok(())
}

/// The reaction: notes which sets an event belongs to, and makes one of every batch of somebody.
pub(crate) async fn note_sets(write: &mut Write) -> Result<()> {
    let belongs = write.note::<Belongs>()?;
    if std::mem::replace(&mut belongs.is_written, true) {
        return Ok(());
    }
    let changes = edits(write);
    if changes == 0 {
        return Ok(());
    }
    if let Some((_, task)) = write.principal().agent_and_task() {
        let set = of_task(write, task, ChangeSetMode::Apply).await?;
        write.note::<Belongs>()?.sets.push((set, true));
    }
    if write.note::<Belongs>()?.sets.is_empty() {
        if !is_batch_of_somebody(write) {
            return Ok(());
        }
        let set = NewSet::batch(write)?;
        open_here(write, set).await?;
    }
    for (set, is_to_be_counted) in write.note::<Belongs>()?.sets.clone() {
        note(write, set).await?;
        if is_to_be_counted {
            count(write, set, changes).await?;
        }
    }
    Ok(())
}

/// How many of the events say that something changed which can be taken back.
fn edits(write: &Write) -> usize {
    let unchanged = write.unchanged_places();
    let events = write.events().iter().enumerate();
    events
        .filter(|(place, event)| !unchanged.contains(place) && Change::of(event).is_some())
        .count()
}

fn is_batch_of_somebody(write: &Write) -> bool {
    let is_somebody = write
        .actor()
        .is_ok_and(|actor| matches!(actor.kind, ActorKind::User | ActorKind::Token));
    write.is_batch() && write.events().len() > 1 && is_somebody
}

async fn note(write: &mut Write, set: ChangeSetId) -> Result<()> {
    let places = write.unchanged_places();
    let unchanged = (!places.is_empty()).then(|| places.into());
    let row = change_set_event::ActiveModel {
        project_id: Set(write.project_id()?.uuid()),
        set_id: Set(set.uuid()),
        seq: Set(write.next_seq()?),
        unchanged: Set(unchanged),
    };
    write.insert::<change_set_event::Entity>(row).await
}

async fn count(write: &mut Write, set: ChangeSetId, changes: usize) -> Result<()> {
    let more = i32::try_from(changes).map_err(Error::internal)?;
    let (project, now) = (write.project_id()?, write.now());
    change_set::Entity::update_many()
        .col_expr(
            change_set::Column::ItemCount,
            Expr::col(change_set::Column::ItemCount).add(more),
        )
        .col_expr(change_set::Column::UpdatedAt, Expr::value(now))
        .filter(change_set::Column::ProjectId.eq(project.uuid()))
        .filter(change_set::Column::Id.eq(set.uuid()))
        .exec(write.conn().await?)
        .await
        .map(drop)
        .map_err(db)
}
