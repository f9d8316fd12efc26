//! The API document and the pages that explain the API.

use std::{fs, path::Path};

use serde_json::Value;

use crate::kit::{TestApp, text, variable};

const COMMITTED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/openapi.json");

#[test]
fn the_committed_api_document_is_current() {
    let current = document();
    if variable("UPDATE").is_some() {
        fs::write(COMMITTED, &current).expect("the document is written");
    }

    let committed = fs::read_to_string(Path::new(COMMITTED)).unwrap_or_default();

    // Not compared by `assert_eq`, which would print both in full.
    assert!(
        committed == current,
        "docs/openapi.json is out of date; write it anew with: UPDATE=1 cargo test --workspace --test it"
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

#[tokio::test]
async fn the_served_document_is_the_committed_one() {
    let app = TestApp::start().await;

    let served = app.anonymous().get("/openapi.json").await.ok();

    let document: Value = serde_json::from_str(&document()).expect("the document is JSON");
    assert!(served == document, "another document is served");
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
