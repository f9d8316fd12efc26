//! What commands need to know of the server: which models there are, and how much may run.

use std::sync::{Arc, OnceLock};

use kernel::{Error, Result};
use platform::{Platform, Write};

use crate::{
    budgets::PersonLimits,
    providers::{Catalog, Model},
};

#[derive(Debug)]
pub(crate) struct Setup {
    pub(crate) catalog: Arc<Catalog>,
    pub(crate) at_once_per_project: usize,
    /// How many generations one person may start a minute; nothing limits that if none.
    pub(crate) per_minute: Option<u64>,
    pub(crate) person_limits: PersonLimits,
}

#[derive(Debug, Default)]
struct SetupCell(OnceLock<Arc<Setup>>);

impl Setup {
    /// Who answers when nobody was chosen.
    pub(crate) fn default_model(&self) -> Result<Arc<Model>> {
        self.catalog
            .default_model()
            .map_err(|failure| Error::Conflict(failure.detail.to_owned()))
    }

    pub(crate) fn of(write: &Write) -> Result<Arc<Self>> {
        let cell = write.feature::<SetupCell>();
        cell.0.get().cloned().ok_or_else(not_started)
    }

    pub(crate) fn of_platform(platform: &Platform) -> Result<Arc<Self>> {
        let cell = platform.feature::<SetupCell>();
        cell.0.get().cloned().ok_or_else(not_started)
    }
}

fn not_started() -> Error {
    Error::internal("generation was not started")
}

/// Makes the server's models known.
pub(crate) fn start(platform: &Arc<Platform>) {
    let settings = &platform.settings;
    let setup = Setup {
        catalog: Catalog::of(platform),
        at_once_per_project: usize::try_from(settings.generation.at_once_per_project)
            .unwrap_or(usize::MAX),
        per_minute: settings
            .rates
            .enabled
            .then_some(u64::from(settings.generation.per_minute)),
        person_limits: PersonLimits::of(&settings.generation),
    };
    // Started twice, it is the same setup.
    let _ = platform.feature::<SetupCell>().0.set(Arc::new(setup));
}
