//! Which model is asked.

use std::sync::Arc;

use entity::{enums, generation};
use kernel::{Error, PresetId, Result, UserId};
use platform::db;
use projects::presets::preferred_models;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::{memory::Contexts, settings::Inherited};
use crate::{
    providers::{Catalog, Model},
    setup::Setup,
};

/// What decides when the caller names no model, the strongest first: the branch, its preset, the project, its
/// preset, and what whoever asks is used to.
#[derive(Clone, Debug)]
pub(crate) struct ModelPreference {
    model_of_branch: Option<String>,
    preset_of_branch: Option<PresetId>,
    model_of_project: Option<String>,
    preset_of_project: Option<PresetId>,
    asks: UserId,
}

impl ModelPreference {
    pub(crate) fn of(contexts: &Contexts, inherited: &Inherited, asks: UserId) -> Self {
        let defaults = contexts.defaults();
        Self {
            model_of_branch: inherited.model().map(str::to_owned),
            preset_of_branch: inherited.preset(),
            model_of_project: defaults.model.clone(),
            preset_of_project: defaults.preset,
            asks,
        }
    }

    /// The model that is named; else the first wish for one that exists; else the server's default.
    pub(crate) async fn choose(
        &self,
        connection: &impl ConnectionTrait,
        setup: &Setup,
        named: Option<&str>,
    ) -> Result<Arc<Model>> {
        if let Some(named) = named {
            return setup.catalog.find(named).ok_or_else(|| unknown(named));
        }
        let presets = [self.preset_of_branch, self.preset_of_project];
        let preferred = preferred_models(connection, presets.into_iter().flatten()).await?;
        let [of_branch, of_project] = presets.map(|preset| {
            let preset = preset?;
            preferred.get(&preset).map(String::as_str)
        });
        let wishes = [
            self.model_of_branch.as_deref(),
            of_branch,
            self.model_of_project.as_deref(),
            of_project,
        ];
        let mut wished = wishes.into_iter().flatten();
        if let Some(model) = wished.find_map(|wish| setup.catalog.find(wish)) {
            return Ok(model);
        }
        match usual(connection, &setup.catalog, self.asks).await? {
            Some(model) => Ok(model),
            None => setup.default_model(),
        }
    }
}

/// The model that somebody asks where nothing else decides: the one that they said, else the one they asked last.
pub(crate) async fn usual(
    connection: &impl ConnectionTrait,
    catalog: &Catalog,
    user: UserId,
) -> Result<Option<Arc<Model>>> {
    let said = super::instructions::last_model(connection, user).await?;
    if let Some(model) = said.and_then(|said| catalog.find(&said)) {
        return Ok(Some(model));
    }
    let asked: Option<String> = generation::Entity::find()
        .select_only()
        .column(generation::Column::Model)
        .filter(generation::Column::RequestedBy.eq(user.uuid()))
        .filter(generation::Column::Origin.eq(enums::GenerationOrigin::Model))
        .filter(generation::Column::TaskId.is_null())
        .order_by_desc(generation::Column::CreatedAt)
        .limit(1)
        .into_tuple()
        .one(connection)
        .await
        .map_err(db)?;
    Ok(asked.and_then(|asked| catalog.find(&asked)))
}

fn unknown(model: &str) -> Error {
    Error::invalid(
        "/model",
        format!("there is no model `{model}`; GET /models lists those there are"),
    )
}
