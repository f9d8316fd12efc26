//! Telling devices. What is due of a person is taken once and handed to each of their devices; a device whose push
//! service does not answer is tried again without the others, and what it got already takes the place of itself.

use std::collections::HashMap;

use axum::http::{HeaderMap, HeaderValue, StatusCode, header::AUTHORIZATION};
use entity::{notification, push_subscription};
use kernel::{Error, NotificationId, PushSubscriptionId, Result, UserId};
use platform::{Command, Ctx, JobContext, Write, db, outbound::Failure};
use protocol::push::PushKeys;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::Expr};
use url::Url;
use uuid::Uuid;

use super::{
    message::{Message, handling},
    queries,
    seal::seal,
    server_key::{ServerKey, contact},
    way_out::outbound,
};
use crate::{
    due::{self as waiting, Way},
    inbox, notice, people,
    queue::{PushDue, PushTo},
};

/// A service that does not answer holds a place meanwhile, so it is asked less often than one that says "not now".
const SLOW_TRIES_MAX: i32 = 3;

pub(crate) async fn due(job: PushDue, context: JobContext) -> Result<()> {
    let hand_out = HandOut { user: job.user };
    context.platform.writer.housekeep(hand_out).await
}

/// Takes what is due and hands it to each device, both or neither.
struct HandOut {
    user: UserId,
}

impl Command for HandOut {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        write.unrecorded("what is pushed is in the inbox already");
        let user = self.user.uuid();
        let inboxes = notice::lock(write, &[user]).await?;
        let people = people::read(write.read().await?, &[user], &inboxes).await?;
        let person = people.get(&self.user);
        if !person.is_some_and(|person| person.preferences.notifications.mobile) {
            return Ok(());
        }
        let devices: Vec<Uuid> = queries::devices(write.now())
            .select_only()
            .column(push_subscription::Column::Id)
            .filter(push_subscription::Column::UserId.eq(user))
            .into_tuple()
            .all(write.read().await?)
            .await
            .map_err(db)?;
        if devices.is_empty() {
            return Ok(());
        }
        let rows = waiting::take(write, Way::Push, self.user).await?;
        if rows.is_empty() {
            return Ok(());
        }
        let told: Vec<NotificationId> = rows.iter().map(|row| row.id.into()).collect();
        for device in devices {
            write.enqueue(&PushTo {
                device: device.into(),
                told: told.clone(),
            })?;
        }
        Ok(())
    }
}

/// What is sent, and where.
struct Letter {
    to: Url,
    headers: HeaderMap,
    body: Vec<u8>,
}

pub(crate) async fn send(job: PushTo, context: JobContext) -> Result<()> {
    let ctx = Ctx::server(context.platform.clone());
    let Some(letter) = write_letter(&ctx, &job).await? else {
        return Ok(());
    };
    let host = letter.to.host_str().unwrap_or_default().to_owned();
    let outbound = outbound(&ctx.platform)?;
    let said = outbound.post(letter.to, letter.headers, letter.body).await;
    let device = job.device;
    match Answer::of(said, context.attempt) {
        Answer::Taken => ctx.platform.writer.housekeep(Used { device }).await,
        Answer::Gone => ctx.platform.writer.housekeep(Forget { device }).await,
        Answer::NotNow(why) if !context.is_last() => {
            let sentence = format!("the push service {host} does not take it now: {why}");
            Err(Error::internal(sentence))
        }
        Answer::NotNow(why) | Answer::Refused(why) => {
            tracing::warn!(push.service = host, why, "A device was not told");
            Ok(())
        }
    }
}

/// What a push service makes of it.
enum Answer {
    Taken,
    /// There is no such device any more, or it leads to where nobody may send the server.
    Gone,
    NotNow(String),
    Refused(String),
}

impl Answer {
    fn of(said: Result<StatusCode, Failure>, attempt: i32) -> Self {
        match said {
            Ok(status) if status.is_success() => Self::Taken,
            Ok(StatusCode::NOT_FOUND | StatusCode::GONE) | Err(Failure::Refused) => Self::Gone,
            Ok(status) if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS => {
                Self::NotNow(status.to_string())
            }
            Ok(status) => Self::Refused(status.to_string()),
            Err(Failure::TooSlow) if attempt >= SLOW_TRIES_MAX => {
                Self::Refused("it does not answer".to_owned())
            }
            Err(failure) => Self::NotNow(format!("{failure:?}")),
        }
    }
}

/// What the device is told of what its person may still see and has not read; nothing if there is none, or it has ended.
async fn write_letter(ctx: &Ctx, job: &PushTo) -> Result<Option<Letter>> {
    let (platform, now) = (&ctx.platform, ctx.now());
    let Some((device, user)) = queries::living_device(ctx, job.device.uuid()).await? else {
        return Ok(None);
    };
    let people = people::read(ctx.reader(), &[user.uuid()], &HashMap::new()).await?;
    let Some(person) = people.get(&user) else {
        return Ok(None);
    };
    let rows = notification::Entity::find()
        .filter(notification::Column::Id.is_in(job.told.iter().map(|id| id.uuid())))
        .filter(notification::Column::UserId.eq(user.uuid()))
        .filter(notification::Column::Read.eq(false))
        .filter(inbox::visible(now))
        .order_by_asc(notification::Column::Id)
        .all(ctx.reader())
        .await
        .map_err(db)?;
    let message = Message::of(&rows, person.is_french());
    let key = ServerKey::known(platform, &device.server_key);
    let keys = PushKeys::kept(&device.p256dh, &device.auth);
    let (Some(message), Some(key), Some(keys)) = (message, key, keys) else {
        return Ok(None);
    };
    let to: Url = device.endpoint.parse().map_err(Error::internal)?;
    let message = serde_json::to_vec(&message).map_err(Error::internal)?;
    let body = seal(&message, &keys).map_err(|_| Error::internal("it cannot be sealed"))?;
    let mut headers = handling(&rows);
    let authorization = key.authorization(&to, &contact(platform), now)?;
    let authorization = HeaderValue::from_str(&authorization).map_err(Error::internal)?;
    headers.insert(AUTHORIZATION, authorization);
    Ok(Some(Letter { to, headers, body }))
}

/// Notes when a device was told something.
struct Used {
    device: PushSubscriptionId,
}

impl Command for Used {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        use push_subscription::Column;
        write.unrecorded("that a device was told is no change");
        let now = write.now();
        push_subscription::Entity::update_many()
            .col_expr(Column::LastUsedAt, Expr::value(Some(now)))
            .filter(Column::Id.eq(self.device.uuid()))
            .exec(write.conn().await?)
            .await
            .map(drop)
            .map_err(db)
    }
}

/// Forgets a device that is no more.
struct Forget {
    device: PushSubscriptionId,
}

impl Command for Forget {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        write.unrecorded("its push service said that it is no more");
        push_subscription::Entity::delete_by_id(self.device.uuid())
            .exec(write.conn().await?)
            .await
            .map(drop)
            .map_err(db)
    }
}
