//! T13: whatever body arrives, the server answers with a success or with a problem that it knows.

use kernel::ErrorCode;
use proptest::{collection::vec, prelude::*, sample::Index};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use crate::kit::{
    Answer, Client, Paths, TestApp,
    corrupt::{apply, break_with, change, damage, run},
    text,
};

/// A project with two connected nodes, and who works on it.
struct Desk {
    /// Serves until it is dropped.
    _app: TestApp,
    owner: Client,
    project: String,
    node: String,
    other: String,
    edge: String,
}

#[test]
fn no_json_makes_the_server_fail() {
    let runtime = runtime();
    let desk = runtime.block_on(Desk::set());
    let targets = desk.targets();
    runtime.block_on(desk.takes(&targets));
    let strategy = (any::<Index>(), vec(change(), 1..6));

    run(strategy, |(target, changes)| {
        let Target { method, path, body } = target.get(&targets);
        let body = changes.into_iter().fold(body.clone(), apply);
        let answer = runtime.block_on(desk.send(method, path, body.to_string().into_bytes()));
        check(&answer, &body.to_string())
    });
}

#[test]
fn no_bytes_make_the_server_fail() {
    let runtime = runtime();
    let desk = runtime.block_on(Desk::set());
    let targets = desk.targets();
    runtime.block_on(desk.takes(&targets));
    let strategy = (any::<Index>(), vec(damage(), 1..5));

    run(strategy, |(target, damages)| {
        let Target { method, path, body } = target.get(&targets);
        let bytes = body.to_string().into_bytes();
        let bytes = damages.into_iter().fold(bytes, break_with);
        let shown = String::from_utf8_lossy(&bytes).into_owned();
        let answer = runtime.block_on(desk.send(method, path, bytes));
        check(&answer, &shown)
    });
}

fn runtime() -> Runtime {
    Runtime::new().expect("a runtime")
}

fn check(answer: &Answer, body: &str) -> Result<(), TestCaseError> {
    let status = answer.status.as_u16();
    prop_assert!(status < 500, "{body}\n{answer:?}");
    if answer.status.is_success() {
        return Ok(());
    }
    let problem = answer.header("content-type") == "application/problem+json";
    prop_assert!(problem, "{body}\n{answer:?}");
    let code: Result<ErrorCode, _> = serde_json::from_value(answer.body["code"].clone());
    prop_assert!(code.is_ok(), "{body}\n{answer:?}");
    prop_assert_eq!(&answer.body["status"], status);
    Ok(())
}

struct Target {
    method: Method,
    path: String,
    body: Value,
}

impl Desk {
    async fn set() -> Self {
        let app = TestApp::start().await;
        let owner = app.register("owner").await;
        let project = owner.create_project("Project").await;
        let node = owner.create_node(project, "a node").await.to_string();
        let other = owner.create_node(project, "another").await.to_string();
        let body = json!({"sourceId": node, "targetId": other});
        let edge = owner.post(&project.edges(), body).await;
        Self {
            edge: text(&edge.expect(201)["id"]).to_owned(),
            project: project.to_string(),
            _app: app,
            owner,
            node,
            other,
        }
    }

    async fn send(&self, method: &Method, path: &str, body: Vec<u8>) -> Answer {
        let headers = [("content-type", "application/json"), ("if-match", "*")];
        let answer = self.owner.send_bytes(method.clone(), path, &headers, body);
        answer.await
    }

    /// The bodies are good before they are spoilt.
    async fn takes(&self, targets: &[Target]) {
        for Target { method, path, body } in targets {
            let answer = self.send(method, path, body.to_string().into_bytes());
            answer.await.ok();
        }
    }

    fn targets(&self) -> Vec<Target> {
        let project = self.project.path();
        let node = json!({
            "prompt": "a prompt", "position": {"x": 1.5, "y": -2}, "parentIds": [self.node],
            "metadata": {"color": "red", "list": [1, {"deep": null}]}, "response": "an answer",
            "summary": "short",
        });
        let patch = json!({
            "prompt": "newer", "response": null, "summary": "s", "position": {"x": 0, "y": 1e9},
            "metadata": null,
        });
        let edge = json!({"sourceId": self.node, "targetId": self.other, "policy": "SUMMARY"});
        let register = json!({
            "email": "somebody@example.org", "password": "a good password", "username": "somebody",
            "firstName": "Some", "lastName": "Body",
        });
        let create = json!({
            "name": "A project", "description": "What for", "systemPrompt": "Be kind.",
            "isPublic": false, "viewport": {"x": 0, "y": 0, "zoom": 1},
        });
        let to = |method, path: &str, body| Target {
            method,
            path: path.to_owned(),
            body,
        };
        vec![
            to(Method::POST, &format!("{project}/nodes"), node.clone()),
            to(
                Method::PATCH,
                &format!("{project}/nodes/{}", self.node),
                patch,
            ),
            to(Method::POST, &format!("{project}/edges"), edge.clone()),
            to(
                Method::POST,
                &format!("{project}/ops"),
                self.batch(node, edge),
            ),
            to(Method::POST, "/auth/register?tokens=body", register),
            to(Method::POST, "/projects", create.clone()),
            to(Method::PATCH, &project, create),
        ]
    }

    fn batch(&self, node: Value, edge: Value) -> Value {
        let (id, other) = (&self.node, &self.other);
        json!({"ops": [
            {"op": "node.create", "data": node},
            {"op": "node.update", "data": {"id": id, "baseVersion": 1, "position": {"x": 3, "y": 4}}},
            {"op": "node.move", "data": {"positions": [{"id": id, "x": 1, "y": 2}]}},
            {"op": "edge.create", "data": edge},
            {"op": "edge.update", "data": {"id": self.edge, "policy": "FULL"}},
            {"op": "node.delete", "data": {"id": other}},
            {"op": "node.restore", "data": {"id": other}},
            {"op": "project.update", "data": {"name": "Renamed"}},
        ]})
    }
}
