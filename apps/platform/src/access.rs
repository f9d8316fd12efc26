//! Who calls, whether their credential still lives, and how they stand to a project.

mod relation;

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use entity::{api_token, auth_session, user};
use kernel::{
    Error, Permission, Relation, Result, Scope, Scopes, SessionId, UserId, Verdict, error::chain,
    policy,
};
use sea_orm::{
    ColumnTrait, EntityTrait, JoinType, PaginatorTrait, QueryFilter, QuerySelect, RelationTrait,
    sea_query::Expr,
};
use uuid::Uuid;

use crate::{
    access_tokens,
    ctx::Ctx,
    database::db,
    keys,
    liveness::Live,
    platform::Platform,
    principal::{Credential, Principal},
    users::user_is_active,
    writer::{Command, Write},
};

pub use crate::users::public_name;
pub use relation::{ProjectAccess, ProjectRelations};

pub const API_TOKEN_PREFIX: &str = "nl_";
/// How exactly it is known when a token was last used: knowing it better would cost writes.
const LAST_USED_EVERY: TimeDelta = TimeDelta::minutes(10);

/// A session that lives, and as whom its user is seen.
#[derive(Clone, Debug)]
pub struct LiveSession {
    pub principal: Principal,
    pub expires_at: DateTime<Utc>,
    pub name: String,
}

/// What those hear who do not run the server: that there is no such page.
const NO_OPERATOR: Error = Error::NotFound("thing");

/// Checks that the caller runs the server, and may do this: a person in a session, whose confirmed address stands
/// in the setting `auth.operators`. Everybody else hears that there is nothing.
pub async fn operator(ctx: &Ctx, permission: Permission) -> Result<UserId> {
    let id = ctx.user_id()?;
    let settings = &ctx.platform.settings;
    if settings.operators().is_empty() {
        return Err(NO_OPERATOR);
    }
    let row = user::Entity::find_by_id(id.uuid())
        .filter(user_is_active())
        .filter(user::Column::EmailVerifiedAt.is_not_null())
        .one(ctx.reader())
        .await
        .map_err(db)?;
    let runs = row.is_some_and(|row| settings.is_operator(&row.email));
    let verdict = policy::decide(Relation::Operator, ctx.principal.scopes(), permission);
    match (runs, ctx.session(), verdict) {
        (true, Ok(_), Verdict::Allowed) => Ok(id),
        _ => Err(NO_OPERATOR),
    }
}

/// Asks the database, not what is remembered, whether a session lives.
pub async fn session(platform: &Platform, user: UserId, session: SessionId) -> Result<LiveSession> {
    let row = auth_session::Entity::find_by_id(session.uuid())
        .filter(auth_session::Column::UserId.eq(user.uuid()))
        .filter(auth_session::Column::RevokedAt.is_null())
        .filter(auth_session::Column::ExpiresAt.gt(platform.clock.now()))
        .find_also_related(user::Entity)
        .filter(user_is_active())
        .one(platform.database.reader())
        .await
        .map_err(db)?;
    let Some((row, Some(owner))) = row else {
        return Err(Error::Unauthenticated);
    };
    Ok(LiveSession {
        principal: Principal::User {
            id: user,
            credential: Credential::Session(session),
            scopes: Scopes::UNLIMITED,
        },
        expires_at: row.expires_at,
        name: public_name(&owner),
    })
}

/// Refuses a credential that was let in before and lives no more. It asks the database, not what is
/// remembered: for what goes on for long, such as an event stream.
pub async fn still_lives(platform: &Platform, principal: &Principal) -> Result<()> {
    let Principal::User { id, credential, .. } = principal else {
        return Ok(());
    };
    match credential {
        Credential::Session(of) => session(platform, *id, *of).await.map(drop),
        Credential::Token(token) => {
            let living = api_token::Entity::find_by_id(token.uuid())
                .join(JoinType::InnerJoin, api_token::Relation::User.def())
                .filter(api_token::Column::RevokedAt.is_null())
                .filter(api_token::Column::ExpiresAt.gt(platform.clock.now()))
                .filter(user_is_active())
                .count(platform.database.reader())
                .await
                .map_err(db)?;
            if living == 0 {
                return Err(Error::Unauthenticated);
            }
            Ok(())
        }
        // Each step of an agent asks anew what it may do.
        Credential::Agent { .. } | Credential::Internal => Ok(()),
    }
}

/// The sessions that were ended at or after this moment, for whatever reason.
pub async fn sessions_ended_since(
    platform: &Platform,
    since: DateTime<Utc>,
) -> Result<Vec<SessionId>> {
    let ids: Vec<Uuid> = auth_session::Entity::find()
        .select_only()
        .column(auth_session::Column::Id)
        .filter(auth_session::Column::RevokedAt.gte(since))
        .into_tuple()
        .all(platform.database.reader())
        .await
        .map_err(db)?;
    Ok(ids.into_iter().map(SessionId::from_uuid).collect())
}

/// Finds out who sends this bearer credential.
pub async fn authenticate(platform: &Arc<Platform>, bearer: &str) -> Result<Principal> {
    let now = platform.clock.now();
    let live = if bearer.starts_with(API_TOKEN_PREFIX) {
        live_token(platform, bearer).await?
    } else {
        let claims = access_tokens::verify(platform, bearer)?;
        live_session(platform, claims.user_id, claims.session_id).await?
    };
    match live {
        Some(live) if live.expires_at > now => Ok(live.principal.clone()),
        _ => Err(Error::Unauthenticated),
    }
}

async fn live_session(
    platform: &Platform,
    user: UserId,
    session: SessionId,
) -> Result<Option<Arc<Live>>> {
    if let Some(known) = platform.liveness.sessions.get(&session) {
        return Ok(known);
    }
    let row = auth_session::Entity::find_by_id(session.uuid())
        .join(JoinType::InnerJoin, auth_session::Relation::User.def())
        .filter(auth_session::Column::UserId.eq(user.uuid()))
        .filter(auth_session::Column::RevokedAt.is_null())
        .filter(user_is_active())
        .one(platform.database.reader())
        .await
        .map_err(db)?;
    let live = row.map(|row| {
        Arc::new(Live {
            principal: Principal::User {
                id: user,
                credential: Credential::Session(session),
                scopes: Scopes::UNLIMITED,
            },
            expires_at: row.expires_at,
        })
    });
    platform.liveness.sessions.insert(session, live.clone());
    Ok(live)
}

async fn live_token(platform: &Arc<Platform>, token: &str) -> Result<Option<Arc<Live>>> {
    let hash = keys::token_hash(token);
    if let Some(known) = platform.liveness.tokens.get(&hash) {
        return Ok(known);
    }
    let row = api_token::Entity::find()
        .join(JoinType::InnerJoin, api_token::Relation::User.def())
        .filter(api_token::Column::TokenHash.eq(hash.clone()))
        .filter(api_token::Column::RevokedAt.is_null())
        .filter(user_is_active())
        .one(platform.database.reader())
        .await
        .map_err(db)?;
    let live = match row {
        Some(row) => {
            note_use(platform, &row);
            let scopes: Vec<Scope> = serde_json::from_value(row.scopes).map_err(Error::internal)?;
            Some(Arc::new(Live {
                principal: Principal::User {
                    id: row.user_id.into(),
                    credential: Credential::Token(row.id.into()),
                    scopes: scopes.into_iter().collect(),
                },
                expires_at: row.expires_at,
            }))
        }
        None => None,
    };
    platform.liveness.tokens.insert(hash, live.clone());
    Ok(live)
}

/// Notes now and then that a token is in use; the request does not wait for it.
fn note_use(platform: &Arc<Platform>, row: &api_token::Model) {
    let stale = platform.clock.now() - LAST_USED_EVERY;
    if row.last_used_at.is_some_and(|at| at > stale) {
        return;
    }
    let (platform, token) = (platform.clone(), row.id);
    platform.tasks.clone().spawn(async move {
        let noted = platform.writer.housekeep(NoteUse { token }).await;
        // The next use notes it instead.
        if let Err(error) = noted {
            tracing::warn!(token.id = %token, error = chain(&error), "Use of a token not noted");
        }
    });
}

struct NoteUse {
    token: Uuid,
}

impl Command for NoteUse {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        write.unrecorded("that a token is in use changes nothing");
        let now = write.now();
        api_token::Entity::update_many()
            .col_expr(api_token::Column::LastUsedAt, Expr::value(now))
            .filter(api_token::Column::Id.eq(self.token))
            .exec(write.conn().await?)
            .await
            .map(drop)
            .map_err(db)
    }
}
