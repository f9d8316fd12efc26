//! Verifying an address.

use entity::user;
use kernel::{Error, Result};
use platform::{Command, Ctx, Write, writer::Record};
use protocol::auth::VerifyEmail;

use super::mailed::{self, Mailing, Purpose, Token};
use crate::users;

/// Takes the token that was mailed to the address.
pub async fn verify(ctx: &Ctx, input: VerifyEmail) -> Result<()> {
    let token = Token::find(ctx, input.token, Purpose::EmailVerify).await?;
    ctx.write_account(token.user_id.into(), Verify { token })
        .await
}

struct Verify {
    token: Token,
}

impl Command for Verify {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        let user = users::by_id(write.read().await?, self.token.user_id.into()).await;
        let user = user.map_err(mailed::gone)?;
        self.token.spend(write).await?;
        mailed::mark_verified(write, &user).await?;
        write.record(Record::new("email.verify", "user", user.id));
        Ok(())
    }
}

/// Mails another token, for whoever lost the first.
pub async fn resend(ctx: &Ctx) -> Result<()> {
    let (user, _) = ctx.session()?;
    let user = users::by_id(ctx.reader(), user).await?;
    if user.email_verified_at.is_some() {
        return Err(Error::Conflict("this address is verified".to_owned()));
    }
    let mailing = Mailing::prepare(&ctx.platform, Purpose::EmailVerify);
    ctx.write_account(user.id.into(), Resend { user, mailing })
        .await
}

struct Resend {
    user: user::Model,
    mailing: Mailing,
}

impl Command for Resend {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        self.mailing.queue(write, &self.user).await?;
        write.record(Record::new("email.resend", "user", self.user.id));
        Ok(())
    }
}
