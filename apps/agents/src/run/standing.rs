//! Whether a task may go on: whoever it rests on may have lost a right since the last step.

use chrono::TimeDelta;
use entity::{agent_task, api_token, enums, user};
use kernel::{Error, Permission, Result, UserId};
use platform::{Write, db, jobs::Lease, user_is_active};
use protocol::tasks::TaskError;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};

use crate::{
    events::{TaskEvent, emit},
    members,
    tasks::{End, changed, close},
};

/// A question that nobody answers for so long ends its task, and frees what was reserved.
pub(super) const ANSWER_DAYS_MAX: TimeDelta = TimeDelta::days(7);

/// Ends a task whose question nobody answered in time.
pub(super) async fn give_up(write: &mut Write, row: agent_task::Model) -> Result<()> {
    let now = write.now();
    let is_late = row.deadline.is_some_and(|deadline| deadline <= now);
    if is_late || row.updated_at + ANSWER_DAYS_MAX <= now {
        let end = over(
            "unanswered",
            "Nobody answered the agent's question in time. Retry the task.",
        );
        return Box::pin(close(write, row, end)).await;
    }
    Ok(())
}

/// The task, unless its agent waits, is gone or was switched off, or who it acts for may no longer have it act. Then the job ends,
/// and the task with it; one whose agent is paused waits for its turn again.
pub(super) async fn still_wanted(
    write: &mut Write,
    lease: Lease,
    row: agent_task::Model,
) -> Result<Option<agent_task::Model>> {
    let member = match members::locked(write, row.agent_id.into()).await {
        Ok(member) => Some(member),
        Err(Error::NotFound(_)) => None,
        Err(error) => return Err(error),
    };
    let end = match member {
        None => End::gone(),
        Some(member) if !member.agent.is_active => over(
            "agent_off",
            "The agent was switched off. Its owner can switch it on again.",
        ),
        Some(member) if members::require_backed(write, &member).is_err() => over(
            "not_allowed",
            "The owner of the agent, or who added it, has left the project.",
        ),
        // Who started the task is asked about below.
        Some(member)
            if member.agent.user_id != row.requested_by
                && !is_open(write, member.agent.user_id.into()).await? =>
        {
            over("not_allowed", "The account of the agent's owner is closed.")
        }
        Some(_) if !may_act(write, &row).await? => over(
            "not_allowed",
            "Who started the task may no longer have agents act here.",
        ),
        Some(member) if member.place.paused => {
            if row.status == enums::TaskStatus::Running {
                set_status(write, &row, enums::TaskStatus::Pending).await?;
                let status = enums::TaskStatus::Pending;
                let waits = agent_task::Model { status, ..row };
                emit(write, &TaskEvent::Update(changed(&waits)))?;
            }
            lease.finish(write).await?;
            return Ok(None);
        }
        Some(_) => return Ok(Some(row)),
    };
    close(write, row, end).await?;
    lease.finish(write).await?;
    Ok(None)
}

fn over(code: &str, detail: &str) -> End {
    End::Failed(TaskError {
        code: code.to_owned(),
        detail: detail.to_owned(),
    })
}

/// Whether who the task is for may still have agents act, and the token that started it lives.
async fn may_act(write: &mut Write, task: &agent_task::Model) -> Result<bool> {
    let user = UserId::from_uuid(task.requested_by);
    if !write.may(user, Permission::RUN) || !is_open(write, user).await? {
        return Ok(false);
    }
    let Some(token) = task.token_id else {
        return Ok(true);
    };
    let now = write.now();
    let living = api_token::Entity::find_by_id(token)
        .filter(api_token::Column::RevokedAt.is_null())
        .filter(api_token::Column::ExpiresAt.gt(now))
        .count(write.read().await?)
        .await
        .map_err(db)?;
    Ok(living > 0)
}

async fn is_open(write: &mut Write, user: UserId) -> Result<bool> {
    let open = user::Entity::find_by_id(user.uuid())
        .filter(user_is_active())
        .count(write.read().await?)
        .await
        .map_err(db)?;
    Ok(open > 0)
}

async fn set_status(
    write: &mut Write,
    row: &agent_task::Model,
    status: enums::TaskStatus,
) -> Result<()> {
    let change = agent_task::ActiveModel {
        project_id: Set(row.project_id),
        id: Set(row.id),
        status: Set(status),
        updated_at: Set(write.now()),
        ..Default::default()
    };
    agent_task::Entity::update(change)
        .exec(write.conn().await?)
        .await
        .map(drop)
        .map_err(db)
}
