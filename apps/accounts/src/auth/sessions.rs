//! Sessions: a login on one device, kept alive by refresh tokens that replace each other.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use entity::{auth_session, refresh_token, user};
use http::page;
use kernel::{Error, Result, SessionId, UserId};
use platform::{
    Command, Ctx, Platform, Write, access_tokens, db,
    keys::{random_token, token_hash},
    writer::Record,
};
use protocol::{
    Page,
    auth::{LogOutAll, LoggedIn, SessionView, Stay},
    page::PageQuery,
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, EntityTrait, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect, sea_query::Expr,
};
use uuid::Uuid;

use super::spares;
use crate::users;

/// A refresh whose answer got lost is sent again within this time, and gets the same answer.
const RESEND: TimeDelta = TimeDelta::seconds(10);
/// More devices than anybody has; a script that logs in for ever stays within it.
const LIST: &str = "sessions";
const SESSIONS_PER_USER_MAX: u64 = 100;

/// Somebody logged in: the answer, and the refresh token for whichever way it travels.
pub struct Login {
    pub logged_in: LoggedIn,
    pub refresh_token: String,
    /// Whether it is to be kept once the browser is closed.
    pub stays: bool,
}

impl std::fmt::Debug for Login {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Login").finish_non_exhaustive()
    }
}

impl Login {
    pub(super) fn new(
        platform: &Platform,
        user: user::Model,
        session: SessionId,
        refresh_token: String,
        stays: bool,
    ) -> Result<Self> {
        let access_token = access_tokens::issue(platform, user.id.into(), session)?;
        Ok(Self {
            logged_in: LoggedIn {
                user: users::to_view(user, platform.settings.confirms_addresses())?,
                access_token,
                expires_in: platform.settings.auth.access_token_seconds.into(),
                refresh_token: None,
            },
            refresh_token,
            stays,
        })
    }
}

/// How long a session goes on.
#[derive(Clone, Copy, Debug)]
struct Lifetime {
    idle: TimeDelta,
    longest: TimeDelta,
}

impl Lifetime {
    fn of(platform: &Platform, stays: bool) -> Self {
        let auth = &platform.settings.auth;
        let idle = TimeDelta::days(auth.session_idle_days.into());
        let short = TimeDelta::hours(auth.short_session_hours.into());
        Self {
            idle: if stays { idle } else { idle.min(short) },
            longest: TimeDelta::days(auth.session_days_max.into()),
        }
    }
}

/// A session that a command is about to open.
#[derive(Clone)]
pub(super) struct Opening {
    pub(super) id: SessionId,
    pub(super) refresh_token: String,
    pub(super) stays: bool,
    lifetime: Lifetime,
}

impl Opening {
    pub(super) fn prepare(platform: &Platform, Stay(stays): Stay) -> Self {
        Self {
            id: SessionId::generate(),
            refresh_token: random_token(),
            stays,
            lifetime: Lifetime::of(platform, stays),
        }
    }

    pub(super) async fn open(&self, write: &mut Write, user: Uuid) -> Result<()> {
        make_room(write, user).await?;
        let now = write.now();
        let request = write.request();
        let row = auth_session::ActiveModel {
            id: Set(self.id.uuid()),
            user_id: Set(user),
            label: Set(request.agent.as_deref().map(str::to_owned)),
            address: Set(request.address.map(|address| address.to_string())),
            created_at: Set(now),
            last_used_at: Set(now),
            idle_expires_at: Set(now + self.lifetime.idle),
            expires_at: Set(now + self.lifetime.longest),
            revoked_at: Set(None),
            revoked_reason: Set(None),
            stays: Set(self.stays),
        };
        row.insert(write.conn().await?).await.map_err(db)?;
        issue(write, self.id.uuid(), token_hash(&self.refresh_token)).await
    }
}

/// Ends the sessions that were not used for longest, if there are too many for another one.
async fn make_room(write: &mut Write, user: Uuid) -> Result<()> {
    let surplus = auth_session::Entity::find()
        .select_only()
        .column(auth_session::Column::Id)
        .filter(auth_session::Column::UserId.eq(user))
        .filter(auth_session::Column::RevokedAt.is_null())
        .order_by_desc(auth_session::Column::LastUsedAt)
        .order_by_desc(auth_session::Column::Id)
        .offset(SESSIONS_PER_USER_MAX - 1)
        .limit(SESSIONS_PER_USER_MAX)
        .into_tuple::<Uuid>()
        .all(write.read().await?)
        .await
        .map_err(db)?;
    for session in surplus {
        end_where(write, session, "too_many").await?;
    }
    Ok(())
}

async fn issue(write: &mut Write, session: Uuid, token_hash: Vec<u8>) -> Result<()> {
    let row = refresh_token::ActiveModel {
        token_hash: Set(token_hash),
        session_id: Set(session),
        issued_at: Set(write.now()),
        rotated_at: Set(None),
    };
    refresh_token::Entity::insert(row)
        .exec_without_returning(write.conn().await?)
        .await
        .map(drop)
        .map_err(db)
}

/// Exchanges a refresh token for its successor and a new access token.
pub async fn refresh(ctx: &Ctx, token: Option<String>) -> Result<Login> {
    let token = token.filter(|token| !token.is_empty());
    let token = token.ok_or(Error::Unauthenticated)?;
    let platform: &Arc<Platform> = &ctx.platform;
    // Derived, so that the same one can be given again without being stored in clear.
    let successors = platform.keys.derived_tokens("refresh", token.as_bytes());
    let rotate = Rotate {
        token_hash: token_hash(&token),
        successors,
        idle: [false, true].map(|stays| Lifetime::of(platform, stays).idle),
    };
    let user = owner(ctx, &rotate.token_hash).await?;
    match ctx.write_account(user, rotate).await? {
        Rotated::Successor(session, user, token) => {
            let auth_session::Model { id, stays, .. } = *session;
            Login::new(platform, *user, id.into(), token, stays)
        }
        Rotated::Reused => {
            platform.liveness.forget_all();
            Err(Error::Unauthenticated)
        }
    }
}

async fn owner(ctx: &Ctx, token_hash: &[u8]) -> Result<UserId> {
    let found = refresh_token::Entity::find_by_id(token_hash.to_vec())
        .find_also_related(auth_session::Entity)
        .one(ctx.reader())
        .await
        .map_err(db)?;
    match found {
        Some((_, Some(session))) => Ok(session.user_id.into()),
        Some((_, None)) | None => Err(Error::Unauthenticated),
    }
}

struct Rotate {
    token_hash: Vec<u8>,
    /// The one to issue first, then what instances may have issued that use another key.
    successors: Vec<String>,
    /// Of sessions that do not stay, and of those that do.
    idle: [TimeDelta; 2],
}

enum Rotated {
    Successor(Box<auth_session::Model>, Box<user::Model>, String),
    /// The token was used long ago: somebody else has it too.
    Reused,
}

impl Command for Rotate {
    type Output = Rotated;

    async fn apply(&self, write: &mut Write) -> Result<Rotated> {
        let now = write.now();
        let found = refresh_token::Entity::find_by_id(self.token_hash.clone())
            .find_also_related(auth_session::Entity)
            .one(write.read().await?)
            .await
            .map_err(db)?;
        let Some((token, Some(session))) = found else {
            return Err(Error::Unauthenticated);
        };
        if !is_living(&session, now) {
            return Err(Error::Unauthenticated);
        }
        let user = users::by_id(write.read().await?, session.user_id.into()).await?;
        let [short, long] = self.idle;
        let idle = if session.stays { long } else { short };
        let same = Box::new(session.clone());
        let successor = |token| Rotated::Successor(same, Box::new(user), token);
        match token.rotated_at {
            Some(at) if at + RESEND >= now => return Ok(successor(self.issued(write).await?)),
            Some(_) => {
                end_where(write, session.id, "reuse").await?;
                write.record(Record::new("session.reuse", "session", session.id));
                return Ok(Rotated::Reused);
            }
            None => {}
        }
        let first = refresh_token::Entity::update_many()
            .col_expr(refresh_token::Column::RotatedAt, Expr::value(now))
            .filter(refresh_token::Column::TokenHash.eq(self.token_hash.clone()))
            .filter(refresh_token::Column::RotatedAt.is_null())
            .exec(write.conn().await?)
            .await
            .map_err(db)?
            .rows_affected
            == 1;
        if !first {
            write.unrecorded("another instance rotated this token at the same moment");
            return Ok(successor(self.issued(write).await?));
        }
        let next = self.successors.first().ok_or(Error::Unauthenticated)?;
        issue(write, session.id, token_hash(next)).await?;
        auth_session::Entity::update_many()
            .col_expr(auth_session::Column::LastUsedAt, Expr::value(now))
            .col_expr(auth_session::Column::IdleExpiresAt, Expr::value(now + idle))
            .filter(auth_session::Column::Id.eq(session.id))
            .exec(write.conn().await?)
            .await
            .map_err(db)?;
        write.record(Record::new("session.refresh", "session", session.id));
        Ok(successor(next.clone()))
    }
}

impl Rotate {
    /// The successor that was issued before.
    async fn issued(&self, write: &mut Write) -> Result<String> {
        for successor in &self.successors {
            let found = refresh_token::Entity::find_by_id(token_hash(successor));
            let found = found.count(write.read().await?).await.map_err(db)?;
            if found > 0 {
                return Ok(successor.clone());
            }
        }
        Err(Error::Unauthenticated)
    }
}

fn is_living(session: &auth_session::Model, now: DateTime<Utc>) -> bool {
    session.revoked_at.is_none() && session.expires_at > now && session.idle_expires_at > now
}

/// The devices that whoever is logged in is logged in on, the last used first.
pub async fn list(ctx: &Ctx, query: PageQuery) -> Result<Page<SessionView>> {
    let (user, current) = ctx.session()?;
    let now = ctx.now();
    let limit = page::limit(query.limit)?;
    let mut select = auth_session::Entity::find()
        .filter(auth_session::Column::UserId.eq(user.uuid()))
        .filter(auth_session::Column::RevokedAt.is_null())
        .filter(auth_session::Column::ExpiresAt.gt(now))
        .filter(auth_session::Column::IdleExpiresAt.gt(now))
        .order_by_desc(auth_session::Column::LastUsedAt)
        .order_by_desc(auth_session::Column::Id)
        .limit(limit + 1);
    let after: Option<(DateTime<Utc>, Uuid)> =
        page::after(&ctx.platform, LIST, query.cursor.as_deref())?;
    if let Some((at, id)) = after {
        let at_once = Condition::all()
            .add(auth_session::Column::LastUsedAt.eq(at))
            .add(auth_session::Column::Id.lt(id));
        let earlier = auth_session::Column::LastUsedAt.lt(at);
        select = select.filter(Condition::any().add(earlier).add(at_once));
    }
    let rows = select.all(ctx.reader()).await.map_err(db)?;
    page::page(
        &ctx.platform,
        LIST,
        limit,
        rows,
        |row| (row.last_used_at, row.id),
        |row| to_view(row, current),
    )
}

fn to_view(row: auth_session::Model, current: SessionId) -> SessionView {
    let auth_session::Model {
        id,
        user_id: _,
        label,
        address,
        created_at,
        last_used_at,
        idle_expires_at,
        expires_at,
        revoked_at: _,
        revoked_reason: _,
        stays: _,
    } = row;
    SessionView {
        id: id.into(),
        label,
        address,
        created_at: created_at.into(),
        last_used_at: last_used_at.into(),
        expires_at: Ord::min(idle_expires_at, expires_at).into(),
        current: id == current.uuid(),
    }
}

/// Logs this device out.
pub async fn end_own(ctx: &Ctx) -> Result<()> {
    let (_, session) = ctx.session()?;
    end(ctx, session).await
}

/// Logs one device out.
pub async fn end(ctx: &Ctx, session: SessionId) -> Result<()> {
    let (user, _) = ctx.session()?;
    ctx.write_account(user, End { user, session }).await?;
    ctx.platform.liveness.forget_all();
    Ok(())
}

struct End {
    user: UserId,
    session: SessionId,
}

impl Command for End {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        let Self { user, session } = self;
        let own = auth_session::Entity::find_by_id(session.uuid())
            .filter(auth_session::Column::UserId.eq(user.uuid()))
            .filter(auth_session::Column::RevokedAt.is_null())
            .count(write.read().await?)
            .await
            .map_err(db)?;
        if own == 0 {
            return Err(Error::NotFound("session"));
        }
        end_where(write, session.uuid(), "logout").await?;
        write.record(Record::new("session.end", "session", session.uuid()));
        Ok(())
    }
}

async fn end_where(write: &mut Write, session: Uuid, reason: &'static str) -> Result<()> {
    let now = write.now();
    auth_session::Entity::update_many()
        .col_expr(auth_session::Column::RevokedAt, Expr::value(now))
        .col_expr(auth_session::Column::RevokedReason, Expr::value(reason))
        .filter(auth_session::Column::Id.eq(session))
        .exec(write.conn().await?)
        .await
        .map(drop)
        .map_err(db)
}

/// Logs every device out.
pub async fn end_all(ctx: &Ctx, input: LogOutAll) -> Result<()> {
    let (user, _) = ctx.session()?;
    let LogOutAll { end_tokens } = input;
    ctx.write_account(user, EndAll { user, end_tokens }).await?;
    ctx.platform.liveness.forget_all();
    Ok(())
}

struct EndAll {
    user: UserId,
    end_tokens: bool,
}

impl Command for EndAll {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        end_of_user(write, self.user, None, "logout_all").await?;
        if self.end_tokens {
            spares::end(write, self.user).await?;
        }
        write.record(Record::new("session.end_all", "user", self.user.uuid()));
        Ok(())
    }
}

/// Ends the sessions of an account, all or all but one. Whoever calls this records why, and lets
/// liveness forget once the write is committed.
pub(crate) async fn end_of_user(
    write: &mut Write,
    user: UserId,
    except: Option<SessionId>,
    reason: &'static str,
) -> Result<()> {
    let now = write.now();
    let kept = except.map_or(Uuid::nil(), SessionId::uuid);
    auth_session::Entity::update_many()
        .col_expr(auth_session::Column::RevokedAt, Expr::value(now))
        .col_expr(auth_session::Column::RevokedReason, Expr::value(reason))
        .filter(auth_session::Column::UserId.eq(user.uuid()))
        .filter(auth_session::Column::RevokedAt.is_null())
        .filter(auth_session::Column::Id.ne(kept))
        .exec(write.conn().await?)
        .await
        .map(drop)
        .map_err(db)
}
