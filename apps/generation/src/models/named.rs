//! Models that a project names.

use kernel::{Error, FieldError, Result};
use platform::Write;
use protocol::events::{Event, ProjectEvent, ProjectUpdated};

use crate::{providers::Catalog, setup::Setup};

/// Refuses a change that names a model which nobody offers: every run of the project would fail.
pub(crate) async fn refuse_unknown(write: &mut Write) -> Result<()> {
    let setup = Setup::of(write)?;
    let updates = write.news().iter().filter_map(updated);
    let unknown: Vec<FieldError> = updates
        .flat_map(|updated| unknown(&setup.catalog, updated))
        .collect();
    if unknown.is_empty() {
        return Ok(());
    }
    Err(Error::Invalid(unknown))
}

fn updated(event: &Event) -> Option<&ProjectUpdated> {
    match event {
        Event::Project(ProjectEvent::Update(updated)) => Some(updated),
        Event::Project(
            ProjectEvent::Create(_) | ProjectEvent::Delete {} | ProjectEvent::Restore {},
        )
        | Event::Member(_)
        | Event::Invitation(_)
        | Event::Node(_)
        | Event::Edge(_)
        | Event::Generation(_)
        | Event::Refresh(_)
        | Event::Instructions(_)
        | Event::Feature(_)
        | Event::Batch(_) => None,
    }
}

fn unknown(catalog: &Catalog, updated: &ProjectUpdated) -> Vec<FieldError> {
    let model = updated.model.iter().flatten();
    let model = model.map(|model| ("/model".to_owned(), model));
    let fallbacks = updated.fallback_models.iter().flatten().enumerate();
    let fallbacks = fallbacks.map(|(place, model)| (format!("/fallbackModels/{place}"), model));
    model
        .chain(fallbacks)
        .filter(|(_, model)| !catalog.may_offer(model))
        .map(|(pointer, _)| FieldError::new(pointer, "names a model that no provider offers"))
        .collect()
}
