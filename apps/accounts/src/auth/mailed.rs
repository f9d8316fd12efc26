//! Tokens that travel by mail. The job that mails one knows its id; the token is made from that.

use chrono::TimeDelta;
use entity::{enums::MailedPurpose, mailed_token, user};
use kernel::{Error, Result, UserId};
use platform::{
    Ctx, Job, JobContext, Platform, Queue, Write, db,
    keys::{Keys, token_hash},
    mail::Mail,
};
use protocol::preferences::{Language, Preferences};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, sea_query::Expr,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::users;

const RESET_LIFETIME: TimeDelta = TimeDelta::hours(1);
const VERIFY_LIFETIME: TimeDelta = TimeDelta::hours(24);
/// Nobody's mailbox is to be filled by somebody who only knows its address.
const MAILS_PER_HOUR_MAX: u64 = 5;
const MAILS_COUNTED: TimeDelta = TimeDelta::hours(1);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    EmailVerify,
    PasswordReset,
}

impl Purpose {
    fn stored(self) -> MailedPurpose {
        match self {
            Self::EmailVerify => MailedPurpose::EmailVerify,
            Self::PasswordReset => MailedPurpose::PasswordReset,
        }
    }

    fn lifetime(self) -> TimeDelta {
        match self {
            Self::EmailVerify => VERIFY_LIFETIME,
            Self::PasswordReset => RESET_LIFETIME,
        }
    }
}

const DERIVED: &str = "mailed";

/// The token of a row, made again with the key that it was made with, and the name of that key.
pub(crate) fn token_of<'a>(keys: &'a Keys, row: &mailed_token::Model) -> Option<(String, &'a str)> {
    let is_it = |token: &str| token_hash(token) == row.token_hash;
    keys.derived_before(DERIVED, row.id.as_bytes(), is_it)
}

/// Mails a token, unless it has become useless meanwhile.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct MailToken {
    mailed_token: Uuid,
}

impl Job for MailToken {
    const KIND: &'static str = "accounts.mail";
    const QUEUE: Queue = Queue::Mail;
    // Somebody sits and waits for it.
    const PRIORITY: i16 = 10;
}

/// A mail that a command is about to ask for.
#[derive(Debug)]
pub(crate) struct Mailing {
    id: Uuid,
    purpose: Purpose,
    token_hash: Vec<u8>,
}

impl Mailing {
    pub(crate) fn prepare(platform: &Platform, purpose: Purpose) -> Self {
        // Random, not time-ordered: the token is made from it.
        let id = Uuid::new_v4();
        Self {
            id,
            purpose,
            token_hash: token_hash(&platform.keys.derived_token(DERIVED, id.as_bytes())),
        }
    }

    pub(crate) async fn queue(&self, write: &mut Write, user: &user::Model) -> Result<()> {
        let now = write.now();
        let lately = mailed_token::Entity::find()
            // Whoever registers, deletes the account and registers again mails the same address.
            .filter(mailed_token::Column::Email.eq(&user.email))
            .filter(mailed_token::Column::Purpose.eq(self.purpose.stored()))
            .filter(mailed_token::Column::CreatedAt.gt(now - MAILS_COUNTED))
            .count(write.read().await?)
            .await
            .map_err(db)?;
        if lately >= MAILS_PER_HOUR_MAX {
            return Ok(());
        }
        let row = mailed_token::ActiveModel {
            id: Set(self.id),
            user_id: Set(user.id),
            purpose: Set(self.purpose.stored()),
            email: Set(user.email.clone()),
            token_hash: Set(self.token_hash.clone()),
            expires_at: Set(now + self.purpose.lifetime()),
            used_at: Set(None),
            created_at: Set(now),
        };
        mailed_token::Entity::insert(row)
            .exec_without_returning(write.conn().await?)
            .await
            .map_err(db)?;
        write.enqueue(&MailToken {
            mailed_token: self.id,
        })
    }
}

/// A token that came back and was good a moment ago.
#[derive(Debug)]
pub(super) struct Token {
    id: Uuid,
    pub(super) user_id: Uuid,
}

impl Token {
    pub(super) async fn find(ctx: &Ctx, sent: Option<String>, purpose: Purpose) -> Result<Self> {
        let sent = sent.filter(|sent| !sent.is_empty()).ok_or_else(|| {
            Error::BadRequest("send the token that stands in the mail as `token`".to_owned())
        })?;
        let row = mailed_token::Entity::find()
            .filter(mailed_token::Column::TokenHash.eq(token_hash(&sent)))
            .filter(mailed_token::Column::Purpose.eq(purpose.stored()))
            .filter(mailed_token::Column::UsedAt.is_null())
            .filter(mailed_token::Column::ExpiresAt.gt(ctx.now()))
            .one(ctx.reader())
            .await
            .map_err(db)?
            .ok_or(Error::InvalidToken)?;
        Ok(Self {
            id: row.id,
            user_id: row.user_id,
        })
    }

    /// Uses it up, or refuses one that was used up meanwhile.
    pub(super) async fn spend(&self, write: &mut Write) -> Result<()> {
        let now = write.now();
        let done = mailed_token::Entity::update_many()
            .col_expr(mailed_token::Column::UsedAt, Expr::value(now))
            .filter(mailed_token::Column::Id.eq(self.id))
            .filter(mailed_token::Column::UsedAt.is_null())
            .filter(mailed_token::Column::ExpiresAt.gt(now))
            .exec(write.conn().await?)
            .await
            .map_err(db)?;
        if done.rows_affected == 1 {
            Ok(())
        } else {
            Err(Error::InvalidToken)
        }
    }
}

/// What was mailed before the password became another one no longer sets it.
pub(super) async fn end_resets(write: &mut Write, user: Uuid) -> Result<()> {
    let now = write.now();
    mailed_token::Entity::update_many()
        .col_expr(mailed_token::Column::UsedAt, Expr::value(now))
        .filter(mailed_token::Column::UserId.eq(user))
        .filter(mailed_token::Column::Purpose.eq(MailedPurpose::PasswordReset))
        .filter(mailed_token::Column::UsedAt.is_null())
        .exec(write.conn().await?)
        .await
        .map(drop)
        .map_err(db)
}

/// Ends all that was mailed to an account that is deleted. What was mailed lately is kept until it no longer counts, so that the
/// address gets no more by an account that is made anew.
pub(crate) async fn end_mails(write: &mut Write, user: UserId) -> Result<()> {
    let now = write.now();
    let counted = now - MAILS_COUNTED;
    mailed_token::Entity::delete_many()
        .filter(mailed_token::Column::UserId.eq(user.uuid()))
        .filter(mailed_token::Column::CreatedAt.lte(counted))
        .exec(write.conn().await?)
        .await
        .map_err(db)?;
    mailed_token::Entity::update_many()
        .col_expr(mailed_token::Column::UsedAt, Expr::value(now))
        .col_expr(
            mailed_token::Column::ExpiresAt,
            Expr::value(now + MAILS_COUNTED),
        )
        .filter(mailed_token::Column::UserId.eq(user.uuid()))
        .exec(write.conn().await?)
        .await
        .map(drop)
        .map_err(db)
}

/// A token of an account that may not be used is none.
pub(super) fn gone(error: Error) -> Error {
    if matches!(error, Error::Unauthenticated) {
        Error::InvalidToken
    } else {
        error
    }
}

/// Notes that this address is read by its owner.
pub(super) async fn mark_verified(write: &mut Write, user: &user::Model) -> Result<()> {
    if user.email_verified_at.is_some() {
        return Ok(());
    }
    let now = write.now();
    user::Entity::update_many()
        .col_expr(user::Column::EmailVerifiedAt, Expr::value(now))
        .col_expr(user::Column::UpdatedAt, Expr::value(now))
        .filter(user::Column::Id.eq(user.id))
        .exec(write.conn().await?)
        .await
        .map(drop)
        .map_err(db)
}

pub(crate) async fn send(job: MailToken, context: JobContext) -> Result<()> {
    let platform = context.platform;
    let found = mailed_token::Entity::find_by_id(job.mailed_token)
        .one(platform.database.reader())
        .await
        .map_err(db)?;
    let now = platform.clock.now();
    let Some(row) = found.filter(|row| row.used_at.is_none() && row.expires_at > now) else {
        return Ok(());
    };
    let user = users::by_id(platform.database.reader(), row.user_id.into()).await;
    match user {
        Ok(user) => platform.mailer.send(compose(&platform, &row, &user)?).await,
        Err(Error::Unauthenticated) => Ok(()),
        Err(error) => Err(error),
    }
}

fn compose(platform: &Platform, row: &mailed_token::Model, user: &user::Model) -> Result<Mail> {
    let token = token_of(&platform.keys, row);
    let (token, _) = token.ok_or_else(|| Error::internal("this token's key was dropped"))?;
    let page = match row.purpose {
        MailedPurpose::EmailVerify => "verify",
        MailedPurpose::PasswordReset => "reset",
    };
    let link = format!("{}/{page}?token={token}", platform.settings.public_url());
    let preferences = Preferences::stored(user.preferences.as_ref());
    let french = preferences.language == Some(Language::Fr);
    let (subject, opening, closing) = words(row.purpose, french);
    let or_token = if french {
        "Ou ce code :"
    } else {
        "Or this token:"
    };
    Ok(Mail {
        to: row.email.clone(),
        subject: subject.to_owned(),
        text: format!("{opening}\n\n{link}\n\n{or_token}\n\n{token}\n\n{closing}\n"),
        unsubscribe: None,
    })
}

fn words(purpose: MailedPurpose, french: bool) -> (&'static str, &'static str, &'static str) {
    match (purpose, french) {
        (MailedPurpose::EmailVerify, false) => (
            "Verify your e-mail address",
            "Welcome to NonLinear. This link verifies your e-mail address; it works for 24 hours:",
            "If you did not register, you can ignore this mail.",
        ),
        (MailedPurpose::EmailVerify, true) => (
            "Vérifiez votre adresse e-mail",
            "Bienvenue sur NonLinear. Ce lien vérifie votre adresse e-mail ; il est valable 24 heures :",
            "Si vous ne vous êtes pas inscrit, vous pouvez ignorer ce message.",
        ),
        (MailedPurpose::PasswordReset, false) => (
            "Choose a new password",
            "Somebody asked for a new password for your NonLinear account. This link works once, for one hour:",
            "If it was not you, you can ignore this mail: your password stays as it is.",
        ),
        (MailedPurpose::PasswordReset, true) => (
            "Choisissez un nouveau mot de passe",
            "Un nouveau mot de passe a été demandé pour votre compte NonLinear. Ce lien sert une fois, pendant une heure :",
            "Si ce n'était pas vous, vous pouvez ignorer ce message : votre mot de passe reste le même.",
        ),
    }
}
