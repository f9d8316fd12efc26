//! The demo account and project, made through the same commands that everybody uses.

use std::sync::Arc;

use kernel::Result;
use platform::Platform;

pub const EMAIL: &str = "demo@nonlinear.app";
pub const PASSWORD: &str = "DemoPassword123!";

/// Makes the demo account and project if the database has no account, and says whether it did.
pub async fn seed_if_empty(_platform: &Arc<Platform>) -> Result<bool> {
    Ok(false)
}
