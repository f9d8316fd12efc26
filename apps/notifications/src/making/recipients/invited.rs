//! Invitations: whose address it is hears of them, if they have an account.

use entity::{invitation, user};
use kernel::{InvitationId, Result};
use platform::{convert, db};
use protocol::notifications::NotificationType as Type;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;

use super::super::scene::Scene;
use crate::notice::Notice;

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
