//! What commands need to know of the server's settings.

use std::sync::OnceLock;

use platform::{Platform, Settings, Write};

/// Before the server has begun, only what is surely allowed is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Setup {
    /// Whether an e-mail address counts only once its owner confirmed it.
    pub(crate) confirms_addresses: bool,
    /// How many invitations a day one person sends; nothing limits that if none.
    pub(crate) invitations_of_sender: Option<u64>,
    /// How many one address gets, whoever sends them.
    pub(crate) invitations_to_address: Option<u64>,
    /// How many projects one person owns; with those in the trash, twice as many.
    pub(crate) projects_of_owner: usize,
    /// How many bytes the files of their projects may have.
    pub(crate) file_bytes_of_owner: u64,
}

impl Setup {
    fn of_settings(settings: &Settings) -> Self {
        let rates = &settings.rates;
        let limit = |per_day: u32| rates.enabled.then_some(u64::from(per_day));
        Self {
            confirms_addresses: settings.confirms_addresses(),
            invitations_of_sender: limit(rates.invitations_per_sender_per_day),
            invitations_to_address: limit(rates.invitations_per_address_per_day),
            projects_of_owner: usize::try_from(settings.storage.projects_per_owner)
                .unwrap_or(usize::MAX),
            file_bytes_of_owner: settings.storage.owner_file_bytes_max,
        }
    }

    pub(crate) fn of(write: &Write) -> Self {
        let known = write.feature::<Known>();
        known.0.get().copied().unwrap_or(Self {
            confirms_addresses: true,
            invitations_of_sender: Some(1),
            invitations_to_address: Some(1),
            projects_of_owner: 1,
            file_bytes_of_owner: 0,
        })
    }
}

#[derive(Debug, Default)]
struct Known(OnceLock<Setup>);

/// Makes the settings known.
pub(crate) fn start(platform: &Platform) {
    let setup = Setup::of_settings(&platform.settings);
    // Started twice, it is the same server.
    let _ = platform.feature::<Known>().0.set(setup);
}
