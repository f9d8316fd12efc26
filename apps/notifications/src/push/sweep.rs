use entity::{auth_session, push_subscription};
use kernel::Result;
use platform::{Command, Write, db};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect, QueryTrait};

use super::queries::living;

/// How many go in one transaction; what is left goes an hour later.
const REMOVED_AT_ONCE: u64 = 500;

/// Removes devices whose session has ended, which hear nothing already.
pub(crate) struct RemoveEnded;

impl Command for RemoveEnded {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        use push_subscription::{Column, Entity};
        write.unrecorded("that a session ended is recorded");
        let ended = auth_session::Entity::find()
            .select_only()
            .column(auth_session::Column::Id)
            .filter(living(write.now()).not())
            .into_query();
        let some = Entity::find()
            .select_only()
            .column(Column::Id)
            .filter(Column::SessionId.in_subquery(ended))
            .limit(REMOVED_AT_ONCE);
        Entity::delete_many()
            .filter(Column::Id.in_subquery(some.into_query()))
            .exec(write.conn().await?)
            .await
            .map(drop)
            .map_err(db)
    }
}
