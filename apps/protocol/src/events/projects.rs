//! What happens to a project itself.

use kernel::{PresetId, Resource, UserId, Visibility};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::family::family;
use crate::{projects::Layout, values::Viewport};

family! {
    ProjectEvent {
        Create(ProjectCreated) = "project.create",
        Update(ProjectUpdated) = "project.update",
        Delete {} = "project.delete",
        Restore {} = "project.restore",
    }
}

impl ProjectEvent {
    pub(super) fn shown_to(&self, visibility: Visibility) -> Option<Self> {
        // The graph's log says how the project it belongs to is called.
        if !visibility.covers(Resource::Project) && !visibility.covers(Resource::Graph) {
            return None;
        }
        Some(match self {
            Self::Create(created) => Self::Create(created.shown_to(visibility)),
            Self::Update(updated) => Self::Update(updated.shown_to(visibility)),
            Self::Delete {} => Self::Delete {},
            Self::Restore {} => Self::Restore {},
        })
    }

    pub(super) fn changes_access(&self) -> bool {
        match self {
            Self::Update(updated) => updated.is_public.is_some() || updated.owner_id.is_some(),
            Self::Delete {} | Self::Restore {} => true,
            Self::Create(_) => false,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProjectCreated {
    pub name: String,
    /// Left out for those who may not see members.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub owner_id: Option<UserId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub model: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fallback_models: Vec<String>,
}

impl ProjectCreated {
    fn shown_to(&self, visibility: Visibility) -> Self {
        let Self {
            name,
            owner_id,
            model,
            fallback_models,
        } = self;
        Self {
            name: name.clone(),
            owner_id: owner_id.filter(|_| visibility.covers(Resource::Members)),
            model: model.clone(),
            fallback_models: fallback_models.clone(),
        }
    }
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProjectUpdated {
    pub version: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub name: Option<String>,
    #[serde(
        default,
        with = "::serde_with::rust::double_option",
        skip_serializing_if = "Option::is_none"
    )]
    pub description: Option<Option<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub system_prompt: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub is_public: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
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
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub owner_id: Option<UserId>,
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
    pub model: Option<Option<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub fallback_models: Option<Vec<String>>,
}

impl ProjectUpdated {
    fn shown_to(&self, visibility: Visibility) -> Self {
        let Self {
            version,
            name,
            description,
            system_prompt,
            is_public,
            is_listed,
            layout,
            viewport,
            owner_id,
            preset_id,
            model,
            fallback_models,
        } = self;
        let system_prompt = system_prompt.as_ref();
        Self {
            version: *version,
            name: name.clone(),
            description: description.clone(),
            system_prompt: system_prompt
                .filter(|_| visibility.covers(Resource::SystemPrompt))
                .cloned(),
            is_public: *is_public,
            is_listed: *is_listed,
            layout: *layout,
            viewport: *viewport,
            owner_id: owner_id.filter(|_| visibility.covers(Resource::Members)),
            preset_id: *preset_id,
            model: model.clone(),
            fallback_models: fallback_models.clone(),
        }
    }
}
