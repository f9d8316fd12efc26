//! How a client finds out whom to ask for a credential (RFC 9728).

use axum::{Json, extract::State};
use http::AppState;
use kernel::Scope;
use platform::Settings;
use serde_json::{Value, json};

pub(super) const ADDRESS: &str = "/.well-known/oauth-protected-resource";
pub(super) const MCP: &str = "/mcp";
/// What tools and resources can need.
const SCOPES: [Scope; 3] = [Scope::Project, Scope::Graph, Scope::Run];

/// No authorization server is named, for there is none: a person makes an API token and gives it to the
/// client.
pub(super) async fn metadata(State(state): State<AppState>) -> Json<Value> {
    let url = state.settings.public_url();
    Json(json!({
        "resource": format!("{url}{MCP}"),
        "resource_name": "NonLinear",
        "bearer_methods_supported": ["header"],
        "scopes_supported": SCOPES.map(Scope::word),
        "resource_documentation": format!("{url}/docs/"),
    }))
}

/// What a client without a credential that counts is told.
pub(super) fn challenge(settings: &Settings) -> String {
    let url = settings.public_url();
    format!("Bearer resource_metadata=\"{url}{ADDRESS}\"")
}
