//! The demo account and project, made through the same commands that everybody uses.

mod demo;

use std::sync::Arc;

use accounts::admin;
use kernel::{Error, Result, UserId};
use platform::{Ctx, Platform};

pub const EMAIL: &str = "demo@nonlinear.app";
pub const PASSWORD: &str = "DemoPassword123!";

/// Makes the demo account and project if the database has no account, and says whether it did.
pub async fn seed_if_empty(platform: &Arc<Platform>) -> Result<bool> {
    if admin::any_users(platform).await? {
        return Ok(false);
    }
    match admin::create_user(platform, demo::user()?).await {
        Ok(user) => {
            make_project(platform, user).await?;
            tracing::info!(user.id = %user, "Made the demo account and project");
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

async fn make_project(platform: &Arc<Platform>, user: UserId) -> Result<()> {
    let ctx = Ctx::internal(platform.clone(), user);
    let project = projects::projects::create(&ctx, demo::project()?).await?;
    let answered = canvas::nodes::create(&ctx, project.id, demo::answered_node()?).await?;
    for node in demo::following_nodes(answered.node.id)? {
        canvas::nodes::create(&ctx, project.id, node).await?;
    }
    Ok(())
}
