//! What every feature stands on: settings, time, secrets, the database and its one writer,
//! the event log, the bus, jobs and mail.

pub mod access;
pub mod access_tokens;
pub mod batches;
mod bell;
pub mod bus;
pub mod clock;
pub mod convert;
pub mod ctx;
pub mod database;
mod extensions;
pub mod feature;
pub mod idempotency;
pub mod jobs;
pub mod keys;
pub mod log;
pub mod mail;
pub mod ops;
pub mod passwords;
mod principal;
mod projection;
mod request;
pub mod settings;
mod shared;
pub mod start;
pub mod streams;
pub mod writer;

pub use access::ProjectAccess;
pub use clock::Clock;
pub use ctx::Ctx;
pub use database::{Database, Engine, db};
pub use extensions::Extensions;
pub use feature::{Feature, Features};
pub use jobs::{Job, JobContext, Queue};
pub use ops::Operation;
pub use principal::{Credential, Principal};
pub use projection::Projection;
pub use request::{OpKey, RequestInfo};
pub use settings::Settings;
pub use shared::Current;
pub use start::{Platform, StartError};
pub use writer::{Command, ProjectCommand, Receipt, Write, Writer};
