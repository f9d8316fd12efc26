//! Presets: instructions to models under a name, for projects and nodes to use.

use kernel::PresetId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::values::{Instruction, ModelId, PresetDescription, PresetIcon, PresetName, Timestamp};

/// How many presets of their own a person may have.
pub const PRESETS_PER_USER_MAX: usize = 200;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PresetView {
    pub id: PresetId,
    pub name: String,
    #[schema(required)]
    pub description: Option<String>,
    #[schema(required)]
    pub icon: Option<String>,
    /// Who is asking, and in what situation.
    #[schema(required)]
    pub about: Option<String>,
    /// How answers should be.
    #[schema(required)]
    pub behavior: Option<String>,
    /// Short commands and what they stand for.
    #[schema(required)]
    pub commands: Option<String>,
    /// The model that is asked where it is used, unless another one is named.
    #[schema(required)]
    pub preferred_model: Option<String>,
    /// Whether it came with the server: everybody may use it, and nobody can change it.
    pub is_system: bool,
    pub version: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CreatePreset {
    pub name: PresetName,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<PresetDescription>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub icon: Option<PresetIcon>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<Instruction>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub behavior: Option<Instruction>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commands: Option<Instruction>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preferred_model: Option<ModelId>,
}

/// The fields to change; those left out stay as they are, null empties one.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PatchPreset {
    #[serde(
        default,
        with = "::serde_with::rust::unwrap_or_skip",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(nullable = false)]
    pub name: Option<PresetName>,
    #[serde(
        default,
        with = "::serde_with::rust::double_option",
        skip_serializing_if = "Option::is_none"
    )]
    pub description: Option<Option<PresetDescription>>,
    #[serde(
        default,
        with = "::serde_with::rust::double_option",
        skip_serializing_if = "Option::is_none"
    )]
    pub icon: Option<Option<PresetIcon>>,
    #[serde(
        default,
        with = "::serde_with::rust::double_option",
        skip_serializing_if = "Option::is_none"
    )]
    pub about: Option<Option<Instruction>>,
    #[serde(
        default,
        with = "::serde_with::rust::double_option",
        skip_serializing_if = "Option::is_none"
    )]
    pub behavior: Option<Option<Instruction>>,
    #[serde(
        default,
        with = "::serde_with::rust::double_option",
        skip_serializing_if = "Option::is_none"
    )]
    pub commands: Option<Option<Instruction>>,
    #[serde(
        default,
        with = "::serde_with::rust::double_option",
        skip_serializing_if = "Option::is_none"
    )]
    pub preferred_model: Option<Option<ModelId>>,
}
