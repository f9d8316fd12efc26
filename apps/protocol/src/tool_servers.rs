//! Servers outside whose tools agents use, and the tokens for them.

use std::fmt;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How many an agent may be given in one project.
pub const TOOL_SERVERS_PER_AGENT_MAX: usize = 8;
const CREDENTIAL_CHARS_MAX: usize = 4_096;

/// An MCP server of the operator's list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ToolServerView {
    pub name: String,
    pub description: String,
    /// Whether it wants a token.
    pub needs_credential: bool,
    /// Whether one gave one's own, which serves the tasks that one starts.
    pub own_credential: bool,
    /// Whether the project has one, which serves everybody else's; null where no project is asked about.
    #[schema(required)]
    pub project_credential: Option<bool>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ToolServers {
    pub items: Vec<ToolServerView>,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PutToolCredential {
    /// What the server is sent as a bearer token; nobody is shown it again.
    pub token: ToolToken,
}

/// A token for somebody else's server.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "String", into = "String")]
#[schema(value_type = String, min_length = 1, max_length = 4096, pattern = "^[!-~]+$")]
pub struct ToolToken(String);

impl ToolToken {
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ToolToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ToolToken")
    }
}

impl TryFrom<String> for ToolToken {
    type Error = String;

    /// It travels in a header, where a line break would be the end of it.
    fn try_from(text: String) -> Result<Self, String> {
        let fits = (1..=CREDENTIAL_CHARS_MAX).contains(&text.len());
        if fits && text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Ok(Self(text));
        }
        Err(format!(
            "must have 1 to {CREDENTIAL_CHARS_MAX} printable characters without spaces"
        ))
    }
}

impl From<ToolToken> for String {
    fn from(token: ToolToken) -> Self {
        token.0
    }
}
