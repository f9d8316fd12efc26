//! Invitations: whose address it is hears of them, if they have an account.

use entity::{invitation, project_member, user};
use kernel::{InvitationId, Permission, ProjectId, Result, UserId, policy};
use platform::{Platform, convert, db};
use protocol::notifications::NotificationType as Type;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;

use super::super::scene::Scene;
use crate::{kinds, notice::Notice};

pub(in super::super) fn cause(invitation: InvitationId) -> String {
    format!("invitation:{invitation}")
}

pub(in super::super) async fn tell(scene: &Scene<'_>, id: InvitationId) -> Result<Vec<Notice>> {
    let reader = scene.platform.database.reader();
    let row = invitation::Entity::find_by_id(id.uuid())
        .filter(invitation::Column::RevokedAt.is_null())
        .filter(invitation::Column::AcceptedAt.is_null())
        .filter(invitation::Column::ExpiresAt.gt(scene.now()))
        .one(reader)
        .await
        .map_err(db)?;
    let Some(row) = row else {
        return Ok(Vec::new());
    };
    let person = user::Entity::find()
        .filter(user::Column::Email.eq(&row.email))
        .one(reader)
        .await
        .map_err(db)?;
    // The same as for the list of invitations: an address counts once it is known to be its account's.
    let confirms = scene.platform.settings.confirms_addresses();
    let Some(person) = person.filter(|one| one.email_verified_at.is_some() || !confirms) else {
        return Ok(Vec::new());
    };
    let data = json!({
        "by": scene.by_name(), "invitationId": id, "role": convert::role(row.role),
    });
    let notice = scene.notice(person.id.into(), Type::ProjectInvite, cause(id), data);
    Ok(vec![Notice {
        expires_at: Some(row.expires_at),
        ..notice
    }])
}

/// The invitations of somebody who could not invite to their roles any more: nobody can accept them.
pub(in super::super) async fn lapsed(
    platform: &Platform,
    project: ProjectId,
    inviter: UserId,
) -> Result<Vec<String>> {
    let reader = platform.database.reader();
    let member = project_member::Entity::find_by_id((project.uuid(), inviter.uuid()))
        .one(reader)
        .await
        .map_err(db)?;
    let own = member.map(|member| convert::role(member.role));
    let open = invitation::Entity::find()
        .filter(invitation::Column::ProjectId.eq(project.uuid()))
        .filter(invitation::Column::InvitedBy.eq(inviter.uuid()))
        .filter(invitation::Column::RevokedAt.is_null())
        .filter(invitation::Column::AcceptedAt.is_null())
        .all(reader)
        .await
        .map_err(db)?;
    let grants = |to: &invitation::Model| {
        own.is_some_and(|own| {
            kinds::may(own, Permission::MEMBERS_WRITE)
                && policy::may_grant(own, convert::role(to.role))
        })
    };
    let lapsed = open.iter().filter(|row| !grants(row));
    Ok(lapsed.map(|row| cause(row.id.into())).collect())
}

/// An older invitation to the same address gave way to this one.
pub(in super::super) async fn superseded(
    platform: &Platform,
    by: InvitationId,
) -> Result<Vec<String>> {
    let reader = platform.database.reader();
    let row = invitation::Entity::find_by_id(by.uuid())
        .one(reader)
        .await
        .map_err(db)?;
    let Some(row) = row else {
        return Ok(Vec::new());
    };
    let older = invitation::Entity::find()
        .filter(invitation::Column::ProjectId.eq(row.project_id))
        .filter(invitation::Column::Email.eq(row.email))
        .filter(invitation::Column::Id.ne(row.id))
        .filter(invitation::Column::RevokedAt.is_not_null())
        .all(reader)
        .await
        .map_err(db)?;
    Ok(older.iter().map(|row| cause(row.id.into())).collect())
}
