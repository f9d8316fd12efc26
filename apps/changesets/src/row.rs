use entity::{change_set, change_set_item};
use kernel::{Error, ProjectId, Result};
use platform::convert;
use protocol::{
    changesets::{ChangeSetView, ItemState, LeftReason},
    events::ActorView,
};
use sea_orm::ActiveValue::Set;

/// A change set as a member sees it.
pub(crate) fn to_view(row: change_set::Model) -> Result<ChangeSetView> {
    let change_set::Model {
        project_id: _,
        id,
        origin,
        task_id,
        actor_kind,
        actor_id,
        actor_name,
        title,
        mode,
        state,
        reverts_id,
        accepts_id,
        item_count,
        proposed_bytes: _,
        version,
        created_at,
        updated_at,
    } = row;
    Ok(ChangeSetView {
        id: id.into(),
        origin: convert::change_set_origin(origin),
        task_id,
        actor: ActorView {
            kind: convert::actor_kind(actor_kind),
            id: Some(actor_id),
            name: Some(actor_name),
        },
        title,
        mode: convert::change_set_mode(mode),
        state: convert::change_set_state(state),
        reverts_id: reverts_id.map(Into::into),
        accepts_id: accepts_id.map(Into::into),
        item_count: item_count.try_into().map_err(Error::internal)?,
        version,
        created_at: created_at.into(),
        updated_at: updated_at.into(),
    })
}

/// What is decided about an item.
#[derive(Clone, Debug)]
pub(crate) struct Decided {
    pub(crate) state: ItemState,
    pub(crate) reason: Option<LeftReason>,
}

pub(crate) fn decided(row: &change_set_item::Model) -> Decided {
    Decided {
        state: convert::item_state(row.state),
        reason: row.reason.as_deref().and_then(reason),
    }
}

/// A reason that only a newer server knows is none.
fn reason(word: &str) -> Option<LeftReason> {
    serde_json::from_value(word.into()).ok()
}

pub(crate) fn stored_reason(reason: LeftReason) -> Option<String> {
    let word = serde_json::to_value(reason).ok()?;
    word.as_str().map(str::to_owned)
}

/// A row about an item of the log.
pub(crate) fn about_item(
    project: ProjectId,
    set: kernel::ChangeSetId,
    number: u32,
    state: entity::ChangeSetItemState,
    reason: Option<LeftReason>,
) -> Result<change_set_item::ActiveModel> {
    Ok(change_set_item::ActiveModel {
        project_id: Set(project.uuid()),
        set_id: Set(set.uuid()),
        number: Set(number.try_into().map_err(Error::internal)?),
        state: Set(state),
        reason: Set(reason.and_then(stored_reason)),
        op: Set(None),
        op_id: Set(None),
        data: Set(None),
    })
}
