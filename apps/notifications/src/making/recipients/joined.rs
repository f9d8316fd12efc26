//! Members who come and go.

use entity::{invitation, user};
use kernel::{InvitationId, Permission, Result, Role, UserId};
use platform::{access::public_name, db};
use protocol::notifications::NotificationType as Type;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::json;

use super::{super::scene::Scene, invited};
use crate::{
    live,
    notice::{Notice, Withdraw},
};

/// Where more come within an hour, who manages members hears of the others, and nobody else: a thousand who come one after
/// the other would be told half a million times.
const NEWCOMERS_PER_HOUR_MAX: usize = 20;
/// Of those who manage members, so many hear who comes and goes: those who have been there for longest.
const MANAGERS_TOLD_MAX: usize = 50;

/// Who comes by themselves accepted an invitation, which who invited them hears. Who was made a member hears that.
/// Everybody else hears that they came.
pub(in super::super) async fn tell(
    scene: &Scene<'_>,
    user: UserId,
    role: Role,
    name: &str,
) -> Result<Vec<Notice>> {
    let mut notices = Vec::new();
    let mut inviter = None;
    if let Some(accepted) = accepted(scene, user).await? {
        inviter = Some(accepted.invited_by.into());
        let id = InvitationId::from(accepted.id);
        let causes = vec![invited::cause(id)];
        let told = scene.platform.writer.housekeep(Withdraw { causes }).await?;
        live::tell(scene.platform, &told)?;
        let (data, cause) = (json!({"by": name}), format!("accepted:{id}"));
        let by = UserId::from(accepted.invited_by);
        notices.extend(scene.tell(by, Type::InviteAccepted, cause, data));
    }
    let cause = format!("member:{}:{}", scene.id, scene.seq);
    let data = json!({"by": scene.by_name(), "role": role});
    notices.extend(scene.tell(user, Type::ProjectShare, cause, data));
    for other in others(scene) {
        if other != user && Some(other) != inviter {
            let cause = format!("joined:{}:{}:{user}", scene.id, scene.seq);
            let data = json!({"by": name, "userId": user, "role": role});
            notices.extend(scene.tell(other, Type::CollaborationJoined, cause, data));
        }
    }
    Ok(notices)
}

fn others(scene: &Scene<'_>) -> Vec<UserId> {
    if scene.newcomers > NEWCOMERS_PER_HOUR_MAX {
        managers(scene).collect()
    } else {
        scene.everybody().collect()
    }
}

fn managers<'a>(scene: &'a Scene<'_>) -> impl Iterator<Item = UserId> + 'a {
    scene
        .those_who_may(Permission::MEMBERS_WRITE)
        .take(MANAGERS_TOLD_MAX)
}

/// The invitation that they came with, if they came by themselves.
async fn accepted(scene: &Scene<'_>, user: UserId) -> Result<Option<invitation::Model>> {
    if !scene.by.is_some_and(|by| by.is(user)) {
        return Ok(None);
    }
    let reader = scene.platform.database.reader();
    let person = user::Entity::find_by_id(user.uuid())
        .one(reader)
        .await
        .map_err(db)?;
    let Some(person) = person else {
        return Ok(None);
    };
    invitation::Entity::find()
        .filter(invitation::Column::ProjectId.eq(scene.id.uuid()))
        .filter(invitation::Column::Email.eq(person.email))
        .filter(invitation::Column::AcceptedAt.is_not_null())
        .order_by_desc(invitation::Column::AcceptedAt)
        .one(reader)
        .await
        .map_err(db)
}

/// Whoever runs the project hears who is no member any more.
pub(in super::super) async fn left(scene: &Scene<'_>, user: UserId) -> Result<Vec<Notice>> {
    let person = user::Entity::find_by_id(user.uuid())
        .one(scene.platform.database.reader())
        .await
        .map_err(db)?;
    let name = person
        .map(|person| public_name(&person))
        .unwrap_or_default();
    let cause = format!("left:{}:{}:{user}", scene.id, scene.seq);
    let data = || json!({"by": name, "userId": user});
    let told = managers(scene)
        .filter_map(|other| scene.tell(other, Type::CollaborationLeft, cause.clone(), data()));
    Ok(told.collect())
}
