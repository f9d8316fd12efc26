use chrono::{DateTime, Datelike, NaiveTime, Utc};
use entity::{
    budget,
    enums::{BudgetPeriod, RunState},
};
use kernel::{Error, ProjectId, Result, UserId};
use platform::{Write, db};
use sea_orm::{
    ActiveEnum, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, Statement,
};
use uuid::Uuid;

use crate::money;

/// Tokens, and money in billionths of a US dollar.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Amount {
    pub(crate) tokens: i64,
    pub(crate) nanos: i64,
}

/// Refuses what no budget has room for. What is running counts with all it may yet need, and the
/// project's lock keeps others from counting at the same time.
pub(crate) async fn reserve(write: &mut Write, by: UserId, amount: Amount) -> Result<()> {
    let project = write.project_id()?;
    let budgets = budget::Entity::find()
        .filter(budget::Column::ProjectId.eq(project.uuid()))
        .filter(budget::Column::UserId.is_in([Uuid::nil(), by.uuid()]))
        .all(write.read().await?)
        .await
        .map_err(db)?;
    let now = write.now();
    for budget in budgets {
        let of = (!budget.user_id.is_nil()).then_some(by);
        let since = beginning(budget.period, now);
        let spent = spent(write.read().await?, project, of, since).await?;
        refuse_beyond(&budget, spent, amount)?;
    }
    Ok(())
}

fn refuse_beyond(budget: &budget::Model, spent: Amount, amount: Amount) -> Result<()> {
    let whose = if budget.user_id.is_nil() {
        "the project's"
    } else {
        "your"
    };
    let period = match budget.period {
        BudgetPeriod::Day => "day",
        BudgetPeriod::Month => "month",
    };
    if let Some(max) = budget.tokens_max
        && spent.tokens.saturating_add(amount.tokens) > max
    {
        let left = (max - spent.tokens).max(0);
        return Err(Error::BudgetExceeded(format!(
            "this may need {} tokens, and {whose} budget has {left} of {max} left for the {period}; \
             shorten the context, lower maxTokens, or have the budget raised",
            amount.tokens,
        )));
    }
    if let Some(max) = budget.nanos_max
        && spent.nanos.saturating_add(amount.nanos) > max
    {
        let left = money::dollars((max - spent.nanos).max(0));
        return Err(Error::BudgetExceeded(format!(
            "this may cost {:.4} US dollars, and {whose} budget has {left:.4} of {:.4} left for the \
             {period}; shorten the context, choose a cheaper model, or have the budget raised",
            money::dollars(amount.nanos),
            money::dollars(max),
        )));
    }
    Ok(())
}

/// Days and months are those of UTC.
pub(super) fn beginning(period: BudgetPeriod, now: DateTime<Utc>) -> DateTime<Utc> {
    let day = now.date_naive();
    let first = match period {
        BudgetPeriod::Day => day,
        BudgetPeriod::Month => day.with_day(1).unwrap_or(day),
    };
    first.and_time(NaiveTime::MIN).and_utc()
}

/// What was spent since, and what running generations may yet spend.
pub(super) async fn spent(
    connection: &impl ConnectionTrait,
    project: ProjectId,
    of: Option<UserId>,
    since: DateTime<Utc>,
) -> Result<Amount> {
    let [queued, running] = [RunState::Queued, RunState::Running].map(|state| state.to_value());
    let sql = format!(
        "SELECT CAST(COALESCE(SUM(CASE WHEN state IN ('{queued}', '{running}') THEN reserved_tokens \
             ELSE COALESCE(tokens_in, 0) + COALESCE(tokens_out, 0) END), 0) AS BIGINT), \
         CAST(COALESCE(SUM(CASE WHEN state IN ('{queued}', '{running}') THEN reserved_nanos \
             ELSE COALESCE(cost_nanos, 0) END), 0) AS BIGINT) \
         FROM generations WHERE project_id = $1 AND created_at >= $2 AND ($3 OR requested_by = $4)"
    );
    let values = [
        project.uuid().into(),
        since.into(),
        of.is_none().into(),
        of.map(UserId::uuid).unwrap_or_default().into(),
    ];
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
