//! Using up a code of the second factor.

use entity::{recovery_code, user};
use kernel::{Error, Result};
use platform::{Ctx, Write, db};
use sea_orm::{ColumnTrait, EntityTrait, ExprTrait, QueryFilter, sea_query::Expr};
use uuid::Uuid;

use super::codes::{self, Typed};

/// A code that looks right; whether it was used before is decided under the lock.
#[derive(Clone, Debug)]
pub(super) enum Factor {
    Step(i64),
    Recovery(Vec<u8>),
}

impl Factor {
    pub(super) fn find(ctx: &Ctx, user: &user::Model, code: &str) -> Result<Option<Self>> {
        match Typed::read(code) {
            Typed::Recovery(hash) => Ok(Some(Self::Recovery(hash))),
            Typed::Digits(digits) => {
                let sealed = user.totp_secret.as_deref();
                let sealed = sealed.ok_or_else(|| Error::internal("no secret to check with"))?;
                let secret = ctx.platform.keys.unseal(sealed, user.id.as_bytes())?;
                let step = codes::matching_step(&secret, &digits, ctx.now())?;
                Ok(step.map(Self::Step))
            }
        }
    }

    /// Uses it up, or refuses one that was used up before.
    pub(super) async fn spend(&self, write: &mut Write, user: Uuid) -> Result<()> {
        let spent = match self {
            Self::Step(step) => spend_step(write, user, *step).await?,
            Self::Recovery(hash) => spend_recovery(write, user, hash).await?,
        };
        if spent {
            Ok(())
        } else {
            Err(Error::InvalidCredentials)
        }
    }
}

async fn spend_step(write: &mut Write, user: Uuid, step: i64) -> Result<bool> {
    let unused = user::Column::TotpLastStep
        .is_null()
        .or(user::Column::TotpLastStep.lt(step));
    let done = user::Entity::update_many()
        .col_expr(user::Column::TotpLastStep, Expr::value(step))
        .filter(user::Column::Id.eq(user))
        .filter(unused)
        .exec(write.conn().await?)
        .await
        .map_err(db)?;
    Ok(done.rows_affected == 1)
}

async fn spend_recovery(write: &mut Write, user: Uuid, hash: &[u8]) -> Result<bool> {
    let now = write.now();
    let done = recovery_code::Entity::update_many()
        .col_expr(recovery_code::Column::UsedAt, Expr::value(now))
        .filter(recovery_code::Column::UserId.eq(user))
        .filter(recovery_code::Column::CodeHash.eq(hash.to_vec()))
        .filter(recovery_code::Column::UsedAt.is_null())
        .exec(write.conn().await?)
        .await
        .map_err(db)?;
    Ok(done.rows_affected == 1)
}
