//! The few calls of the REST interface that preparing takes.

use std::net::SocketAddr;

use anyhow::{Context, Result};
use serde_json::{Value, json};

use crate::client::Client;

#[derive(Debug, Clone, Copy)]
pub(crate) struct Api(pub(crate) SocketAddr);

pub(crate) struct Account {
    pub(crate) user_id: String,
    pub(crate) token: String,
}

impl Api {
    pub(crate) async fn client(self, token: &str) -> Result<Client> {
        Client::connect(self.0, token).await
    }

    pub(crate) async fn register(self, name: &str) -> Result<Account> {
        let body = json!({
            "email": format!("{name}@example.org"),
            "password": "correct horse battery staple",
        });
        let answer = self.post("", "/auth/register?tokens=body", &body).await?;
        Ok(Account {
            user_id: text(&answer, "/user/id")?,
            token: text(&answer, "/accessToken")?,
        })
    }

    /// A new project's id.
    pub(crate) async fn project(self, token: &str) -> Result<String> {
        let answer = self
            .post(token, "/projects", &json!({ "name": "Load" }))
            .await?;
        text(&answer, "/id")
    }

    pub(crate) async fn add_member(
        self,
        token: &str,
        project: &str,
        user_id: &str,
        role: &str,
    ) -> Result<()> {
        let body = json!({ "userId": user_id, "role": role });
        self.post(token, &format!("/projects/{project}/members"), &body)
            .await?;
        Ok(())
    }

    /// A new node's id.
    pub(crate) async fn node(self, token: &str, project: &str) -> Result<String> {
        let body = json!({ "prompt": "Where to?", "position": { "x": 0, "y": 0 } });
        let answer = self
            .post(token, &format!("/projects/{project}/nodes"), &body)
            .await?;
        text(&answer, "/id")
    }

    /// A node's answer, once it has one.
    pub(crate) async fn response(self, token: &str, project: &str, node: &str) -> Result<String> {
        let path = format!("/api/v1/projects/{project}/nodes/{node}");
        let answer = self.client(token).await?.get(&path, "").await?.json()?;
        text(&answer, "/response")
    }

    async fn post(self, token: &str, path: &str, body: &Value) -> Result<Value> {
        let mut client = self.client(token).await?;
        let answer = client.post(&format!("/api/v1{path}"), body).await?;
        answer.json().with_context(|| path.to_owned())
    }
}

fn text(answer: &Value, pointer: &str) -> Result<String> {
    let text = answer.pointer(pointer).and_then(Value::as_str);
    Ok(text.with_context(|| format!("no {pointer}"))?.to_owned())
}
