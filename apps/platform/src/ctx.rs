//! The context of a call: the platform, who calls, and through which request.

use std::{net::IpAddr, sync::Arc};

use chrono::{DateTime, Utc};
use futures::future::BoxFuture;
use kernel::{ApiTokenId, Error, ProjectId, Result, Scope, SessionId, UserId};
use sea_orm::DatabaseConnection;

use crate::{
    access::{Credential, Principal},
    start::Platform,
    writer::{OpKey, Receipt, Subject, Write},
};

/// Which request this is, for logs and the audit.
#[derive(Clone, Debug, Default)]
pub struct RequestInfo {
    pub id: Option<Arc<str>>,
    pub address: Option<IpAddr>,
    /// How the caller's program names itself.
    pub agent: Option<Arc<str>>,
    /// From an `Idempotency-Key`: the operation of this request, so that a resend changes nothing.
    pub op: Option<OpKey>,
}

#[derive(Clone, Debug)]
pub struct Ctx {
    pub platform: Arc<Platform>,
    pub principal: Principal,
    pub request: RequestInfo,
}

impl Ctx {
    #[must_use]
    pub fn new(platform: Arc<Platform>, principal: Principal, request: RequestInfo) -> Self {
        Self {
            platform,
            principal,
            request,
        }
    }

    /// The server itself, acting for a person: seeds, imports and jobs.
    #[must_use]
    pub fn internal(platform: Arc<Platform>, user: UserId) -> Self {
        Self::new(platform, Principal::internal(user), RequestInfo::default())
    }

    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.platform.clock.now()
    }

    #[must_use]
    pub fn reader(&self) -> &DatabaseConnection {
        self.platform.database.reader()
    }

    /// Whoever is logged in, by session or token.
    pub fn user_id(&self) -> Result<UserId> {
        self.principal.user_id().ok_or(Error::Unauthenticated)
    }

    /// Whoever is logged in by a session: tokens manage neither tokens nor sessions.
    pub fn session(&self) -> Result<(UserId, SessionId)> {
        match &self.principal {
            Principal::User {
                id,
                credential: Credential::Session(session),
                ..
            } => Ok((*id, *session)),
            Principal::User { .. } => Err(Error::SessionRequired),
            Principal::Anonymous | Principal::System => Err(Error::Unauthenticated),
        }
    }

    /// Whoever is logged in, if the credential reaches this scope.
    pub fn user_with_scope(&self, scope: Scope) -> Result<UserId> {
        match &self.principal {
            Principal::User { id, scopes, .. } if scopes.contains(scope) => Ok(*id),
            Principal::User { .. } => Err(Error::InsufficientScope(Some(scope))),
            Principal::Anonymous | Principal::System => Err(Error::Unauthenticated),
        }
    }

    #[must_use]
    pub fn token_id(&self) -> Option<ApiTokenId> {
        match &self.principal {
            Principal::User {
                credential: Credential::Token(id),
                ..
            } => Some(*id),
            Principal::User { .. } | Principal::Anonymous | Principal::System => None,
        }
    }

    /// Changes a project. `command` may run more than once, always on a fresh transaction; it first
    /// checks, then writes rows, then emits its event.
    pub async fn write<I, T, F>(
        &self,
        project: ProjectId,
        op: Option<OpKey>,
        input: I,
        command: F,
    ) -> Result<Receipt<T>>
    where
        I: Send + Sync + 'static,
        T: Send + 'static,
        F: for<'w> Fn(&'w mut Write, &'w I) -> BoxFuture<'w, Result<T>> + Send + 'static,
    {
        let op = op.or_else(|| self.request.op.clone());
        self.platform
            .writer
            .submit(self, Subject::Project(project), op, input, command)
            .await
    }

    /// Changes what belongs to an account. The same rules as for `write` hold.
    pub async fn write_account<I, T, F>(&self, account: UserId, input: I, command: F) -> Result<T>
    where
        I: Send + Sync + 'static,
        T: Send + 'static,
        F: for<'w> Fn(&'w mut Write, &'w I) -> BoxFuture<'w, Result<T>> + Send + 'static,
    {
        let subject = Subject::Account(account);
        let receipt = self
            .platform
            .writer
            .submit(self, subject, None, input, command)
            .await?;
        receipt
            .value
            .ok_or_else(|| Error::internal("a command of an account was replayed"))
    }
}
