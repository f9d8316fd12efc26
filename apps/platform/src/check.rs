//! Whether the server can start with its settings.

use crate::{bus, mail, settings::Settings, wrong_setting::WrongSetting};

/// Refuses what is wrong before anything is opened. An address that cannot be used is said before what
/// else it would take.
pub fn check(settings: &Settings) -> Result<(), WrongSetting> {
    bus::check(settings)?;
    settings.check()?;
    mail::check(settings)
}
