//! Every way counters change.

use kernel::{Error, OpId, Permission, Result};
use platform::{Command, Operation, ProjectCommand, Write, db};
use protocol::events::{Event, FeatureEvent, NodeEvent};
use sea_orm::{ConnectionTrait, Statement};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{events::CounterEvent, jobs, projection::Counters};

/// Raises a counter.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AddToCounter {
    pub(crate) name: String,
    pub(crate) by: i64,
    /// Says so to nobody, as well.
    #[serde(default)]
    pub(crate) secretly: bool,
}

#[derive(Debug)]
pub(crate) struct Add {
    pub(crate) input: AddToCounter,
}

impl Command for Add {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        write.require(Permission::GRAPH_WRITE)?;
        add(write, &self.input.name, self.input.by).await?;
        if self.input.secretly {
            let name = self.input.name.clone();
            emit(write, &CounterEvent::Secret { name })?;
        }
        Ok(())
    }
}

impl ProjectCommand for Add {
    fn replay(&self, _event: &Event) -> Result<()> {
        Ok(())
    }
}

impl Operation for Add {
    const OP: &'static str = "counter.add";
    type Input = AddToCounter;

    fn of(_: Option<OpId>, input: AddToCounter) -> Self {
        Self { input }
    }
}

pub(crate) async fn add(write: &mut Write, name: &str, by: i64) -> Result<()> {
    let value = write.projection::<Counters>().await?.value(name) + by;
    let project = write.project_id()?;
    let sql = "INSERT INTO counters (project_id, name, value) VALUES ($1, $2, $3) \
        ON CONFLICT (project_id, name) DO UPDATE SET value = excluded.value";
    let connection = write.conn().await?;
    let values = [project.to_string().into(), name.into(), value.into()];
    let backend = connection.get_database_backend();
    let statement = Statement::from_sql_and_values(backend, sql, values);
    connection.execute_raw(statement).await.map_err(db)?;
    let name = name.to_owned();
    emit(write, &CounterEvent::Add { name, value })?;
    if value % jobs::EVERY == 0 {
        write.enqueue(&jobs::Celebrate { project })?;
    }
    Ok(())
}

fn emit(write: &mut Write, event: &CounterEvent) -> Result<()> {
    write.emit(FeatureEvent::of(event).map_err(Error::internal)?);
    Ok(())
}

/// The reaction: whoever makes a node, it is counted in the same transaction.
pub(crate) async fn count_nodes(write: &mut Write) -> Result<()> {
    let made = write
        .news()
        .iter()
        .filter(|event| is_new_node(event))
        .count();
    if made == 0 {
        return Ok(());
    }
    let by = i64::try_from(made).map_err(Error::internal)?;
    add(write, "nodes", by).await
}

fn is_new_node(event: &Event) -> bool {
    match event {
        Event::Node(NodeEvent::Create(_)) => true,
        Event::Node(
            NodeEvent::Update(_)
            | NodeEvent::Move(_)
            | NodeEvent::Delete(_)
            | NodeEvent::Restore(_),
        )
        | Event::Project(_)
        | Event::Member(_)
        | Event::Invitation(_)
        | Event::Edge(_)
        | Event::Generation(_)
        | Event::Refresh(_)
        | Event::Instructions(_)
        | Event::Feature(_)
        | Event::Batch(_) => false,
    }
}

/// What the job does.
pub(crate) struct Celebrate;

impl Command for Celebrate {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        add(write, "celebrations", 1).await
    }
}

impl ProjectCommand for Celebrate {
    fn replay(&self, _event: &Event) -> Result<()> {
        Ok(())
    }
}

/// A feature of the product has a migration instead.
pub(crate) struct MakeTables;

impl Command for MakeTables {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        write.unrecorded("the table of a feature that exists only in tests");
        let sql = "CREATE TABLE IF NOT EXISTS counters (project_id TEXT NOT NULL, \
            name TEXT NOT NULL, value BIGINT NOT NULL, PRIMARY KEY (project_id, name)); \
            CREATE TABLE IF NOT EXISTS cheers (project_id TEXT NOT NULL, id TEXT NOT NULL, \
            chunks BIGINT NOT NULL, text TEXT NOT NULL, PRIMARY KEY (project_id, id))";
        let connection = write.conn().await?;
        connection
            .execute_unprepared(sql)
            .await
            .map(drop)
            .map_err(db)
    }
}
