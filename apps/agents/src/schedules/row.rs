use entity::{agent_schedule, enums};
use protocol::schedules::{ScheduleKind, ScheduleView, TriggerEvent};

macro_rules! shown_words {
    ($to_view:ident, $type:ident, [$($word:ident),+]) => {
        pub(crate) fn $to_view(word: enums::$type) -> $type {
            match word {
                $(enums::$type::$word => $type::$word),+
            }
        }
    };
}

macro_rules! same_words {
    ($to_view:ident, $to_stored:ident, $type:ident, [$($word:ident),+]) => {
        shown_words!($to_view, $type, [$($word),+]);

        pub(super) fn $to_stored(word: $type) -> enums::$type {
            match word {
                $($type::$word => enums::$type::$word),+
            }
        }
    };
}

shown_words!(kind, ScheduleKind, [Cron, Once, Event]);
same_words!(
    trigger,
    stored_trigger,
    TriggerEvent,
    [NodeCompleted, NodeStale, Mention, NodeTagged]
);

pub(super) fn to_view(row: agent_schedule::Model) -> ScheduleView {
    let agent_schedule::Model {
        project_id: _,
        id,
        agent_id,
        node_id,
        name,
        prompt,
        kind: stored,
        cron,
        timezone,
        event,
        tag,
        paused,
        per_hour_max,
        next_run_at,
        last_run_at,
        last_error,
        created_by,
        version,
        created_at: _,
        updated_at: _,
    } = row;
    ScheduleView {
        id: id.into(),
        agent_id: agent_id.into(),
        node_id: node_id.map(Into::into),
        name,
        prompt,
        kind: kind(stored),
        cron,
        timezone,
        event: event.map(trigger),
        tag,
        paused,
        per_hour_max: u32::try_from(per_hour_max).unwrap_or_default(),
        next_run_at: next_run_at.map(Into::into),
        last_run_at: last_run_at.map(Into::into),
        last_error,
        created_by: created_by.into(),
        version,
    }
}
