//! Passwords: changed by who knows the old one, reset by who reads the mail.

use entity::user;
use kernel::{Result, SessionId, UserId};
use platform::{Command, Ctx, Write, db, passwords::Asker, writer::Record};
use protocol::auth::{ChangePassword, ForgotPassword, ResetPassword};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use uuid::Uuid;

use super::{
    blocklist,
    guard::Guard,
    login::unchanged,
    mailed::{self, Mailing, Purpose, Token},
    sessions, spares,
    throttle::{self, Key},
};
use crate::users;

/// Changes the password of whoever is logged in, and ends their other sessions.
pub async fn change(ctx: &Ctx, input: ChangePassword) -> Result<()> {
    let (user, session) = ctx.session()?;
    let ChangePassword {
        current_password,
        new_password,
        end_tokens,
    } = input;
    let user = users::by_id(ctx.reader(), user).await?;
    let names = [Some(user.email.as_str()), user.username.as_deref()];
    blocklist::check_new("/newPassword", &new_password, names)?;
    let guard = Guard::for_user(ctx, &user, "password.change_refused").await?;
    guard.password(ctx, &current_password, Some(&user)).await?;
    let platform = &ctx.platform;
    let password_hash = platform
        .passwords
        .hash(
            Asker::person(user.id.into()),
            &platform.keys,
            new_password.reveal(),
        )
        .await?;
    let account = user.id.into();
    let change = Change {
        user,
        password_hash,
        session,
        end_tokens,
        key: guard.key(),
    };
    ctx.write_account(account, change).await?;
    platform.liveness.forget_all();
    Ok(())
}

struct Change {
    user: user::Model,
    password_hash: String,
    session: SessionId,
    end_tokens: bool,
    key: Key,
}

impl Command for Change {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        let user = unchanged(write.read().await?, &self.user).await?;
        store(write, user.id, &self.password_hash).await?;
        if self.end_tokens {
            spares::end(write, user.id.into()).await?;
        }
        mailed::end_resets(write, user.id).await?;
        throttle::clear(write, &self.key).await?;
        let except = Some(self.session);
        sessions::end_of_user(write, user.id.into(), except, "password_change").await?;
        write.record(Record::new("password.change", "user", user.id));
        Ok(())
    }
}

async fn store(write: &mut Write, user: Uuid, password_hash: &str) -> Result<()> {
    let now = write.now();
    user::Entity::update_many()
        .col_expr(user::Column::PasswordHash, Expr::value(password_hash))
        .col_expr(user::Column::UpdatedAt, Expr::value(now))
        .filter(user::Column::Id.eq(user))
        .exec(write.conn().await?)
        .await
        .map(drop)
        .map_err(db)
}

/// Mails a token to the address if it is somebody's. The answer is the same if it is nobody's, and
/// so is the work that is waited for: one short write.
pub async fn forgot(ctx: &Ctx, input: ForgotPassword) -> Result<()> {
    let user = users::by_email(ctx.reader(), input.email.as_str()).await?;
    let mailing = Mailing::prepare(&ctx.platform, Purpose::PasswordReset);
    let account = user.as_ref().map_or(Uuid::now_v7(), |user| user.id);
    ctx.write_account(account.into(), RequestReset { user, mailing })
        .await
}

struct RequestReset {
    user: Option<user::Model>,
    mailing: Mailing,
}

impl Command for RequestReset {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        if let Some(user) = &self.user {
            self.mailing.queue(write, user).await?;
        }
        write.record(Record::about(
            "password.forgot",
            "user",
            self.user.as_ref().map(|user| user.id),
        ));
        Ok(())
    }
}

/// Sets a new password for whoever got the mail, and ends every other way into the account but a
/// second factor that is confirmed: somebody else may have opened them.
pub async fn reset(ctx: &Ctx, input: ResetPassword) -> Result<()> {
    let token = Token::find(ctx, input.token, Purpose::PasswordReset).await?;
    let user = users::by_id(ctx.reader(), token.user_id.into()).await;
    let user = user.map_err(mailed::gone)?;
    let names = [Some(user.email.as_str()), user.username.as_deref()];
    blocklist::check_new("/password", &input.password, names)?;
    let platform = &ctx.platform;
    let password_hash = platform
        .passwords
        .hash(
            Asker::person(user.id.into()),
            &platform.keys,
            input.password.reveal(),
        )
        .await?;
    let reset = Reset {
        token,
        password_hash,
        key: Key::new(&user.email, throttle::network_of(ctx), Some(user.id)),
    };
    ctx.write_account(user.id.into(), reset).await?;
    platform.liveness.forget_all();
    Ok(())
}

/// An operator sets somebody's password, which ends every other way into the account but a second
/// factor that is confirmed.
pub(crate) struct SetByOperator {
    pub(crate) user: UserId,
    pub(crate) password_hash: String,
}

impl Command for SetByOperator {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        let id = self.user.uuid();
        replace(write, id, &self.password_hash).await?;
        write.record(Record::new("password.set", "user", id));
        Ok(())
    }
}

/// Sets another password, after which nothing that opened the account before opens it.
async fn replace(write: &mut Write, user: Uuid, password_hash: &str) -> Result<()> {
    store(write, user, password_hash).await?;
    mailed::end_resets(write, user).await?;
    spares::end(write, user.into()).await?;
    sessions::end_of_user(write, user.into(), None, "password_reset").await
}

struct Reset {
    token: Token,
    password_hash: String,
    key: Key,
}

impl Command for Reset {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        let id = self.token.user_id;
        let user = users::by_id(write.read().await?, id.into()).await;
        let user = user.map_err(mailed::gone)?;
        self.token.spend(write).await?;
        replace(write, id, &self.password_hash).await?;
        // Whoever read this mail reads the address.
        mailed::mark_verified(write, &user).await?;
        throttle::clear(write, &self.key).await?;
        write.record(Record::new("password.reset", "user", id));
        Ok(())
    }
}
