//! Agents of a person, and their places in projects.

use kernel::Role;
use reqwest::Method;
use serde_json::{Value, json};

use crate::kit::{Paths, TestApp, text};

#[tokio::test]
async fn an_agent_takes_what_is_left_out_from_its_type() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let types = ada.get("/agents/types").await.expect(200);
    let words: Vec<&str> = types["items"]
        .as_array()
        .expect("types")
        .iter()
        .map(|kind| text(&kind["type"]))
        .collect();
    assert_eq!(
        words,
        [
            "researcher",
            "writer",
            "critic",
            "cartographer",
            "facilitator"
        ]
    );

    let body = json!({"name": "The Critic", "type": "critic"});
    let made = ada.post("/agents", body.clone()).await.expect(201);

    assert_eq!(made["slug"], "the-critic");
    assert_eq!(made["icon"], "shield-exclamation");
    assert_eq!(made["status"], "IDLE");
    assert_eq!(made["contextWindowSize"], 10);
    assert_eq!(made["maxTokens"], 2048);
    assert_eq!(made["temperature"], 0.7);
    assert_eq!(made["systemPrompt"], types["items"][2]["systemPrompt"]);
    let again = ada.post("/agents", body).await.expect(201);
    assert_eq!(again["slug"], "the-critic-2");
    let unknown = json!({"name": "X", "type": "wizard"});
    let refused = ada.post("/agents", unknown).await;
    let refused = refused.problem(422, "invalid");
    assert_eq!(refused["errors"][0]["pointer"], "/systemPrompt");
    for (field, value) in [
        ("slug", json!("The Critic")),
        ("color", json!("blue")),
        ("temperature", json!(2.1)),
        ("topP", json!(1.5)),
        ("contextWindowSize", json!(0)),
        ("model", json!("nobody/knows")),
    ] {
        let mut body = json!({"name": "X", "type": "critic"});
        body[field] = value;
        let refused = ada.post("/agents", body).await.problem(422, "invalid");
        assert_eq!(refused["errors"][0]["pointer"], format!("/{field}"));
    }
    let taken = json!({"name": "X", "type": "critic", "slug": "the-critic"});
    ada.post("/agents", taken).await.problem(422, "invalid");
}

#[tokio::test]
async fn every_prompt_is_a_version_that_tells_what_changed_and_can_be_had_again() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let body = json!({"name": "A", "type": "own", "systemPrompt": "Be brief and kind."});
    let made = ada.post("/agents", body).await.expect(201);
    let path = format!("/agents/{}", text(&made["id"]));
    let change = json!({"systemPrompt": "Be thorough and kind.", "changeNote": "Too short"});
    let changed = ada.patch_at(1, &path, change).await.expect(200);
    assert_eq!(
        (&changed["promptVersion"], &changed["version"]),
        (&json!(2), &json!(2))
    );
    let stale = json!({"systemPrompt": "No."});
    ada.patch_at(1, &path, stale)
        .await
        .problem(412, "version_mismatch");

    let versions = ada.get(&format!("{path}/versions")).await.expect(200);

    let newest = &versions["items"][0];
    assert_eq!(
        (&newest["version"], &newest["changeNote"]),
        (&json!(2), &json!("Too short"))
    );
    let changes: Vec<(&str, &str)> = newest["changes"]
        .as_array()
        .expect("changes")
        .iter()
        .map(|change| (text(&change["kind"]), text(&change["text"])))
        .collect();
    assert!(changes.contains(&("REMOVED", "brief")), "{changes:?}");
    assert!(changes.contains(&("ADDED", "thorough")), "{changes:?}");
    let restore = format!("{path}/versions/1/restore");
    let restored = ada.post(&restore, Value::Null).await.expect(200);
    assert_eq!(restored["systemPrompt"], "Be brief and kind.");
    assert_eq!(restored["promptVersion"], 3);
    ada.post(&format!("{path}/versions/9/restore"), Value::Null)
        .await
        .problem(404, "not_found");
}

#[tokio::test]
async fn agents_are_their_owners_and_nobody_elses() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let bob = app.register("bob").await;
    let agent = ada.create_agent("writer").await;
    let path = format!("/agents/{agent}");

    bob.get(&path).await.problem(404, "not_found");
    bob.delete(&path).await.problem(404, "not_found");
    let project = bob.create_project("His").await;
    let body = json!({"agentId": agent, "role": "EDITOR"});
    bob.post(&project.agents(), body)
        .await
        .problem(404, "not_found");
    ada.delete(&path).await.expect(204);
    ada.get(&path).await.problem(404, "not_found");
}

#[tokio::test]
async fn nobody_gives_an_agent_more_than_they_have() {
    let app = TestApp::start().await;
    let (project, owner, [admin, editor]) = app.project([Role::Admin, Role::Editor]).await;
    let agent = admin.create_agent("writer").await;
    let add = |role: &str| json!({"agentId": agent, "role": role});

    let refused = admin.post(&project.agents(), add("OWNER")).await;
    refused.problem(422, "invalid");
    admin
        .post(&project.agents(), add("ADMIN"))
        .await
        .expect(201);
    let again = admin.post(&project.agents(), add("EDITOR")).await;
    again.problem(409, "conflict");
    let editors = editor.create_agent("writer").await;
    let body = json!({"agentId": editors, "role": "EDITOR"});
    let refused = editor.post(&project.agents(), body).await;
    refused.problem(403, "forbidden");
    let listed = editor.get(&project.agents()).await.expect(200);
    assert_eq!(listed["items"][0]["role"], "ADMIN");
    assert_eq!(listed["items"][0].get("systemPrompt"), None);

    let paused = json!({"paused": true, "mode": "PROPOSE", "budget": {"tokensPerDay": 5}});
    let changed = owner
        .patch(&project.agent(&agent), paused)
        .await
        .expect(200);
    assert_eq!(
        (
            &changed["paused"],
            &changed["mode"],
            &changed["budget"]["tokensPerDay"]
        ),
        (&json!(true), &json!("PROPOSE"), &json!(5))
    );
    owner.delete(&project.agent(&agent)).await.expect(204);
    let gone = owner
        .send(Method::DELETE, &project.agent(&agent), &[], Value::Null)
        .await;
    gone.problem(404, "not_found");
}
