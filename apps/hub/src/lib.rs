//! Sockets: many people on one canvas, live.
//!
//! A socket is a task that reads frames and writes what waits for it. A channel is a task that owns
//! everything about one project in this process: who listens, how far the log was told, who is
//! where. Channels hear of commits by the bus, trust only the log, and never wait for a socket.

mod asyncapi;
mod channel;
mod features;
mod handshake;
mod hub;
mod outbox;
mod routes;
pub mod sessions;
mod socket;
mod start;
mod turns;
mod watch;
mod wire;

pub use asyncapi::{Brought, asyncapi};
pub use features::Features;
pub use hub::Hub;
pub use routes::socket_routes;

/// What the hub answers over REST.
#[must_use]
pub fn feature() -> http::Feature {
    http::Feature::new("hub")
        .routes(sessions::routes)
        .retention(sessions::OLD_NOTES)
}
