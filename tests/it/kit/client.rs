//! Somebody who calls the server.

use std::{fmt, net::SocketAddr};

use kernel::{EdgeId, NodeId, ProjectId, UserId};
use reqwest::{Method, StatusCode, header::HeaderMap};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::app::{PASSWORD, PATIENCE};
use super::paths::Paths;

const API: &str = "/api/v1";

#[derive(Clone, Debug)]
pub(crate) struct Client {
    http: reqwest::Client,
    address: SocketAddr,
    /// The access token, or an API token.
    pub(crate) token: Option<String>,
    /// What the login said: `user`, `refreshToken` and so on.
    pub(crate) login: Value,
}

impl Client {
    pub(super) fn new(http: reqwest::Client, address: SocketAddr) -> Self {
        Self {
            http,
            address,
            token: None,
            login: Value::Null,
        }
    }

    /// The same caller with a login's answer.
    pub(crate) fn logged_in(&self, login: &Value) -> Self {
        Self {
            login: login.clone(),
            ..self.with_token(text(&login["accessToken"]))
        }
    }

    /// Somebody who has registered with this address, on whichever server this is.
    pub(crate) async fn register(&self, email: &str) -> Self {
        let body = json!({"email": email, "password": PASSWORD});
        let login = self.post("/auth/register?tokens=body", body).await;
        self.logged_in(&login.expect(201))
    }

    /// The same caller with another credential.
    pub(crate) fn with_token(&self, token: &str) -> Self {
        Self {
            token: Some(token.to_owned()),
            ..self.clone()
        }
    }

    /// The server it calls.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(crate) fn user_id(&self) -> UserId {
        parsed(&self.login["user"]["id"])
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, &[], Value::Null).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(Method::POST, path, &[], body).await
    }

    pub(crate) async fn put(&self, path: &str, body: Value) -> Answer {
        self.send(Method::PUT, path, &[], body).await
    }

    pub(crate) async fn patch(&self, path: &str, body: Value) -> Answer {
        self.send(Method::PATCH, path, &[], body).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        self.send(Method::DELETE, path, &[], Value::Null).await
    }

    /// Sends a request below `/api/v1`; null is no body.
    pub(crate) async fn send(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Value,
    ) -> Answer {
        self.send_anywhere(method, &format!("{API}{path}"), headers, body)
            .await
    }

    /// Reads an address outside of the API, such as `/readyz`.
    pub(crate) async fn page(&self, path: &str) -> Answer {
        self.send_anywhere(Method::GET, path, &[], Value::Null)
            .await
    }

    pub(crate) async fn send_anywhere(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Value,
    ) -> Answer {
        let mut request = self.request(&method, path, headers);
        if !body.is_null() {
            request = request.json(&body);
        }
        Answer::to(format!("{method} {path}"), request).await
    }

    /// Sends a body as it is, below `/api/v1`.
    pub(crate) async fn send_bytes(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<reqwest::Body>,
    ) -> Answer {
        let path = format!("{API}{path}");
        self.send_bytes_anywhere(method, &path, headers, body).await
    }

    /// The same to any address of the server.
    pub(crate) async fn send_bytes_anywhere(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<reqwest::Body>,
    ) -> Answer {
        let request = self.request(&method, path, headers);
        Answer::to(format!("{method} {path}"), request.body(body)).await
    }

    pub(super) fn request(
        &self,
        method: &Method,
        path: &str,
        headers: &[(&str, &str)],
    ) -> reqwest::RequestBuilder {
        let mut request = self
            .http
            .request(method.clone(), format!("http://{}{path}", self.address))
            .timeout(PATIENCE);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    /// Everything a list holds, read in pages of this size.
    pub(crate) async fn all(&self, path: &str, limit: usize) -> Vec<Value> {
        let joint = if path.contains('?') { '&' } else { '?' };
        let first = format!("{path}{joint}limit={limit}");
        let (mut items, mut page) = (Vec::new(), first.clone());
        loop {
            let answer = self.get(&page).await.expect(200);
            let more: Vec<Value> = parsed(&answer["items"]);
            assert!(more.len() <= limit, "{page} gave {} items", more.len());
            items.extend(more);
            match answer["nextCursor"].as_str() {
                Some(cursor) => page = format!("{first}&cursor={cursor}"),
                None => return items,
            }
        }
    }

    /// Changes a thing that is at this version.
    pub(crate) async fn patch_at(&self, version: i64, path: &str, body: Value) -> Answer {
        let etag = format!("\"{version}\"");
        let headers = [("if-match", etag.as_str())];
        self.send(Method::PATCH, path, &headers, body).await
    }

    /// Connects two nodes.
    pub(crate) async fn connect(&self, project: ProjectId, from: NodeId, to: NodeId) -> EdgeId {
        let body = json!({"sourceId": from, "targetId": to});
        let path = project.edges();
        parsed(&self.post(&path, body).await.expect(201)["id"])
    }

    pub(crate) async fn create_project(&self, name: &str) -> ProjectId {
        let answer = self.post("/projects", json!({"name": name})).await;
        parsed(&answer.expect(201)["id"])
    }

    pub(crate) async fn create_node(&self, project: ProjectId, prompt: &str) -> NodeId {
        let body = json!({"prompt": prompt, "position": {"x": 0, "y": 0}});
        let path = project.nodes();
        parsed(&self.post(&path, body).await.expect(201)["id"])
    }
}

pub(crate) fn text(value: &Value) -> &str {
    match value.as_str() {
        Some(text) => text,
        None => panic!("{value} is no text"),
    }
}

pub(crate) fn parsed<T: DeserializeOwned>(value: &Value) -> T {
    match serde_json::from_value(value.clone()) {
        Ok(parsed) => parsed,
        Err(error) => panic!("{value}: {error}"),
    }
}

/// What the server said.
pub(crate) struct Answer {
    asked: String,
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
    /// The body, or null if it is no JSON.
    pub(crate) body: Value,
}

impl Answer {
    async fn to(asked: String, request: reqwest::RequestBuilder) -> Self {
        let response = match request.send().await {
            Ok(response) => response,
            Err(error) => panic!("{asked}: {error:?}"),
        };
        let (status, headers) = (response.status(), response.headers().clone());
        let text = response.text().await.expect("the answer arrives whole");
        let body = serde_json::from_str(&text).unwrap_or(Value::Null);
        Self {
            asked,
            status,
            headers,
            text,
            body,
        }
    }

    /// The body of a success.
    #[track_caller]
    pub(crate) fn ok(self) -> Value {
        assert!(self.status.is_success(), "{self:?}");
        self.body
    }

    /// The body of an answer with this status.
    #[track_caller]
    pub(crate) fn expect(self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "{self:?}");
        self.body
    }

    /// The problem of a refusal with this status and code.
    #[track_caller]
    pub(crate) fn problem(self, status: u16, code: &str) -> Value {
        assert_eq!(self.status.as_u16(), status, "{self:?}");
        assert_eq!(self.header("content-type"), "application/problem+json");
        assert_eq!(self.body["code"], code, "{self:?}");
        assert_eq!(self.body["status"], status, "{self:?}");
        assert_eq!(self.body["type"], format!("/problems/{code}"), "{self:?}");
        self.body
    }

    /// A header, or nothing.
    pub(crate) fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name).and_then(|value| value.to_str().ok());
        value.unwrap_or_default()
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}\n{}", self.asked, self.status, self.text)
    }
}
