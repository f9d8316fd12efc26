//! Removing a project for good, some rows at a time, so that nobody waits for all of them.

use entity::project_event;
use futures::future::BoxFuture;
use kernel::{ProjectId, Result};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect, QueryTrait};

use crate::{database::db, writer::Write};

/// How many rows go in one transaction.
const ROWS_MAX: u64 = 1_000;

/// Removes some rows of a project, and says how many; none once all are gone.
pub type Purge = for<'w> fn(&'w mut Write, ProjectId) -> BoxFuture<'w, Result<u64>>;

/// Removes some rows of one table.
pub async fn rows<E: EntityTrait>(
    write: &mut Write,
    project: ProjectId,
    (of_project, key): (E::Column, E::Column),
) -> Result<u64> {
    let some = E::find()
        .select_only()
        .column(key)
        .filter(of_project.eq(project.uuid()))
        .limit(ROWS_MAX);
    let removed = E::delete_many()
        .filter(of_project.eq(project.uuid()))
        .filter(key.in_subquery(some.into_query()))
        .exec(write.conn().await?)
        .await
        .map_err(db)?;
    Ok(removed.rows_affected)
}

/// Removes some events of a project's log.
pub async fn events(write: &mut Write, project: ProjectId) -> Result<u64> {
    let columns = (project_event::Column::ProjectId, project_event::Column::Seq);
    rows::<project_event::Entity>(write, project, columns).await
}
