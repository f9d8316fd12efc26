use std::sync::OnceLock;

use kernel::Result;
use platform::{Platform, outbound::Outbound};

/// The way to push services, made once: it reads what certificates are checked with.
#[derive(Default)]
struct WayOut(OnceLock<Outbound>);

pub(super) fn outbound(platform: &Platform) -> Result<Outbound> {
    let way = platform.feature::<WayOut>();
    if let Some(made) = way.0.get() {
        return Ok(made.clone());
    }
    let made = Outbound::for_push(&platform.settings.push)?;
    Ok(way.0.get_or_init(|| made).clone())
}
