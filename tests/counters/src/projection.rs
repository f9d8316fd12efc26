//! The counters of a project, remembered.

use std::collections::BTreeMap;

use futures::future::BoxFuture;
use kernel::{ProjectId, Result};
use platform::{Projection, db};
use protocol::events::Event;
use sea_orm::{ConnectionTrait, DatabaseTransaction, Statement};

use crate::events::CounterEvent;

#[derive(Debug, Default)]
pub(crate) struct Counters(BTreeMap<String, i64>);

impl Counters {
    pub(crate) fn value(&self, name: &str) -> i64 {
        self.0.get(name).copied().unwrap_or_default()
    }

    pub(crate) fn all(&self) -> BTreeMap<String, i64> {
        self.0.clone()
    }
}

impl Projection for Counters {
    fn read(connection: &DatabaseTransaction, project: ProjectId) -> BoxFuture<'_, Result<Self>> {
        Box::pin(async move {
            let sql = "SELECT name, value FROM counters WHERE project_id = $1";
            let backend = connection.get_database_backend();
            let ask = Statement::from_sql_and_values(backend, sql, [project.to_string().into()]);
            let mut counters = Self::default();
            for row in connection.query_all_raw(ask).await.map_err(db)? {
                let name = row.try_get("", "name").map_err(db)?;
                counters
                    .0
                    .insert(name, row.try_get("", "value").map_err(db)?);
            }
            Ok(counters)
        })
    }

    fn apply(&mut self, event: &Event) {
        match event {
            Event::Feature(event) => {
                if let Some(CounterEvent::Add { name, value }) = event.read() {
                    self.0.insert(name, value);
                }
            }
            Event::Project(_)
            | Event::Member(_)
            | Event::Invitation(_)
            | Event::Node(_)
            | Event::Edge(_)
            | Event::Generation(_)
            | Event::Refresh(_)
            | Event::Instructions(_)
            | Event::Batch(_) => {}
        }
    }
}
