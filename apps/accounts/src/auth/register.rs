//! Making an account for oneself.

use kernel::{Error, Result, UserId};
use platform::{Ctx, Write, writer::Record};
use protocol::{Username, auth::Register};

use super::{
    blocklist,
    mailed::{Mailing, Purpose},
    sessions::{Login, Opening},
};
use crate::users::{self, NewUser};

struct Registration {
    user: NewUser,
    session: Opening,
    mailing: Mailing,
}

/// Registers somebody, mails them a token to verify their address, and logs them in.
pub async fn register(ctx: &Ctx, input: Register) -> Result<Login> {
    let platform = &ctx.platform;
    if !platform.settings.auth.registration {
        return Err(Error::Forbidden(
            "registration is closed here; ask the operator for an account".to_owned(),
        ));
    }
    let Register {
        email,
        password,
        username,
        first_name,
        last_name,
    } = input;
    let names = [
        Some(email.as_str()),
        username.as_ref().map(Username::as_str),
    ];
    blocklist::check_new("/password", &password, names)?;
    let password_hash = platform
        .passwords
        .hash(&platform.keys, password.reveal())
        .await?;
    let session = Opening::prepare(platform);
    let (opened, refresh_token) = (session.id, session.refresh_token.clone());
    let user = NewUser {
        id: UserId::generate(),
        email,
        username,
        first_name,
        last_name,
        preferences: None,
        password_hash,
        verified: false,
    };
    let registration = Registration {
        user,
        session,
        mailing: Mailing::prepare(platform, Purpose::EmailVerify),
    };
    let lane = registration.user.id;
    let user = ctx
        .write_account(lane, registration, |write, registration| {
            Box::pin(store(write, registration))
        })
        .await?;
    Login::new(platform, user, opened, refresh_token)
}

async fn store(write: &mut Write, registration: &Registration) -> Result<entity::user::Model> {
    let user = users::insert(write, &registration.user).await?;
    registration.session.open(write, user.id).await?;
    registration.mailing.queue(write, &user).await?;
    write.record(Record::new("user.register", "user", user.id));
    Ok(user)
}
