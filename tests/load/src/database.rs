//! A Postgres database of our own, on the server that `TEST_DATABASE_URL` names, and a Redis.

use anyhow::{Context, Result};
use sea_orm::{ConnectionTrait, Database};

/// The URL of a new, empty database; nothing when there is no server.
#[expect(
    clippy::disallowed_methods,
    reason = "this program is configured by the environment"
)]
pub(crate) async fn fresh(name: &str) -> Result<Option<String>> {
    let Ok(url) = std::env::var("TEST_DATABASE_URL") else {
        return Ok(None);
    };
    let server = Database::connect(&url).await?;
    server
        .execute_unprepared(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        .await?;
    server
        .execute_unprepared(&format!("CREATE DATABASE {name}"))
        .await?;
    let (base, query) = url
        .split_once('?')
        .map_or((url.as_str(), None), |(a, b)| (a, Some(b)));
    let (base, _) = base.rsplit_once('/').context("a database URL has a path")?;
    let query = query.map(|query| format!("?{query}")).unwrap_or_default();
    Ok(Some(format!("{base}/{name}{query}")))
}

/// The Redis that `TEST_REDIS_URL` names.
#[expect(
    clippy::disallowed_methods,
    reason = "this program is configured by the environment"
)]
pub(crate) fn redis() -> Option<String> {
    std::env::var("TEST_REDIS_URL").ok()
}
