//! Presets: the server's and one's own, what they do to answers, and what is left without them.

mod answers;

use kernel::Role;
use serde_json::{Value, json};

use crate::kit::{Client, Paths, TestApp, text};

const MADE_WITH_THE_SERVER: [&str; 8] = [
    "CV",
    "Letters",
    "Interviews",
    "Researcher",
    "Critic",
    "Editor",
    "Teacher",
    "Coder",
];

async fn make(client: &Client, fields: Value) -> Value {
    client.post("/presets", fields).await.expect(201)
}

fn path(preset: &Value) -> String {
    format!("/presets/{}", text(&preset["id"]))
}

#[tokio::test]
async fn presets_come_with_the_server_for_everybody_to_use_and_nobody_to_change() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;

    let listed = owner.all("/presets", 2).await;

    let names: Vec<&str> = listed.iter().map(|preset| text(&preset["name"])).collect();
    assert_eq!(names, MADE_WITH_THE_SERVER);
    for preset in &listed {
        assert_eq!(preset["isSystem"], true);
        assert!(text(&preset["behavior"]).len() > 100);
        assert_eq!(owner.get(&path(preset)).await.expect(200), *preset);
        let renamed = owner.patch(&path(preset), json!({"name": "Mine"})).await;
        renamed.problem(403, "forbidden");
        let deleted = owner.delete(&path(preset)).await;
        deleted.problem(403, "forbidden");
        let used = json!({"presetId": preset["id"]});
        owner.patch(&project.path(), used).await.expect(200);
    }
}

#[tokio::test]
async fn whoever_runs_the_server_changes_what_came_with_it_for_everybody_and_deletes_none_of_it() {
    let app = TestApp::with(|settings| {
        settings.auth.operators = "root@example.org".to_owned();
    })
    .await;
    let owner = app.register("owner").await;
    let root = app.register("root").await;
    let preset = owner.all("/presets", 50).await[0].clone();
    let words = json!({"name": "Ours", "behavior": "Be brief."});

    let unconfirmed = root.patch(&path(&preset), words.clone()).await;
    unconfirmed.problem(403, "forbidden");
    app.confirm("root").await;
    let changed = root.patch(&path(&preset), words).await.expect(200);

    assert_eq!(changed["version"], 2);
    assert_eq!(changed["isSystem"], true);
    assert_eq!(owner.get(&path(&preset)).await.expect(200), changed);
    let deleted = root.delete(&path(&preset)).await;
    deleted.problem(403, "forbidden");
    // A start that brings what is missing leaves it as it is.
    let app = app.restart().await;
    let owner = app.log_in("owner").await;
    assert_eq!(owner.get(&path(&preset)).await.expect(200), changed);
    // What is somebody's own stays theirs.
    let own = owner.post("/presets", json!({"name": "Mine"})).await;
    let root = app.log_in("root").await;
    let foreign = root
        .patch(&path(&own.expect(201)), json!({"name": "Ours"}))
        .await;
    foreign.problem(404, "not_found");
}

#[tokio::test]
async fn what_an_instance_finds_made_it_does_not_make_again() {
    let app = TestApp::start().await;
    let owner = app.register("owner").await;
    let before = (owner.all("/presets", 50).await, app.audit_count().await);

    let app = app.restart().await;

    let owner = app.log_in("owner").await;
    assert_eq!(owner.all("/presets", 50).await, before.0);
    // The login is the one record since.
    assert_eq!(app.audit_count().await, before.1 + 1);
}

#[tokio::test]
async fn ones_own_presets_are_changed_by_version_and_are_nobody_elses() {
    let app = TestApp::start().await;
    let (project, owner, [editor]) = app.project([Role::Editor]).await;
    let fields = json!({
        "name": "  Short  ", "icon": "✂️", "behavior": "Be brief.", "preferredModel": "offline/echo",
    });

    let made = owner.post("/presets", fields).await;
    assert_eq!(made.header("etag"), "\"1\"");
    let made = made.expect(201);
    assert_eq!(
        (&made["name"], &made["isSystem"]),
        (&json!("Short"), &json!(false))
    );
    assert_eq!(made["about"], Value::Null);
    let change = json!({"behavior": "Be very brief.", "icon": null});
    let changed = owner.patch_at(1, &path(&made), change.clone()).await;
    assert_eq!(changed.header("etag"), "\"2\"");
    let changed = changed.expect(200);
    assert_eq!(
        (&changed["behavior"], &changed["icon"]),
        (&json!("Be very brief."), &Value::Null)
    );
    let late = owner
        .patch_at(1, &path(&made), json!({"name": "Late"}))
        .await;
    late.problem(412, "version_mismatch");
    // What is so already is no change.
    let same = owner.patch(&path(&made), change).await.expect(200);
    assert_eq!(same, changed);

    for refused in [
        editor.get(&path(&made)).await,
        editor.patch(&path(&made), json!({"name": "Stolen"})).await,
        editor.delete(&path(&made)).await,
    ] {
        refused.problem(404, "not_found");
    }
    let node =
        json!({"prompt": "?", "position": {"x": 0, "y": 0}, "settings": {"presetId": made["id"]}});
    let nodes = project.nodes();
    editor
        .post(&nodes, node.clone())
        .await
        .problem(404, "not_found");
    owner.post(&nodes, node).await.expect(201);
    let those = MADE_WITH_THE_SERVER.len();
    assert_eq!(owner.all("/presets", 2).await.len(), those + 1);
    assert_eq!(editor.all("/presets", 2).await.len(), those);
}

#[tokio::test]
async fn what_is_no_preset_is_refused_by_the_field() {
    let app = TestApp::start().await;
    let owner = app.register("owner").await;
    for (field, wrong) in [
        ("name", json!("")),
        ("name", json!(null)),
        ("icon", json!("far too long for an icon")),
        ("behavior", json!("x".repeat(4_001))),
        ("preferredModel", json!("")),
        ("isSystem", json!(true)),
        ("userId", json!(owner.user_id())),
    ] {
        let mut body = json!({"name": "Mine"});
        body[field] = wrong;
        let refused = owner.post("/presets", body).await.problem(422, "invalid");
        assert_eq!(refused["errors"][0]["pointer"], format!("/{field}"));
    }
}

#[tokio::test]
async fn there_are_no_more_than_two_hundred_of_ones_own() {
    let app = TestApp::start().await;
    let owner = app.register("owner").await;
    for number in 0..200 {
        make(&owner, json!({"name": format!("Preset {number}")})).await;
    }

    let refused = owner.post("/presets", json!({"name": "One more"})).await;

    refused.problem(422, "limit_reached");
    let listed = owner.all("/presets", 7).await;
    let those = MADE_WITH_THE_SERVER.len();
    assert_eq!(listed.len(), 200 + those);
    owner.delete(&path(&listed[those])).await.expect(204);
    make(&owner, json!({"name": "One more"})).await;
}

#[tokio::test]
async fn every_change_of_a_preset_leaves_one_record_and_a_key_makes_it_once() {
    let app = TestApp::start().await;
    let owner = app.register("owner").await;
    let before = app.audit_count().await;

    let headers = [("idempotency-key", "make one")];
    let fields = json!({"name": "Mine"});
    let post = async || {
        owner
            .send(reqwest::Method::POST, "/presets", &headers, fields.clone())
            .await
            .expect(201)
    };
    let made = post().await;
    assert_eq!(post().await, made);
    assert_eq!(app.audit_count().await, before + 1);
    owner
        .patch(&path(&made), json!({"name": "Yours"}))
        .await
        .expect(200);
    owner
        .patch(&path(&made), json!({"name": "Yours"}))
        .await
        .expect(200);
    assert_eq!(app.audit_count().await, before + 2);
    owner.delete(&path(&made)).await.expect(204);
    owner.delete(&path(&made)).await.problem(404, "not_found");
    app.jobs_done().await;
    assert_eq!(app.audit_count().await, before + 3);
}
