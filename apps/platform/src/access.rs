//! Who calls, whether their credential still lives, and how they stand to a project.

use std::{collections::HashMap, sync::Arc, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};
use entity::{api_token, auth_session, project, project_member, user};
use kernel::{
    ApiTokenId, Error, Need, ProjectId, Result, Role, Scope, Scopes, SessionId, Standing, UserId,
    Verdict, error::chain, policy,
};
use moka::sync::Cache;
use protocol::events::Sight;
use sea_orm::{
    ColumnTrait, DerivePartialModel, EntityTrait, ExprTrait, JoinType, QueryFilter, QuerySelect,
    RelationTrait, sea_query::Expr,
};
use uuid::Uuid;

use crate::{access_tokens, convert, ctx::Ctx, database::db, door::Write, keys, start::Platform};

/// How long a read may go on with a credential that was ended meanwhile. Writes look every time.
const LIVENESS_TTL: Duration = Duration::from_secs(1);
const LIVENESS_ENTRIES_MAX: u64 = 50_000;
pub const API_TOKEN_PREFIX: &str = "nl_";
/// How exactly it is known when a token was last used: knowing it better would cost writes.
const LAST_USED_EVERY: TimeDelta = TimeDelta::minutes(10);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Credential {
    Session(SessionId),
    Token(ApiTokenId),
    /// The server itself acts for the person.
    Internal,
}

impl Credential {
    #[must_use]
    pub fn uuid(self) -> Option<Uuid> {
        match self {
            Self::Session(id) => Some(id.uuid()),
            Self::Token(id) => Some(id.uuid()),
            Self::Internal => None,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Principal {
    Anonymous,
    User {
        id: UserId,
        credential: Credential,
        scopes: Scopes,
    },
    /// The server, for its own housekeeping.
    System,
}

impl Principal {
    #[must_use]
    pub fn internal(id: UserId) -> Self {
        Self::User {
            id,
            credential: Credential::Internal,
            scopes: Scopes::UNLIMITED,
        }
    }

    #[must_use]
    pub fn user_id(&self) -> Option<UserId> {
        match self {
            Self::User { id, .. } => Some(*id),
            Self::Anonymous | Self::System => None,
        }
    }

    #[must_use]
    pub fn scopes(&self) -> Scopes {
        match self {
            Self::User { scopes, .. } => *scopes,
            Self::Anonymous | Self::System => Scopes::UNLIMITED,
        }
    }
}

/// What the database said of a credential a moment ago.
#[derive(Clone, Debug)]
struct Live {
    principal: Principal,
    expires_at: DateTime<Utc>,
}

/// Remembers for a second which credentials live, so that reading costs no extra query each time.
#[derive(Debug)]
pub struct Liveness {
    sessions: Cache<SessionId, Option<Arc<Live>>>,
    tokens: Cache<Vec<u8>, Option<Arc<Live>>>,
}

impl Default for Liveness {
    fn default() -> Self {
        Self {
            sessions: Cache::builder()
                .max_capacity(LIVENESS_ENTRIES_MAX)
                .time_to_live(LIVENESS_TTL)
                .build(),
            tokens: Cache::builder()
                .max_capacity(LIVENESS_ENTRIES_MAX)
                .time_to_live(LIVENESS_TTL)
                .build(),
        }
    }
}

impl Liveness {
    /// After something was revoked here, reads need not wait either.
    pub fn forget_all(&self) {
        self.sessions.invalidate_all();
        self.tokens.invalidate_all();
    }
}

/// A session that lives, and as whom its user is seen.
#[derive(Clone, Debug)]
pub struct LiveSession {
    pub principal: Principal,
    pub expires_at: DateTime<Utc>,
    pub name: String,
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
        let noted = platform
            .door
            .housekeep(token, |write, token| Box::pin(store_use(write, *token)))
            .await;
        // The next use notes it instead.
        if let Err(error) = noted {
            tracing::warn!(token.id = %token, error = chain(&error), "Use of a token not noted");
        }
    });
}

async fn store_use(write: &mut Write, token: Uuid) -> Result<()> {
    write.unrecorded("that a token is in use changes nothing");
    let now = write.now();
    api_token::Entity::update_many()
        .col_expr(api_token::Column::LastUsedAt, Expr::value(now))
        .filter(api_token::Column::Id.eq(token))
        .exec(write.conn().await?)
        .await
        .map(drop)
        .map_err(db)
}

/// Neither deleted nor disabled.
pub(crate) fn user_is_active() -> sea_orm::sea_query::SimpleExpr {
    user::Column::DeletedAt
        .is_null()
        .and(user::Column::DisabledAt.is_null())
}

/// The name others see: the username, else the full name, else what stands before the `@`.
#[must_use]
pub fn public_name(user: &user::Model) -> String {
    if let Some(username) = &user.username {
        return username.clone();
    }
    let full: Vec<&str> = [&user.first_name, &user.last_name]
        .into_iter()
        .flatten()
        .map(String::as_str)
        .collect();
    if !full.is_empty() {
        return full.join(" ");
    }
    user.email.split('@').next().unwrap_or_default().to_owned()
}

/// How a caller stands to a project, and where the project's log ended when this was read.
#[derive(Clone, Debug)]
pub struct ProjectAccess {
    pub project: ProjectId,
    pub standing: Standing,
    pub scopes: Scopes,
    pub head: i64,
    pub epoch: Uuid,
    pub role: Option<Role>,
}

#[derive(Clone, Debug, DerivePartialModel)]
#[sea_orm(entity = "project::Entity")]
struct ProjectHead {
    head_seq: i64,
    epoch: Uuid,
    is_public: bool,
    deleted_at: Option<DateTime<Utc>>,
}

impl Ctx {
    /// Checks that the caller may do this with this project, for reading.
    ///
    /// Who may not even see it hears that it does not exist; who is not logged in hears that first,
    /// whether it exists or not.
    pub async fn project(&self, project: ProjectId, need: Need) -> Result<ProjectAccess> {
        let access = self.project_access(project).await?;
        access.require(&self.principal, need)?;
        Ok(access)
    }

    async fn project_access(&self, project: ProjectId) -> Result<ProjectAccess> {
        let row = project::Entity::find_by_id(project.uuid())
            .into_partial_model::<ProjectHead>()
            .one(self.reader())
            .await
            .map_err(db)?;
        let Some(row) = row.filter(|row| row.deleted_at.is_none()) else {
            return Err(self.principal.hidden_project());
        };
        let role = match self.principal.user_id() {
            Some(user) => role_of(self, project, user).await?,
            None => None,
        };
        Ok(ProjectAccess {
            project,
            standing: Standing::of(role, row.is_public),
            scopes: self.principal.scopes(),
            head: row.head_seq,
            epoch: row.epoch,
            role,
        })
    }
}

async fn role_of(ctx: &Ctx, project: ProjectId, user: UserId) -> Result<Option<Role>> {
    let row = project_member::Entity::find_by_id((project.uuid(), user.uuid()))
        .one(ctx.reader())
        .await
        .map_err(db)?;
    Ok(row.map(|row| convert::role(row.role)))
}

/// How a project stands to people at this moment.
#[derive(Clone, Debug)]
pub struct ProjectStandings {
    project: ProjectId,
    head: ProjectHead,
    roles: HashMap<UserId, Role>,
}

impl ProjectStandings {
    /// Reads the roles of all members; `None` for a project that is not there or in the trash.
    pub async fn read(platform: &Platform, project: ProjectId) -> Result<Option<Self>> {
        let head = project::Entity::find_by_id(project.uuid())
            .into_partial_model::<ProjectHead>()
            .one(platform.database.reader())
            .await
            .map_err(db)?;
        let Some(head) = head.filter(|head| head.deleted_at.is_none()) else {
            return Ok(None);
        };
        let rows = project_member::Entity::find()
            .filter(project_member::Column::ProjectId.eq(project.uuid()))
            .all(platform.database.reader())
            .await
            .map_err(db)?;
        let roles = rows
            .into_iter()
            .map(|row| (row.user_id.into(), convert::role(row.role)))
            .collect();
        Ok(Some(Self {
            project,
            head,
            roles,
        }))
    }

    /// What a caller may do there now.
    #[must_use]
    pub fn access(&self, principal: &Principal) -> ProjectAccess {
        let role = principal
            .user_id()
            .and_then(|user| self.roles.get(&user).copied());
        ProjectAccess {
            project: self.project,
            standing: Standing::of(role, self.head.is_public),
            scopes: principal.scopes(),
            head: self.head.head_seq,
            epoch: self.head.epoch,
            role,
        }
    }
}

impl Principal {
    /// What someone hears of a project that does not exist for them.
    #[must_use]
    pub fn hidden_project(&self) -> Error {
        match self {
            Self::Anonymous => Error::Unauthenticated,
            Self::User { .. } | Self::System => Error::NotFound("project"),
        }
    }
}

impl ProjectAccess {
    pub fn require(&self, principal: &Principal, need: Need) -> Result<()> {
        judge(principal, self.standing, need)
    }

    #[must_use]
    pub fn allows(&self, need: Need) -> bool {
        policy::decide(self.standing, self.scopes, need) == Verdict::Allowed
    }

    /// What of the project's events and nodes the caller may see.
    #[must_use]
    pub fn sight(&self) -> Sight {
        Sight {
            system_prompt: self.allows(Need::SYSTEM_PROMPT_READ),
            members: self.allows(Need::MEMBERS_READ),
            costs: self.allows(Need::COSTS_READ),
        }
    }
}

/// Turns the table's verdict into an answer.
pub(crate) fn judge(principal: &Principal, standing: Standing, need: Need) -> Result<()> {
    match policy::decide(standing, principal.scopes(), need) {
        Verdict::Allowed => Ok(()),
        Verdict::Hidden => Err(principal.hidden_project()),
        Verdict::OutOfScope(scope) => Err(Error::InsufficientScope(scope)),
        Verdict::Forbidden if *principal == Principal::Anonymous => Err(Error::Unauthenticated),
        Verdict::Forbidden => Err(Error::Forbidden(match standing {
            Standing::Member(role) => {
                format!("your role in this project ({role:?}) does not allow {need}; ask its owner")
            }
            Standing::Public | Standing::Stranger => {
                "this project is open for reading only; ask its owner to add you".to_owned()
            }
        })),
    }
}
