use std::collections::HashSet;

use chrono::{DateTime, Utc};
use entity::{
    auth_session,
    push_subscription::{Column, Entity, Model},
};
use kernel::{Result, UserId};
use platform::{Ctx, Write, db};
use protocol::push::{DEVICES_PER_PERSON_MAX, PushView};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select};
use uuid::Uuid;

use super::{row::to_view, server_key::ServerKey};

/// A session that has not ended.
pub(super) fn living(now: DateTime<Utc>) -> Condition {
    use auth_session::Column;
    Condition::all()
        .add(Column::RevokedAt.is_null())
        .add(Column::ExpiresAt.gt(now))
        .add(Column::IdleExpiresAt.gt(now))
}

/// The devices that hear anything: each ends with the session in which it was added.
pub(super) fn devices(now: DateTime<Utc>) -> Select<Entity> {
    Entity::find()
        .inner_join(auth_session::Entity)
        .filter(living(now))
}

/// Those of these people who have a device.
pub(crate) async fn people(write: &mut Write, users: &[Uuid]) -> Result<HashSet<Uuid>> {
    let found: Vec<Uuid> = devices(write.now())
        .select_only()
        .column(Column::UserId)
        .distinct()
        .filter(Column::UserId.is_in(users.iter().copied()))
        .into_tuple()
        .all(write.read().await?)
        .await
        .map_err(db)?;
    Ok(found.into_iter().collect())
}

pub(super) async fn list(ctx: &Ctx) -> Result<PushView> {
    let (user, session) = ctx.session()?;
    let used = ServerKey::used(&ctx.platform);
    let rows = devices(ctx.now())
        .filter(Column::UserId.eq(user.uuid()))
        .order_by_desc(Column::Id)
        .limit(u64::try_from(DEVICES_PER_PERSON_MAX).unwrap_or(u64::MAX))
        .all(ctx.reader())
        .await
        .map_err(db)?;
    let devices = rows.into_iter();
    let devices = devices.map(|row| to_view(row, session, used.as_ref()));
    Ok(PushView {
        devices: devices.collect(),
        public_key: used.map(|key| key.public),
    })
}

/// A device that hears something, whosever it is.
pub(super) async fn living_device(ctx: &Ctx, id: Uuid) -> Result<Option<(Model, UserId)>> {
    let row = devices(ctx.now())
        .filter(Column::Id.eq(id))
        .one(ctx.reader())
        .await
        .map_err(db)?;
    Ok(row.map(|row| {
        let user = row.user_id.into();
        (row, user)
    }))
}
