//! The API document and the pages that explain the API.

use std::{collections::HashSet, fs, path::Path};

use serde_json::Value;

use crate::kit::{
    TestApp,
    asyncapi::{self, Way},
    text, variable,
};

const DOCS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs");

#[test]
fn the_committed_api_document_is_current() {
    assert_current("openapi.json", &document());
}

#[test]
fn the_committed_document_of_the_socket_is_current() {
    assert_current("asyncapi.json", &document_of_socket());
}

fn assert_current(name: &str, current: &str) {
    let path = Path::new(DOCS).join(name);
    if variable("UPDATE").is_some() {
        fs::write(&path, current).expect("the document is written");
    }

    let committed = fs::read_to_string(path).unwrap_or_default();

    // Not compared by `assert_eq`, which would print both in full.
    assert!(
        committed == current,
        "docs/{name} is out of date; write it anew with: UPDATE=1 cargo test --workspace --test it"
    );
}

#[test]
fn every_operation_says_who_may_call_it() {
    let document: Value = serde_json::from_str(&document()).expect("the document is JSON");

    for (path, operations) in document["paths"].as_object().expect("it has paths") {
        for (method, operation) in operations.as_object().expect("a path has operations") {
            assert!(operation["x-authz"].is_string(), "{method} {path}");
        }
    }
}

/// Generated clients make a name of it.
#[test]
fn every_operation_has_a_name_of_its_own() {
    let document: Value = serde_json::from_str(&document()).expect("the document is JSON");
    let mut seen = HashSet::new();

    for (path, operations) in document["paths"].as_object().expect("it has paths") {
        for (method, operation) in operations.as_object().expect("a path has operations") {
            let name = operation["operationId"].as_str().expect("it has a name");
            assert!(seen.insert(name), "{method} {path}: {name} is there twice");
        }
    }
}

#[test]
fn nothing_that_allows_no_other_fields_is_a_part_of_something_with_more() {
    let document: Value = serde_json::from_str(&document()).expect("the document is JSON");
    let schemas = document["components"]["schemas"].as_object();
    for (name, schema) in schemas.expect("it has schemas") {
        for part in schema["allOf"].as_array().into_iter().flatten() {
            let path = part["$ref"].as_str().unwrap_or_default();
            let whole = document.pointer(path.trim_start_matches('#'));
            let is_closed = whole.is_some_and(|part| part["additionalProperties"] == false);
            assert!(path.is_empty() || !is_closed, "{path} in {name}");
        }
    }
}

#[tokio::test]
async fn the_served_document_is_the_committed_one() {
    let app = TestApp::start().await;

    let served = app.anonymous().get("/openapi.json").await.ok();

    let document: Value = serde_json::from_str(&document()).expect("the document is JSON");
    assert!(served == document, "another document is served");
    let served = app.anonymous().get("/asyncapi.json").await.ok();
    assert!(
        served == server::asyncapi(),
        "another one of the socket is served"
    );
}

#[test]
fn every_message_of_the_socket_is_explained_and_has_an_example_that_fits() {
    let document = server::asyncapi();
    let messages = document["components"]["messages"].as_object();

    for (name, message) in messages.expect("it has messages") {
        assert_ne!(message["summary"], "", "{name} is not explained");
        let examples = message["examples"].as_array().expect("a list");
        assert!(!examples.is_empty(), "{name} has no example");
        let is_said = name.starts_with("client.");
        let way = if is_said {
            Way::FromClient
        } else {
            Way::FromServer
        };
        for example in examples {
            let found = asyncapi::message(way, &example["payload"]);
            assert_eq!(found.as_ref(), Ok(name));
        }
    }
}

#[test]
fn every_reference_within_the_document_of_the_socket_leads_somewhere() {
    fn check(value: &Value, document: &Value) {
        if let Some(place) = value["$ref"].as_str() {
            let pointer = place.strip_prefix('#').expect("a place in the document");
            assert!(document.pointer(pointer).is_some(), "{place} is nowhere");
        }
        match value {
            Value::Object(fields) => fields.values().for_each(|inner| check(inner, document)),
            Value::Array(items) => items.iter().for_each(|inner| check(inner, document)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
    let document = server::asyncapi();
    check(&document, &document);
}

#[tokio::test]
async fn the_reference_page_needs_nothing_from_elsewhere() {
    let app = TestApp::start().await;
    let caller = app.anonymous();

    let page = caller.page("/docs").await;
    assert!(page.text.contains("swagger-ui-bundle.js"), "{}", page.text);
    for file in ["index.css", "swagger-ui.css", "swagger-ui-bundle.js"] {
        let file = caller.page(&format!("/docs/{file}")).await;
        assert!(!file.text.is_empty());
        file.expect(200);
    }
    let start = caller.page("/docs/swagger-initializer.js").await;
    assert!(
        start.text.contains("/api/v1/openapi.json"),
        "{}",
        start.text
    );
    for lists in [
        caller.page("/").await.text,
        caller.page("/api/v1/openapi.json").await.text,
    ] {
        assert!(lists.contains("/api/v1/asyncapi.json"), "{lists:.500}");
    }
    for outside in ["http://", "https://"] {
        assert!(!page.text.contains(outside), "{}", page.text);
        assert!(!start.text.contains(outside), "{}", start.text);
    }
}

#[tokio::test]
async fn a_problem_leads_to_its_explanation() {
    let app = TestApp::start().await;
    let caller = app.anonymous();
    let problem = caller.get("/nowhere").await.problem(404, "not_found");

    let explained = caller.page(text(&problem["type"])).await;

    assert!(
        explained.text.contains("<h1>not_found</h1>"),
        "{}",
        explained.text
    );
    caller
        .page("/problems/nonsense")
        .await
        .problem(404, "not_found");
}

fn document() -> String {
    let mut text = server::openapi()
        .to_pretty_json()
        .expect("it can be written");
    text.push('\n');
    text
}

fn document_of_socket() -> String {
    let text = serde_json::to_string_pretty(&server::asyncapi());
    text.expect("it can be written") + "\n"
}
