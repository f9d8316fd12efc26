//! How much a task may use up, reserved before it begins.

use generation::calls::{self, Amount, Spender, nanos, reserve};
use kernel::{AgentId, Error, Result, UserId};
use platform::Write;
use protocol::tasks::{
    SECONDS_DEFAULT, SECONDS_MAX, STEPS_DEFAULT, STEPS_MAX, TASK_COST_DEFAULT, TASK_TOKENS_DEFAULT,
    TaskLimits,
};

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
        let tokens = tokens.map_or(TASK_TOKENS_DEFAULT, |tokens| tokens.get());
        if tokens == 0 {
            return Err(Error::invalid("/limits/tokens", "must be at least 1"));
        }
        let nanos_max = nanos(cost.map_or(TASK_COST_DEFAULT, |cost| cost.get()));
        Ok(Self {
            nanos_max,
            steps: within("/limits/steps", steps.unwrap_or(STEPS_DEFAULT), STEPS_MAX)?,
            amount: Amount {
                tokens,
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
        if self.nanos_max == 0 && most > 0 {
            let detail = "must be more than 0, since the models of this agent cost something";
            return Err(Error::invalid("/limits/cost", detail));
        }
        self.amount.nanos = self.nanos_max.min(most);
        Ok(())
    }
}

/// Refuses what the agent's own budget here, or one of the person it acts for, has no room for.
pub(super) async fn check(
    write: &mut Write,
    agent: AgentId,
    by: UserId,
    amount: Amount,
) -> Result<()> {
    let spender = Spender {
        by,
        agent: Some(agent),
        task: None,
    };
    reserve(write, spender, amount).await
}
