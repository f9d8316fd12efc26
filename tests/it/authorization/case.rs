//! One way to try an operation.

use futures::future::BoxFuture;
use reqwest::Method;
use serde_json::Value;

use super::world::{Project, World};
use crate::kit::Client;

/// Makes what a try needs, and says what to send.
pub(super) type Make = for<'a> fn(Scene<'a>) -> BoxFuture<'a, Try>;

pub(super) struct Case {
    /// As in the API document: method and path below `/api/v1`.
    pub(super) operation: &'static str,
    /// A cell of the table.
    pub(super) need: &'static str,
    /// The status for whoever may do it.
    pub(super) then: u16,
    pub(super) by: By,
    pub(super) make: Make,
}

/// Whose success is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum By {
    /// That of everybody who may.
    Everybody,
    /// That of somebody new, because it ends or changes the one who does it.
    SomebodyNew,
}

#[derive(Clone, Copy)]
pub(super) struct Scene<'a> {
    pub(super) world: &'a World,
    pub(super) home: &'a Project,
    pub(super) other: &'a Project,
    /// Who will send it, where that matters.
    pub(super) by: &'a Client,
    /// Whether it is to succeed, so that it may take a project away.
    pub(super) succeeds: bool,
}

#[derive(Clone, Debug)]
pub(super) struct Try {
    ids: Vec<String>,
    query: String,
    pub(super) body: Value,
    pub(super) if_match: bool,
    headers: Vec<(&'static str, String)>,
    /// A body that is no JSON.
    bytes: Option<Vec<u8>>,
    /// Ids in it that must be answered like ids of nothing.
    pub(super) foreign: Vec<String>,
}

impl Try {
    /// Fills the places in the path, in order.
    pub(super) fn at<const N: usize>(ids: [&str; N]) -> Self {
        Self {
            ids: ids.map(str::to_owned).to_vec(),
            query: String::new(),
            body: Value::Null,
            if_match: false,
            headers: Vec::new(),
            bytes: None,
            foreign: Vec::new(),
        }
    }

    pub(super) fn query(mut self, query: &str) -> Self {
        query.clone_into(&mut self.query);
        self
    }

    pub(super) fn body(mut self, body: Value) -> Self {
        self.body = body;
        self
    }

    pub(super) fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    pub(super) fn bytes(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.bytes = Some(bytes.into());
        self
    }

    pub(super) fn if_match(mut self) -> Self {
        self.if_match = true;
        self
    }

    pub(super) fn foreign(mut self, id: &str) -> Self {
        self.foreign.push(id.to_owned());
        self
    }

    pub(super) async fn send(&self, operation: &str, client: &Client) -> crate::kit::Answer {
        let (method, template) = operation.split_once(' ').expect("a method and a path");
        let method = Method::from_bytes(method.as_bytes()).expect("a method");
        let mut ids = self.ids.iter();
        let mut path = String::new();
        for part in template.split('/').skip(1) {
            path.push('/');
            let filled = part.starts_with('{').then(|| ids.next().expect("an id"));
            path.push_str(filled.map_or(part, String::as_str));
        }
        let given = self.headers.iter();
        let mut headers: Vec<(&str, &str)> = given.map(|(name, value)| (*name, &**value)).collect();
        if self.if_match {
            headers.push(("if-match", "*"));
        }
        let path = format!("{path}{}", self.query);
        match &self.bytes {
            Some(bytes) => {
                client
                    .send_bytes(method, &path, &headers, bytes.clone())
                    .await
            }
            None => {
                client
                    .send(method, &path, &headers, self.body.clone())
                    .await
            }
        }
    }

    /// The same with other ids.
    pub(super) fn with_instead(&self, id: &str, other: &str) -> Self {
        let body = self.body.to_string().replace(id, other);
        let headers = self.headers.iter();
        let bytes = self.bytes.clone().map(|bytes| {
            let text = String::from_utf8(bytes).expect("what holds ids is text");
            text.replace(id, other).into_bytes()
        });
        Self {
            query: self.query.replace(id, other),
            headers: headers
                .map(|(name, value)| (*name, value.replace(id, other)))
                .collect(),
            bytes,
            ids: self.ids.iter().map(|own| own.replace(id, other)).collect(),
            body: serde_json::from_str(&body).expect("ids are plain text"),
            ..self.clone()
        }
    }
}

/// `case!("GET /x", "graph:read", 200, scene => a try)`
macro_rules! case {
    ($operation:expr, $need:expr, $then:expr, $scene:pat => $try:expr) => {
        $crate::authorization::case::Case {
            operation: $operation,
            need: $need,
            then: $then,
            by: $crate::authorization::case::By::Everybody,
            make: |$scene| Box::pin(async move { $try }),
        }
    };
    (new $operation:expr, $need:expr, $then:expr, $scene:pat => $try:expr) => {
        $crate::authorization::case::Case {
            by: $crate::authorization::case::By::SomebodyNew,
            ..case!($operation, $need, $then, $scene => $try)
        }
    };
}
pub(super) use case;
