//! What somebody chooses of how a model is asked.

use canvas::nodes::Node;
use entity::{enums, generation};
use kernel::Result;
use platform::db;
use protocol::{generations::Generate, nodes::NodeStatus, settings::Setting};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, JsonValue, QueryFilter, QueryOrder,
    QuerySelect,
};

use crate::context::{Inherited, Parameters, under_of};

/// What is chosen for one call, instead of what the branch says.
#[derive(Debug, Default)]
pub(crate) struct Wish {
    pub(crate) model: Option<String>,
    pub(crate) temperature: Option<f64>,
    pub(crate) top_p: Option<f64>,
    pub(crate) max_tokens: Option<u32>,
}

/// The attempt before, as far as it says how it was asked.
#[derive(Debug, FromQueryResult)]
pub(crate) struct Before {
    model: String,
    temperature: Option<f64>,
    top_p: Option<f64>,
    max_tokens: Option<i64>,
    asked_under: Option<JsonValue>,
}

/// The attempt that a node's answer is from; where there is none, or the last one failed, that one.
pub(crate) async fn before(
    connection: &impl ConnectionTrait,
    node: &Node,
) -> Result<Option<Before>> {
    let attempts = generation::Entity::find()
        .select_only()
        .columns([
            generation::Column::Model,
            generation::Column::Temperature,
            generation::Column::TopP,
            generation::Column::MaxTokens,
            generation::Column::AskedUnder,
        ])
        .filter(generation::Column::ProjectId.eq(node.project_id.uuid()))
        .filter(generation::Column::NodeId.eq(node.id.uuid()))
        .filter(generation::Column::Origin.eq(enums::GenerationOrigin::Model));
    let current = node
        .generation_id
        .filter(|_| node.status != NodeStatus::Error);
    let attempts = match current {
        Some(current) => attempts.filter(generation::Column::Id.eq(current.uuid())),
        None => attempts
            .order_by_desc(generation::Column::CreatedAt)
            .order_by_desc(generation::Column::Id),
    };
    attempts.into_model().one(connection).await.map_err(db)
}

impl Wish {
    /// What the caller says; null takes back what was chosen before, and what is left out keeps that.
    pub(crate) fn of(how: &Generate, before: Option<Before>) -> Self {
        let kept = before.map(Self::chosen_before).unwrap_or_default();
        let Generate {
            model,
            temperature,
            max_tokens,
            top_p,
            force: _,
        } = how;
        let model = model.as_ref().map(|said| said.clone().map(String::from));
        Self {
            model: model.unwrap_or(kept.model),
            temperature: temperature.map_or(kept.temperature, |said| said.map(|said| said.get())),
            top_p: top_p.map_or(kept.top_p, |said| said.map(|said| said.get())),
            max_tokens: max_tokens.map_or(kept.max_tokens, |said| said.map(|said| said.get())),
        }
    }

    fn chosen_before(before: Before) -> Self {
        let chosen = under_of(before.asked_under).chosen;
        let was = |setting: Setting| chosen.contains(&setting);
        let max_tokens = before.max_tokens.and_then(|max| u32::try_from(max).ok());
        Self {
            model: Some(before.model).filter(|_| was(Setting::Model)),
            temperature: before.temperature.filter(|_| was(Setting::Temperature)),
            top_p: before.top_p.filter(|_| was(Setting::TopP)),
            max_tokens: max_tokens.filter(|_| was(Setting::MaxTokens)),
        }
    }

    /// How a model is asked where these settings of a branch hold.
    pub(crate) fn parameters(&self, inherited: &Inherited) -> Parameters {
        Parameters {
            temperature: self.temperature.or(inherited.temperature()),
            top_p: self.top_p.or(inherited.top_p()),
            max_tokens: self.max_tokens.or(inherited.max_tokens()),
        }
    }

    pub(crate) fn chosen(&self) -> Vec<Setting> {
        let chosen = [
            (self.model.is_some(), Setting::Model),
            (self.temperature.is_some(), Setting::Temperature),
            (self.max_tokens.is_some(), Setting::MaxTokens),
            (self.top_p.is_some(), Setting::TopP),
        ];
        let chosen = chosen.into_iter().filter(|(is_chosen, _)| *is_chosen);
        chosen.map(|(_, setting)| setting).collect()
    }
}
