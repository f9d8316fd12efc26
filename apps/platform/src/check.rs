//! Whether those who use the settings can.

use crate::{bus, mail, settings::Settings, wrong_setting::WrongSetting};

/// Refuses what only the bus and mail know to be wrong, before anything is opened.
pub fn check(settings: &Settings) -> Result<(), WrongSetting> {
    bus::check(settings)?;
    mail::check(settings)
}
