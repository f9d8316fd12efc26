//! What commands need to know of the server's settings.

use std::sync::OnceLock;

use platform::{Platform, Write};

#[derive(Debug, Default)]
struct ConfirmsAddresses(OnceLock<bool>);

/// Makes the settings known.
pub(crate) fn start(platform: &Platform) {
    let confirms = platform.settings.confirms_addresses();
    // Started twice, it is the same server.
    let _ = platform.feature::<ConfirmsAddresses>().0.set(confirms);
}

/// Whether an e-mail address counts only once its owner confirmed it.
pub(crate) fn confirms_addresses(write: &Write) -> bool {
    let known = write.feature::<ConfirmsAddresses>();
    known.0.get().copied().unwrap_or(true)
}
