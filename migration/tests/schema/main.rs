//! The migrated schema on every engine: it comes and goes completely, agrees with the entities, and
//! refuses what it promises to refuse.
//!
//! SQLite always takes part, in memory. Postgres does when `TEST_DATABASE_URL` names a server on
//! which databases may be created.

#![expect(
    clippy::expect_used,
    clippy::wildcard_enum_match_arm,
    reason = "a test that cannot go on says so and stops"
)]

mod agreement;
mod engines;
mod history;
mod kept;
mod refusals;
mod samples;
