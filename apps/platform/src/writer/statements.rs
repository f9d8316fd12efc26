//! Statements that the database gets in one go: each alone would be a round trip, and on SQLite a hand-over to its
//! thread and back.

use kernel::Result;
use sea_orm::{
    ActiveModelTrait, ConnectionTrait, DatabaseTransaction, DbBackend, EntityTrait, Iterable,
    QueryTrait, Statement, StatementBuilder,
    sea_query::{
        CommonTableExpression, InsertStatement, SubQueryStatement, UpdateStatement, Values,
        WithClause,
    },
};

use crate::database::db;

/// The most columns times rows that one statement binds is far below the databases' limits.
const ROWS_PER_STATEMENT: usize = 500;
/// So many values go together: Postgres takes 65,535, and one statement alone can have thousands.
const VALUES_MAX: usize = 10_000;

/// What changes rows and is told nothing.
enum Change {
    Insert(InsertStatement),
    Update(UpdateStatement),
}

/// Changes in their order, and how many values each has.
#[derive(Default)]
pub(super) struct Statements(Vec<(Change, usize)>);

impl Statements {
    /// Inserts many rows with as few statements as there can be.
    pub(super) fn insert<E, A>(&mut self, mut rows: Vec<A>)
    where
        E: EntityTrait,
        A: ActiveModelTrait<Entity = E>,
    {
        let columns = E::Column::iter().count();
        while !rows.is_empty() {
            let rest = rows.split_off(rows.len().min(ROWS_PER_STATEMENT));
            let values = rows.len() * columns;
            let insert = E::insert_many(rows).into_query();
            self.0.push((Change::Insert(insert), values));
            rows = rest;
        }
    }

    pub(super) fn update(&mut self, update: UpdateStatement) {
        let values = update.get_values().len();
        self.0.push((Change::Update(update), values));
    }

    pub(super) async fn run(self, transaction: &DatabaseTransaction) -> Result<()> {
        let (mut together, mut sum) = (Vec::new(), 0);
        for (change, values) in self.0 {
            if sum + values > VALUES_MAX {
                send(transaction, std::mem::take(&mut together)).await?;
                sum = 0;
            }
            together.push(change);
            sum += values;
        }
        send(transaction, together).await
    }
}

async fn send(transaction: &DatabaseTransaction, mut changes: Vec<Change>) -> Result<()> {
    let Some(last) = changes.pop() else {
        return Ok(());
    };
    let backend = transaction.get_database_backend();
    let statement = if backend == DbBackend::Postgres {
        in_one(changes, last)
    } else {
        changes.push(last);
        one_after_the_other(changes, backend)
    };
    transaction
        .execute_raw(statement)
        .await
        .map(drop)
        .map_err(db)
}

/// Postgres takes one statement at a time, which may contain others. All of them see the rows as they were before, and
/// references are checked when all have ended.
fn in_one(before: Vec<Change>, last: Change) -> Statement {
    let mut with = WithClause::new();
    let is_alone = before.is_empty();
    for (place, change) in before.into_iter().enumerate() {
        let query: SubQueryStatement = match change {
            Change::Insert(insert) => insert.into(),
            Change::Update(update) => update.into(),
        };
        let mut part = CommonTableExpression::new();
        part.query(query).table_name(format!("part{place}"));
        with.cte(part);
    }
    let backend = &DbBackend::Postgres;
    match (is_alone, last) {
        (true, Change::Insert(insert)) => StatementBuilder::build(&insert, backend),
        (true, Change::Update(update)) => StatementBuilder::build(&update, backend),
        (false, Change::Insert(insert)) => StatementBuilder::build(&insert.with(with), backend),
        (false, Change::Update(update)) => StatementBuilder::build(&update.with(with), backend),
    }
}

/// SQLite's driver takes several statements as one text.
fn one_after_the_other(changes: Vec<Change>, backend: DbBackend) -> Statement {
    let (mut sql, mut values) = (String::new(), Vec::new());
    for change in changes {
        let statement = match change {
            Change::Insert(insert) => StatementBuilder::build(&insert, &backend),
            Change::Update(update) => StatementBuilder::build(&update, &backend),
        };
        if !sql.is_empty() {
            sql.push(';');
        }
        sql.push_str(&statement.sql);
        values.extend(statement.values.into_iter().flat_map(|values| values.0));
    }
    Statement {
        sql,
        values: Some(Values(values)),
        db_backend: backend,
    }
}
