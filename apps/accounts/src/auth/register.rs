//! Making an account for oneself.

use entity::user;
use kernel::{Error, Result, UserId};
use platform::{Command, Ctx, Write, passwords::Asker, writer::Record};
use protocol::{Username, auth, preferences::PatchPreferences};

use super::{
    blocklist,
    mailed::{Mailing, Purpose},
    sessions::{Login, Opening},
    throttle::network_of,
};
use crate::users::{self, NewUser};

/// Registers somebody, mails them a token to verify their address, and logs them in.
pub async fn register(ctx: &Ctx, input: auth::Register) -> Result<Login> {
    let platform = &ctx.platform;
    if !platform.settings.auth.registration {
        return Err(Error::Forbidden(
            "registration is closed here; ask the operator for an account".to_owned(),
        ));
    }
    let auth::Register {
        email,
        password,
        username,
        first_name,
        last_name,
        language,
        timezone,
        stay,
    } = input;
    let names = [
        Some(email.as_str()),
        username.as_ref().map(Username::as_str),
    ];
    blocklist::check_new("/password", &password, names)?;
    // It is asked again under the lock; whoever is refused anyway should not cost a hash.
    users::refuse_taken(ctx.reader(), &email, username.as_ref()).await?;
    let asker = Asker::stranger(network_of(ctx));
    let password_hash = platform
        .passwords
        .hash(asker, &platform.keys, password.reveal())
        .await?;
    let session = Opening::prepare(platform, stay);
    let (opened, refresh_token) = (session.id, session.refresh_token.clone());
    let user = NewUser {
        id: UserId::generate(),
        email,
        username,
        first_name,
        last_name,
        preferences: PatchPreferences {
            language: Some(language),
            // What a browser says is taken if the server knows it.
            timezone: Some(timezone.filter(users::is_time_zone)),
            ..PatchPreferences::default()
        },
        password_hash,
        verified: false,
    };
    let account = user.id;
    let register = Register {
        user,
        session,
        mailing: Mailing::prepare(platform, Purpose::EmailVerify),
    };
    let user = ctx.write_account(account, register).await?;
    Login::new(platform, user, opened, refresh_token, stay.0)
}

struct Register {
    user: NewUser,
    session: Opening,
    mailing: Mailing,
}

impl Command for Register {
    type Output = user::Model;

    async fn apply(&self, write: &mut Write) -> Result<user::Model> {
        let user = users::insert(write, &self.user).await?;
        self.session.open(write, user.id).await?;
        self.mailing.queue(write, &user).await?;
        write.record(Record::new("user.register", "user", user.id));
        Ok(user)
    }
}
