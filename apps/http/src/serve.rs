//! Serving connections.
//!
//! `axum::serve` waits for headers for ever, so the connections are driven here, by hyper's own
//! builder with its limits set. HTTP/1.1 only: TLS, and with it HTTP/2, ends at a proxy.

use std::{io, net::SocketAddr, pin::pin, time::Duration};

use axum::{Router, extract::ConnectInfo};
use hyper::{Request, body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{patience::Patient, places::Places, unread};

const HEADER_TIMEOUT: Duration = Duration::from_secs(10);
const HEADER_BYTES_MAX: usize = 16 * 1024;
const HEADERS_MAX: usize = 100;
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Serves until `stopping`, then lets open requests end.
pub async fn serve(
    listener: TcpListener,
    app: Router,
    connections_per_network: Option<u32>,
    stopping: CancellationToken,
) {
    let connections = TaskTracker::new();
    let places = Places::new(connections_per_network);
    while let Some(accepted) = stopping.run_until_cancelled(listener.accept()).await {
        match accepted {
            Ok((stream, peer)) => {
                let Some(place) = places.take(peer.ip()) else {
                    tracing::warn!(%peer, "A connection was refused: too many are open");
                    continue;
                };
                let connection = connection(stream, peer, app.clone(), stopping.clone());
                connections.spawn(async move {
                    connection.await;
                    drop(place);
                });
            }
            Err(error) => pause_after(&error).await,
        }
    }
    drop(listener);
    connections.close();
    connections.wait().await;
}

/// Out of file descriptors, say: another accept at once would only spin.
async fn pause_after(error: &io::Error) {
    tracing::warn!(%error, "No connection could be accepted");
    tokio::time::sleep(ACCEPT_PAUSE).await;
}

async fn connection(stream: TcpStream, peer: SocketAddr, app: Router, stopping: CancellationToken) {
    // Answers are small and whole; waiting to fill a packet only delays them.
    let _ = stream.set_nodelay(true);
    // A layer would wrap every route again for each connection; this costs one entry per request.
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        unread::answer(app.clone(), request)
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_TIMEOUT)
        .max_buf_size(HEADER_BYTES_MAX)
        .max_headers(HEADERS_MAX)
        .serve_connection(TokioIo::new(Patient::new(stream)), service)
        .with_upgrades();
    let mut connection = pin!(connection);
    // How a connection breaks is the caller's business.
    tokio::select! {
        _ = connection.as_mut() => {}
        () = stopping.cancelled() => {
            connection.as_mut().graceful_shutdown();
            let _ = connection.await;
        }
    }
}
