//! What an agent has done, added up by the database from its tasks and the answers that they asked for.

use std::collections::HashMap;

use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use generation::calls::dollars;
use kernel::{AgentId, Error, Result, Scope};
use platform::{Ctx, db};
use protocol::agents::{AgentDay, AgentRatings, AgentStatistics, StatisticsQuery};
use sea_orm::{ConnectionTrait, DbBackend, QueryResult, Statement, TryGetable, Value};

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
        ratings: ratings(ctx, id).await?,
        days: days_of(ctx, id, days).await?,
    };
    count_tasks(ctx, id, &mut statistics).await?;
    count_steps(ctx, id, &mut statistics).await?;
    Ok(statistics)
}

/// What each task took, and each answer that one asked for.
const TAKEN: &str = "\
    SELECT created_at, 1 AS tasks, tokens_in + tokens_out AS tokens, cost_nanos AS nanos \
    FROM agent_tasks WHERE agent_id = $1 \
    UNION ALL \
    SELECT answers.created_at, 0, \
        COALESCE(answers.tokens_in, 0) + COALESCE(answers.tokens_out, 0), \
        COALESCE(answers.cost_nanos, 0) \
    FROM agent_tasks AS tasks JOIN generations AS answers \
        ON answers.project_id = tasks.project_id AND answers.task_id = tasks.id \
    WHERE tasks.agent_id = $1";

async fn count_tasks(ctx: &Ctx, id: AgentId, statistics: &mut AgentStatistics) -> Result<()> {
    let millis = if is_postgres(ctx) {
        "EXTRACT(EPOCH FROM completed_at - started_at) * 1000"
    } else {
        "(julianday(completed_at) - julianday(started_at)) * 86400000"
    };
    let ended = |status: &str| {
        format!("CAST(COALESCE(SUM(CASE WHEN status = '{status}' THEN 1 ELSE 0 END), 0) AS BIGINT)")
    };
    let [completed, failed, cancelled] = ["COMPLETED", "FAILED", "CANCELLED"].map(ended);
    let sql = format!(
        "SELECT CAST(COUNT(*) AS BIGINT), {completed}, {failed}, {cancelled}, \
         CAST(ROUND(AVG({millis})) AS BIGINT), MAX(created_at) FROM agent_tasks WHERE agent_id = $1"
    );
    for row in asked(ctx, &sql, [id.uuid().into()]).await? {
        statistics.total_conversations = at(&row, 0)?;
        statistics.completed = at(&row, 1)?;
        statistics.failed = at(&row, 2)?;
        statistics.cancelled = at(&row, 3)?;
        statistics.avg_response_time_ms = at(&row, 4)?;
        let latest: Option<DateTime<Utc>> = at(&row, 5)?;
        statistics.last_conversation_date = latest.map(Into::into);
    }
    let sql = format!(
        "SELECT CAST(COALESCE(SUM(tokens), 0) AS BIGINT), CAST(COALESCE(SUM(nanos), 0) AS BIGINT) \
         FROM ({TAKEN}) AS taken"
    );
    for row in asked(ctx, &sql, [id.uuid().into()]).await? {
        statistics.total_tokens_used = at(&row, 0)?;
        statistics.total_cost = dollars(at(&row, 1)?);
    }
    Ok(())
}

async fn count_steps(ctx: &Ctx, id: AgentId, statistics: &mut AgentStatistics) -> Result<()> {
    let sql = "SELECT steps.kind, CAST(COUNT(*) AS BIGINT) FROM agent_steps AS steps \
         JOIN agent_tasks AS tasks \
             ON tasks.project_id = steps.project_id AND tasks.id = steps.task_id \
         WHERE tasks.agent_id = $1 GROUP BY steps.kind";
    for row in asked(ctx, sql, [id.uuid().into()]).await? {
        let (kind, steps): (String, i64) = (at(&row, 0)?, at(&row, 1)?);
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

/// What people said of the answers that its tasks asked for.
async fn ratings(ctx: &Ctx, id: AgentId) -> Result<AgentRatings> {
    let sql = "SELECT CAST(COUNT(said.rating) AS BIGINT), CAST(AVG(said.rating) AS DOUBLE PRECISION), \
         CAST(AVG(CASE WHEN said.is_helpful THEN 1.0 WHEN NOT said.is_helpful THEN 0.0 END) \
             AS DOUBLE PRECISION) \
         FROM agent_tasks AS tasks \
         JOIN generations AS answers \
             ON answers.project_id = tasks.project_id AND answers.task_id = tasks.id \
         JOIN answer_feedback AS said \
             ON said.project_id = answers.project_id AND said.generation_id = answers.id \
         WHERE tasks.agent_id = $1";
    let rows = asked(ctx, sql, [id.uuid().into()]).await?;
    let Some(row) = rows.first() else {
        return Ok(AgentRatings::default());
    };
    Ok(AgentRatings {
        count: at(row, 0)?,
        mean: at(row, 1)?,
        helpful_share: at(row, 2)?,
    })
}

async fn days_of(ctx: &Ctx, id: AgentId, days: u32) -> Result<Vec<AgentDay>> {
    let today = ctx.now().date_naive();
    let first = today
        .checked_sub_days(Days::new(u64::from(days) - 1))
        .unwrap_or(today);
    let since = first.and_time(NaiveTime::MIN).and_utc();
    let day = if is_postgres(ctx) {
        "to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD')"
    } else {
        "substr(created_at, 1, 10)"
    };
    let sql = format!(
        "SELECT {day}, CAST(SUM(tasks) AS BIGINT), CAST(SUM(tokens) AS BIGINT), \
         CAST(SUM(nanos) AS BIGINT) FROM ({TAKEN}) AS taken WHERE created_at >= $2 GROUP BY 1"
    );
    let mut sums: HashMap<String, (i64, i64, i64)> = HashMap::new();
    for row in asked(ctx, &sql, [id.uuid().into(), since.into()]).await? {
        let sum = (at(&row, 1)?, at(&row, 2)?, at(&row, 3)?);
        sums.insert(at(&row, 0)?, sum);
    }
    let days = first.iter_days().take_while(|day| *day <= today);
    Ok(days.map(|day| told(day, &sums)).collect())
}

/// A day, also one on which nothing was done.
fn told(day: NaiveDate, sums: &HashMap<String, (i64, i64, i64)>) -> AgentDay {
    let date = day.to_string();
    let (tasks, tokens, nanos) = sums.get(&date).copied().unwrap_or_default();
    AgentDay {
        date,
        tasks,
        tokens,
        cost: dollars(nanos),
    }
}

fn is_postgres(ctx: &Ctx) -> bool {
    ctx.reader().get_database_backend() == DbBackend::Postgres
}

async fn asked(
    ctx: &Ctx,
    sql: &str,
    values: impl IntoIterator<Item = Value>,
) -> Result<Vec<QueryResult>> {
    let reader = ctx.reader();
    let ask = Statement::from_sql_and_values(reader.get_database_backend(), sql, values);
    reader.query_all_raw(ask).await.map_err(db)
}

fn at<T: TryGetable>(row: &QueryResult, column: usize) -> Result<T> {
    row.try_get_by_index(column).map_err(db)
}
