//! What tasks have reserved, and what of it went to the answers that they asked for.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entity::{agent_task, generation};
use kernel::{Error, ProjectId, Result, TaskId};
use platform::db;
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect,
    sea_query::{Func, SimpleExpr},
};
use uuid::Uuid;

use super::amount::Amount;
use crate::money;

/// What the answers of a task took.
#[derive(Clone, Copy, Debug, Default)]
pub struct AnswersOfTask {
    pub tokens_in: i64,
    pub tokens_out: i64,
    pub nanos: i64,
    /// What those that are not over may need yet.
    pub reserved: Amount,
}

impl AnswersOfTask {
    fn amount(self) -> Amount {
        Amount {
            tokens: self.reserved.tokens + self.tokens_in + self.tokens_out,
            nanos: self.reserved.nanos + self.nanos,
        }
    }
}

pub(crate) async fn asked_by(
    connection: &impl ConnectionTrait,
    project: ProjectId,
    tasks: impl IntoIterator<Item = TaskId>,
) -> Result<HashMap<TaskId, AnswersOfTask>> {
    use generation::Column;
    use sea_orm::sea_query::ExprTrait;
    let sum = |column: Column| -> SimpleExpr {
        let sum = Func::coalesce([column.into_expr().sum(), 0.into()]);
        SimpleExpr::from(sum).cast_as("BIGINT")
    };
    let rows: Vec<(Option<Uuid>, i64, i64, i64, i64, i64)> = generation::Entity::find()
        .select_only()
        .column(Column::TaskId)
        .expr_as(sum(Column::TokensIn), "tokens_in_sum")
        .expr_as(sum(Column::TokensOut), "tokens_out_sum")
        .expr_as(sum(Column::CostNanos), "nanos_sum")
        .expr_as(sum(Column::ReservedTokens), "reserved_tokens_sum")
        .expr_as(sum(Column::ReservedNanos), "reserved_nanos_sum")
        .filter(Column::ProjectId.eq(project.uuid()))
        .filter(Column::TaskId.is_in(tasks.into_iter().map(TaskId::uuid)))
        .group_by(Column::TaskId)
        .into_tuple()
        .all(connection)
        .await
        .map_err(db)?;
    let asked =
        rows.into_iter()
            .filter_map(|(task, tokens_in, tokens_out, nanos, tokens, more)| {
                let reserved = Amount {
                    tokens,
                    nanos: more,
                };
                let asked = AnswersOfTask {
                    tokens_in,
                    tokens_out,
                    nanos,
                    reserved,
                };
                Some((task?.into(), asked))
            });
    Ok(asked.collect())
}

/// What a task has reserved. What an answer takes of it counts once.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Held {
    created_at: DateTime<Utc>,
    reserved: Amount,
    asked: Amount,
    /// What the task may cost beside what its own steps did.
    nanos_max: i64,
}

impl Held {
    pub(crate) async fn read(
        connection: &impl ConnectionTrait,
        project: ProjectId,
        task: TaskId,
    ) -> Result<Self> {
        let row = agent_task::Entity::find_by_id((project.uuid(), task.uuid()))
            .one(connection)
            .await
            .map_err(db)?
            .ok_or(Error::NotFound("task"))?;
        let asked = asked_by(connection, project, [task]).await?;
        let asked = asked.get(&task).copied().unwrap_or_default();
        Ok(Self {
            created_at: row.created_at,
            reserved: Amount {
                tokens: row.reserved_tokens,
                nanos: row.reserved_nanos,
            },
            asked: asked.amount(),
            nanos_max: row.nanos_max - row.cost_nanos,
        })
    }

    /// What the task may use up yet.
    pub(crate) fn left(&self) -> Amount {
        self.reserved.minus(self.asked)
    }

    /// Refuses an answer that the task's own limits have no room for.
    pub(super) fn admit(&self, amount: Amount) -> Result<()> {
        let left = self.left().tokens;
        if amount.tokens > left {
            return Err(Error::BudgetExceeded(format!(
                "this answer may need {} tokens, and the task has {left} of its limit left; shorten the context, \
                 lower maxTokens, or start the task anew with a higher limit",
                amount.tokens
            )));
        }
        let left = self.nanos_max.saturating_sub(self.asked.nanos).max(0);
        if amount.nanos > left {
            return Err(Error::BudgetExceeded(format!(
                "this answer may cost {:.4} US dollars, and the task has {:.4} of its limit left; shorten the \
                 context, choose a cheaper model, or start the task anew with a higher limit",
                money::dollars(amount.nanos),
                money::dollars(left)
            )));
        }
        Ok(())
    }

    /// What an answer needs beside what counts already in a period that began then.
    pub(super) fn beyond(&self, amount: Amount, since: DateTime<Utc>) -> Amount {
        if self.created_at < since {
            return amount;
        }
        amount.minus(self.left())
    }
}
