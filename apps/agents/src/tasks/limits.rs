//! How much a task may use up, reserved before it begins.

use chrono::NaiveTime;
use entity::project_agent;
use generation::calls::{self, Amount, dollars, nanos, reserve};
use kernel::{AgentId, Error, ProjectId, Result, UserId};
use platform::{Write, db};
use protocol::tasks::{
    SECONDS_DEFAULT, SECONDS_MAX, STEPS_DEFAULT, STEPS_MAX, TASK_COST_DEFAULT, TASK_TOKENS_DEFAULT,
    TaskLimits,
};
use sea_orm::{ConnectionTrait, Statement};

use crate::members::Member;

#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    pub(super) steps: i64,
    /// What is reserved.
    pub(super) amount: Amount,
    pub(super) nanos_max: i64,
    pub(super) seconds: i64,
}

impl Limits {
    pub(super) fn of(asked: TaskLimits) -> Result<Self> {
        let TaskLimits {
            steps,
            tokens,
            cost,
            seconds,
        } = asked;
        let within = |pointer: &str, value: u32, max: u32| {
            if (1..=max).contains(&value) {
                return Ok(i64::from(value));
            }
            Err(Error::invalid(pointer, format!("must be from 1 to {max}")))
        };
        let nanos_max = nanos(cost.map_or(TASK_COST_DEFAULT, |cost| cost.get()));
        Ok(Self {
            nanos_max,
            steps: within("/limits/steps", steps.unwrap_or(STEPS_DEFAULT), STEPS_MAX)?,
            amount: Amount {
                tokens: tokens.map_or(TASK_TOKENS_DEFAULT, |tokens| tokens.get()),
                nanos: nanos_max,
            },
            seconds: within(
                "/limits/seconds",
                seconds.unwrap_or(SECONDS_DEFAULT),
                SECONDS_MAX,
            )?,
        })
    }
}

impl Limits {
    /// No more is reserved than the tokens can cost with the models that the agent asks.
    pub(super) async fn settle(&mut self, write: &mut Write, member: &Member) -> Result<()> {
        let agent = &member.agent;
        let (model, fallback) = (agent.model.as_deref(), agent.fallback_model.as_deref());
        let most = calls::most(write, model, fallback, self.amount.tokens).await?;
        self.amount.nanos = self.nanos_max.min(most);
        Ok(())
    }
}

/// Refuses what the agent's own budget here, or one of the person it acts for, has no room for.
pub(super) async fn check(
    write: &mut Write,
    place: &project_agent::Model,
    by: UserId,
    amount: Amount,
) -> Result<()> {
    let (project, agent) = (place.project_id.into(), place.agent_id.into());
    if place.tokens_per_day.is_some() || place.nanos_per_day.is_some() {
        let spent = spent_today(write, project, agent).await?;
        if let Some(max) = place.tokens_per_day
            && spent.tokens.saturating_add(amount.tokens) > max
        {
            let left = max.saturating_sub(spent.tokens).max(0);
            return Err(Error::BudgetExceeded(format!(
                "the task may need {} tokens, and the agent's budget here has {left} of {max} left for the day; \
                 lower the task's limits, or have the budget raised",
                amount.tokens
            )));
        }
        if let Some(max) = place.nanos_per_day
            && spent.nanos.saturating_add(amount.nanos) > max
        {
            let left = dollars(max.saturating_sub(spent.nanos).max(0));
            return Err(Error::BudgetExceeded(format!(
                "the task may cost {:.4} US dollars, and the agent's budget here has {left:.4} of {:.4} left for \
                 the day; lower the task's limits, or have the budget raised",
                dollars(amount.nanos),
                dollars(max)
            )));
        }
    }
    reserve(write, by, amount).await
}

/// What an agent has used up here since midnight, in UTC, and what its open tasks may yet.
async fn spent_today(write: &mut Write, project: ProjectId, agent: AgentId) -> Result<Amount> {
    let since = write.now().date_naive().and_time(NaiveTime::MIN).and_utc();
    let sql = "SELECT CAST(COALESCE(SUM(reserved_tokens + tokens_in + tokens_out), 0) AS BIGINT), \
         CAST(COALESCE(SUM(reserved_nanos + cost_nanos), 0) AS BIGINT) \
         FROM agent_tasks WHERE created_at >= $1 AND project_id = $2 AND agent_id = $3";
    let connection = write.read().await?;
    let values = [since.into(), project.uuid().into(), agent.uuid().into()];
    let backend = connection.get_database_backend();
    let row = connection
        .query_one_raw(Statement::from_sql_and_values(backend, sql, values))
        .await
        .map_err(db)?;
    let Some(row) = row else {
        return Ok(Amount::default());
    };
    Ok(Amount {
        tokens: row.try_get_by_index(0).map_err(db)?,
        nanos: row.try_get_by_index(1).map_err(db)?,
    })
}
