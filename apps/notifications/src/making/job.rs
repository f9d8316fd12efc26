//! The job: finds out who is told of what happened, and tells them. Doing it twice tells nobody twice.

use entity::notification;
use kernel::{ProjectId, Result};
use platform::{JobContext, Platform, db};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use uuid::Uuid;
use voice::KeyRefused;

use super::{
    happening::{Happening, Tell},
    recipients::{invited, joined, not_answered, owned, spent, task_over, task_waits, texts},
    scene::Scene,
};
use crate::{
    live,
    notice::{self, Leave, Notice, RECOUNTED_AT_ONCE, Recount, Withdraw},
};

pub(crate) async fn tell(job: Tell, context: JobContext) -> Result<()> {
    let platform = context.platform;
    for happening in &job.happened {
        settle(&platform, job.project, happening).await?;
    }
    let Some(scene) = Scene::read(&platform, &job).await? else {
        return Ok(());
    };
    let mut notices = Vec::new();
    for happening in &job.happened {
        notices.extend(Box::pin(of(&scene, happening)).await?);
    }
    notice::deliver(&platform, &notices).await
}

/// A provider refused the server's key when somebody spoke, which is no event.
pub(crate) async fn key_refused(refused: KeyRefused, context: JobContext) -> Result<()> {
    let platform = context.platform;
    let tell = Tell {
        project: refused.project,
        seq: 0,
        at: refused.at,
        by: None,
        happened: Vec::new(),
    };
    match Scene::read(&platform, &tell).await? {
        Some(scene) => {
            let notices = not_answered::tell_of_key(&scene, &refused);
            notice::deliver(&platform, &notices).await
        }
        None => Ok(()),
    }
}

/// What changes what people were told before.
async fn settle(platform: &Platform, project: ProjectId, happening: &Happening) -> Result<()> {
    match happening {
        Happening::InvitationEnded { invitation } => {
            withdraw(platform, vec![invited::cause(*invitation)]).await
        }
        Happening::Left { user } => {
            let leave = Leave {
                user: *user,
                project,
            };
            let told = platform.writer.housekeep(leave).await?;
            live::tell(platform, &told)?;
            withdraw(platform, invited::lapsed(platform, project, *user).await?).await
        }
        Happening::RoleChanged { user } => {
            recount(platform, vec![user.uuid()]).await?;
            withdraw(platform, invited::lapsed(platform, project, *user).await?).await
        }
        Happening::ProjectHidden => recount(platform, told_of(platform, project).await?).await,
        Happening::Invited { invitation } => {
            withdraw(platform, invited::superseded(platform, *invitation).await?).await
        }
        Happening::Joined { .. }
        | Happening::Owned { .. }
        | Happening::Answered { .. }
        | Happening::NotAnswered { .. }
        | Happening::TaskOver { .. }
        | Happening::TaskWaits { .. }
        | Happening::Mentioned { .. }
        | Happening::Spent { .. } => Ok(()),
    }
}

async fn withdraw(platform: &Platform, causes: Vec<String>) -> Result<()> {
    if causes.is_empty() {
        return Ok(());
    }
    let told = platform.writer.housekeep(Withdraw { causes }).await?;
    live::tell(platform, &told)
}

async fn recount(platform: &Platform, users: Vec<Uuid>) -> Result<()> {
    for users in users.chunks(RECOUNTED_AT_ONCE) {
        let mut users = users.to_vec();
        users.sort_unstable();
        let told = platform.writer.housekeep(Recount { users }).await?;
        live::tell(platform, &told)?;
    }
    Ok(())
}

/// Those who were told something about a project.
async fn told_of(platform: &Platform, project: ProjectId) -> Result<Vec<Uuid>> {
    notification::Entity::find()
        .select_only()
        .column(notification::Column::UserId)
        .distinct()
        .filter(notification::Column::ProjectId.eq(project.uuid()))
        .into_tuple()
        .all(platform.database.reader())
        .await
        .map_err(db)
}

async fn of(scene: &Scene<'_>, happening: &Happening) -> Result<Vec<Notice>> {
    match happening {
        Happening::Invited { invitation } => invited::tell(scene, *invitation).await,
        Happening::Joined { user, role, name } => joined::tell(scene, *user, *role, name).await,
        Happening::Left { user } => joined::left(scene, *user).await,
        Happening::Owned { owner } => owned(scene, *owner).await,
        Happening::Answered {
            node,
            generation,
            user,
        } => texts::answered(scene, *node, *generation, *user).await,
        Happening::Mentioned { node, user } => texts::mentioned(scene, *node, *user).await,
        Happening::NotAnswered {
            node,
            generation,
            user,
            model,
            code,
            detail,
        } => {
            let failure = not_answered::Failure {
                node: *node,
                generation: *generation,
                user: *user,
                model,
                code,
                detail,
            };
            Ok(not_answered::tell(scene, &failure))
        }
        Happening::TaskOver { task, failed } => task_over(scene, *task, *failed).await,
        Happening::TaskWaits { task } => task_waits(scene, *task).await,
        Happening::Spent { user } => spent(scene, *user).await,
        Happening::InvitationEnded { .. }
        | Happening::RoleChanged { .. }
        | Happening::ProjectHidden => Ok(Vec::new()),
    }
}
