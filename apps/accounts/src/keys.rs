//! What accounts keep under the server's keys: passwords, second factors and mails.

use std::sync::Arc;

use entity::{mailed_token, user};
use kernel::Result;
use platform::{Command, Ctx, Platform, Write, db, writer::Record};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use crate::auth;

/// Second factors that are read at once.
const FACTORS_AT_ONCE: u64 = 500;

/// How many passwords there are.
pub async fn passwords(platform: &Platform) -> Result<u64> {
    user::Entity::find()
        .filter(user::Column::DeletedAt.is_null())
        .count(platform.database.reader())
        .await
        .map_err(db)
}

/// How many passwords are hashed with this pepper.
pub async fn passwords_with(platform: &Platform, pepper: &str) -> Result<u64> {
    user::Entity::find()
        .filter(
            platform
                .keys
                .is_hashed_with(pepper, user::Column::PasswordHash),
        )
        .filter(user::Column::DeletedAt.is_null())
        .count(platform.database.reader())
        .await
        .map_err(db)
}

/// How many second factors are sealed with this key.
pub async fn factors_with(platform: &Platform, key: &str) -> Result<u64> {
    user::Entity::find()
        .filter(platform.keys.is_sealed_with(key, user::Column::TotpSecret))
        .count(platform.database.reader())
        .await
        .map_err(db)
}

/// How many tokens that are or will be mailed, and still count, are derived from this key.
pub async fn mails_with(platform: &Platform, key: &str) -> Result<u64> {
    let rows = mailed_token::Entity::find()
        .filter(mailed_token::Column::UsedAt.is_null())
        .filter(mailed_token::Column::ExpiresAt.gt(platform.clock.now()))
        .all(platform.database.reader())
        .await
        .map_err(db)?;
    let of = |row: &mailed_token::Model| auth::token_of(&platform.keys, row).map(|(_, id)| id);
    let derived = rows.iter().filter(|row| of(row) == Some(key)).count();
    let changes = auth::email_changes_with(platform, key).await?;
    Ok(u64::try_from(derived).unwrap_or(u64::MAX) + changes)
}

/// Seals all second factors with the key that is used now; gives how many were sealed with another.
pub async fn reseal_factors(platform: &Arc<Platform>) -> Result<u64> {
    let system = Ctx::server(platform.clone());
    let (mut after, mut resealed) = (Uuid::nil(), 0);
    loop {
        let page = sealed(platform, after).await?;
        let Some((last, _)) = page.last() else {
            return Ok(resealed);
        };
        after = *last;
        for (user, before) in page {
            let Some(now) = platform.keys.reseal(&before, user.as_bytes())? else {
                continue;
            };
            let reseal = Reseal { user, before, now };
            system.write_account(user.into(), reseal).await?;
            resealed += 1;
        }
    }
}

async fn sealed(platform: &Platform, after: Uuid) -> Result<Vec<(Uuid, Vec<u8>)>> {
    user::Entity::find()
        .select_only()
        .columns([user::Column::Id, user::Column::TotpSecret])
        .filter(user::Column::TotpSecret.is_not_null())
        .filter(user::Column::Id.gt(after))
        .order_by_asc(user::Column::Id)
        .limit(FACTORS_AT_ONCE)
        .into_tuple()
        .all(platform.database.reader())
        .await
        .map_err(db)
}

struct Reseal {
    user: Uuid,
    before: Vec<u8>,
    now: Vec<u8>,
}

impl Command for Reseal {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        // One that was enrolled anew meanwhile is sealed with the key of whoever did that.
        user::Entity::update_many()
            .col_expr(user::Column::TotpSecret, Expr::value(self.now.clone()))
            .filter(user::Column::Id.eq(self.user))
            .filter(user::Column::TotpSecret.eq(self.before.clone()))
            .exec(write.conn().await?)
            .await
            .map_err(db)?;
        write.record(Record::new("totp.reseal", "user", self.user));
        Ok(())
    }
}
