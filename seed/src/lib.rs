//! The demo account and its projects, made through the same commands that everybody uses.

mod demo;

use std::sync::Arc;

use accounts::admin;
use kernel::{Error, Result, UserId};
use platform::{Ctx, Platform};

pub const EMAIL: &str = "demo@nonlinear.app";
pub const PASSWORD: &str = "DemoPassword123!";

/// Makes the demo account and its projects if the database has no account, and says whether it did.
pub async fn seed_if_empty(platform: &Arc<Platform>) -> Result<bool> {
    if admin::any_users(platform).await? {
        return Ok(false);
    }
    match admin::create_user(platform, demo::user()?).await {
        Ok(user) => {
            make_projects(platform, user).await?;
            tracing::info!(user.id = %user, "Made the demo account and its projects");
            Ok(true)
        }
        // Another instance that started at the same moment was faster.
        Err(Error::Conflict(_)) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Whether the demo account is there, made by this start or an earlier one.
pub async fn has_demo(platform: &Platform) -> Result<bool> {
    admin::has_user(platform, &demo::user()?.email).await
}

/// Each with everything in it, in one transaction.
async fn make_projects(platform: &Arc<Platform>, user: UserId) -> Result<()> {
    let ctx = Ctx::internal(platform.clone(), user);
    for project in demo::projects()? {
        projects::projects::create(&ctx, project).await?;
    }
    Ok(())
}
