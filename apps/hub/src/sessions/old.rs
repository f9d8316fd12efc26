//! Notes of who looked at which project are not kept for ever.

use chrono::{DateTime, Utc};
use entity::user_session::{self, Column};
use kernel::Result;
use platform::{
    Command, Write, db,
    retention::{self, ROWS_AT_ONCE, Retention},
};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, ExprTrait, QueryFilter, QuerySelect, QueryTrait,
    sea_query::Expr,
};

pub(crate) const OLD_NOTES: Retention = Retention {
    what: "notes of who looked at a project",
    setting: "retention.sessions_days",
    days: |settings| settings.retention.sessions_days,
    count: |platform, before| {
        Box::pin(
            async move { retention::count::<user_session::Entity>(&platform, older(before)).await },
        )
    },
    remove: |platform, before| {
        Box::pin(async move { platform.writer.housekeep(Forget { before }).await })
    },
};

/// Whoever is there is seen every few seconds.
fn older(before: DateTime<Utc>) -> Condition {
    Condition::all().add(Column::LastSeen.lt(before))
}

struct Forget {
    before: DateTime<Utc>,
}

impl Command for Forget {
    type Output = u64;

    async fn apply(&self, write: &mut Write) -> Result<u64> {
        write.unrecorded("that somebody looked at a project changes nothing");
        let some = user_session::Entity::find()
            .select_only()
            .columns([Column::ProjectId, Column::UserId])
            .filter(older(self.before))
            .limit(ROWS_AT_ONCE);
        let key = Expr::tuple([Expr::col(Column::ProjectId), Expr::col(Column::UserId)]);
        let forgotten = user_session::Entity::delete_many()
            .filter(key.in_subquery(some.into_query()))
            .exec(write.conn().await?)
            .await
            .map_err(db)?;
        Ok(forgotten.rows_affected)
    }
}
