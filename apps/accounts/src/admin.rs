//! What the command line and the seed do to accounts, without anybody being logged in.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use kernel::{Error, Result, UserId};
use platform::{Command, Ctx, Platform, Write, passwords::Asker, writer::Record};
use protocol::{Email, FirstName, LastName, Password, Username, preferences::PatchPreferences};

use crate::{
    auth::{Mailing, Purpose, SetByOperator, TakeOff},
    users,
};

/// An account to make.
#[derive(Clone, Debug)]
pub struct NewUser {
    pub email: Email,
    pub password: Password,
    pub username: Option<Username>,
    pub first_name: Option<FirstName>,
    pub last_name: Option<LastName>,
    pub preferences: PatchPreferences,
    /// Whether the address is known to be theirs; else it gets a mail to verify it.
    pub verified: bool,
}

/// Makes an account. The password must be long enough, but may be a common one: whoever can run this
/// can do everything anyway.
pub async fn create_user(platform: &Arc<Platform>, new: NewUser) -> Result<UserId> {
    let id = UserId::generate();
    let password_hash = hash(platform, id, &new.password).await?;
    let user = users::NewUser {
        id,
        email: new.email,
        username: new.username,
        first_name: new.first_name,
        last_name: new.last_name,
        preferences: new.preferences,
        password_hash,
        verified: new.verified,
    };
    let mailing = Mailing::prepare(platform, Purpose::EmailVerify);
    system(platform)
        .write_account(id, CreateUser { user, mailing })
        .await?;
    Ok(id)
}

struct CreateUser {
    user: users::NewUser,
    mailing: Mailing,
}

impl Command for CreateUser {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        let user = users::insert(write, &self.user).await?;
        if !self.user.verified {
            self.mailing.queue(write, &user).await?;
        }
        write.record(Record::new("user.create", "user", user.id));
        Ok(())
    }
}

/// Shuts somebody out: their sessions and tokens end at once.
pub async fn disable_user(platform: &Arc<Platform>, email: &Email) -> Result<()> {
    let user = active(platform, email).await?;
    system(platform)
        .write_account(user, users::Disable { user })
        .await?;
    platform.liveness.forget_all();
    Ok(())
}

/// Lets somebody in again who was shut out. What ended then stays ended.
pub async fn enable_user(platform: &Arc<Platform>, email: &Email) -> Result<()> {
    let user = users::disabled(platform.database.reader(), email.as_str()).await?;
    let user: UserId = user.ok_or(Error::NotFound("disabled user"))?.id.into();
    system(platform)
        .write_account(user, users::Enable { user })
        .await
}

/// Turns somebody's second factor off, who lost it with all recovery codes.
pub async fn remove_factor(platform: &Arc<Platform>, email: &Email) -> Result<()> {
    let user = active(platform, email).await?;
    system(platform).write_account(user, TakeOff { user }).await
}

/// Sets somebody's password; their sessions and tokens end at once.
pub async fn reset_user(
    platform: &Arc<Platform>,
    email: &Email,
    password: &Password,
) -> Result<()> {
    let user = active(platform, email).await?;
    let password_hash = hash(platform, user, password).await?;
    let set = SetByOperator {
        user,
        password_hash,
    };
    system(platform).write_account(user, set).await?;
    platform.liveness.forget_all();
    Ok(())
}

/// An account, as an operator sees it.
#[derive(Clone, Debug)]
pub struct KnownUser {
    pub id: UserId,
    pub email: String,
    pub is_confirmed: bool,
    pub has_factor: bool,
    pub is_disabled: bool,
    pub created_at: DateTime<Utc>,
}

/// The accounts that are not deleted, oldest first.
pub async fn list_users(platform: &Platform, limit: u64) -> Result<Vec<KnownUser>> {
    let rows = users::all(platform.database.reader(), limit).await?;
    let known = rows.into_iter().map(|row| KnownUser {
        id: row.id.into(),
        email: row.email,
        is_confirmed: row.email_verified_at.is_some(),
        has_factor: row.totp_confirmed_at.is_some(),
        is_disabled: row.disabled_at.is_some(),
        created_at: row.created_at,
    });
    Ok(known.collect())
}

async fn active(platform: &Platform, email: &Email) -> Result<UserId> {
    let user = users::by_email(platform.database.reader(), email.as_str()).await?;
    Ok(user.ok_or(Error::NotFound("active user"))?.id.into())
}

async fn hash(platform: &Platform, user: UserId, password: &Password) -> Result<String> {
    password
        .check_new()
        .map_err(|detail| Error::invalid("/password", detail))?;
    let (passwords, asker) = (&platform.passwords, Asker::person(user));
    passwords
        .hash(asker, &platform.keys, password.reveal())
        .await
}

/// Whether this address has an active account.
pub async fn has_user(platform: &Platform, email: &Email) -> Result<bool> {
    let user = users::by_email(platform.database.reader(), email.as_str()).await?;
    Ok(user.is_some())
}

/// Whether there is any account: a database without one may be seeded.
pub async fn any_users(platform: &Platform) -> Result<bool> {
    users::any(platform.database.reader()).await
}

fn system(platform: &Arc<Platform>) -> Ctx {
    Ctx::server(platform.clone())
}
