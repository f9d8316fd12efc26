//! Emptying the trash.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use entity::{project, project_member};
use kernel::{ProjectId, Result};
use platform::{
    Command, Platform, Write, db,
    purge::{self, Purge},
    retention::{self, Retention},
    writer::Record,
};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::Expr,
};
use uuid::Uuid;

/// So many are looked up at once.
const AT_ONCE: u64 = 100;

/// Projects in the trash.
pub(crate) const TRASH: Retention = Retention {
    what: "projects in the trash",
    setting: "storage.trash_days",
    days: |settings| settings.storage.trash_days,
    count: |platform, before| {
        Box::pin(async move {
            let old = Condition::all().add(project::Column::DeletedAt.lt(before));
            retention::count::<project::Entity>(&platform, old).await
        })
    },
    remove: |platform, before| Box::pin(async move { purge(&platform, before).await }),
};

/// Removes some projects that were in the trash for as long as the trash is kept, and says how many.
async fn purge(platform: &Arc<Platform>, before: DateTime<Utc>) -> Result<u64> {
    let old: Vec<Uuid> = project::Entity::find()
        .select_only()
        .column(project::Column::Id)
        .filter(project::Column::DeletedAt.lt(before))
        .order_by_asc(project::Column::DeletedAt)
        .limit(AT_ONCE)
        .into_tuple()
        .all(platform.database.reader())
        .await
        .map_err(db)?;
    let purges: Arc<[Purge]> = platform.features().purges().collect();
    let mut removed = 0;
    for project in old {
        let project = ProjectId::from_uuid(project);
        if platform.writer.housekeep(Close { project, before }).await? {
            let purges = purges.clone();
            remove(platform, project, purges).await?;
            removed += 1;
        }
    }
    Ok(removed)
}

async fn remove(platform: &Arc<Platform>, project: ProjectId, purges: Arc<[Purge]>) -> Result<()> {
    loop {
        let purges = purges.clone();
        let some = RemoveSome { project, purges };
        if platform.writer.housekeep(some).await? == 0 {
            break;
        }
    }
    platform.writer.housekeep(Remove { project }).await
}

/// Lets nobody take the project out of the trash any more; says no where somebody did meanwhile.
struct Close {
    project: ProjectId,
    before: DateTime<Utc>,
}

impl Command for Close {
    type Output = bool;

    async fn apply(&self, write: &mut Write) -> Result<bool> {
        let id = self.project.uuid();
        write.unrecorded("the project itself is recorded when it is gone");
        // With another epoch writers read anew who its members are: nobody.
        let closed = project::Entity::update_many()
            .col_expr(project::Column::Epoch, Expr::value(Uuid::now_v7()))
            .filter(project::Column::Id.eq(id))
            .filter(project::Column::DeletedAt.lt(self.before))
            .exec(write.conn().await?)
            .await
            .map_err(db)?;
        if closed.rows_affected == 0 {
            return Ok(false);
        }
        project_member::Entity::delete_many()
            .filter(project_member::Column::ProjectId.eq(id))
            .exec(write.conn().await?)
            .await
            .map_err(db)?;
        Ok(true)
    }
}

/// Removes some of what belongs to the project, and says how many rows.
struct RemoveSome {
    project: ProjectId,
    purges: Arc<[Purge]>,
}

impl Command for RemoveSome {
    type Output = u64;

    async fn apply(&self, write: &mut Write) -> Result<u64> {
        write.unrecorded("the project itself is recorded when it is gone");
        for purge in self.purges.iter() {
            let removed = purge(write, self.project).await?;
            if removed > 0 {
                return Ok(removed);
            }
        }
        purge::events(write, self.project).await
    }
}

/// Removes the project, and the little that is left of what belongs to it.
struct Remove {
    project: ProjectId,
}

impl Command for Remove {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        let id = self.project.uuid();
        project::Entity::delete_by_id(id)
            .exec(write.conn().await?)
            .await
            .map_err(db)?;
        write.record(Record::new("project.purge", "project", id));
        Ok(())
    }
}
