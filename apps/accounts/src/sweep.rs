//! Removing what has expired.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use entity::{api_token, auth_session, email_change, mailed_token, ws_ticket};
use kernel::{Result, UserId};
use platform::{
    Command, Ctx, Platform, Write, db,
    retention::{self, Retention},
};
use sea_orm::{ColumnTrait, Condition, EntityTrait, ExprTrait, QueryFilter};
use uuid::Uuid;

use crate::auth;

/// What ended is kept this long, for whoever looks into it.
const ENDED_KEPT: TimeDelta = TimeDelta::days(1);
/// An expired API token is shown this long, so that its owner sees why a program stopped.
const EXPIRED_TOKENS_KEPT: TimeDelta = TimeDelta::days(30);

/// Sessions that ended, with their refresh tokens and tickets.
pub(crate) const ENDED_SESSIONS: Retention = Retention {
    what: "sessions that ended",
    setting: "retention.sessions_days",
    days: |settings| settings.retention.sessions_days,
    count: |platform, before| {
        Box::pin(
            async move { retention::count::<auth_session::Entity>(&platform, ended(before)).await },
        )
    },
    remove: |platform, before| {
        Box::pin(async move {
            let (id, reason) = (auth_session::Column::Id, "nobody can use what has ended");
            retention::remove::<auth_session::Entity>(&platform, id, ended(before), reason).await
        })
    },
};

fn ended(before: DateTime<Utc>) -> Condition {
    Condition::any()
        .add(auth_session::Column::ExpiresAt.lt(before))
        .add(auth_session::Column::IdleExpiresAt.lt(before))
        .add(auth_session::Column::RevokedAt.lt(before))
}

/// Removes expired tickets, tokens and counts of failures.
pub(crate) async fn sweep(platform: &Arc<Platform>) -> Result<()> {
    let ctx = Ctx::server(platform.clone());
    ctx.write_account(UserId::from_uuid(Uuid::nil()), RemoveExpired)
        .await
}

struct RemoveExpired;

impl Command for RemoveExpired {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        write.unrecorded("nobody asks for what has expired");
        let ended = write.now() - ENDED_KEPT;
        ws_ticket::Entity::delete_many()
            .filter(ws_ticket::Column::ExpiresAt.lt(ended))
            .exec(write.conn().await?)
            .await
            .map_err(db)?;
        mailed_token::Entity::delete_many()
            .filter(mailed_token::Column::ExpiresAt.lt(ended))
            .exec(write.conn().await?)
            .await
            .map_err(db)?;
        email_change::Entity::delete_many()
            .filter(email_change::Column::ExpiresAt.lt(ended))
            .exec(write.conn().await?)
            .await
            .map_err(db)?;
        let expired = write.now() - EXPIRED_TOKENS_KEPT;
        api_token::Entity::delete_many()
            .filter(
                api_token::Column::ExpiresAt
                    .lt(expired)
                    .or(api_token::Column::RevokedAt.lt(expired)),
            )
            .exec(write.conn().await?)
            .await
            .map_err(db)?;
        auth::sweep_throttles(write, ended).await
    }
}
