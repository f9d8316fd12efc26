//! Another e-mail address: it counts once the old one and the new one have agreed.
//!
//! Whether somebody has the new address is told to nobody: the answer and the mail to the old address are the same.

use chrono::TimeDelta;
use entity::{
    email_change::{self, Column},
    mailed_token, user,
};
use kernel::{Error, Result};
use platform::{
    Command, Ctx, Job, JobContext, Platform, Queue, Write, db,
    keys::{Keys, token_hash},
    mail::Mail,
    writer::Record,
};
use protocol::{
    Email,
    auth::{ChangeEmail, ConfirmEmail, EmailConfirmed},
    preferences::{Language, Preferences},
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter, SqlErr,
    sea_query::Expr,
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use super::{
    factor::Factor,
    guard::Guard,
    login::unchanged,
    throttle::{self, Key},
};
use crate::users;

const LIFETIME: TimeDelta = TimeDelta::hours(24);
/// Nobody's mailbox is to be filled: so often may one account ask, and one address be asked.
const CHANGES_PER_DAY_MAX: u64 = 5;
const CHANGES_COUNTED: TimeDelta = TimeDelta::days(1);

/// Which address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Side {
    Old,
    New,
}

impl Side {
    /// What the token of this side is derived for.
    fn purpose(self) -> &'static str {
        match self {
            Self::Old => "email change old",
            Self::New => "email change new",
        }
    }

    fn token_of<'a>(self, keys: &'a Keys, row: &email_change::Model) -> Option<(String, &'a str)> {
        let stored = match self {
            Self::Old => &row.old_token_hash,
            Self::New => &row.new_token_hash,
        };
        let is_it = |token: &str| token_hash(token) == *stored;
        keys.derived_before(self.purpose(), row.id.as_bytes(), is_it)
    }
}

/// How many tokens that wait to come back are derived from this key.
pub(crate) async fn derived_with(platform: &Platform, key: &str) -> Result<u64> {
    let rows = email_change::Entity::find()
        .filter(Column::EndedAt.is_null())
        .filter(Column::ExpiresAt.gt(platform.clock.now()))
        .all(platform.database.reader())
        .await
        .map_err(db)?;
    let of = |row: &email_change::Model| Side::Old.token_of(&platform.keys, row).map(|(_, id)| id);
    let derived = rows.iter().filter(|row| of(row) == Some(key)).count();
    Ok(u64::try_from(derived).unwrap_or(u64::MAX))
}

/// Mails one of both addresses what it is asked, or the old one that it is done.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct MailChange {
    change: Uuid,
    side: Side,
    done: bool,
}

impl Job for MailChange {
    const KIND: &'static str = "accounts.mail_change";
    const QUEUE: Queue = Queue::Mail;
    // Somebody sits and waits for it.
    const PRIORITY: i16 = 10;
}

/// Asks both addresses.
pub async fn ask(ctx: &Ctx, input: ChangeEmail) -> Result<()> {
    let (id, _) = ctx.session()?;
    let ChangeEmail {
        email,
        password,
        totp,
    } = input;
    let user = users::by_id(ctx.reader(), id).await?;
    let guard = Guard::for_user(ctx, &user, "email.change_refused").await?;
    guard.password(ctx, &password, Some(&user)).await?;
    let factor = match (user.totp_confirmed_at, totp) {
        (None, _) => None,
        (Some(_), None) => return Err(Error::TotpRequired),
        (Some(_), Some(code)) => Some(guard.factor(ctx, &user, &code).await?),
    };
    if user.email == email.as_str() {
        return Err(Error::invalid("/email", "is your address already"));
    }
    // Random, not time-ordered: the tokens are made from it.
    let change = Uuid::new_v4();
    let keys = &ctx.platform.keys;
    let hash = |side: Side| token_hash(&keys.derived_token(side.purpose(), change.as_bytes()));
    let ask = Ask {
        id: change,
        user,
        email,
        factor,
        key: guard.key(),
        old_token_hash: hash(Side::Old),
        new_token_hash: hash(Side::New),
    };
    let asked = ctx.write_account(id, ask).await;
    guard.settle(ctx, asked).await
}

struct Ask {
    id: Uuid,
    user: user::Model,
    email: Email,
    factor: Option<Factor>,
    key: Key,
    old_token_hash: Vec<u8>,
    new_token_hash: Vec<u8>,
}

impl Command for Ask {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        let now = write.now();
        throttle::check(write.read().await?, now, &self.key).await?;
        let user = unchanged(write.read().await?, &self.user).await?;
        if let Some(factor) = &self.factor {
            factor.spend(write, user.id).await?;
        }
        throttle::clear(write, &self.key).await?;
        let of_account = Column::UserId.eq(user.id);
        if lately(write, of_account).await? >= CHANGES_PER_DAY_MAX {
            let retry_after = CHANGES_COUNTED.to_std().unwrap_or_default();
            return Err(Error::RateLimited { retry_after });
        }
        let to_address = Column::NewEmail.eq(self.email.as_str());
        let is_spared = lately(write, to_address).await? >= CHANGES_PER_DAY_MAX;
        let taken = users::by_email(write.read().await?, self.email.as_str()).await?;
        end_open(write, user.id).await?;
        let row = email_change::ActiveModel {
            id: Set(self.id),
            user_id: Set(user.id),
            old_email: Set(user.email.clone()),
            new_email: Set(self.email.as_str().to_owned()),
            old_token_hash: Set(self.old_token_hash.clone()),
            new_token_hash: Set(self.new_token_hash.clone()),
            old_confirmed_at: Set(None),
            new_confirmed_at: Set(None),
            created_at: Set(now),
            expires_at: Set(now + LIFETIME),
            ended_at: Set(None),
        };
        email_change::Entity::insert(row)
            .exec_without_returning(write.conn().await?)
            .await
            .map_err(db)?;
        mail(write, self.id, Side::Old, false)?;
        // Whoever has the address already is not asked to give it away.
        if taken.is_none() && !is_spared {
            mail(write, self.id, Side::New, false)?;
        }
        let (old, new) = (
            json!({"email": user.email}),
            json!({"email": self.email.as_str()}),
        );
        write.record(Record::new("email.change_ask", "user", user.id).changed(old, new));
        Ok(())
    }
}

async fn lately(write: &mut Write, which: impl Into<Condition>) -> Result<u64> {
    let since = write.now() - CHANGES_COUNTED;
    email_change::Entity::find()
        .filter(which.into())
        .filter(Column::CreatedAt.gt(since))
        .count(write.read().await?)
        .await
        .map_err(db)
}

fn mail(write: &mut Write, change: Uuid, side: Side, done: bool) -> Result<()> {
    write.enqueue(&MailChange { change, side, done })
}

/// What was asked before gives way.
pub(crate) async fn end_open(write: &mut Write, user: Uuid) -> Result<()> {
    let now = write.now();
    email_change::Entity::update_many()
        .col_expr(Column::EndedAt, Expr::value(now))
        .filter(Column::UserId.eq(user))
        .filter(Column::EndedAt.is_null())
        .exec(write.conn().await?)
        .await
        .map(drop)
        .map_err(db)
}

/// Takes a token that was mailed to one of both addresses.
pub async fn confirm(ctx: &Ctx, input: ConfirmEmail) -> Result<EmailConfirmed> {
    let sent = input.token.filter(|sent| !sent.is_empty()).ok_or_else(|| {
        Error::BadRequest("send the token that stands in the mail as `token`".to_owned())
    })?;
    let hash = token_hash(&sent);
    let row = email_change::Entity::find()
        .filter(
            Condition::any()
                .add(Column::OldTokenHash.eq(hash.clone()))
                .add(Column::NewTokenHash.eq(hash.clone())),
        )
        .one(ctx.reader())
        .await
        .map_err(db)?
        .ok_or(Error::InvalidToken)?;
    let side = if row.old_token_hash == hash {
        Side::Old
    } else {
        Side::New
    };
    let confirm = Confirm { id: row.id, side };
    let changed = ctx.write_account(row.user_id.into(), confirm).await?;
    Ok(EmailConfirmed { changed })
}

struct Confirm {
    id: Uuid,
    side: Side,
}

impl Command for Confirm {
    type Output = bool;

    async fn apply(&self, write: &mut Write) -> Result<bool> {
        let now = write.now();
        let open = email_change::Entity::find_by_id(self.id)
            .filter(Column::EndedAt.is_null())
            .filter(Column::ExpiresAt.gt(now))
            .one(write.read().await?)
            .await
            .map_err(db)?;
        let row = open.ok_or(Error::InvalidToken)?;
        let user = users::by_id(write.read().await?, row.user_id.into()).await;
        let user = user.map_err(super::mailed::gone)?;
        if user.email != row.old_email {
            return Err(Error::InvalidToken);
        }
        let (column, own, other) = match self.side {
            Side::Old => (
                Column::OldConfirmedAt,
                row.old_confirmed_at,
                row.new_confirmed_at,
            ),
            Side::New => (
                Column::NewConfirmedAt,
                row.new_confirmed_at,
                row.old_confirmed_at,
            ),
        };
        // A token is good once.
        if own.is_some() {
            return Err(Error::InvalidToken);
        }
        email_change::Entity::update_many()
            .col_expr(column, Expr::value(now))
            .filter(Column::Id.eq(row.id))
            .exec(write.conn().await?)
            .await
            .map_err(db)?;
        if other.is_none() {
            write.record(Record::new("email.change_agree", "user", user.id));
            return Ok(false);
        }
        change(write, &user, &row).await?;
        let (old, new) = (
            json!({"email": row.old_email}),
            json!({"email": row.new_email}),
        );
        write.record(Record::new("email.change", "user", user.id).changed(old, new));
        mail(write, row.id, Side::Old, true)?;
        Ok(true)
    }
}

async fn change(write: &mut Write, user: &user::Model, row: &email_change::Model) -> Result<()> {
    let now = write.now();
    end_open(write, user.id).await?;
    // What was mailed to the old address opens nothing any more.
    mailed_token::Entity::update_many()
        .col_expr(mailed_token::Column::UsedAt, Expr::value(now))
        .filter(mailed_token::Column::UserId.eq(user.id))
        .filter(mailed_token::Column::UsedAt.is_null())
        .exec(write.conn().await?)
        .await
        .map_err(db)?;
    let changed = user::Entity::update_many()
        .col_expr(user::Column::Email, Expr::value(row.new_email.as_str()))
        .col_expr(user::Column::EmailVerifiedAt, Expr::value(now))
        .col_expr(user::Column::UpdatedAt, Expr::value(now))
        .filter(user::Column::Id.eq(user.id))
        .exec(write.conn().await?)
        .await;
    changed.map(drop).map_err(|error| match error.sql_err() {
        // Somebody registered with it meanwhile; both addresses are asked again.
        Some(SqlErr::UniqueConstraintViolation(_)) => Error::InvalidToken,
        Some(_) | None => db(error),
    })
}

pub(crate) async fn send(job: MailChange, context: JobContext) -> Result<()> {
    let MailChange { change, side, done } = job;
    let platform = context.platform;
    let reader = platform.database.reader();
    let found = email_change::Entity::find_by_id(change);
    let Some(row) = found.one(reader).await.map_err(db)? else {
        return Ok(());
    };
    let is_open = row.ended_at.is_none() && row.expires_at > platform.clock.now();
    if !is_open && !done {
        return Ok(());
    }
    let user = match users::by_id(reader, row.user_id.into()).await {
        Ok(user) => user,
        Err(Error::Unauthenticated) => return Ok(()),
        Err(error) => return Err(error),
    };
    let preferences = Preferences::stored(user.preferences.as_ref());
    let french = preferences.language == Some(Language::Fr);
    let mail = if done {
        told(row, french)
    } else {
        asked(&platform, row, side, french)?
    };
    platform.mailer.send(mail).await
}

fn asked(platform: &Platform, row: email_change::Model, side: Side, french: bool) -> Result<Mail> {
    let token = side.token_of(&platform.keys, &row);
    let (token, _) = token.ok_or_else(|| Error::internal("this token's key was dropped"))?;
    let link = format!("{}/email?token={token}", platform.settings.public_url());
    let email_change::Model {
        old_email,
        new_email,
        ..
    } = row;
    let (subject, opening, closing) = if french {
        (
            "Confirmez votre nouvelle adresse e-mail",
            format!(
                "L'adresse de votre compte NonLinear doit passer de {old_email} à {new_email}. Le changement \
                 a lieu dès que les deux adresses l'ont confirmé. Ce lien sert une fois, pendant 24 heures :"
            ),
            "Si ce n'était pas vous, ne confirmez pas, et changez votre mot de passe.",
        )
    } else {
        (
            "Confirm your new e-mail address",
            format!(
                "The address of your NonLinear account is to change from {old_email} to {new_email}. It \
                 changes once both addresses have confirmed it. This link works once, for 24 hours:"
            ),
            "If it was not you, do not confirm it, and change your password.",
        )
    };
    let or_token = if french {
        "Ou ce code :"
    } else {
        "Or this token:"
    };
    Ok(Mail {
        to: match side {
            Side::Old => old_email,
            Side::New => new_email,
        },
        subject: subject.to_owned(),
        text: format!("{opening}\n\n{link}\n\n{or_token}\n\n{token}\n\n{closing}\n"),
        unsubscribe: None,
    })
}

fn told(row: email_change::Model, french: bool) -> Mail {
    let email_change::Model {
        old_email,
        new_email,
        ..
    } = row;
    let (subject, text) = if french {
        (
            "Votre adresse e-mail a changé",
            format!(
                "L'adresse de votre compte NonLinear est maintenant {new_email}. Si ce n'était pas vous, \
                 adressez-vous à la personne qui gère ce serveur.\n"
            ),
        )
    } else {
        (
            "Your e-mail address has changed",
            format!(
                "The address of your NonLinear account is {new_email} now. If it was not you, tell whoever \
                 runs this server.\n"
            ),
        )
    };
    Mail {
        to: old_email,
        subject: subject.to_owned(),
        text,
        unsubscribe: None,
    }
}
