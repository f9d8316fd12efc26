//! Speaking MCP to a server of the operator's list: streamable HTTP, one connection for each use.

use std::time::Duration;

use platform::settings::ToolServerEntry;
use rmcp::{
    RoleClient, ServiceExt,
    model::{
        CallToolRequestParams, CallToolResult, ClientCapabilities, ClientConfig, ContentBlock,
        Implementation, JsonObject, PaginatedRequestParams, Tool,
    },
    service::{RunningService, ServiceError},
    transport::{
        StreamableHttpClientTransport, streamable_http_client::StreamableHttpClientTransportConfig,
    },
};
use tokio::time::timeout;

/// For the first words between two, and for a list of tools.
const GREETING: Duration = Duration::from_secs(10);
/// What is read of one answer; agents are told the beginning of it.
const ANSWER_BYTES_MAX: usize = 16 * 1024 * 1024;
const ERROR_BYTES_MAX: usize = 4 * 1024;
const PAGES_MAX: usize = 10;
const REASON_CHARS_MAX: usize = 300;

/// What a server offers, or in one sentence why that is not known.
pub(crate) type Listed<T> = Result<Vec<T>, String>;

/// What came of using a tool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    Said {
        text: String,
        is_error: bool,
    },
    /// It did not begin: the server could not be reached, or refused.
    NotBegun(String),
    /// It began, and nobody knows how far it came.
    Unknown(String),
}

type Connection = RunningService<RoleClient, ClientConfig>;

async fn connect(
    http: &reqwest::Client,
    server: &ToolServerEntry,
    token: Option<&str>,
) -> Result<Connection, String> {
    let mut config = StreamableHttpClientTransportConfig::with_uri(server.url.as_str())
        .max_sse_event_size(ANSWER_BYTES_MAX)
        .max_json_response_size(ANSWER_BYTES_MAX)
        .max_error_response_size(ERROR_BYTES_MAX)
        // Whoever begins anew by itself might do something twice.
        .reinit_on_expired_session(false);
    if let Some(token) = token {
        config = config.auth_header(token);
    }
    let transport = StreamableHttpClientTransport::with_client(http.clone(), config);
    let name = Implementation::new("nonlinear", env!("CARGO_PKG_VERSION"));
    // Nothing is offered to the server: it asks neither models nor people.
    let client = ClientConfig::new(ClientCapabilities::default(), name);
    match timeout(GREETING, client.serve(transport)).await {
        Ok(Ok(connection)) => Ok(connection),
        Ok(Err(error)) if error.is_authorization_required() => {
            Err("the token was refused".to_owned())
        }
        Ok(Err(error)) => Err(shortened(&error.to_string())),
        Err(_) => Err(format!("no answer within {} s", GREETING.as_secs())),
    }
}

/// The tools of a server.
pub(crate) async fn list(
    http: &reqwest::Client,
    server: &ToolServerEntry,
    token: Option<&str>,
) -> Listed<Tool> {
    let connection = connect(http, server, token).await?;
    let listed = timeout(GREETING, all_tools(&connection)).await;
    close(connection).await;
    match listed {
        Ok(Ok(tools)) => Ok(tools),
        Ok(Err(error)) => Err(shortened(&error.to_string())),
        Err(_) => Err(format!("no list of tools within {} s", GREETING.as_secs())),
    }
}

async fn all_tools(connection: &Connection) -> Result<Vec<Tool>, ServiceError> {
    let mut tools = Vec::new();
    let mut cursor = None;
    for _ in 0..PAGES_MAX {
        let page = PaginatedRequestParams::default().with_cursor(cursor);
        let listed = connection.peer().list_tools(Some(page)).await?;
        tools.extend(listed.tools);
        cursor = listed.next_cursor;
        if cursor.is_none() {
            break;
        }
    }
    Ok(tools)
}

/// Uses a tool once.
pub(crate) async fn call(
    http: &reqwest::Client,
    server: &ToolServerEntry,
    token: Option<&str>,
    tool: &str,
    arguments: JsonObject,
) -> Answer {
    let connection = match connect(http, server, token).await {
        Ok(connection) => connection,
        Err(reason) => return Answer::NotBegun(reason),
    };
    let asked = CallToolRequestParams::new(tool.to_owned()).with_arguments(arguments);
    let within = Duration::from_millis(server.call_ms);
    let called = timeout(within, connection.peer().call_tool(asked)).await;
    let answer = match called {
        Ok(Ok(result)) => said(result),
        // An answer of the protocol: the server did not begin, or says how it failed.
        Ok(Err(ServiceError::McpError(error))) => Answer::Said {
            text: shortened(&error.message),
            is_error: true,
        },
        Ok(Err(error)) if error.is_authorization_required() => {
            Answer::NotBegun("the token was refused".to_owned())
        }
        Ok(Err(error)) => Answer::Unknown(shortened(&error.to_string())),
        Err(_) => Answer::Unknown(format!("no answer within {} ms", server.call_ms)),
    };
    close(connection).await;
    answer
}

/// Says goodbye, which a server may take its time for.
async fn close(connection: Connection) {
    let _ = timeout(Duration::from_secs(1), connection.cancel()).await;
}

/// What a model reads of a result: words, or else the JSON. It cannot see or hear the rest.
fn said(result: CallToolResult) -> Answer {
    let words = result.content.iter().map(|block| match block {
        ContentBlock::Text(text) => text.text.clone(),
        ContentBlock::Image(_) => "[An image is left out.]".to_owned(),
        ContentBlock::Audio(_) => "[A recording is left out.]".to_owned(),
        ContentBlock::Resource(_) => "[A resource is left out.]".to_owned(),
        ContentBlock::ResourceLink(link) => format!("[A resource: {}]", link.uri),
        _ => "[Something unknown is left out.]".to_owned(),
    });
    let words: Vec<String> = words.collect();
    let text = match result.structured_content {
        Some(json) if words.is_empty() => json.to_string(),
        Some(_) | None => words.join("\n"),
    };
    Answer::Said {
        text,
        is_error: result.is_error.unwrap_or(false),
    }
}

/// The first words of what went wrong, on one line: it is shown to people and models.
fn shortened(reason: &str) -> String {
    let line = reason.split_whitespace().collect::<Vec<_>>().join(" ");
    line.chars().take(REASON_CHARS_MAX).collect()
}
