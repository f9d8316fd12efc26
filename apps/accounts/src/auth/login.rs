//! Logging in.

use entity::user;
use kernel::{Error, Result};
use platform::{Command, Ctx, Write, db, passwords::is_same_choice, writer::Record};
use protocol::auth;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, sea_query::Expr};

use super::{
    factor::Factor,
    guard::Guard,
    sessions::{Login, Opening},
    throttle::{self, Key},
};
use crate::users;

/// Opens a session for whoever knows the password and, where there is one, has the second factor.
///
/// What is wrong is not told: unknown, disabled, deleted and a wrong password are one refusal.
pub async fn login(ctx: &Ctx, input: auth::Login) -> Result<Login> {
    let auth::Login {
        email,
        password,
        totp,
        stay,
    } = input;
    let user = users::by_email(ctx.reader(), email.as_str()).await?;
    let guard = Guard::for_login(ctx, email.as_str(), user.as_ref()).await?;
    guard.password(ctx, &password, user.as_ref()).await?;
    let user = user.ok_or_else(|| Error::internal("nobody's password fits nothing"))?;
    let factor = match (user.totp_confirmed_at, totp) {
        (None, _) => None,
        (Some(_), None) => return Err(Error::TotpRequired),
        (Some(_), Some(code)) => Some(guard.factor(ctx, &user, &code).await?),
    };
    let hashed_anew = guard.hash_anew(ctx, &password, &user).await?;
    let session = Opening::prepare(&ctx.platform, stay);
    let (opened, refresh_token) = (session.id, session.refresh_token.clone());
    let account = user.id.into();
    let open_session = OpenSession {
        user,
        hashed_anew,
        factor,
        session,
        key: guard.key(),
    };
    let logged_in = ctx.write_account(account, open_session).await;
    let user = guard.settle(ctx, logged_in).await?;
    Login::new(&ctx.platform, user, opened, refresh_token, stay.0)
}

struct OpenSession {
    user: user::Model,
    /// The hash of the same password with the pepper that is used now, where that is another one.
    hashed_anew: Option<String>,
    factor: Option<Factor>,
    session: Opening,
    key: Key,
}

impl Command for OpenSession {
    type Output = user::Model;

    async fn apply(&self, write: &mut Write) -> Result<user::Model> {
        let now = write.now();
        throttle::check(write.read().await?, now, &self.key).await?;
        let user = unchanged(write.read().await?, &self.user).await?;
        if let Some(factor) = &self.factor {
            factor.spend(write, user.id).await?;
        }
        if let Some(hash) = &self.hashed_anew {
            keep(write, &user, hash).await?;
        }
        throttle::clear(write, &self.key).await?;
        self.session.open(write, user.id).await?;
        write.record(Record::new("login", "user", user.id));
        Ok(user)
    }
}

/// Keeps another hash of the same password, unless one came before it.
async fn keep(write: &mut Write, user: &user::Model, hash: &str) -> Result<()> {
    user::Entity::update_many()
        .col_expr(user::Column::PasswordHash, Expr::value(hash))
        .filter(user::Column::Id.eq(user.id))
        .filter(user::Column::PasswordHash.eq(user.password_hash.as_str()))
        .exec(write.conn().await?)
        .await
        .map(drop)
        .map_err(db)
}

/// The account as it is now, if what was proved about it still holds.
pub(super) async fn unchanged(
    conn: &impl ConnectionTrait,
    proved: &user::Model,
) -> Result<user::Model> {
    let user = users::by_id(conn, proved.id.into()).await;
    match user {
        Ok(user)
            if is_same_choice(&user.password_hash, &proved.password_hash)
                && user.totp_confirmed_at == proved.totp_confirmed_at =>
        {
            Ok(user)
        }
        Ok(_) | Err(Error::Unauthenticated) => Err(Error::InvalidCredentials),
        Err(error) => Err(error),
    }
}
