//! (b) Ancestors in topological order and the cycle check, beside recursive queries on the same graph.

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

use anyhow::{Context, Result};
use graph::Dag;
use kernel::{EdgeId, NodeId};
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, Statement,
};

use crate::{
    database,
    report::{micros, percentile, row, table},
};

const SIZES: [usize; 3] = [1_000, 10_000, 100_000];
const RUNS_IN_MEMORY: usize = 400;
const RUNS_IN_DATABASE: usize = 30;
const ROWS_PER_STATEMENT: usize = 500;

/// Each ancestor once, in no order: the least that a query can do.
const ANCESTORS: &str = "WITH RECURSIVE up(id) AS ( \
    SELECT source FROM bare_edges WHERE target = $1 \
    UNION SELECT e.source FROM bare_edges e JOIN up ON e.target = up.id) SELECT id FROM up";
const REACHES: &str = "WITH RECURSIVE up(id) AS ( \
    SELECT source FROM bare_edges WHERE target = $1 \
    UNION SELECT e.source FROM bare_edges e JOIN up ON e.target = up.id) \
    SELECT EXISTS(SELECT 1 FROM up WHERE id = $2) AS reaches";

struct Sample {
    nodes: Vec<NodeId>,
    /// Places of source and target.
    edges: Vec<(usize, usize)>,
}

pub(crate) async fn run() -> Result<()> {
    let mut rows = vec![row([
        "shape",
        "nodes",
        "what",
        "memory",
        "SQLite",
        "Postgres",
        "SQLite/memory",
        "Postgres/memory",
    ])];
    for (name, shape) in [
        ("threads", threads as fn(usize) -> Vec<(usize, usize)>),
        ("mesh", mesh),
    ] {
        for size in SIZES {
            let sample = Sample {
                nodes: (0..size).map(|_| NodeId::generate()).collect(),
                edges: shape(size),
            };
            compare(name, &sample, &mut rows).await?;
        }
    }
    table(
        "(b) ancestors in topological order, and the cycle check; p50",
        &rows,
    );
    println!(
        "  ancestors: the query walks each node once and leaves the order out, which favours it; \
         cycle: an edge from a late node to an early one"
    );
    Ok(())
}

/// Conversations: chains that fork now and then.
fn threads(size: usize) -> Vec<(usize, usize)> {
    let mut random = Random(7);
    (1..size)
        .map(|node| {
            let forks = random.below(20) == 0;
            let parent = if forks { random.below(node) } else { node - 1 };
            (parent, node)
        })
        .collect()
}

/// Dense work: each node has one to three parents among the fifty before it.
fn mesh(size: usize) -> Vec<(usize, usize)> {
    let mut random = Random(11);
    let mut edges = Vec::new();
    for node in 1..size {
        let mut parents: Vec<usize> = (0..=random.below(3))
            .map(|_| node - 1 - random.below(node.min(50)))
            .collect();
        parents.sort_unstable();
        parents.dedup();
        edges.extend(parents.into_iter().map(|parent| (parent, node)));
    }
    edges
}

/// A fixed sequence, so that every run measures the same graph.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % bound.max(1)
    }
}

async fn compare(name: &str, sample: &Sample, rows: &mut Vec<Vec<String>>) -> Result<()> {
    let dag = dag(sample)?;
    let folder = tempfile::tempdir()?;
    let url = format!(
        "sqlite://{}?mode=rwc",
        folder.path().join("graph.db").display()
    );
    let sqlite = filled(&url, sample).await?;
    let postgres = match database::fresh("load_graph").await? {
        Some(url) => Some(filled(&url, sample).await?),
        None => None,
    };
    let size = sample.nodes.len();
    let pairs = pairs(size);
    for (what, query) in [("ancestors", ANCESTORS), ("cycle check", REACHES)] {
        let ancestors = what == "ancestors";
        let memory = in_memory(&pairs, |early, late| {
            if ancestors {
                black_box(dag.ancestors(*sample.nodes.get(late)?)?.len());
            } else {
                let edge = dag.check_edge(*sample.nodes.get(late)?, *sample.nodes.get(early)?);
                black_box(edge.is_err());
            }
            Some(())
        })?;
        let second = !ancestors;
        let sqlite = in_database(&sqlite, query, sample, &pairs, second).await?;
        let postgres = match &postgres {
            Some(postgres) => Some(in_database(postgres, query, sample, &pairs, second).await?),
            None => None,
        };
        let ratio = |other: Duration| format!("{:.0}", other.as_secs_f64() / memory.as_secs_f64());
        rows.push(row([
            name,
            &size.to_string(),
            what,
            &micros(memory),
            &micros(sqlite),
            &postgres.map_or_else(|| "not measured".to_owned(), micros),
            &ratio(sqlite),
            &postgres.map(ratio).unwrap_or_default(),
        ]));
    }
    Ok(())
}

fn dag(sample: &Sample) -> Result<Dag> {
    let node = |place: usize| sample.nodes.get(place).copied().context("no such node");
    let edges: Result<Vec<_>> = sample
        .edges
        .iter()
        .map(|(source, target)| Ok((EdgeId::generate(), node(*source)?, node(*target)?)))
        .collect();
    Dag::from_parts(sample.nodes.iter().copied(), edges?)
        .map_err(|refusal| anyhow::anyhow!("the sample is not acyclic: {refusal:?}"))
}

/// An early and a late place in the graph, the same for all that is compared.
fn pairs(size: usize) -> Vec<(usize, usize)> {
    let mut random = Random(13);
    (0..RUNS_IN_MEMORY)
        .map(|_| (random.below(size / 4), size - 1 - random.below(size / 4)))
        .collect()
}

fn in_memory(
    pairs: &[(usize, usize)],
    run: impl Fn(usize, usize) -> Option<()>,
) -> Result<Duration> {
    let mut times = Vec::new();
    for (early, late) in pairs {
        let started = Instant::now();
        run(*early, *late).context("no such node")?;
        times.push(started.elapsed());
    }
    times.sort_unstable();
    Ok(percentile(&times, 50))
}

async fn in_database(
    database: &DatabaseConnection,
    query: &str,
    sample: &Sample,
    pairs: &[(usize, usize)],
    second: bool,
) -> Result<Duration> {
    let mut times = Vec::new();
    for (early, late) in pairs.iter().take(RUNS_IN_DATABASE) {
        // What comes before `late`: for the cycle check, whether `early` is among it. The edge would
        // lead from `late` to `early`, and the way back is what the query looks for.
        let late = sample.nodes.get(*late).context("no such node")?.uuid();
        let early = sample.nodes.get(*early).context("no such node")?.uuid();
        let mut values = vec![late.into()];
        if second {
            values.push(early.into());
        }
        let backend = database.get_database_backend();
        let statement = Statement::from_sql_and_values(backend, query, values);
        let started = Instant::now();
        black_box(database.query_all_raw(statement).await?.len());
        times.push(started.elapsed());
    }
    times.sort_unstable();
    Ok(percentile(&times, 50))
}

async fn filled(url: &str, sample: &Sample) -> Result<DatabaseConnection> {
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false);
    let database = Database::connect(options).await?;
    let is_postgres = database.get_database_backend() == DbBackend::Postgres;
    let kind = if is_postgres { "uuid" } else { "blob" };
    let create = format!(
        "CREATE TABLE bare_edges (source {kind} NOT NULL, target {kind} NOT NULL, \
         PRIMARY KEY (target, source))"
    );
    database.execute_unprepared(&create).await?;
    for chunk in sample.edges.chunks(ROWS_PER_STATEMENT) {
        let mut values = Vec::new();
        let mut rows = Vec::new();
        for (source, target) in chunk {
            let first = values.len() + 1;
            rows.push(format!("(${first}, ${})", first + 1));
            for place in [source, target] {
                values.push(
                    sample
                        .nodes
                        .get(*place)
                        .context("no such node")?
                        .uuid()
                        .into(),
                );
            }
        }
        let sql = format!(
            "INSERT INTO bare_edges (source, target) VALUES {}",
            rows.join(", ")
        );
        let backend = database.get_database_backend();
        database
            .execute_raw(Statement::from_sql_and_values(backend, sql, values))
            .await?;
    }
    database.execute_unprepared("ANALYZE").await?;
    Ok(database)
}
