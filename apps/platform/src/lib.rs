//! What every feature stands on: settings, time, secrets, the database and its one door for writes,
//! the event log, the bus, jobs and mail.

pub mod access;
pub mod access_tokens;
pub mod bus;
pub mod clock;
pub mod convert;
pub mod ctx;
pub mod database;
mod extensions;
pub mod idempotency;
pub mod jobs;
pub mod keys;
pub mod log;
pub mod mail;
pub mod passwords;
pub mod settings;
mod shared;
pub mod start;
pub mod writer;

pub use access::{Credential, Principal, ProjectAccess};
pub use clock::Clock;
pub use ctx::{Ctx, RequestInfo};
pub use database::{Database, Engine, db};
pub use settings::Settings;
pub use shared::Current;
pub use start::{Platform, StartError};
pub use writer::{OpKey, Projection, Reaction, ReadProjection, Receipt, Write, Writer};
