//! The second factor: enrolled, confirmed by a first code, removed by password and code.

use entity::{recovery_code, user};
use kernel::{Error, Result, UserId};
use platform::{Command, Ctx, Write, db, writer::Record};
use protocol::auth::{EnrollTotp, RecoveryCodes, RemoveTotp, TotpCode, TotpEnrollment};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use uuid::Uuid;

use super::{
    codes,
    factor::Factor,
    guard::Guard,
    login::unchanged,
    throttle::{self, Key},
};
use crate::users;

/// Makes a secret for an authenticator, for who knows the password. It counts for nothing until a
/// code confirms it.
pub async fn enroll(ctx: &Ctx, input: EnrollTotp) -> Result<TotpEnrollment> {
    let (id, _) = ctx.session()?;
    let user = users::by_id(ctx.reader(), id).await?;
    refuse_another(&user)?;
    let guard = Guard::for_user(ctx, &user, "totp.refused").await?;
    guard.password(ctx, &input.password, Some(&user)).await?;
    let secret = codes::new_secret();
    let (text, otpauth_url) = codes::presentation(&secret, &user.email)?;
    let sealed = ctx.platform.keys.seal(&secret, id.uuid().as_bytes())?;
    let enroll = Enroll {
        user,
        sealed,
        key: guard.key(),
    };
    let enrolled = ctx.write_account(id, enroll).await;
    guard.settle(ctx, enrolled).await?;
    Ok(TotpEnrollment {
        secret: text,
        otpauth_url,
    })
}

fn refuse_another(user: &user::Model) -> Result<()> {
    if user.totp_confirmed_at.is_some() {
        return Err(Error::Conflict(
            "the second factor is on; remove it before enrolling another".to_owned(),
        ));
    }
    Ok(())
}

struct Enroll {
    user: user::Model,
    /// The secret, sealed.
    sealed: Vec<u8>,
    key: Key,
}

impl Command for Enroll {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        let user = unchanged(write.read().await?, &self.user).await?;
        user::Entity::update_many()
            .col_expr(user::Column::TotpSecret, Expr::value(self.sealed.clone()))
            .col_expr(user::Column::TotpLastStep, Expr::value(None::<i64>))
            .filter(user::Column::Id.eq(user.id))
            .exec(write.conn().await?)
            .await
            .map_err(db)?;
        throttle::clear(write, &self.key).await?;
        write.record(Record::new("totp.enroll", "user", user.id));
        Ok(())
    }
}

/// What a change of the second factor rests on: the account as it was, and a code of it.
struct Coded {
    user: user::Model,
    factor: Factor,
    key: Key,
}

impl Coded {
    fn new(guard: &Guard, user: user::Model, factor: Factor) -> Self {
        Self {
            user,
            factor,
            key: guard.key(),
        }
    }
}

/// New recovery codes: those to show and the hashes to keep.
fn recovery_codes() -> (Vec<String>, Vec<Vec<u8>>) {
    (0..codes::RECOVERY_CODES)
        .map(|_| codes::new_recovery_code())
        .unzip()
}

/// Turns the second factor on.
pub async fn confirm(ctx: &Ctx, input: TotpCode) -> Result<RecoveryCodes> {
    let (id, _) = ctx.session()?;
    let user = users::by_id(ctx.reader(), id).await?;
    if user.totp_confirmed_at.is_some() || user.totp_secret.is_none() {
        return Err(Error::Conflict(
            "there is no enrolment to confirm; enrol first".to_owned(),
        ));
    }
    let guard = Guard::for_user(ctx, &user, "totp.refused").await?;
    let factor = guard.factor(ctx, &user, &input.code).await?;
    let (shown, recovery_hashes) = recovery_codes();
    let confirm = Confirm {
        coded: Coded::new(&guard, user, factor),
        recovery_hashes,
    };
    let confirmed = ctx.write_account(id, confirm).await;
    guard.settle(ctx, confirmed).await?;
    Ok(RecoveryCodes {
        recovery_codes: shown,
    })
}

struct Confirm {
    coded: Coded,
    recovery_hashes: Vec<Vec<u8>>,
}

impl Command for Confirm {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        let Self {
            coded,
            recovery_hashes,
        } = self;
        let user = unchanged(write.read().await?, &coded.user).await?;
        if user.totp_secret != coded.user.totp_secret {
            return Err(Error::InvalidCredentials);
        }
        coded.factor.spend(write, user.id).await?;
        let now = write.now();
        user::Entity::update_many()
            .col_expr(user::Column::TotpConfirmedAt, Expr::value(now))
            .filter(user::Column::Id.eq(user.id))
            .exec(write.conn().await?)
            .await
            .map_err(db)?;
        replace_recovery_codes(write, user.id, recovery_hashes).await?;
        throttle::clear(write, &coded.key).await?;
        write.record(Record::new("totp.confirm", "user", user.id));
        Ok(())
    }
}

async fn replace_recovery_codes(write: &mut Write, user: Uuid, hashes: &[Vec<u8>]) -> Result<()> {
    recovery_code::Entity::delete_many()
        .filter(recovery_code::Column::UserId.eq(user))
        .exec(write.conn().await?)
        .await
        .map_err(db)?;
    if hashes.is_empty() {
        return Ok(());
    }
    let rows = hashes.iter().map(|hash| recovery_code::ActiveModel {
        id: Set(Uuid::now_v7()),
        user_id: Set(user),
        code_hash: Set(hash.clone()),
        used_at: Set(None),
    });
    recovery_code::Entity::insert_many(rows)
        .exec_without_returning(write.conn().await?)
        .await
        .map(drop)
        .map_err(db)
}

async fn with_second_factor(ctx: &Ctx) -> Result<user::Model> {
    let (id, _) = ctx.session()?;
    let user = users::by_id(ctx.reader(), id).await?;
    if user.totp_confirmed_at.is_none() {
        return Err(Error::Conflict(
            "this account has no second factor; enrol first".to_owned(),
        ));
    }
    Ok(user)
}

/// Turns the second factor off.
pub async fn remove(ctx: &Ctx, input: RemoveTotp) -> Result<()> {
    let user = with_second_factor(ctx).await?;
    let guard = Guard::for_user(ctx, &user, "totp.refused").await?;
    guard.password(ctx, &input.password, Some(&user)).await?;
    let factor = guard.factor(ctx, &user, &input.code).await?;
    let account = user.id.into();
    let coded = Coded::new(&guard, user, factor);
    let removed = ctx.write_account(account, Remove { coded }).await;
    guard.settle(ctx, removed).await
}

struct Remove {
    coded: Coded,
}

impl Command for Remove {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        let Self { coded } = self;
        let user = unchanged(write.read().await?, &coded.user).await?;
        coded.factor.spend(write, user.id).await?;
        clear(write, user.id).await?;
        throttle::clear(write, &coded.key).await?;
        write.record(Record::new("totp.remove", "user", user.id));
        Ok(())
    }
}

async fn clear(write: &mut Write, user: Uuid) -> Result<()> {
    user::Entity::update_many()
        .col_expr(user::Column::TotpSecret, Expr::value(None::<Vec<u8>>))
        .col_expr(
            user::Column::TotpConfirmedAt,
            Expr::value(None::<chrono::DateTime<chrono::Utc>>),
        )
        .col_expr(user::Column::TotpLastStep, Expr::value(None::<i64>))
        .filter(user::Column::Id.eq(user))
        .exec(write.conn().await?)
        .await
        .map_err(db)?;
    replace_recovery_codes(write, user, &[]).await
}

/// An operator turns somebody's second factor off.
pub(crate) struct TakeOff {
    pub(crate) user: UserId,
}

impl Command for TakeOff {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        clear(write, self.user.uuid()).await?;
        write.record(Record::new("totp.take_off", "user", self.user.uuid()));
        Ok(())
    }
}

/// Replaces the recovery codes, for whoever has a code of the second factor.
pub async fn renew_recovery_codes(ctx: &Ctx, input: TotpCode) -> Result<RecoveryCodes> {
    let user = with_second_factor(ctx).await?;
    let guard = Guard::for_user(ctx, &user, "totp.refused").await?;
    let factor = guard.factor(ctx, &user, &input.code).await?;
    let (shown, recovery_hashes) = recovery_codes();
    let account = user.id.into();
    let renew = RenewRecoveryCodes {
        coded: Coded::new(&guard, user, factor),
        recovery_hashes,
    };
    let renewed = ctx.write_account(account, renew).await;
    guard.settle(ctx, renewed).await?;
    Ok(RecoveryCodes {
        recovery_codes: shown,
    })
}

struct RenewRecoveryCodes {
    coded: Coded,
    recovery_hashes: Vec<Vec<u8>>,
}

impl Command for RenewRecoveryCodes {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        let Self {
            coded,
            recovery_hashes,
        } = self;
        let user = unchanged(write.read().await?, &coded.user).await?;
        coded.factor.spend(write, user.id).await?;
        replace_recovery_codes(write, user.id, recovery_hashes).await?;
        throttle::clear(write, &coded.key).await?;
        write.record(Record::new("totp.renew_recovery_codes", "user", user.id));
        Ok(())
    }
}
