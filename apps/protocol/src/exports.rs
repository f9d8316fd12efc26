//! Exports: a project, or a part of it, to be read or kept elsewhere.

use kernel::NodeId;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::preferences::Language;

/// How many nodes one export holds; more are exported in parts.
pub const EXPORT_NODES_MAX: usize = 10_000;
/// How many nodes an address may name; a body names as many as one export holds.
pub const EXPORT_NAMED_MAX: usize = 200;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ExportFormat {
    /// For people.
    #[default]
    Markdown,
    /// For programs: `{project,nodes,edges}`, as the snapshot has them.
    Json,
}

/// What to export, and how. Without `thread` and `nodeIds`, all of the project.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ExportQuery {
    /// MARKDOWN if left out.
    #[param(inline)]
    pub format: Option<ExportFormat>,
    /// A branch: this node and what stands above it in its thread.
    #[param(value_type = Option<String>)]
    pub thread: Option<NodeId>,
    /// Only these nodes: up to 200 ids with commas between them. A `POST` takes more.
    #[param(max_length = 8000)]
    pub node_ids: Option<String>,
    /// Of the words around what people and models wrote. English if left out.
    #[param(inline)]
    pub language: Option<Language>,
}

/// Which nodes to export, and how: more than an address can name.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ExportNodes {
    #[schema(min_items = 1, max_items = 10_000)]
    pub node_ids: Vec<NodeId>,
    /// MARKDOWN if left out.
    #[serde(default)]
    pub format: Option<ExportFormat>,
    /// Of the words around what people and models wrote. English if left out.
    #[serde(default)]
    pub language: Option<Language>,
}
