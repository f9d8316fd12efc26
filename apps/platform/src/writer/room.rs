//! Room: how much text the projects of one owner may hold.
//!
//! Every text that is accepted stands in an event, and events are kept: their bytes are what a project
//! holds. They are counted with the number of the last one, in the same statement. What other projects
//! of the owner add at the same moment is seen a moment later, and an answer that was begun is kept
//! however long it becomes: the limit holds within what is under way.

use entity::project;
use kernel::{Error, Permission, Result, UserId};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect, sea_query::Expr};

use super::write::Write;
use crate::database::db;

/// Read with a project's own row.
pub(super) const HELD_BY_ITS_OWNER: &str = "(SELECT CAST(COALESCE(SUM(own.stored_bytes), 0) AS BIGINT) \
     FROM projects own WHERE own.owner_id = projects.owner_id)";

impl Write {
    /// Like `require`, for what adds to a project: refuses also while its owner has no room left. What
    /// takes away, ends or protects asks for `require` alone.
    pub fn require_to_grow(&self, permission: Permission) -> Result<()> {
        self.require(permission)?;
        self.require_room()
    }

    /// Refuses while the owner of the project has no room left.
    pub fn require_room(&self) -> Result<()> {
        let held = self.current.project.as_ref().map_or(0, |project| {
            project.owner_bytes.saturating_add(project.added_bytes)
        });
        self.check_room(held)
    }

    /// Refuses while somebody has no room for so many bytes more.
    pub async fn require_room_of(&mut self, owner: UserId, bytes: i64) -> Result<()> {
        let held: Option<i64> = project::Entity::find()
            .select_only()
            .expr(Expr::cust("CAST(COALESCE(SUM(stored_bytes), 0) AS BIGINT)"))
            .filter(project::Column::OwnerId.eq(owner.uuid()))
            .into_tuple()
            .one(self.read().await?)
            .await
            .map_err(db)?;
        self.check_room(held.unwrap_or_default().saturating_add(bytes))
    }

    fn check_room(&self, held: i64) -> Result<()> {
        let max = self.group.owner_bytes_max;
        if held >= max {
            return Err(Error::StorageFull { held, max });
        }
        Ok(())
    }
}
