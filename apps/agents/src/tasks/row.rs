use entity::{agent_step, agent_task, enums};
use generation::calls::{AnswersOfTask, dollars};
use kernel::ChangeSetId;
use protocol::tasks::{
    StepKind, StepView, TaskError, TaskLimitsView, TaskOrigin, TaskStatus, TaskUsed, TaskView,
    WaitingFor,
};

use crate::events::TaskChanged;

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

        pub(crate) fn $to_stored(word: $type) -> enums::$type {
            match word {
                $($type::$word => enums::$type::$word),+
            }
        }
    };
}

shown_words!(
    status,
    TaskStatus,
    [Pending, Running, Waiting, Completed, Failed, Cancelled]
);
same_words!(
    origin,
    stored_origin,
    TaskOrigin,
    [Person, Agent, Schedule, Event]
);
same_words!(
    step_kind,
    stored_step_kind,
    StepKind,
    [Model, Tool, Message, Note]
);

/// What is stored was valid when it was; what cannot be read is not shown.
pub(crate) fn waiting_for(row: &agent_task::Model) -> Option<WaitingFor> {
    let waiting = row.waiting_for.clone()?;
    serde_json::from_value(waiting).ok()
}

fn error(row: &agent_task::Model) -> Option<TaskError> {
    Some(TaskError {
        code: row.error_code.clone()?,
        detail: row.error_detail.clone().unwrap_or_default(),
    })
}

/// What the log says of a task.
pub(crate) fn changed(row: &agent_task::Model) -> TaskChanged {
    TaskChanged {
        task_id: row.id.into(),
        agent_id: row.agent_id.into(),
        node_id: row.node_id.map(Into::into),
        name: row.name.clone(),
        status: status(row.status),
        waiting_for: waiting_for(row),
        error: error(row),
    }
}

fn limits(row: &agent_task::Model) -> TaskLimitsView {
    TaskLimitsView {
        steps: u32::try_from(row.steps_max).unwrap_or_default(),
        tokens: row.tokens_max,
        cost: dollars(row.nanos_max),
        seconds: u32::try_from(row.seconds_max).unwrap_or_default(),
    }
}

pub(super) fn used(row: &agent_task::Model, answers: AnswersOfTask) -> TaskUsed {
    TaskUsed {
        steps: row.steps,
        tokens_in: row.tokens_in + answers.tokens_in,
        tokens_out: row.tokens_out + answers.tokens_out,
        cost: dollars(row.cost_nanos + answers.nanos),
    }
}

/// What a view of a task needs to know besides.
#[derive(Clone, Debug)]
pub(super) struct Around {
    pub(super) agent_name: String,
    pub(super) node_lives: bool,
    pub(super) change_set: Option<ChangeSetId>,
    pub(super) used: TaskUsed,
}

#[expect(clippy::too_many_lines, reason = "a line for each field of the table")]
pub(super) fn to_view(row: agent_task::Model, around: Around) -> TaskView {
    let (waiting, error, limits) = (waiting_for(&row), error(&row), limits(&row));
    let agent_task::Model {
        project_id,
        id,
        agent_id,
        node_id,
        name,
        description,
        prompt,
        status: stored,
        result,
        error_code: _,
        error_detail: _,
        waiting_for: _,
        metadata,
        requested_by,
        token_id: _,
        origin: began,
        parent_task_id,
        schedule_id,
        mention: _,
        depth: _,
        priority,
        deadline,
        steps_max: _,
        tokens_max: _,
        nanos_max: _,
        seconds_max: _,
        steps: _,
        tokens_in: _,
        tokens_out: _,
        cost_nanos: _,
        reserved_tokens: _,
        reserved_nanos: _,
        outside: _,
        said: _,
        chunks: _,
        created_at,
        updated_at,
        started_at,
        resumed_at: _,
        completed_at,
    } = row;
    TaskView {
        id: id.into(),
        project_id: project_id.into(),
        agent_id: agent_id.into(),
        agent_name: around.agent_name,
        node_id: node_id.filter(|_| around.node_lives).map(Into::into),
        name,
        description,
        prompt,
        status: status(stored),
        result,
        error,
        waiting_for: waiting,
        metadata,
        requested_by: requested_by.into(),
        origin: origin(began),
        parent_task_id: parent_task_id.map(Into::into),
        schedule_id: schedule_id.map(Into::into),
        change_set_id: around.change_set,
        priority,
        deadline: deadline.map(Into::into),
        limits,
        used: around.used,
        created_at: created_at.into(),
        updated_at: updated_at.into(),
        started_at: started_at.map(Into::into),
        completed_at: completed_at.map(Into::into),
    }
}

pub(super) fn step_view(row: agent_step::Model) -> StepView {
    let agent_step::Model {
        id: _,
        project_id: _,
        task_id: _,
        number,
        kind,
        content,
        tokens_in,
        tokens_out,
        cost_nanos,
        created_at,
    } = row;
    StepView {
        number,
        kind: step_kind(kind),
        content,
        tokens_in,
        tokens_out,
        cost: dollars(cost_nanos),
        created_at: created_at.into(),
    }
}
