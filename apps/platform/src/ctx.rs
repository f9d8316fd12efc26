//! The context of a call: the platform, who calls, and through which request.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use kernel::{ApiTokenId, Error, ProjectId, Result, Scope, SessionId, UserId};
use sea_orm::DatabaseConnection;

use crate::{
    platform::Platform,
    principal::{Credential, Principal},
    request::{OpKey, RequestInfo},
    writer::{Caller, Command, ProjectCommand, Receipt},
};

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

    /// The server itself, acting for nobody: what it does was decided when somebody asked for it.
    #[must_use]
    pub fn server(platform: Arc<Platform>) -> Self {
        Self::new(platform, Principal::System, RequestInfo::default())
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

    /// Changes a project. Under the `Idempotency-Key` of the request, if it has one, a resend changes
    /// nothing.
    pub async fn write<C: ProjectCommand>(
        &self,
        project: ProjectId,
        command: C,
    ) -> Result<Receipt<C::Output>> {
        let op = self.request.op.clone();
        self.write_as(project, op, command).await
    }

    /// The same, under an id that the client gave the operation.
    pub async fn write_as<C: ProjectCommand>(
        &self,
        project: ProjectId,
        op: Option<OpKey>,
        command: C,
    ) -> Result<Receipt<C::Output>> {
        let writer = &self.platform.writer;
        writer.write(self.caller(), project, op, command).await
    }

    /// Changes what belongs to an account.
    pub async fn write_account<C: Command>(
        &self,
        account: UserId,
        command: C,
    ) -> Result<C::Output> {
        let writer = &self.platform.writer;
        writer.write_account(self.caller(), account, command).await
    }

    fn caller(&self) -> Caller {
        Caller {
            principal: self.principal.clone(),
            request: self.request.clone(),
        }
    }
}
