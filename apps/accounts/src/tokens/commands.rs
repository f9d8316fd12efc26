//! Every way API tokens change.

use chrono::{DateTime, TimeDelta, Utc};
use entity::api_token;
use kernel::{ApiTokenId, Error, Result, Scope, UserId};
use platform::{
    Command, Ctx, Write,
    access::API_TOKEN_PREFIX,
    db,
    keys::{random_token, token_hash},
    writer::Record,
};
use protocol::{
    TokenName,
    tokens::{CreateToken, NewToken, TOKENS_PER_USER_MAX, TokenView},
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter,
    sea_query::Expr,
};
use serde_json::json;
use uuid::Uuid;

use super::row::to_view;
use crate::users;

const LIFETIME_DEFAULT: TimeDelta = TimeDelta::days(90);
const LIFETIME_MAX: TimeDelta = TimeDelta::days(366);
/// The prefix and as much as tells two tokens apart, far too little to guess the rest.
const HINT_CHARS: usize = API_TOKEN_PREFIX.len() + 6;

struct Create {
    id: ApiTokenId,
    user: UserId,
    name: TokenName,
    hint: String,
    token_hash: Vec<u8>,
    scopes: serde_json::Value,
    expires_at: DateTime<Utc>,
}

/// Makes a token. Its text is in the answer and nowhere else.
pub async fn create(ctx: &Ctx, input: CreateToken) -> Result<NewToken> {
    let (user, _) = ctx.session()?;
    require_confirmed(ctx, user).await?;
    let CreateToken {
        name,
        mut scopes,
        expires_at,
    } = input;
    if scopes.len() > Scope::ALL.len() {
        return Err(Error::invalid("/scopes", "must not repeat a scope"));
    }
    scopes.sort_unstable();
    scopes.dedup();
    let now = ctx.now();
    let expires_at = expires_at.map_or(now + LIFETIME_DEFAULT, |at| at.0);
    if expires_at <= now || expires_at > now + LIFETIME_MAX {
        let days = LIFETIME_MAX.num_days();
        let detail = format!("must be in the future, at most {days} days from now");
        return Err(Error::invalid("/expiresAt", detail));
    }
    // Named after the operation, a token that is asked for twice is still one, and has the same text
    // without being kept anywhere.
    let op = ctx.request.op.as_ref().map(|op| op.id.uuid());
    let token = match op {
        Some(op) => text_of(ctx, op).await?,
        None => format!("{API_TOKEN_PREFIX}{}", random_token()),
    };
    let create = Create {
        id: op.map_or_else(ApiTokenId::generate, ApiTokenId::from_uuid),
        user,
        name,
        hint: token.chars().take(HINT_CHARS).collect(),
        token_hash: token_hash(&token),
        scopes: serde_json::to_value(scopes).map_err(Error::internal)?,
        expires_at,
    };
    let view = ctx.write_account(user, create).await?;
    Ok(NewToken { view, token })
}

/// The text of the token that an operation makes or made, then maybe with an older key.
async fn text_of(ctx: &Ctx, op: Uuid) -> Result<String> {
    let made = api_token::Entity::find_by_id(op)
        .one(ctx.reader())
        .await
        .map_err(db)?;
    let texts = ctx.platform.keys.derived_tokens("api token", op.as_bytes());
    let mut tokens = texts.iter().map(|text| format!("{API_TOKEN_PREFIX}{text}"));
    let newest = tokens
        .next()
        .ok_or_else(|| Error::internal("there is a key"))?;
    let made = made.and_then(|made| tokens.find(|token| token_hash(token) == made.token_hash));
    Ok(made.unwrap_or(newest))
}

/// A program must not outlive the doubt whose account it acts for.
async fn require_confirmed(ctx: &Ctx, user: UserId) -> Result<()> {
    let is_confirmed = users::by_id(ctx.reader(), user)
        .await?
        .email_verified_at
        .is_some();
    if is_confirmed || !ctx.platform.settings.confirms_addresses() {
        return Ok(());
    }
    let sentence = "confirm your e-mail address first, by the link that was mailed to you";
    Err(Error::Forbidden(sentence.to_owned()))
}

impl Command for Create {
    type Output = TokenView;

    async fn apply(&self, write: &mut Write) -> Result<TokenView> {
        let now = write.now();
        let same = api_token::Entity::find_by_id(self.id.uuid());
        if let Some(made) = same.one(write.read().await?).await.map_err(db)? {
            return self.made_before(made);
        }
        let living = api_token::Entity::find()
            .filter(api_token::Column::UserId.eq(self.user.uuid()))
            .filter(api_token::Column::RevokedAt.is_null())
            .filter(api_token::Column::ExpiresAt.gt(now))
            .count(write.read().await?)
            .await
            .map_err(db)?;
        if usize::try_from(living).map_err(Error::internal)? >= TOKENS_PER_USER_MAX {
            return Err(Error::LimitReached {
                what: "API tokens",
                max: TOKENS_PER_USER_MAX,
            });
        }
        let row = api_token::ActiveModel {
            id: Set(self.id.uuid()),
            user_id: Set(self.user.uuid()),
            name: Set(self.name.as_str().to_owned()),
            hint: Set(self.hint.clone()),
            token_hash: Set(self.token_hash.clone()),
            scopes: Set(self.scopes.clone()),
            expires_at: Set(self.expires_at),
            last_used_at: Set(None),
            revoked_at: Set(None),
            created_at: Set(now),
        };
        let row = row.insert(write.conn().await?).await.map_err(db)?;
        let made = json!({
            "name": row.name, "scopes": row.scopes, "expiresAt": row.expires_at,
        });
        write.record(Record::new("token.create", "token", self.id.uuid()).with(made));
        to_view(row)
    }
}

impl Create {
    /// What was asked for under the same key before.
    fn made_before(&self, made: api_token::Model) -> Result<TokenView> {
        if made.user_id != self.user.uuid() || made.token_hash != self.token_hash {
            return Err(Error::OpReused);
        }
        if made.name != self.name.as_str() || made.scopes != self.scopes {
            return Err(Error::OpReused);
        }
        if made.revoked_at.is_some() {
            return Err(Error::Conflict("this token was ended".to_owned()));
        }
        to_view(made)
    }
}

/// Ends a token for good.
pub async fn delete(ctx: &Ctx, id: ApiTokenId) -> Result<()> {
    let (user, _) = ctx.session()?;
    ctx.write_account(user, Delete { user, id }).await?;
    ctx.platform.liveness.forget_all();
    Ok(())
}

struct Delete {
    user: UserId,
    id: ApiTokenId,
}

impl Command for Delete {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        let Self { user, id } = self;
        let living = api_token::Entity::find_by_id(id.uuid())
            .filter(api_token::Column::UserId.eq(user.uuid()))
            .filter(api_token::Column::RevokedAt.is_null())
            .count(write.read().await?)
            .await
            .map_err(db)?;
        if living == 0 {
            return Err(Error::NotFound("token"));
        }
        let now = write.now();
        api_token::Entity::update_many()
            .col_expr(api_token::Column::RevokedAt, Expr::value(now))
            .filter(api_token::Column::Id.eq(id.uuid()))
            .exec(write.conn().await?)
            .await
            .map_err(db)?;
        write.record(Record::new("token.delete", "token", id.uuid()));
        Ok(())
    }
}

/// Ends all tokens of an account. Whoever calls this records why.
pub(crate) async fn revoke_all(write: &mut Write, user: UserId) -> Result<()> {
    let now = write.now();
    api_token::Entity::update_many()
        .col_expr(api_token::Column::RevokedAt, Expr::value(now))
        .filter(api_token::Column::UserId.eq(user.uuid()))
        .filter(api_token::Column::RevokedAt.is_null())
        .exec(write.conn().await?)
        .await
        .map(drop)
        .map_err(db)
}
