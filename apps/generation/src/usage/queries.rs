use std::{
    cmp::Reverse,
    collections::{HashMap, HashSet},
};

use kernel::{Error, NodeId, Permission, ProjectId, Result};
use platform::{Ctx, Current, ProjectAccess, db};
use protocol::{
    generations::TokenCounts,
    usage::{
        Branch, BudgetSpent, OwnSpent, Spent, USAGE_ITEMS_MAX, UsageBy, UsageItem, UsageQuery,
        UsageSum, UsageView,
    },
};
use sea_orm::{ConnectionTrait, DbBackend, DbErr, QueryResult, Statement, Value};
use uuid::Uuid;

use crate::{budgets, context::Contexts, money};

pub(super) async fn usage(ctx: &Ctx, project: ProjectId, query: UsageQuery) -> Result<UsageView> {
    let access = ctx.project(project, Permission::COSTS_READ).await?;
    if query.branch.is_some() {
        // What rests on what is for those who may read the graph.
        access.require(&ctx.principal, Permission::GRAPH_READ)?;
    }
    let nodes = nodes(ctx, &access, &query).await?;
    let by = query.by.unwrap_or_default();
    let mut sums: HashMap<Option<String>, Sum> = HashMap::new();
    for row in rows(ctx, project, by, &query).await? {
        let counts = |nodes: &HashSet<NodeId>| row.node.is_some_and(|node| nodes.contains(&node));
        if nodes.as_ref().is_none_or(counts) {
            sums.entry(row.key).or_default().add(row.sum);
        }
    }
    let mut total = Sum::default();
    sums.values().for_each(|sum| total.add(*sum));
    Ok(UsageView {
        items: items(by, sums),
        total: total.view(),
        budgets: budgets(ctx, project).await?,
        own: own(ctx).await?,
    })
}

/// The nodes that count; all that there ever were if none is named.
async fn nodes(
    ctx: &Ctx,
    access: &ProjectAccess,
    query: &UsageQuery,
) -> Result<Option<HashSet<NodeId>>> {
    let Some(node) = query.node else {
        if query.branch.is_some() {
            let detail = "says which relatives count; name their `node`, too";
            return Err(Error::invalid("branch", detail));
        }
        return Ok(None);
    };
    let (above, below) = match query.branch {
        None => (false, false),
        Some(Branch::Ancestors) => (true, false),
        Some(Branch::Descendants) => (false, true),
        Some(Branch::Both) => (true, true),
    };
    let found = ctx
        .shared(access, |current: &Current<Contexts>| {
            let graph = current.projection.graph();
            let above = above.then(|| graph.ancestors(node)).flatten();
            let below = below.then(|| graph.descendants(node)).flatten();
            let relatives = above.into_iter().chain(below).flatten();
            let nodes = relatives.map(|relative| relative.node).chain([node]);
            graph.contains(node).then(|| nodes.collect())
        })
        .await?;
    found.ok_or(Error::NotFound("node")).map(Some)
}

#[derive(Clone, Copy, Debug, Default)]
struct Sum {
    generations: i64,
    input: i64,
    cached: i64,
    output: i64,
    nanos: i64,
}

impl Sum {
    fn add(&mut self, other: Self) {
        self.generations += other.generations;
        self.input += other.input;
        self.cached += other.cached;
        self.output += other.output;
        self.nanos += other.nanos;
    }

    fn view(self) -> UsageSum {
        UsageSum {
            generations: self.generations,
            tokens: TokenCounts {
                input: self.input,
                cached: self.cached,
                output: self.output,
            },
            cost: money::dollars(self.nanos),
        }
    }
}

struct Row {
    /// Nothing for what belongs to no node, when it is summed by node.
    key: Option<String>,
    node: Option<NodeId>,
    sum: Sum,
}

/// Whatever was asked of models in a project: answers, the steps of agents, speech.
const ASKED: &str = "\
    SELECT node_id, requested_by, COALESCE(answered_by, model) AS model, created_at, \
        tokens_in, tokens_cached, tokens_out, cost_nanos \
    FROM generations WHERE project_id = $1 AND origin = 'MODEL' \
    UNION ALL \
    SELECT tasks.node_id, tasks.requested_by, steps.content ->> 'model', steps.created_at, \
        steps.tokens_in, 0, steps.tokens_out, steps.cost_nanos \
    FROM agent_steps AS steps \
    JOIN agent_tasks AS tasks ON tasks.project_id = steps.project_id AND tasks.id = steps.task_id \
    WHERE steps.project_id = $1 AND steps.kind = 'MODEL' \
    UNION ALL \
    SELECT node_id, user_id, model, created_at, tokens, 0, 0, cost_nanos \
    FROM voice_interactions WHERE project_id = $1";

/// Sums for each key and node.
async fn rows(ctx: &Ctx, project: ProjectId, by: UsageBy, query: &UsageQuery) -> Result<Vec<Row>> {
    let connection = ctx.reader();
    let backend = connection.get_database_backend();
    let mut values: Vec<Value> = vec![project.uuid().into()];
    let mut wanted = Vec::new();
    for (at, sign) in [(query.from, ">="), (query.to, "<")] {
        if let Some(at) = at {
            values.push(at.0.into());
            wanted.push(format!("created_at {sign} ${}", values.len()));
        }
    }
    let wanted = if wanted.is_empty() {
        String::new()
    } else {
        format!("WHERE {}", wanted.join(" AND "))
    };
    let key = key(by, backend);
    let sum = |column| format!("CAST(COALESCE(SUM({column}), 0) AS BIGINT)");
    let sums = ["tokens_in", "tokens_cached", "tokens_out", "cost_nanos"].map(sum);
    let sql = format!(
        "SELECT {key}, node_id, CAST(COUNT(*) AS BIGINT), {} FROM ({ASKED}) AS asked {wanted} \
         GROUP BY 1, 2",
        sums.join(", ")
    );
    let asked = Statement::from_sql_and_values(backend, sql, values);
    let rows = connection.query_all_raw(asked).await.map_err(db)?;
    rows.iter().map(|row| read(row, by).map_err(db)).collect()
}

fn key(by: UsageBy, backend: DbBackend) -> &'static str {
    match by {
        UsageBy::Node => "node_id",
        UsageBy::Member => "requested_by",
        UsageBy::Model => "model",
        UsageBy::Day if backend == DbBackend::Postgres => {
            "to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD')"
        }
        UsageBy::Day => "substr(created_at, 1, 10)",
    }
}

fn read(row: &QueryResult, by: UsageBy) -> Result<Row, DbErr> {
    let key = match by {
        UsageBy::Node | UsageBy::Member => row
            .try_get_by_index::<Option<Uuid>>(0)?
            .map(|id| id.to_string()),
        UsageBy::Model | UsageBy::Day => row.try_get_by_index(0)?,
    };
    Ok(Row {
        key,
        node: row.try_get_by_index::<Option<Uuid>>(1)?.map(Into::into),
        sum: Sum {
            generations: row.try_get_by_index(2)?,
            input: row.try_get_by_index(3)?,
            cached: row.try_get_by_index(4)?,
            output: row.try_get_by_index(5)?,
            nanos: row.try_get_by_index(6)?,
        },
    })
}

/// The newest days first, or what cost most; the rest goes together.
fn items(by: UsageBy, mut sums: HashMap<Option<String>, Sum>) -> Vec<UsageItem> {
    let mut rest = sums.remove(&None).unwrap_or_default();
    let mut sums: Vec<(Option<String>, Sum)> = sums.into_iter().collect();
    match by {
        UsageBy::Day => sums.sort_unstable_by(|one, other| other.0.cmp(&one.0)),
        UsageBy::Node | UsageBy::Member | UsageBy::Model => sums.sort_unstable_by(|one, other| {
            let rank = |sum: &Sum| Reverse((sum.nanos, sum.input + sum.output, sum.generations));
            (rank(&one.1), &one.0).cmp(&(rank(&other.1), &other.0))
        }),
    }
    if sums.len() > USAGE_ITEMS_MAX {
        let beyond = sums.drain(USAGE_ITEMS_MAX - 1..);
        beyond.for_each(|(_, sum)| rest.add(sum));
    }
    let mut items: Vec<UsageItem> = sums
        .into_iter()
        .map(|(key, sum)| UsageItem {
            key,
            sum: sum.view(),
        })
        .collect();
    if rest.generations > 0 {
        items.push(UsageItem {
            key: None,
            sum: rest.view(),
        });
    }
    items
}

async fn budgets(ctx: &Ctx, project: ProjectId) -> Result<Vec<BudgetSpent>> {
    let connection = ctx.reader();
    let mut views = Vec::new();
    for row in budgets::all(connection, project).await? {
        let spent = budgets::spent_of(connection, &row, ctx.now()).await?;
        views.push(BudgetSpent::new(budgets::to_view(&row), shown(spent)));
    }
    Ok(views)
}

async fn own(ctx: &Ctx) -> Result<Vec<OwnSpent>> {
    let own = budgets::own(ctx).await?.into_iter();
    Ok(own
        .map(|(budget, spent)| OwnSpent::new(budget, shown(spent)))
        .collect())
}

fn shown(spent: budgets::Amount) -> Spent {
    Spent {
        tokens: spent.tokens,
        cost: money::dollars(spent.nanos),
    }
}
