use std::collections::HashSet;

use entity::{notification_inbox, project_member};
use kernel::{Error, Result, UserId};
use platform::{Command, Ctx, Write, db, writer::Record};
use protocol::notifications::{NotificationPreferences, PROJECTS_CHOSEN_MAX};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};

use super::queries::filled;
use crate::notice;

/// Replaces what the caller wants to be told.
pub(super) async fn put(
    ctx: &Ctx,
    input: NotificationPreferences,
) -> Result<NotificationPreferences> {
    let (user, _) = ctx.session()?;
    check(&input)?;
    let put = Put {
        user,
        input: input.clone(),
    };
    ctx.write_account(user, put).await?;
    Ok(filled(input))
}

fn check(input: &NotificationPreferences) -> Result<()> {
    if input.projects.len() > PROJECTS_CHOSEN_MAX {
        let detail = format!("must name at most {PROJECTS_CHOSEN_MAX} projects");
        return Err(Error::invalid("/projects", detail));
    }
    let named: HashSet<_> = input.projects.iter().map(|one| one.project_id).collect();
    if named.len() < input.projects.len() {
        let detail = "must name each project once";
        return Err(Error::invalid("/projects", detail));
    }
    Ok(())
}

struct Put {
    user: UserId,
    input: NotificationPreferences,
}

impl Command for Put {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        let user = self.user.uuid();
        let projects = self.input.projects.iter();
        let projects: Vec<_> = projects.map(|one| one.project_id.uuid()).collect();
        let known = project_member::Entity::find()
            .filter(project_member::Column::UserId.eq(user))
            .filter(project_member::Column::ProjectId.is_in(projects.iter().copied()))
            .count(write.read().await?)
            .await
            .map_err(db)?;
        if usize::try_from(known) != Ok(projects.len()) {
            return Err(Error::NotFound("project"));
        }
        notice::lock(write, &[user]).await?;
        write.record(Record::new("user.notifications", "user", user));
        let document = serde_json::to_value(&self.input).map_err(Error::internal)?;
        let change = notification_inbox::ActiveModel {
            user_id: Set(user),
            preferences: Set(Some(document)),
            updated_at: Set(write.now()),
            ..Default::default()
        };
        notification_inbox::Entity::update(change)
            .exec(write.conn().await?)
            .await
            .map(drop)
            .map_err(db)
    }
}
