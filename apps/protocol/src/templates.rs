//! Templates: what a new project can begin with.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{preferences::Language, values::ProjectName};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum TemplateId {
    /// A finished example: branches that meet, a note, a frame, and an answer that is out of date.
    Tour,
    CompareOptions,
    PlanWithRisks,
    WriteAndCriticise,
    ResearchWithSources,
    LearnSubject,
}

/// What a template is, in the language that was asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TemplateView {
    pub id: TemplateId,
    pub name: String,
    pub description: String,
    pub node_count: u64,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct TemplatesView {
    pub items: Vec<TemplateView>,
}

/// In which language.
#[derive(Clone, Copy, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct TemplatesQuery {
    /// English if left out.
    #[param(inline)]
    pub language: Option<Language>,
}

/// A copy of a project.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DuplicateProject {
    /// What it is called; as the one that is copied if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<ProjectName>,
}
