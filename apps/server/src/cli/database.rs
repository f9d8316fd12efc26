//! `nonlinear migrate` and `nonlinear seed`.

use std::process::ExitCode;

use platform::{Platform, Settings};

use super::Migrate;

pub(crate) async fn migrate(settings: Settings, to: &Migrate) -> anyhow::Result<ExitCode> {
    let platform = Platform::open(settings, server::features::together()?).await?;
    match to {
        Migrate::Up => platform.database.migrate_up().await?,
        Migrate::Down { steps } => platform.database.migrate_down(*steps).await?,
        Migrate::Status => {}
    }
    for (name, applied) in platform.database.migrations().await? {
        let state = if applied { "applied" } else { "missing" };
        println!("{state}  {name}");
    }
    platform.stop().await;
    Ok(ExitCode::SUCCESS)
}

pub(crate) async fn seed(settings: Settings) -> anyhow::Result<ExitCode> {
    let platform = Platform::start(settings, server::features::together()?).await?;
    let seeded = seed::seed_if_empty(&platform).await;
    platform.stop().await;
    if seeded? {
        println!("made {} with the password {}", seed::EMAIL, seed::PASSWORD);
    } else {
        println!("nothing was made: the database has accounts already");
    }
    Ok(ExitCode::SUCCESS)
}
