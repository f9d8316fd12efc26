//! Nodes are not in the trash for ever.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use entity::node::{self, Column};
use kernel::{ProjectId, Result};
use platform::{
    Command, Ctx, Platform, ProjectCommand, Write, db,
    retention::{self, ROWS_AT_ONCE, Retention},
};
use protocol::events::Event;
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect, QueryTrait};
use uuid::Uuid;

/// So many projects are looked up at once.
const PROJECTS_AT_ONCE: u64 = 100;

/// Nodes in the trash of a project, with the edges at them. What was asked there and what it cost stays.
pub(crate) const OLD_TRASH: Retention = Retention {
    what: "nodes in the trash",
    setting: "retention.trash_nodes_days",
    days: |settings| settings.retention.trash_nodes_days,
    count: |platform, before| {
        Box::pin(async move { retention::count::<node::Entity>(&platform, older(before)).await })
    },
    remove: |platform, before| Box::pin(async move { remove(&platform, before).await }),
};

fn older(before: DateTime<Utc>) -> Condition {
    Condition::all().add(Column::DeletedAt.lt(before))
}

async fn remove(platform: &Arc<Platform>, before: DateTime<Utc>) -> Result<u64> {
    let projects: Vec<Uuid> = node::Entity::find()
        .select_only()
        .column(Column::ProjectId)
        .distinct()
        .filter(older(before))
        .limit(PROJECTS_AT_ONCE)
        .into_tuple()
        .all(platform.database.reader())
        .await
        .map_err(db)?;
    let server = Ctx::server(platform.clone());
    let mut removed = 0;
    for project in projects {
        let empty = EmptyTrash { before };
        let emptied = server.write(ProjectId::from_uuid(project), empty).await?;
        removed += emptied.output;
    }
    Ok(removed)
}

/// Under the project's lock, so that nobody brings a node back meanwhile.
struct EmptyTrash {
    before: DateTime<Utc>,
}

impl Command for EmptyTrash {
    type Output = u64;

    async fn apply(&self, write: &mut Write) -> Result<u64> {
        write.unrecorded("who put a node into the trash left the record");
        let project = write.project_id()?.uuid();
        let some = node::Entity::find()
            .select_only()
            .column(Column::Id)
            .filter(Column::ProjectId.eq(project))
            .filter(older(self.before))
            .limit(ROWS_AT_ONCE);
        let removed = node::Entity::delete_many()
            .filter(Column::ProjectId.eq(project))
            .filter(Column::Id.in_subquery(some.into_query()))
            .exec(write.conn().await?)
            .await
            .map_err(db)?;
        Ok(removed.rows_affected)
    }
}

impl ProjectCommand for EmptyTrash {
    fn replay(&self, _event: &Event) -> Result<u64> {
        Ok(0)
    }
}
