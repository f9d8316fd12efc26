//! Proving oneself by password and code, with guesses counted.

use entity::user;
use kernel::{Error, Result};
use platform::{Ctx, passwords::Asker};
use protocol::Password;
use uuid::Uuid;

use super::{
    factor::Factor,
    throttle::{self, Key},
};

/// Stands between a guess and its answer. Made only where no delay is on.
pub(crate) struct Guard {
    asker: Asker,
    key: Key,
    user: Option<Uuid>,
    /// What the audit says of a refusal.
    refused: &'static str,
}

impl Guard {
    /// For somebody who is about to log in.
    pub(super) async fn for_login(
        ctx: &Ctx,
        email: &str,
        user: Option<&user::Model>,
    ) -> Result<Self> {
        let asker = Asker::login(throttle::network_of(ctx));
        let user = user.map(|user| user.id);
        Self::new(ctx, asker, email, user, "login.failed").await
    }

    /// For somebody who is logged in and enters the password again.
    pub(crate) async fn for_user(
        ctx: &Ctx,
        user: &user::Model,
        refused: &'static str,
    ) -> Result<Self> {
        let asker = Asker::person(user.id.into());
        Self::new(ctx, asker, &user.email, Some(user.id), refused).await
    }

    async fn new(
        ctx: &Ctx,
        asker: Asker,
        email: &str,
        user: Option<Uuid>,
        refused: &'static str,
    ) -> Result<Self> {
        let key = Key::new(email, throttle::network_of(ctx), user);
        throttle::check(ctx.reader(), ctx.now(), &key).await?;
        Ok(Self {
            asker,
            key,
            user,
            refused,
        })
    }

    /// Whether this is the password of `user`. Without one it takes as long and is refused.
    pub(crate) async fn password(
        &self,
        ctx: &Ctx,
        password: &Password,
        user: Option<&user::Model>,
    ) -> Result<()> {
        let platform = &ctx.platform;
        let hash = user.map(|user| user.password_hash.clone());
        let fits = platform
            .passwords
            .verify(self.asker, &platform.keys, password.reveal(), hash)
            .await?;
        // Others may have failed while this one was computed: then not even the right one counts.
        throttle::check(ctx.reader(), ctx.now(), &self.key).await?;
        if fits {
            Ok(())
        } else {
            Err(self.refuse(ctx).await)
        }
    }

    /// The hash of the right password with the pepper that is used now, where that is another one.
    pub(super) async fn hash_anew(
        &self,
        ctx: &Ctx,
        password: &Password,
        user: &user::Model,
    ) -> Result<Option<String>> {
        let platform = &ctx.platform;
        platform
            .passwords
            .hash_anew(
                self.asker,
                &platform.keys,
                password.reveal(),
                &user.password_hash,
            )
            .await
    }

    /// What this code is, if it is one of `user` at this moment.
    pub(super) async fn factor(&self, ctx: &Ctx, user: &user::Model, code: &str) -> Result<Factor> {
        match Factor::find(ctx, user, code)? {
            Some(factor) => Ok(factor),
            None => Err(self.refuse(ctx).await),
        }
    }

    /// Counts a refusal that a command found out under the lock.
    pub(super) async fn settle<T>(&self, ctx: &Ctx, outcome: Result<T>) -> Result<T> {
        match outcome {
            Err(Error::InvalidCredentials) => Err(self.refuse(ctx).await),
            outcome => outcome,
        }
    }

    async fn refuse(&self, ctx: &Ctx) -> Error {
        match throttle::count(ctx, &self.key, self.user, self.refused).await {
            Ok(()) => Error::InvalidCredentials,
            Err(error) => error,
        }
    }

    /// For `throttle::clear`, in the write that the proof was for.
    pub(super) fn key(&self) -> Key {
        self.key.clone()
    }
}
