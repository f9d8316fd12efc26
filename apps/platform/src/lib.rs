//! What every feature stands on: settings, time, secrets, the database and its one door for writes,
//! the event log, the bus, jobs and mail.

pub mod access;
pub mod access_tokens;
pub mod bus;
pub mod clock;
pub mod convert;
pub mod ctx;
pub mod database;
pub mod door;
pub mod idempotency;
pub mod jobs;
mod kept;
pub mod keys;
pub mod log;
pub mod mail;
pub mod passwords;
pub mod settings;
mod shared;
pub mod start;

pub use access::{Credential, Principal, ProjectAccess};
pub use clock::Clock;
pub use ctx::{Ctx, RequestInfo};
pub use database::{Database, Engine, db};
pub use door::{Consequence, Door, OpKey, Readable, Receipt, Remembered, Write};
pub use settings::Settings;
pub use shared::Current;
pub use start::{Platform, StartError};
