//! What operators and their machines ask: does it live, can it work, how much does it do.

use std::{sync::OnceLock, time::Duration};

use axum::{
    Json, Router,
    extract::State,
    http::{StatusCode, header},
    response::IntoResponse,
    routing::get,
};
use http::AppState;
use kernel::error::chain;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use platform::bus::Health;
use serde::Serialize;
use tokio_util::sync::CancellationToken;

const UPKEEP_EVERY: Duration = Duration::from_secs(30);
/// Longer than the pool's own limit, so that the pool's error is the one reported.
const PING_TIMEOUT: Duration = Duration::from_secs(5);
const SECONDS_BUCKETS: [f64; 12] = [
    0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0,
];

pub(crate) fn routes(measurements: Measurements) -> Router<AppState> {
    Router::new()
        .route("/healthz", get(healthz))
        .route("/readyz", get(readyz))
        .route("/metrics", get(move || metrics(measurements.clone())))
}

/// The process's measurements. There is one recorder for a process, whatever it runs.
#[derive(Clone)]
pub(crate) struct Measurements(Option<PrometheusHandle>);

impl Measurements {
    pub(crate) fn of_this_process() -> Self {
        static INSTALLED: OnceLock<Measurements> = OnceLock::new();
        INSTALLED.get_or_init(Self::install).clone()
    }

    fn install() -> Self {
        let seconds = Matcher::Suffix("_seconds".to_owned());
        let handle = PrometheusBuilder::new()
            .set_buckets_for_metric(seconds, &SECONDS_BUCKETS)
            .and_then(PrometheusBuilder::install_recorder);
        match handle {
            Ok(handle) => Self(Some(handle)),
            // Without measurements the server is still a server.
            Err(error) => {
                tracing::warn!(%error, "Measurements are off");
                Self(None)
            }
        }
    }

    /// Folds what was measured into its sums; otherwise every single value would be kept.
    pub(crate) async fn keep_small(self, stopping: CancellationToken) {
        let Self(Some(handle)) = self else {
            return;
        };
        while stopping
            .run_until_cancelled(tokio::time::sleep(UPKEEP_EVERY))
            .await
            .is_some()
        {
            handle.run_upkeep();
        }
    }
}

async fn metrics(Measurements(handle): Measurements) -> impl IntoResponse {
    let text = handle.map(|handle| handle.render()).unwrap_or_default();
    let kind = "text/plain; version=0.0.4; charset=utf-8";
    ([(header::CONTENT_TYPE, kind)], text)
}

#[derive(Serialize)]
struct Liveness {
    status: &'static str,
}

/// The process lives. It says nothing of what it depends on: restarting it would not help those.
async fn healthz() -> Json<Liveness> {
    Json(Liveness { status: "ok" })
}

#[derive(Serialize)]
struct Readiness {
    status: &'static str,
    database: &'static str,
    bus: &'static str,
}

/// Whether requests should be sent here. Without Redis everything still works, only later for
/// those on other instances.
async fn readyz(State(platform): State<AppState>) -> impl IntoResponse {
    let ping = tokio::time::timeout(PING_TIMEOUT, platform.database.ping()).await;
    let failure = match ping {
        Ok(Ok(())) => None,
        Ok(Err(error)) => Some(chain(&error)),
        Err(_) => Some("no answer in time".to_owned()),
    };
    if let Some(error) = &failure {
        tracing::warn!(error, "The database cannot be reached");
    }
    let stopping = platform.stopping.is_cancelled();
    let bus = platform.bus.health();
    let status = match (&failure, stopping, bus) {
        (Some(_), _, _) => "unavailable",
        (None, true, _) => "stopping",
        (None, false, Health::Down) => "degraded",
        (None, false, Health::InProcess | Health::Connected) => "ready",
    };
    let readiness = Readiness {
        status,
        database: if failure.is_none() {
            "ok"
        } else {
            "unreachable"
        },
        bus: match bus {
            Health::InProcess => "in-process",
            Health::Connected => "redis",
            Health::Down => "redis, unreachable",
        },
    };
    let code = if failure.is_none() && !stopping {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    (code, Json(readiness))
}
