//! The settings of a branch: set at a node, and inherited by all below it until set again.

use kernel::{NodeId, PresetId, Resource, Visibility};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::values::{Instruction, ModelId, OutputTokens, Temperature, TopP};

/// What a branch says of how its questions are asked. What is left out is inherited.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NodeSettings {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub model: Option<ModelId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub temperature: Option<Temperature>,
    /// How long each answer may be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub max_tokens: Option<OutputTokens>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub top_p: Option<TopP>,
    /// The preset that is used instead of the project's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub preset_id: Option<PresetId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub custom_instructions: Option<CustomInstructions>,
}

impl NodeSettings {
    /// Whether it says nothing, and all is inherited.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// What of it everybody may see who may see the graph: instructions are shown as those of the project are.
    #[must_use]
    pub fn without_instructions(&self) -> Option<Box<Self>> {
        let shown = Self {
            custom_instructions: None,
            ..self.clone()
        };
        (!shown.is_empty()).then(|| Box::new(shown))
    }

    #[must_use]
    pub fn shown_to(&self, visibility: Visibility) -> Option<Box<Self>> {
        if visibility.covers(Resource::SystemPrompt) {
            return Some(Box::new(self.clone()));
        }
        self.without_instructions()
    }

    /// The same with what was changed.
    #[must_use]
    pub fn patched(&self, patch: &PatchSettings) -> Self {
        let PatchSettings {
            model,
            temperature,
            max_tokens,
            top_p,
            preset_id,
            custom_instructions,
        } = patch.clone();
        let before = self.clone();
        let instructions = custom_instructions.unwrap_or(before.custom_instructions);
        Self {
            model: model.unwrap_or(before.model),
            temperature: temperature.unwrap_or(before.temperature),
            max_tokens: max_tokens.unwrap_or(before.max_tokens),
            top_p: top_p.unwrap_or(before.top_p),
            preset_id: preset_id.unwrap_or(before.preset_id),
            custom_instructions: instructions.filter(|said| !said.is_empty()),
        }
    }
}

/// What a branch tells its models, after the preset and before whoever asks.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CustomInstructions {
    /// What the branch is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub about: Option<Instruction>,
    /// How answers should be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub behavior: Option<Instruction>,
    /// Short commands and what they stand for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub commands: Option<Instruction>,
}

impl CustomInstructions {
    fn is_empty(&self) -> bool {
        let said = [&self.about, &self.behavior, &self.commands];
        said.into_iter()
            .flatten()
            .all(|text| text.as_str().is_empty())
    }
}

/// The settings to change; those left out stay as they are, null inherits one again.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PatchSettings {
    #[serde(
        default,
        with = "::serde_with::rust::double_option",
        skip_serializing_if = "Option::is_none"
    )]
    pub model: Option<Option<ModelId>>,
    #[serde(
        default,
        with = "::serde_with::rust::double_option",
        skip_serializing_if = "Option::is_none"
    )]
    pub temperature: Option<Option<Temperature>>,
    #[serde(
        default,
        with = "::serde_with::rust::double_option",
        skip_serializing_if = "Option::is_none"
    )]
    pub max_tokens: Option<Option<OutputTokens>>,
    #[serde(
        default,
        with = "::serde_with::rust::double_option",
        skip_serializing_if = "Option::is_none"
    )]
    pub top_p: Option<Option<TopP>>,
    #[serde(
        default,
        with = "::serde_with::rust::double_option",
        skip_serializing_if = "Option::is_none"
    )]
    pub preset_id: Option<Option<PresetId>>,
    #[serde(
        default,
        with = "::serde_with::rust::double_option",
        skip_serializing_if = "Option::is_none"
    )]
    pub custom_instructions: Option<Option<CustomInstructions>>,
}

impl PatchSettings {
    /// What makes any settings these.
    #[must_use]
    pub fn to(settings: &NodeSettings) -> Self {
        let NodeSettings {
            model,
            temperature,
            max_tokens,
            top_p,
            preset_id,
            custom_instructions,
        } = settings.clone();
        Self {
            model: Some(model),
            temperature: Some(temperature),
            max_tokens: Some(max_tokens),
            top_p: Some(top_p),
            preset_id: Some(preset_id),
            custom_instructions: Some(custom_instructions),
        }
    }
}

/// The settings of a branch that an answer was asked under: where they differ now, it is stale.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AskedUnder {
    /// What whoever asked chose instead.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub chosen: Vec<Setting>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub model: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub temperature: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub max_tokens: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub top_p: Option<f64>,
}

impl AskedUnder {
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        *self == Self::default()
    }
}

/// One setting of a branch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum Setting {
    Model,
    Temperature,
    MaxTokens,
    TopP,
    PresetId,
    CustomInstructions,
}

/// A setting that holds for a node, and the node that says so: itself, or the nearest above it. Of several as
/// near, the one that was made first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct InheritedSetting {
    pub setting: Setting,
    #[schema(value_type = Object)]
    pub value: serde_json::Value,
    pub from: NodeId,
}
