//! The same ancestors by recursive queries, on the tables and indexes that are there.

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

use anyhow::{Result, ensure};
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, Statement};
use uuid::Uuid;

use super::RUNS;
use crate::report::percentile;

const UP: &str = "WITH RECURSIVE up(id) AS ( \
    SELECT source_id FROM edges WHERE project_id = $1 AND target_id = $2 \
    UNION SELECT e.source_id FROM edges e JOIN up ON e.target_id = up.id \
    WHERE e.project_id = $1)";
const IDS: &str = "SELECT id FROM up";
const TEXTS: &str = "SELECT n.id, n.prompt, n.response FROM up \
    JOIN nodes n ON n.project_id = $1 AND n.id = up.id";

pub(super) struct Fetched {
    pub(super) ids: Duration,
    pub(super) texts: Duration,
}

pub(super) async fn fetch(
    url: &str,
    project: &str,
    node: Uuid,
    ancestors: usize,
) -> Result<Fetched> {
    let database = connect(url).await?;
    database.execute_unprepared("ANALYZE").await?;
    let project: Uuid = project.parse()?;
    let mut medians = [Duration::ZERO; 2];
    for (select, median) in [IDS, TEXTS].into_iter().zip(&mut medians) {
        let query = format!("{UP} {select}");
        let mut times = Vec::with_capacity(RUNS);
        for _ in 0..RUNS {
            let backend = database.get_database_backend();
            let values = [project.into(), node.into()];
            let statement = Statement::from_sql_and_values(backend, &query, values);
            let started = Instant::now();
            let rows = database.query_all_raw(statement).await?;
            for row in &rows {
                black_box(row.try_get_by_index::<Uuid>(0)?);
                if select == TEXTS {
                    black_box(row.try_get_by_index::<String>(1)?);
                    black_box(row.try_get_by_index::<Option<String>>(2)?);
                }
            }
            times.push(started.elapsed());
            ensure!(rows.len() == ancestors, "{} ancestors", rows.len());
        }
        times.sort_unstable();
        *median = percentile(&times, 50);
    }
    let [ids, texts] = medians;
    Ok(Fetched { ids, texts })
}

pub(super) async fn connect(url: &str) -> Result<DatabaseConnection> {
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false);
    Ok(Database::connect(options).await?)
}
