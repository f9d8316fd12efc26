//! All routes, and the layers around them.

use std::{any::Any, sync::Arc};

use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::{Extensions, HeaderMap, StatusCode, Version, header},
    middleware::{from_fn, from_fn_with_state},
    response::{IntoResponse, Response},
};
use http::{
    ApiError, AppState, Feature,
    extract::BODY_BYTES_MAX,
    idempotency, identify, observe,
    preflight::Preflight,
    problem, protect,
    rates::{self, Rates},
};
use hub::{Brought, Hub};
use kernel::Error;
use platform::{
    Platform,
    feature::{Duplicate, Refusals, Unique},
    ops::OpSpec,
    settings::ProcessRoles,
};
use serde_json::Value;
use tower::ServiceBuilder;
use tower_http::{
    CompressionLevel,
    catch_panic::CatchPanicLayer,
    compression::{
        CompressionLayer, Predicate,
        predicate::{DefaultPredicate, SizeAbove},
    },
};
use utoipa::openapi::{InfoBuilder, LicenseBuilder, OpenApi, OpenApiBuilder};
use utoipa_axum::router::OpenApiRouter;

use crate::{
    features,
    operations::{self, Measurements},
    pages, program,
    reference::{self, API},
};

/// Below this a packet is a packet, compressed or not.
const COMPRESSED_BYTES_MIN: u64 = 1_024;

/// The API document, as it is served and committed.
#[must_use]
pub fn openapi() -> OpenApi {
    // Two features with the same route have stopped the server long before.
    api(&features::all()).map_or_else(|_| outline(), |(_, document)| document)
}

/// The document of the socket, as it is served and committed.
#[must_use]
pub fn asyncapi() -> Value {
    asyncapi_of(&features::all())
}

/// The same with other features.
#[must_use]
pub fn asyncapi_of(features: &[Feature]) -> Value {
    let events = features.iter().flat_map(Feature::event_families);
    let streams = features.iter().flat_map(Feature::streams);
    // The others go over no socket.
    let streams = streams.filter(|source| source.on_sockets);
    let brought = Brought {
        ops: operations_of(features).copied().collect(),
        events: events.copied().collect(),
        streams: streams.copied().collect(),
    };
    hub::asyncapi(&format!("{API}/ws"), env!("CARGO_PKG_VERSION"), &brought)
}

fn operations_of(features: &[Feature]) -> impl Iterator<Item = &OpSpec> {
    features.iter().flat_map(Feature::ops)
}

fn api(features: &[Feature]) -> Result<(Router<AppState>, OpenApi), Duplicate> {
    let mut known = Unique::new("route");
    let mut all = OpenApiRouter::new();
    for feature in features {
        let Some(routes) = feature.make_routes() else {
            continue;
        };
        for route in routes_of(&routes) {
            known.claim(&route, feature.name)?;
        }
        all = all.merge(routes);
    }
    let (router, document) = OpenApiRouter::with_openapi(outline())
        .nest(API, all)
        .split_for_parts();
    let roots = features.iter().filter_map(Feature::make_roots);
    let router = roots.fold(router, |router, roots| router.merge(Router::from(roots)));
    let ops: Vec<OpSpec> = operations_of(features).copied().collect();
    Ok((router, http::openapi::finish(document, &ops)))
}

/// Methods and paths, such as `POST /projects`.
fn routes_of(routes: &OpenApiRouter<AppState>) -> Vec<String> {
    let mut document = routes.get_openapi().clone();
    let mut found = Vec::new();
    for (path, item) in &mut document.paths.paths {
        let methods = http::openapi::methods(item);
        found.extend(methods.map(|method| format!("{method} {path}")));
    }
    found
}

fn outline() -> OpenApi {
    let license = LicenseBuilder::new()
        .name("MIT OR Apache-2.0")
        .identifier(Some("MIT OR Apache-2.0"))
        .build();
    let info = InfoBuilder::new()
        .title("NonLinear")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(include_str!("openapi.md")))
        .license(Some(license))
        .build();
    OpenApiBuilder::new().info(info).build()
}

/// The whole application for a process with these roles.
pub(crate) fn router(
    platform: &Arc<Platform>,
    features: &[Feature],
    roles: ProcessRoles,
    measurements: Measurements,
    hub: Option<Arc<Hub>>,
) -> Result<Router, Duplicate> {
    // Probes come often and from one address, so neither limits nor log lines are for them.
    let operations = operations::routes(measurements);
    let (api, document) = if roles.api { api(features)? } else { nothing() };
    observe::begin(&document);
    let api = match hub {
        Some(hub) => api.nest(API, hub::socket_routes(hub)),
        None => api,
    };
    let pages = if roles.api {
        reference::routes(&document, &asyncapi_of(features))
            .merge(pages::routes())
            .merge(program::routes())
    } else {
        Router::new()
    };
    let forms = features.iter().flat_map(Feature::refusal_forms);
    let forms: Arc<[Refusals]> = forms.copied().collect();
    let served = for_callers(platform, api.merge(pages), forms).merge(operations);
    let outermost = ServiceBuilder::new()
        .layer(from_fn_with_state(platform.clone(), protect::headers))
        .layer(CatchPanicLayer::custom(panicked));
    Ok(served.layer(outermost).with_state(platform.clone()))
}

/// A process that is no API answers only what its other roles need.
fn nothing() -> (Router<AppState>, OpenApi) {
    (Router::new(), outline())
}

fn for_callers(
    platform: &Arc<Platform>,
    routes: Router<AppState>,
    forms: Arc<[Refusals]>,
) -> Router<AppState> {
    let rates = Arc::new(Rates::new(&platform.settings.rates));
    // The first is the outermost. A panic is caught inside `observe`, so that its log line has the
    // request's id, and the size of a body is known before `idempotency` reads it.
    let layers = ServiceBuilder::new()
        .layer(Preflight(protect::cors(&platform.settings)))
        .layer(compression())
        .layer(from_fn_with_state(platform.clone(), identify::layer))
        .layer(from_fn(observe::layer))
        .layer(from_fn_with_state(forms, problem::other_forms))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn_with_state(rates, rates::layer))
        .layer(from_fn_with_state(platform.clone(), protect::origin))
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .layer(from_fn_with_state(platform.clone(), idempotency::layer));
    // `layer` reaches what is there already, and only inside it is the matched path known.
    routes
        .fallback(program::page_or_not_found)
        .method_not_allowed_fallback(method_not_allowed)
        .layer(layers)
}

fn compression() -> CompressionLayer<impl Predicate> {
    CompressionLayer::new()
        .quality(CompressionLevel::Fastest)
        .compress_when(
            DefaultPredicate::new()
                .and(SizeAbove::new(COMPRESSED_BYTES_MIN))
                .and(is_never_given_in_parts),
        )
}

/// Parts of a file fit together with a whole that is compressed no more than they are; and films become no smaller.
fn is_never_given_in_parts(_: StatusCode, _: Version, headers: &HeaderMap, _: &Extensions) -> bool {
    !headers.contains_key(header::ACCEPT_RANGES)
}

async fn method_not_allowed() -> ApiError {
    ApiError(Error::MethodNotAllowed)
}

fn panicked(panic: Box<dyn Any + Send>) -> Response {
    let message = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("something that is no text");
    ApiError(Error::internal(format!("panic: {message}"))).into_response()
}
