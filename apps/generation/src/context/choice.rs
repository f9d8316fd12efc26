//! Which model is asked.

use std::sync::Arc;

use kernel::{Error, NodeId, PresetId, Result};
use projects::presets::preferred_models;
use protocol::ModelId;
use sea_orm::ConnectionTrait;

use super::memory::Contexts;
use crate::{providers::Model, setup::Setup};

/// What decides when the caller names no model, the strongest first.
#[derive(Clone, Debug)]
pub(crate) struct ModelPreference {
    preset_of_node: Option<PresetId>,
    model_of_project: Option<String>,
    preset_of_project: Option<PresetId>,
}

impl ModelPreference {
    pub(crate) fn of(contexts: &Contexts, node: NodeId) -> Self {
        let defaults = contexts.defaults();
        Self {
            preset_of_node: contexts.facts(node).and_then(|facts| facts.preset),
            model_of_project: defaults.model.clone(),
            preset_of_project: defaults.preset,
        }
    }

    /// The model that is named; else the first wish for one that exists; else the server's default.
    pub(crate) async fn choose(
        &self,
        connection: &impl ConnectionTrait,
        setup: &Setup,
        named: Option<&ModelId>,
    ) -> Result<Arc<Model>> {
        if let Some(named) = named.map(ModelId::as_str) {
            return setup.catalog.find(named).ok_or_else(|| unknown(named));
        }
        let presets = [self.preset_of_node, self.preset_of_project];
        let preferred = preferred_models(connection, presets.into_iter().flatten()).await?;
        let [of_node, of_project] = presets.map(|preset| {
            let preset = preset?;
            preferred.get(&preset).map(String::as_str)
        });
        let wishes = [of_node, self.model_of_project.as_deref(), of_project];
        let mut wished = wishes.into_iter().flatten();
        match wished.find_map(|wish| setup.catalog.find(wish)) {
            Some(model) => Ok(model),
            None => setup.default_model(),
        }
    }
}

fn unknown(model: &str) -> Error {
    Error::invalid(
        "/model",
        format!("there is no model `{model}`; GET /models lists those there are"),
    )
}
