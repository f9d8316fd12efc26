use std::sync::Arc;

use axum::{
    Extension, Router,
    body::Body,
    extract::Request,
    response::{IntoResponse, Response},
    routing::any,
};
use http::{ApiError, AppState, identify::Identified, protect};
use kernel::Error;

use crate::{Hub, handshake, socket};

/// The address of the socket, below `/api/v1`.
pub fn socket_routes(hub: Arc<Hub>) -> Router<AppState> {
    Router::new().route("/ws", any(open).layer(Extension(hub)))
}

async fn open(Extension(hub): Extension<Arc<Hub>>, mut request: Request<Body>) -> Response {
    let info = request
        .extensions()
        .get::<Identified>()
        .map(|identified| Box::new(identified.request.clone()))
        .unwrap_or_default();
    // No cookie counts on a socket, but a foreign page has no business with a ticket either.
    if protect::is_foreign(&hub.platform.settings, request.headers()) {
        return ApiError(Error::ForeignOrigin).into_response();
    }
    let (upgrade, response) = match handshake::accept(&mut request) {
        Ok(accepted) => accepted,
        Err(refusal) => return *refusal,
    };
    let Some(place) = hub.place() else {
        return ApiError(Error::Busy).into_response();
    };
    let serving = hub.clone();
    hub.platform.tasks.spawn(async move {
        if let Some(stream) = handshake::take_over(upgrade).await {
            socket::serve(serving, stream, info, place).await;
        }
    });
    response
}
