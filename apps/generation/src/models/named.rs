//! Models that a project or a branch of it names.

use kernel::{Error, FieldError, Result};
use platform::Write;
use protocol::{
    events::{Event, NodeEvent, ProjectEvent},
    settings::NodeSettings,
};

use crate::{providers::Catalog, setup::Setup};

/// Refuses a change that names a model which nobody offers: every run of the project, or of the branch, would fail.
pub(crate) async fn refuse_unknown(write: &mut Write) -> Result<()> {
    let setup = Setup::of(write)?;
    let named = write.news().iter().filter_map(named);
    let unknown: Vec<FieldError> = named
        .flat_map(|named| unknown(&setup.catalog, named))
        .collect();
    if unknown.is_empty() {
        return Ok(());
    }
    Err(Error::Invalid(unknown))
}

/// Whether somebody offers a model, for those who bring along what named it elsewhere.
pub fn is_offered(write: &Write, model: &str) -> Result<bool> {
    Ok(Setup::of(write)?.catalog.may_offer(model))
}

/// The models that a change names.
struct Named<'a> {
    pointer: &'static str,
    model: Option<&'a str>,
    fallbacks: &'a [String],
}

fn named(event: &Event) -> Option<Named<'_>> {
    match event {
        Event::Project(ProjectEvent::Create(created)) => Some(Named {
            pointer: "/model",
            model: created.model.as_deref(),
            fallbacks: &created.fallback_models,
        }),
        Event::Project(ProjectEvent::Update(updated)) => Some(Named {
            pointer: "/model",
            model: updated.model.as_ref().and_then(Option::as_deref),
            fallbacks: updated.fallback_models.as_deref().unwrap_or_default(),
        }),
        Event::Node(NodeEvent::Create(created)) => of_branch(created.node.settings.as_deref()),
        Event::Node(NodeEvent::Update(updated)) => {
            of_branch(updated.settings.as_ref().and_then(Option::as_deref))
        }
        Event::Project(ProjectEvent::Delete {} | ProjectEvent::Restore {})
        | Event::Member(_)
        | Event::Invitation(_)
        | Event::Node(NodeEvent::Move(_) | NodeEvent::Delete(_) | NodeEvent::Restore(_))
        | Event::Edge(_)
        | Event::Generation(_)
        | Event::Refresh(_)
        | Event::Instructions(_)
        | Event::Feature(_)
        | Event::Batch(_) => None,
    }
}

fn of_branch(settings: Option<&NodeSettings>) -> Option<Named<'_>> {
    Some(Named {
        pointer: "/settings/model",
        model: settings?.model.as_ref().map(protocol::ModelId::as_str),
        fallbacks: &[],
    })
}

fn unknown(catalog: &Catalog, named: Named<'_>) -> Vec<FieldError> {
    let Named {
        pointer,
        model,
        fallbacks,
    } = named;
    let model = model.map(|model| (pointer.to_owned(), model));
    let fallbacks = fallbacks.iter().enumerate();
    let fallbacks = fallbacks.map(|(place, model)| {
        let pointer = format!("/fallbackModels/{place}");
        (pointer, model.as_str())
    });
    model
        .into_iter()
        .chain(fallbacks)
        .filter(|(_, model)| !catalog.may_offer(model))
        .map(|(pointer, _)| FieldError::new(pointer, "names a model that no provider offers"))
        .collect()
}
