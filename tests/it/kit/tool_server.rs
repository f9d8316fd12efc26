//! An MCP server outside, with a script: what each of its tools does, and who used it.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
    routing::post,
};
use futures::stream;
use platform::settings::ToolServerEntry;
use serde_json::{Value, json};
use tokio::sync::Notify;

use super::{serving::Serving, text};

/// What a tool does.
#[derive(Clone, Debug)]
pub(crate) enum Does {
    Says(String),
    Fails(&'static str),
    /// It answers once the test says so.
    Waits,
    /// It does its work, and breaks the connection before it says so.
    Cuts,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Use {
    pub(crate) tool: String,
    pub(crate) arguments: Value,
    pub(crate) authorization: Option<String>,
}

#[derive(Debug, Default)]
struct Script {
    tools: Mutex<Vec<(Value, Does)>>,
    uses: Mutex<Vec<Use>>,
    /// Who may use it; everybody if nobody was named.
    token: Mutex<Option<String>>,
    go_on: Notify,
}

/// It serves until it is dropped.
#[derive(Debug)]
pub(crate) struct ToolServer {
    address: SocketAddr,
    script: Arc<Script>,
    _serving: Serving,
}

impl ToolServer {
    pub(crate) async fn start() -> Self {
        let script = Arc::<Script>::default();
        let routes = Router::new()
            .route("/mcp", post(answer))
            .route("/moved", post(async || Redirect::temporary("/mcp")))
            .with_state(script.clone());
        let serving = Serving::begin(routes).await;
        Self {
            address: serving.address,
            script,
            _serving: serving,
        }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/mcp", self.address)
    }

    /// How an operator lists it.
    pub(crate) fn entry(&self, name: &str, credential: bool) -> ToolServerEntry {
        ToolServerEntry {
            name: name.to_owned(),
            url: self.url(),
            description: "For tests.".to_owned(),
            credential,
            call_ms: 30_000,
        }
    }

    /// An address that sends whoever asks to the server.
    pub(crate) fn moved_entry(&self, name: &str) -> ToolServerEntry {
        ToolServerEntry {
            url: format!("http://{}/moved", self.address),
            ..self.entry(name, false)
        }
    }

    /// Offers a tool, with what the server says of it.
    pub(crate) fn offer(&self, name: &str, hints: Value, does: Does) {
        let schema = json!({"type": "object", "properties": {"to": {"type": "string"}}});
        let tool = json!({
            "name": name, "description": format!("It is called {name}."),
            "inputSchema": schema, "annotations": hints,
        });
        locked(&self.script.tools).push((tool, does));
    }

    pub(crate) fn only_for(&self, token: &str) {
        *locked(&self.script.token) = Some(format!("Bearer {token}"));
    }

    /// Lets a tool that waits answer.
    pub(crate) fn go_on(&self) {
        self.script.go_on.notify_one();
    }

    pub(crate) fn uses(&self) -> Vec<Use> {
        locked(&self.script.uses).clone()
    }
}

fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn answer(State(script): State<Arc<Script>>, headers: HeaderMap, body: Bytes) -> Response {
    let authorization = headers.get(header::AUTHORIZATION);
    let authorization = authorization.and_then(|value| value.to_str().ok().map(str::to_owned));
    let wanted = locked(&script.token).clone();
    if wanted.is_some() && wanted != authorization {
        let challenge = [(header::WWW_AUTHENTICATE, "Bearer")];
        return (StatusCode::UNAUTHORIZED, challenge).into_response();
    }
    let message: Value = serde_json::from_slice(&body).expect("JSON-RPC");
    let Some(id) = message.get("id").cloned() else {
        return StatusCode::ACCEPTED.into_response();
    };
    let result = |result: Value| {
        axum::Json(json!({"jsonrpc": "2.0", "id": id, "result": result})).into_response()
    };
    match text(&message["method"]) {
        "initialize" => result(json!({
            "protocolVersion": "2025-06-18", "capabilities": {"tools": {}},
            "serverInfo": {"name": "outside", "version": "1"},
        })),
        "tools/list" => {
            let tools = locked(&script.tools);
            let tools: Vec<&Value> = tools.iter().map(|(tool, _)| tool).collect();
            result(json!({"tools": tools}))
        }
        "tools/call" => match used(&script, &message["params"], authorization).await {
            Some(said) => result(said),
            None => cut(),
        },
        _ => axum::Json(json!({
            "jsonrpc": "2.0", "id": id,
            "error": {"code": -32601, "message": "There is no such method."},
        }))
        .into_response(),
    }
}

async fn used(script: &Script, asked: &Value, authorization: Option<String>) -> Option<Value> {
    let tool = text(&asked["name"]).to_owned();
    let does = {
        let tools = locked(&script.tools);
        let known = tools.iter().find(|(known, _)| known["name"] == tool);
        known
            .map(|(_, does)| does.clone())
            .expect("a tool that it offers")
    };
    locked(&script.uses).push(Use {
        tool,
        arguments: asked["arguments"].clone(),
        authorization,
    });
    let said = |text: &str, is_error: bool| {
        Some(json!({"content": [{"type": "text", "text": text}], "isError": is_error}))
    };
    match does {
        Does::Says(text) => said(&text, false),
        Does::Fails(text) => said(text, true),
        Does::Waits => {
            script.go_on.notified().await;
            said("At last.", false)
        }
        Does::Cuts => None,
    }
}

/// The beginning of an answer, and a broken connection.
fn cut() -> Response {
    let broken = stream::iter([
        Ok(Bytes::from_static(b"{")),
        Err(std::io::Error::other("cut")),
    ]);
    let json = [(header::CONTENT_TYPE, "application/json")];
    (json, Body::from_stream(broken)).into_response()
}
