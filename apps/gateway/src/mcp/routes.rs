use std::sync::Arc;

use axum::{
    Router,
    extract::{Request, State},
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use http::{ApiError, AppState, Caller, Query, extract::BODY_BYTES_MAX, protect};
use kernel::{Error, Permission, ProjectId};
use platform::{Ctx, Principal};
use rmcp::transport::streamable_http_server::{
    StreamableHttpServerConfig, StreamableHttpService, session::never::NeverSessionManager,
};
use serde::Deserialize;

use super::{
    form,
    metadata::{ADDRESS, MCP, challenge, metadata},
    server::Server,
};

pub(crate) fn routes() -> Router<AppState> {
    Router::new()
        .route(MCP, post(mcp))
        .route(ADDRESS, get(metadata))
        // Where clients look that put the resource's own path behind it.
        .route(&format!("{ADDRESS}{MCP}"), get(metadata))
}

/// Which project the client works on, if it works on one alone.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Pinned {
    project: Option<ProjectId>,
}

async fn mcp(
    State(state): State<AppState>,
    caller: Result<Caller, ApiError>,
    pinned: Result<Query<Pinned>, ApiError>,
    request: Request,
) -> Response {
    let served = serve(&state, caller, pinned, request).await;
    let served = match served {
        Ok(response) => Ok(form::in_json_rpc(response).await),
        Err(error) => Err(error),
    };
    served.unwrap_or_else(|error| refused(&state, error))
}

async fn serve(
    state: &AppState,
    caller: Result<Caller, ApiError>,
    pinned: Result<Query<Pinned>, ApiError>,
    request: Request,
) -> Result<Response, ApiError> {
    let Caller(ctx) = caller?;
    if ctx.principal == Principal::Anonymous {
        return Err(Error::Unauthenticated.into());
    }
    // A page of somebody else has no business here, whatever token it got hold of.
    if protect::is_foreign(&state.settings, request.headers()) {
        let sentence =
            "pages of other sites may not use this server; list the site in `cors_origins`";
        return Err(Error::Forbidden(sentence.to_owned()).into());
    }
    let server = server(ctx, pinned?.0.project).await?;
    let request = match form::read(request, state).await? {
        Ok(request) => request,
        Err(refusal) => return Ok(refusal),
    };
    let service = StreamableHttpService::new(
        move || Ok(server.clone()),
        Arc::new(NeverSessionManager::default()),
        config(state),
    );
    Ok(service.handle(request).await.into_response())
}

async fn server(ctx: Ctx, project: Option<ProjectId>) -> Result<Server, ApiError> {
    let pinned = match project {
        Some(project) => Some(ctx.project(project, Permission::GRAPH_READ).await?),
        None => None,
    };
    Ok(Server::new(ctx, pinned))
}

fn config(state: &AppState) -> StreamableHttpServerConfig {
    StreamableHttpServerConfig::default()
        .with_legacy_session_mode(false)
        .with_json_response(true)
        .with_max_request_body_bytes(BODY_BYTES_MAX)
        // A server may have several names; whoever asks has shown a token, which no other site's page has.
        .disable_allowed_hosts()
        .with_cancellation_token(state.stopping.child_token())
}

fn refused(state: &AppState, error: ApiError) -> Response {
    let is_unknown = matches!(error.0, Error::Unauthenticated);
    let mut response = error.into_response();
    let challenge = challenge(&state.settings);
    if let (true, Ok(challenge)) = (is_unknown, HeaderValue::from_str(&challenge)) {
        response
            .headers_mut()
            .insert(header::WWW_AUTHENTICATE, challenge);
    }
    response
}
