//! Whoever deleted their account leaves all projects.

use accounts::users::AccountDeleted;
use entity::{enums, project_member};
use kernel::{Error, ProjectId, Result, UserId};
use platform::{Command, Ctx, JobContext, Platform, ProjectCommand, Write, db};
use protocol::{events::Event, members::MemberRef};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use crate::presets;

/// How many memberships are read at once.
const AT_ONCE: u64 = 100;

pub(crate) async fn account_deleted(job: AccountDeleted, context: JobContext) -> Result<()> {
    let AccountDeleted { user } = job;
    let platform = context.platform;
    // Their presets end with them: those of other leavers would stay with the project.
    presets::delete_all_of(&platform, user).await?;
    let system = Ctx::server(platform.clone());
    let mut after = Uuid::nil();
    loop {
        let page = memberships(&platform, user, after).await?;
        let Some(last) = page.last() else {
            return Ok(());
        };
        after = *last;
        for project in page {
            match system
                .write(ProjectId::from_uuid(project), Leave { user })
                .await
            {
                // They leave those in the trash, too, which may come back. One that is gone for good has no members.
                Ok(_) | Err(Error::NotFound(_)) => {}
                Err(error) => return Err(error),
            }
        }
    }
}

/// Some projects that somebody is a member of. What they own was given away, or is in the trash.
async fn memberships(platform: &Platform, user: UserId, after: Uuid) -> Result<Vec<Uuid>> {
    project_member::Entity::find()
        .select_only()
        .column(project_member::Column::ProjectId)
        .filter(project_member::Column::UserId.eq(user.uuid()))
        .filter(project_member::Column::Role.ne(enums::Role::Owner))
        .filter(project_member::Column::ProjectId.gt(after))
        .order_by_asc(project_member::Column::ProjectId)
        .limit(AT_ONCE)
        .into_tuple()
        .all(platform.database.reader())
        .await
        .map_err(db)
}

struct Leave {
    user: UserId,
}

impl Command for Leave {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        let user_id = self.user;
        if write.role_of(user_id).is_none() {
            write.unrecorded("they left before");
            return Ok(());
        }
        super::commands::take_out(write, MemberRef { user_id }).await
    }
}

impl ProjectCommand for Leave {
    fn replay(&self, _event: &Event) -> Result<()> {
        Ok(())
    }
}
