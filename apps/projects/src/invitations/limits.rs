//! Invitations are mail to strangers: who may send it, and how much of it.

use chrono::{DateTime, TimeDelta, Utc};
use entity::invitation;
use kernel::{Error, Result};
use platform::{Write, db};
use sea_orm::{
    ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::SimpleExpr,
};

use crate::{people, setup::Setup};

const DAY: TimeDelta = TimeDelta::days(1);

/// Refuses an invitation by somebody of whom nothing is known, and one more than a day allows.
pub(super) async fn check(write: &mut Write, email: &str) -> Result<()> {
    let (setup, sender) = (Setup::of(write), write.user_id()?);
    if setup.confirms_addresses && !people::is_confirmed(write, sender).await? {
        let sentence = "confirm your own e-mail address first, by the link that was mailed to you";
        return Err(Error::Forbidden(sentence.to_owned()));
    }
    let limits = [
        (
            setup.invitations_of_sender,
            invitation::Column::InvitedBy.eq(sender.uuid()),
        ),
        (
            setup.invitations_to_address,
            invitation::Column::Email.eq(email),
        ),
    ];
    // They are sent from several projects at once.
    write.lock_people().await?;
    for (max, those) in limits {
        if let Some(max) = max {
            refuse_more(write, max, those).await?;
        }
    }
    Ok(())
}

/// Refuses one of these more than so many a day. Those that were taken back count: they were mailed.
async fn refuse_more(write: &mut Write, max: u64, those: SimpleExpr) -> Result<()> {
    let now = write.now();
    // The oldest of the newest that fill the day: once it is out of it, there is room for another.
    let oldest: Option<DateTime<Utc>> = invitation::Entity::find()
        .select_only()
        .column(invitation::Column::CreatedAt)
        .filter(those)
        .filter(invitation::Column::CreatedAt.gt(now - DAY))
        .order_by_desc(invitation::Column::CreatedAt)
        .offset(max.saturating_sub(1))
        .limit(1)
        .into_tuple()
        .one(write.read().await?)
        .await
        .map_err(db)?;
    match oldest {
        None => Ok(()),
        Some(oldest) => Err(Error::RateLimited {
            retry_after: (oldest + DAY - now).to_std().unwrap_or_default(),
        }),
    }
}
