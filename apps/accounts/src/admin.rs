//! What the command line and the seed do to accounts, without anybody being logged in.

use std::sync::Arc;

use kernel::{Error, Result, UserId};
use platform::{Command, Ctx, Platform, Principal, RequestInfo, Write, writer::Record};
use protocol::{Email, FirstName, LastName, Metadata, Password, Username};

use crate::{
    auth::{Mailing, Purpose},
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
    pub preferences: Option<Metadata>,
    /// Whether the address is known to be theirs; else it gets a mail to verify it.
    pub verified: bool,
}

/// Makes an account. The password must be long enough, but may be a common one: whoever can run this
/// can do everything anyway.
pub async fn create_user(platform: &Arc<Platform>, new: NewUser) -> Result<UserId> {
    new.password
        .check_new()
        .map_err(|detail| Error::invalid("/password", detail))?;
    let password_hash = platform
        .passwords
        .hash(&platform.keys, new.password.reveal())
        .await?;
    let user = users::NewUser {
        id: UserId::generate(),
        email: new.email,
        username: new.username,
        first_name: new.first_name,
        last_name: new.last_name,
        preferences: new.preferences,
        password_hash,
        verified: new.verified,
    };
    let id = user.id;
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
    let user = users::by_email(platform.database.reader(), email.as_str()).await?;
    let user: UserId = user.ok_or(Error::NotFound("active user"))?.id.into();
    system(platform)
        .write_account(user, users::Disable { user })
        .await?;
    platform.liveness.forget_all();
    Ok(())
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
    Ctx::new(platform.clone(), Principal::System, RequestInfo::default())
}
