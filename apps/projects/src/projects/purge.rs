//! Emptying the trash.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use entity::project;
use kernel::{ProjectId, Result};
use platform::{Command, Platform, Write, db, writer::Record};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

/// So many go at once at most; the others an hour later.
const PURGED_MAX: u64 = 100;

/// Removes the projects that were in the trash for as long as the trash is kept.
pub(crate) async fn purge(platform: &Arc<Platform>) -> Result<()> {
    let kept = TimeDelta::days(platform.settings.storage.trash_days.into());
    let before = platform.clock.now() - kept;
    let old: Vec<Uuid> = project::Entity::find()
        .select_only()
        .column(project::Column::Id)
        .filter(project::Column::DeletedAt.lt(before))
        .order_by_asc(project::Column::DeletedAt)
        .limit(PURGED_MAX)
        .into_tuple()
        .all(platform.database.reader())
        .await
        .map_err(db)?;
    for project in old {
        let purge = Purge {
            project: project.into(),
            before,
        };
        platform.writer.housekeep(purge).await?;
    }
    Ok(())
}

struct Purge {
    project: ProjectId,
    before: DateTime<Utc>,
}

impl Command for Purge {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        let id = self.project.uuid();
        // All that belongs to it goes with it. Whoever took it out of the trash meanwhile keeps it.
        let gone = project::Entity::delete_many()
            .filter(project::Column::Id.eq(id))
            .filter(project::Column::DeletedAt.lt(self.before))
            .exec(write.conn().await?)
            .await
            .map_err(db)?;
        if gone.rows_affected == 0 {
            write.unrecorded("nothing was removed");
        } else {
            write.record(Record::new("project.purge", "project", id));
        }
        Ok(())
    }
}
