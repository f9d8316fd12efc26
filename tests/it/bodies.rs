//! T13: whatever body arrives, the server answers with a success or with a problem that it knows.

use kernel::ErrorCode;
use proptest::{collection::vec, prelude::*, sample::Index, test_runner::TestRunner};
use reqwest::Method;
use serde_json::{Map, Value, json};
use tokio::runtime::Runtime;

use crate::kit::{Answer, Client, TestApp, long, text};

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

fn run<S: Strategy>(strategy: S, test: impl Fn(S::Value) -> Result<(), TestCaseError>) {
    let config = ProptestConfig {
        cases: if long() { 20_000 } else { 1_500 },
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    if let Err(error) = TestRunner::new(config).run(&strategy, test) {
        panic!("{error}");
    }
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
        let edge = owner
            .post(&format!("/projects/{project}/edges"), body)
            .await;
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
        let project = format!("/projects/{}", self.project);
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

/// What is done to one value somewhere in a body.
#[derive(Clone, Debug)]
enum Change {
    Replace(Index, Value),
    Remove(Index),
    Add(Index, String, Value),
    /// One value of the body in the place of another.
    Copy(Index, Index),
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        4 => (any::<Index>(), value()).prop_map(|(place, value)| Change::Replace(place, value)),
        1 => any::<Index>().prop_map(Change::Remove),
        1 => (any::<Index>(), key(), value())
            .prop_map(|(place, key, value)| Change::Add(place, key, value)),
        1 => (any::<Index>(), any::<Index>()).prop_map(|(place, from)| Change::Copy(place, from)),
    ]
}

fn key() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("id".to_owned()),
        Just("ownerId".to_owned()),
        Just("baseVersion".to_owned()),
        Just("metadata".to_owned()),
        Just("parentIds".to_owned()),
        ".{0,8}",
    ]
}

fn value() -> impl Strategy<Value = Value> {
    let plain = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        prop::sample::select(vec![0_i64, -1, 1, i64::MIN, i64::MAX, 200, 201])
            .prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        "\\PC{0,300}".prop_map(Value::from),
        prop::sample::select(vec![
            "",
            "\0",
            "\u{202e}",
            "%",
            "'; DROP TABLE nodes; --",
            "\u{feff}",
            "a@b.c",
            "OWNER",
            "GENERATING",
            "node.delete",
            "batch",
            "00000000-0000-0000-0000-000000000000",
            "ffffffff-ffff-ffff-ffff-ffffffffffff",
            "\u{10ffff}",
            "é",
            "e\u{301}",
            "\r\n",
        ])
        .prop_map(Value::from),
        (1_000..60_000_usize).prop_map(|length| Value::from("x".repeat(length))),
    ];
    plain.prop_recursive(3, 24, 6, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..6).prop_map(Value::from),
            vec((key(), inner), 0..6)
                .prop_map(|fields| Value::Object(fields.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

fn apply(mut body: Value, change: Change) -> Value {
    let places = places(&body);
    match change {
        Change::Replace(place, value) => {
            if let Some(found) = body.pointer_mut(at(place, &places)) {
                *found = value;
            }
        }
        Change::Remove(place) => {
            let (parent, key) = at(place, &places).rsplit_once('/').unwrap_or_default();
            match body.pointer_mut(parent) {
                Some(Value::Object(fields)) => drop(fields.remove(key)),
                Some(Value::Array(items)) => drop(items.pop()),
                _ => {}
            }
        }
        Change::Add(place, key, value) => match body.pointer_mut(at(place, &places)) {
            Some(Value::Object(fields)) => drop(fields.insert(key, value)),
            Some(Value::Array(items)) => items.push(value),
            _ => {}
        },
        Change::Copy(place, from) => {
            let copy = body.pointer(at(from, &places)).cloned();
            if let (Some(found), Some(copy)) = (body.pointer_mut(at(place, &places)), copy) {
                *found = copy;
            }
        }
    }
    body
}

fn at(place: Index, places: &[String]) -> &str {
    places[place.index(places.len())].as_str()
}

/// Where the values of a body stand, the body itself among them.
fn places(value: &Value) -> Vec<String> {
    let mut places = vec![String::new()];
    let below = |key: &str, inner: &Value, places: &mut Vec<String>| {
        let key = key.replace('~', "~0").replace('/', "~1");
        for place in self::places(inner) {
            places.push(format!("/{key}{place}"));
        }
    };
    match value {
        Value::Object(fields) => {
            for (key, inner) in fields {
                below(key, inner, &mut places);
            }
        }
        Value::Array(items) => {
            for (index, inner) in items.iter().enumerate() {
                below(&index.to_string(), inner, &mut places);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
    places
}

/// What is done to the bytes of a body.
#[derive(Clone, Debug)]
enum Damage {
    Anything(Vec<u8>),
    Cut(Index),
    Put(Index, Vec<u8>),
    Overwrite(Index, u8),
}

fn damage() -> impl Strategy<Value = Damage> {
    let piece = prop_oneof![
        vec(any::<u8>(), 1..8),
        prop::sample::select(vec![
            "{", "}", "[", "]", ",", ":", "\"", "\\", "\\u0000", "\\ud800", "1e999", "NaN", "-",
            "null", "//", "/**/", "\u{feff}", "0", "[[[[[[[[",
        ])
        .prop_map(|piece| piece.as_bytes().to_vec()),
    ];
    prop_oneof![
        1 => vec(any::<u8>(), 0..200).prop_map(Damage::Anything),
        1 => any::<Index>().prop_map(Damage::Cut),
        4 => (any::<Index>(), piece).prop_map(|(place, piece)| Damage::Put(place, piece)),
        2 => (any::<Index>(), any::<u8>()).prop_map(|(place, byte)| Damage::Overwrite(place, byte)),
    ]
}

fn break_with(mut bytes: Vec<u8>, damage: Damage) -> Vec<u8> {
    match damage {
        Damage::Anything(other) => return other,
        Damage::Cut(place) => bytes.truncate(place.index(bytes.len() + 1)),
        Damage::Put(place, piece) => {
            let at = place.index(bytes.len() + 1);
            drop(bytes.splice(at..at, piece));
        }
        Damage::Overwrite(place, byte) => {
            if !bytes.is_empty() {
                let at = place.index(bytes.len());
                bytes[at] = byte;
            }
        }
    }
    bytes
}
