use chrono::{DateTime, Datelike, NaiveTime, Utc};
use entity::{budget, enums::BudgetPeriod, project_member};
use kernel::{AgentId, Permission, ProjectId, Result, UserId};
use platform::{Ctx, db};
use protocol::budgets::{BudgetsView, PersonBudget};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait, Statement, Value,
};
use uuid::Uuid;

use super::{amount::Amount, limits::Limit, row::to_view};
use crate::setup::Setup;

pub(super) async fn get(ctx: &Ctx, project: ProjectId) -> Result<BudgetsView> {
    ctx.project(project, Permission::COSTS_READ).await?;
    view(ctx, project).await
}

/// For whoever may see budgets, or has just said all of them.
pub(super) async fn view(ctx: &Ctx, project: ProjectId) -> Result<BudgetsView> {
    let rows = all(ctx.reader(), project).await?;
    let setup = Setup::of_platform(&ctx.platform)?;
    Ok(BudgetsView {
        items: rows.iter().map(to_view).collect(),
        per_person: setup.person_limits.limits().map(Limit::view).collect(),
    })
}

/// What the operator lets the caller spend, and what is spent of it.
pub(crate) async fn own(ctx: &Ctx) -> Result<Vec<(PersonBudget, Amount)>> {
    // Whoever reads without an account spends nothing.
    let Ok(user) = ctx.user_id() else {
        return Ok(Vec::new());
    };
    let setup = Setup::of_platform(&ctx.platform)?;
    let mut own = Vec::new();
    for limit in setup.person_limits.limits() {
        let since = beginning(limit.period, ctx.now());
        let spent = spent(ctx.reader(), Whose::Person(user), since).await?;
        own.push((limit.view(), spent));
    }
    Ok(own)
}

/// The budgets of the project and of those who are its members now.
pub(crate) async fn all(
    connection: &impl ConnectionTrait,
    project: ProjectId,
) -> Result<Vec<budget::Model>> {
    let members = project_member::Entity::find()
        .select_only()
        .column(project_member::Column::UserId)
        .filter(project_member::Column::ProjectId.eq(project.uuid()))
        .into_query();
    let those = Condition::any()
        .add(budget::Column::UserId.eq(Uuid::nil()))
        .add(budget::Column::UserId.in_subquery(members));
    budget::Entity::find()
        .filter(budget::Column::ProjectId.eq(project.uuid()))
        .filter(those)
        .order_by_asc(budget::Column::UserId)
        .order_by_asc(budget::Column::Period)
        .all(connection)
        .await
        .map_err(db)
}

/// Whose spending.
#[derive(Clone, Copy, Debug)]
pub(super) enum Whose {
    Project(ProjectId),
    Member(ProjectId, UserId),
    /// In all projects.
    Person(UserId),
    Agent(ProjectId, AgentId),
}

/// What was spent of a budget in its period, and what running generations may yet spend.
pub(crate) async fn spent_of(
    connection: &impl ConnectionTrait,
    budget: &budget::Model,
    now: DateTime<Utc>,
) -> Result<Amount> {
    let project = budget.project_id.into();
    let whose = if budget.user_id.is_nil() {
        Whose::Project(project)
    } else {
        Whose::Member(project, budget.user_id.into())
    };
    spent(connection, whose, beginning(budget.period, now)).await
}

/// How much of a budget is used up.
#[derive(Clone, Copy, Debug)]
pub struct BudgetUse {
    pub id: Uuid,
    /// The member it limits, if it does not limit the whole project.
    pub of: Option<UserId>,
    /// When its period began.
    pub since: DateTime<Utc>,
    /// Of its tokens or of its money, whichever is more.
    pub percent: i64,
}

/// How much is used of the project's budgets, and of this member's.
pub async fn used(
    connection: &impl ConnectionTrait,
    project: ProjectId,
    by: UserId,
    now: DateTime<Utc>,
) -> Result<Vec<BudgetUse>> {
    let rows = budget::Entity::find()
        .filter(budget::Column::ProjectId.eq(project.uuid()))
        .filter(budget::Column::UserId.is_in([Uuid::nil(), by.uuid()]))
        .all(connection)
        .await
        .map_err(db)?;
    let mut used = Vec::new();
    for row in rows {
        let Amount { tokens, nanos } = spent_of(connection, &row, now).await?;
        let shares = [(tokens, row.tokens_max), (nanos, row.nanos_max)];
        let shares = shares.into_iter().filter_map(|(spent, max)| {
            let percent = spent.saturating_mul(100).checked_div(max?);
            Some(percent.unwrap_or(100))
        });
        used.push(BudgetUse {
            id: row.id,
            of: (!row.user_id.is_nil()).then(|| row.user_id.into()),
            since: beginning(row.period, now),
            percent: shares.max().unwrap_or_default(),
        });
    }
    Ok(used)
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

/// What was used up, and what is reserved. Answers take what they need out of what their task has reserved, so that as
/// long as it is not over, the two count once.
const SPENT: &str = "\
    SELECT project_id, requested_by, task_id, created_at, \
        reserved_tokens + COALESCE(tokens_in, 0) + COALESCE(tokens_out, 0) AS tokens, \
        reserved_nanos + COALESCE(cost_nanos, 0) AS nanos \
    FROM generations \
    UNION ALL \
    SELECT project_id, requested_by, id, created_at, reserved_tokens + tokens_in + tokens_out, \
        reserved_nanos + cost_nanos \
    FROM agent_tasks \
    UNION ALL \
    SELECT project_id, user_id, CAST(NULL AS uuid), created_at, reserved_tokens + tokens, \
        reserved_nanos + cost_nanos \
    FROM voice_interactions \
    UNION ALL \
    SELECT project_id, requested_by, id, created_at, \
        -CASE WHEN tokens < reserved_tokens THEN tokens ELSE reserved_tokens END, \
        -CASE WHEN nanos < reserved_nanos THEN nanos ELSE reserved_nanos END \
    FROM ( \
        SELECT project_id, requested_by, id, created_at, reserved_tokens, reserved_nanos, \
            (SELECT COALESCE(SUM(reserved_tokens + COALESCE(tokens_in, 0) + COALESCE(tokens_out, 0)), 0) \
                FROM generations AS answers \
                WHERE answers.project_id = tasks.project_id AND answers.task_id = tasks.id) AS tokens, \
            (SELECT COALESCE(SUM(reserved_nanos + COALESCE(cost_nanos, 0)), 0) \
                FROM generations AS answers \
                WHERE answers.project_id = tasks.project_id AND answers.task_id = tasks.id) AS nanos \
        FROM agent_tasks AS tasks WHERE status IN ('PENDING', 'RUNNING', 'WAITING') \
    ) AS held";

/// What was spent since, and what is reserved for what is not over.
pub(super) async fn spent(
    connection: &impl ConnectionTrait,
    whose: Whose,
    since: DateTime<Utc>,
) -> Result<Amount> {
    let (those, mut values): (&str, Vec<Value>) = match whose {
        Whose::Project(project) => ("project_id = $2", vec![project.uuid().into()]),
        Whose::Member(project, user) => (
            "project_id = $2 AND requested_by = $3",
            vec![project.uuid().into(), user.uuid().into()],
        ),
        Whose::Person(user) => ("requested_by = $2", vec![user.uuid().into()]),
        Whose::Agent(project, agent) => (
            "project_id = $2 AND task_id IN \
             (SELECT id FROM agent_tasks WHERE project_id = $2 AND agent_id = $3)",
            vec![project.uuid().into(), agent.uuid().into()],
        ),
    };
    values.insert(0, since.into());
    let sql = format!(
        "SELECT CAST(COALESCE(SUM(tokens), 0) AS BIGINT), CAST(COALESCE(SUM(nanos), 0) AS BIGINT) \
         FROM ({SPENT}) AS asked WHERE created_at >= $1 AND {those}"
    );
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
