//! What an agent has done, computed from its tasks.

use std::collections::HashMap;

use chrono::{Days, NaiveDate, NaiveTime};
use entity::{agent_task, enums::TaskStatus};
use generation::calls::dollars;
use kernel::{AgentId, Error, Result, Scope};
use platform::{Ctx, db};
use protocol::agents::{AgentDay, AgentStatistics, StatisticsQuery};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect, Statement};

use super::queries;

const DAYS_DEFAULT: u32 = 30;
const DAYS_MAX: u32 = 90;

pub(super) async fn get(ctx: &Ctx, id: AgentId, query: StatisticsQuery) -> Result<AgentStatistics> {
    let user = ctx.user_with_scope(Scope::Agent)?;
    queries::row(ctx, user, id).await?;
    let days = query.days.unwrap_or(DAYS_DEFAULT);
    if !(1..=DAYS_MAX).contains(&days) {
        return Err(Error::invalid(
            "days",
            format!("must be from 1 to {DAYS_MAX}"),
        ));
    }
    let mut statistics = AgentStatistics {
        agent_id: id,
        total_conversations: 0,
        total_messages: 0,
        user_messages: 0,
        assistant_messages: 0,
        total_tokens_used: 0,
        avg_response_time_ms: None,
        last_conversation_date: None,
        total_cost: 0.0,
        completed: 0,
        failed: 0,
        cancelled: 0,
        days: days_of(ctx, id, days).await?,
    };
    count_tasks(ctx, id, &mut statistics).await?;
    count_steps(ctx, id, &mut statistics).await?;
    Ok(statistics)
}

type Row = (
    TaskStatus,
    chrono::DateTime<chrono::Utc>,
    Option<chrono::DateTime<chrono::Utc>>,
    Option<chrono::DateTime<chrono::Utc>>,
    i64,
    i64,
    i64,
);

/// Every task is one row, and an agent may have very many: they are added up as they come.
async fn count_tasks(ctx: &Ctx, id: AgentId, statistics: &mut AgentStatistics) -> Result<()> {
    use agent_task::Column;
    let rows: Vec<Row> = agent_task::Entity::find()
        .select_only()
        .columns([
            Column::Status,
            Column::CreatedAt,
            Column::StartedAt,
            Column::CompletedAt,
            Column::TokensIn,
            Column::TokensOut,
            Column::CostNanos,
        ])
        .filter(Column::AgentId.eq(id.uuid()))
        .into_tuple()
        .all(ctx.reader())
        .await
        .map_err(db)?;
    let (mut nanos, mut millis, mut ended) = (0_i64, 0_i64, 0_i64);
    for (status, created_at, started_at, completed_at, tokens_in, tokens_out, cost) in rows {
        statistics.total_conversations += 1;
        statistics.total_tokens_used += tokens_in + tokens_out;
        nanos = nanos.saturating_add(cost);
        match status {
            TaskStatus::Completed => statistics.completed += 1,
            TaskStatus::Failed => statistics.failed += 1,
            TaskStatus::Cancelled => statistics.cancelled += 1,
            TaskStatus::Pending | TaskStatus::Running | TaskStatus::Waiting => {}
        }
        if let (Some(from), Some(to)) = (started_at, completed_at) {
            millis += (to - from).num_milliseconds();
            ended += 1;
        }
        let latest = statistics.last_conversation_date.map(|latest| latest.0);
        statistics.last_conversation_date = latest.max(Some(created_at)).map(Into::into);
    }
    statistics.total_cost = dollars(nanos);
    statistics.avg_response_time_ms = (ended > 0).then(|| millis / ended);
    Ok(())
}

async fn count_steps(ctx: &Ctx, id: AgentId, statistics: &mut AgentStatistics) -> Result<()> {
    let sql = "SELECT s.kind AS kind, count(*) AS steps FROM agent_steps s \
         JOIN agent_tasks t ON t.project_id = s.project_id AND t.id = s.task_id \
         WHERE t.agent_id = $1 GROUP BY s.kind";
    let backend = ctx.reader().get_database_backend();
    let ask = Statement::from_sql_and_values(backend, sql, [id.uuid().into()]);
    let rows = ctx.reader().query_all_raw(ask).await.map_err(db)?;
    for row in rows {
        let kind: String = row.try_get("", "kind").map_err(db)?;
        let steps: i64 = row.try_get("", "steps").map_err(db)?;
        match kind.as_str() {
            "MODEL" => statistics.assistant_messages += steps,
            "MESSAGE" => statistics.user_messages += steps,
            _ => {}
        }
    }
    // The prompt of each task is a message of whoever gave it.
    statistics.user_messages += statistics.total_conversations;
    statistics.total_messages = statistics.user_messages + statistics.assistant_messages;
    Ok(())
}

async fn days_of(ctx: &Ctx, id: AgentId, days: u32) -> Result<Vec<AgentDay>> {
    use agent_task::Column;
    let today = ctx.now().date_naive();
    let first = today
        .checked_sub_days(Days::new(u64::from(days) - 1))
        .unwrap_or(today);
    let since = first.and_time(NaiveTime::MIN).and_utc();
    let rows: Vec<(chrono::DateTime<chrono::Utc>, i64, i64, i64)> = agent_task::Entity::find()
        .select_only()
        .columns([
            Column::CreatedAt,
            Column::TokensIn,
            Column::TokensOut,
            Column::CostNanos,
        ])
        .filter(Column::AgentId.eq(id.uuid()))
        .filter(Column::CreatedAt.gte(since))
        .into_tuple()
        .all(ctx.reader())
        .await
        .map_err(db)?;
    let mut sums: HashMap<NaiveDate, (i64, i64, i64)> = HashMap::new();
    for (at, tokens_in, tokens_out, nanos) in rows {
        let sum = sums.entry(at.date_naive()).or_default();
        sum.0 += 1;
        sum.1 += tokens_in + tokens_out;
        sum.2 += nanos;
    }
    let days = first.iter_days().take_while(|day| *day <= today);
    let told = days.map(|day| {
        let (tasks, tokens, nanos) = sums.get(&day).copied().unwrap_or_default();
        AgentDay {
            date: day.to_string(),
            tasks,
            tokens,
            cost: dollars(nanos),
        }
    });
    Ok(told.collect())
}
