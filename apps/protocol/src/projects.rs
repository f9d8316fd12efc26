//! Projects: a canvas and the people on it.

use kernel::{Permission, PresetId, ProjectId, Role, UserId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    preferences::Language,
    templates::TemplateId,
    values::{Description, ModelId, ProjectName, SystemPrompt, Timestamp, Viewport},
};

pub const FALLBACK_MODELS_MAX: usize = 5;

/// How a canvas keeps itself laid out whenever somebody changes what hangs together: in trees or in layers, from the top
/// down or from left to right. Clients do it; the server keeps the choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Layout {
    TreeDown,
    TreeRight,
    LayersDown,
    LayersRight,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProjectView {
    pub id: ProjectId,
    pub name: String,
    #[schema(required)]
    pub description: Option<String>,
    /// Null for those who may not see it.
    #[schema(required)]
    pub system_prompt: Option<String>,
    /// Null for those who are not members.
    #[schema(required)]
    pub owner_id: Option<UserId>,
    pub is_public: bool,
    /// Whether everybody can find it among the public projects.
    pub is_listed: bool,
    /// How the canvas keeps itself laid out; null leaves cards where people put them.
    #[serde(default)]
    #[schema(required)]
    pub layout: Option<Layout>,
    /// What a newcomer sees first.
    #[schema(required)]
    pub viewport: Option<Viewport>,
    /// The preset that its model calls use.
    #[schema(required)]
    pub preset_id: Option<PresetId>,
    /// The model that is asked unless another one is named; null for the server's default.
    #[schema(required)]
    pub model: Option<String>,
    /// The models that are asked in turn when one fails.
    pub fallback_models: Vec<String>,
    /// The caller's role; null where the project is only public.
    #[schema(required)]
    pub role: Option<Role>,
    /// What the caller may do in it, in the words of `x-authz`, such as `graph:write`.
    #[schema(value_type = Vec<String>)]
    pub rights: Vec<Permission>,
    pub version: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    #[schema(required)]
    pub deleted_at: Option<Timestamp>,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CreateProject {
    pub name: ProjectName,
    #[serde(default)]
    pub description: Option<Description>,
    #[serde(default)]
    pub system_prompt: Option<SystemPrompt>,
    #[serde(default)]
    pub is_public: bool,
    #[serde(default)]
    pub viewport: Option<Viewport>,
    #[serde(default)]
    pub preset_id: Option<PresetId>,
    /// The model that is asked unless a node names another; null means the server's.
    #[serde(default)]
    pub model: Option<ModelId>,
    /// Asked in turn when that fails.
    #[serde(default)]
    pub fallback_models: Vec<ModelId>,
    /// What it begins with; its description and system prompt are the template's unless they are given here. A token
    /// needs the scope `graph`, too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template_id: Option<TemplateId>,
    /// Of the template. English if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<Language>,
}

/// The fields to change; those left out stay as they are, null empties one.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PatchProject {
    #[serde(
        default,
        with = "::serde_with::rust::unwrap_or_skip",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(nullable = false)]
    pub name: Option<ProjectName>,
    #[serde(
        default,
        with = "::serde_with::rust::double_option",
        skip_serializing_if = "Option::is_none"
    )]
    pub description: Option<Option<Description>>,
    #[serde(
        default,
        with = "::serde_with::rust::unwrap_or_skip",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(nullable = false)]
    pub system_prompt: Option<SystemPrompt>,
    #[serde(
        default,
        with = "::serde_with::rust::unwrap_or_skip",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(nullable = false)]
    pub is_public: Option<bool>,
    /// Only a public project can be listed; one that stops being public is listed no more.
    #[serde(
        default,
        with = "::serde_with::rust::unwrap_or_skip",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(nullable = false)]
    pub is_listed: Option<bool>,
    #[serde(
        default,
        with = "::serde_with::rust::double_option",
        skip_serializing_if = "Option::is_none"
    )]
    pub layout: Option<Option<Layout>>,
    #[serde(
        default,
        with = "::serde_with::rust::double_option",
        skip_serializing_if = "Option::is_none"
    )]
    pub viewport: Option<Option<Viewport>>,
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
    pub model: Option<Option<ModelId>>,
    #[serde(
        default,
        with = "::serde_with::rust::unwrap_or_skip",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(nullable = false)]
    #[schema(max_items = 5)]
    pub fallback_models: Option<Vec<ModelId>>,
}

/// `project.update`.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UpdateProject {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base_version: Option<i64>,
    #[serde(
        default,
        with = "::serde_with::rust::unwrap_or_skip",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(nullable = false)]
    pub name: Option<ProjectName>,
    #[serde(
        default,
        with = "::serde_with::rust::double_option",
        skip_serializing_if = "Option::is_none"
    )]
    pub description: Option<Option<Description>>,
    #[serde(
        default,
        with = "::serde_with::rust::unwrap_or_skip",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(nullable = false)]
    pub system_prompt: Option<SystemPrompt>,
    #[serde(
        default,
        with = "::serde_with::rust::unwrap_or_skip",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(nullable = false)]
    pub is_public: Option<bool>,
    /// Only a public project can be listed; one that stops being public is listed no more.
    #[serde(
        default,
        with = "::serde_with::rust::unwrap_or_skip",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(nullable = false)]
    pub is_listed: Option<bool>,
    #[serde(
        default,
        with = "::serde_with::rust::double_option",
        skip_serializing_if = "Option::is_none"
    )]
    pub layout: Option<Option<Layout>>,
    #[serde(
        default,
        with = "::serde_with::rust::double_option",
        skip_serializing_if = "Option::is_none"
    )]
    pub viewport: Option<Option<Viewport>>,
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
    pub model: Option<Option<ModelId>>,
    #[serde(
        default,
        with = "::serde_with::rust::unwrap_or_skip",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(nullable = false, max_items = 5)]
    pub fallback_models: Option<Vec<ModelId>>,
}

impl UpdateProject {
    #[must_use]
    pub fn split(self) -> (Option<i64>, PatchProject) {
        let Self {
            base_version,
            name,
            description,
            system_prompt,
            is_public,
            is_listed,
            layout,
            viewport,
            preset_id,
            model,
            fallback_models,
        } = self;
        (
            base_version,
            PatchProject {
                name,
                description,
                system_prompt,
                is_public,
                is_listed,
                layout,
                viewport,
                preset_id,
                model,
                fallback_models,
            },
        )
    }
}

/// Which projects.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ProjectsQuery {
    /// Part of the name or description.
    #[param(max_length = 200)]
    pub q: Option<String>,
    /// Only those the caller owns.
    pub owned: Option<bool>,
    /// Those in the trash instead of the living.
    pub trashed: Option<bool>,
    /// How many items at most.
    #[param(minimum = 1, maximum = 200, default = 50)]
    pub limit: Option<u64>,
    /// The `nextCursor` of the page before.
    pub cursor: Option<String>,
}

/// A public project whose owner wants it to be found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ListedProject {
    pub id: ProjectId,
    pub name: String,
    #[schema(required)]
    pub description: Option<String>,
    /// What its owner is called.
    pub owner_name: String,
    /// How many nodes it holds; no more than 1,000 are counted.
    pub node_count: u64,
    pub updated_at: Timestamp,
}

/// Which public projects.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListedQuery {
    /// Part of the name.
    #[param(max_length = 200)]
    pub q: Option<String>,
    /// How many items at most.
    #[param(minimum = 1, maximum = 200, default = 50)]
    pub limit: Option<u64>,
    /// The `nextCursor` of the page before.
    pub cursor: Option<String>,
}
