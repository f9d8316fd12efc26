use entity::notification;
use kernel::{Error, NotificationId, ProjectId, Result, UserId};
use platform::{Command, Ctx, Write, db};
use protocol::notifications::UnreadCount;
use sea_orm::{ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter, sea_query::Expr};

use super::queries::visible;
use crate::{live, live::Told, notice};

/// Which notifications somebody has read.
#[derive(Clone, Copy, Debug)]
pub(super) enum Which {
    One(NotificationId),
    Of(ProjectId),
    All,
}

/// Marks them as read, on all devices.
pub(super) async fn read(ctx: &Ctx, which: Which) -> Result<UnreadCount> {
    let (user, _) = ctx.session()?;
    let told = ctx.write_account(user, Read { user, which }).await?;
    live::tell(&ctx.platform, std::slice::from_ref(&told))?;
    told.count
        .ok_or_else(|| Error::internal("nothing was counted"))
}

struct Read {
    user: UserId,
    which: Which,
}

impl Command for Read {
    type Output = Told;

    async fn apply(&self, write: &mut Write) -> Result<Told> {
        write.unrecorded("what somebody reads is theirs");
        let (user, now) = (self.user.uuid(), write.now());
        let mut those = Condition::all().add(notification::Column::UserId.eq(user));
        match self.which {
            Which::One(id) => {
                those = those.add(notification::Column::Id.eq(id.uuid()));
                let found = notification::Entity::find()
                    .filter(those.clone())
                    .filter(visible(now))
                    .count(write.read().await?)
                    .await
                    .map_err(db)?;
                if found == 0 {
                    return Err(Error::NotFound("notification"));
                }
            }
            Which::Of(project) => {
                those = those.add(notification::Column::ProjectId.eq(project.uuid()));
            }
            Which::All => {}
        }
        notice::lock(write, &[user]).await?;
        notification::Entity::update_many()
            .col_expr(notification::Column::Read, Expr::value(true))
            .col_expr(notification::Column::ReadAt, Expr::value(Some(now)))
            .filter(those)
            .filter(notification::Column::Read.eq(false))
            .exec(write.conn().await?)
            .await
            .map_err(db)?;
        let told = notice::recount(write, &[user]).await?;
        let told = told.into_iter().next();
        told.ok_or_else(|| Error::internal("nothing was counted"))
    }
}
