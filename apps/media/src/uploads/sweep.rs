//! Uploads that nobody went on with. Their parts go with everything that came in and has no name.

use std::sync::Arc;

use entity::upload;
use kernel::Result;
use platform::{Command, Platform, Write, db};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

pub(crate) async fn sweep(platform: &Arc<Platform>) -> Result<()> {
    platform.writer.housekeep(ForgetOld).await
}

struct ForgetOld;

impl Command for ForgetOld {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        write.unrecorded("what was never whole is forgotten");
        let now = write.now();
        upload::Entity::delete_many()
            .filter(upload::Column::ExpiresAt.lt(now))
            .exec(write.conn().await?)
            .await
            .map(drop)
            .map_err(db)
    }
}
