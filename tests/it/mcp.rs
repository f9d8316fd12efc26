//! The canvas as an MCP server, in raw JSON-RPC.

mod access;
mod edits;
mod reading;
mod resources;

use kernel::ProjectId;
use reqwest::Method;
use serde_json::{Value, json};

use crate::kit::{Answer, Client, text};

const ACCEPT: [(&str, &str); 1] = [("accept", "application/json, text/event-stream")];

/// Somebody who speaks MCP.
struct Mcp {
    client: Client,
    path: String,
}

impl Mcp {
    fn of(client: &Client) -> Self {
        Self {
            client: client.clone(),
            path: "/mcp".to_owned(),
        }
    }

    /// The same, on one project alone.
    fn on(client: &Client, project: ProjectId) -> Self {
        Self {
            client: client.clone(),
            path: format!("/mcp?project={project}"),
        }
    }

    async fn send(&self, method: &str, params: Value) -> Answer {
        let body = json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params});
        self.client
            .send_anywhere(Method::POST, &self.path, &ACCEPT, body)
            .await
    }

    async fn ask(&self, method: &str, params: Value) -> Value {
        let answer = self.send(method, params).await.expect(200);
        assert_eq!(answer["error"], Value::Null, "{answer}");
        answer["result"].clone()
    }

    async fn refused(&self, method: &str, params: Value) -> Value {
        let answer = self.send(method, params).await.expect(200);
        assert_eq!(answer["result"], Value::Null, "{answer}");
        answer["error"].clone()
    }

    async fn call(&self, tool: &str, arguments: Value) -> Value {
        let params = json!({"name": tool, "arguments": arguments});
        self.ask("tools/call", params).await
    }

    /// What a tool says that did what it was asked.
    async fn done(&self, tool: &str, arguments: Value) -> String {
        let result = self.call(tool, arguments).await;
        assert_eq!(result["isError"], false, "{result}");
        text(&result["content"][0]["text"]).to_owned()
    }

    /// The same as JSON, for tools that change something.
    async fn edited(&self, tool: &str, arguments: Value) -> Value {
        let said = self.done(tool, arguments).await;
        serde_json::from_str(&said).expect("JSON")
    }

    /// What a tool says that did nothing.
    async fn not_done(&self, tool: &str, arguments: Value) -> String {
        let result = self.call(tool, arguments).await;
        assert_eq!(result["isError"], true, "{result}");
        text(&result["content"][0]["text"]).to_owned()
    }

    async fn tools(&self) -> Vec<String> {
        let listed = self.ask("tools/list", json!({})).await;
        let tools = listed["tools"].as_array().expect("tools").iter();
        tools.map(|tool| text(&tool["name"]).to_owned()).collect()
    }
}

/// A program with a token of its own.
async fn program(owner: &Client, name: &str, scopes: &[&str]) -> Client {
    let body = json!({"name": name, "scopes": scopes});
    let made = owner.post("/users/me/tokens", body).await.expect(201);
    owner.with_token(text(&made["token"]))
}
