//! What presets and personal instructions do to answers that carry them.

use kernel::{NodeId, ProjectId, Role};
use reqwest::Method;
use serde_json::{Value, json};

use super::{make, path};
use crate::generations::with_models;
use crate::kit::{Client, Listener, Paths, Provider, Reply, TestApp, generated, parsed, text};

async fn node_with(client: &Client, project: ProjectId, fields: Value) -> NodeId {
    let mut body = json!({"prompt": "Why?", "position": {"x": 0, "y": 0}});
    for (field, value) in fields.as_object().expect("fields") {
        body[field] = value.clone();
    }
    let made = client.post(&project.nodes(), body).await;
    parsed(&made.expect(201)["id"])
}

/// The settings of a branch that use this preset.
fn using(preset: &Value) -> Value {
    json!({"settings": {"presetId": preset["id"]}})
}

async fn status(client: &Client, project: ProjectId, node: NodeId) -> String {
    let node = client.get(&project.node(node)).await;
    text(&node.expect(200)["status"]).to_owned()
}

async fn events_after(client: &Client, project: ProjectId, seq: i64) -> Vec<Value> {
    let events = client.get(&project.events_after(seq)).await.expect(200);
    events["events"].as_array().expect("a list").clone()
}

async fn head(client: &Client, project: ProjectId) -> i64 {
    client.state(project).await.0
}

#[tokio::test]
async fn a_changed_preset_makes_stale_what_carries_it_and_undone_fresh_again_each_in_one_event() {
    let app = TestApp::start().await;
    let (project, owner, [viewer]) = app.project([Role::Viewer]).await;
    let mut viewing = Listener::begin(&viewer, project).await;
    let preset = make(&owner, json!({"name": "Brief", "behavior": "Be brief."})).await;
    let with = node_with(&owner, project, using(&preset)).await;
    let below = node_with(&owner, project, json!({"parentIds": [with]})).await;
    let without = node_with(&owner, project, json!({})).await;
    let unanswered = node_with(&owner, project, using(&preset)).await;
    for node in [with, below, without] {
        owner.answer(project, node).await;
    }
    let before = head(&owner, project).await;
    let change = |behavior: &str| owner_patch(&owner, &preset, json!({"behavior": behavior}));

    change("Be thorough.").await;
    app.jobs_done().await;
    for node in [with, below] {
        assert_eq!(status(&owner, project, node).await, "STALE");
    }
    assert_eq!(status(&owner, project, without).await, "COMPLETED");
    assert_eq!(status(&owner, project, unanswered).await, "IDLE");
    let [event] = &events_after(&owner, project, before).await[..] else {
        panic!("one event");
    };
    assert_eq!(event["op"], "instructions.change");
    assert_eq!(event["actor"]["kind"], "SYSTEM");
    assert_eq!(event["stale"], json!([with, below]));

    change("Be brief.").await;
    app.jobs_done().await;
    assert_eq!(status(&owner, project, with).await, "COMPLETED");
    let [event] = &events_after(&owner, project, before + 1).await[..] else {
        panic!("one event");
    };
    assert_eq!(event["fresh"], json!([with, below]));

    // What no model is told changes no answer, and a preset that nobody was answered with neither.
    owner_patch(
        &owner,
        &preset,
        json!({"name": "Short", "description": "Less."}),
    )
    .await;
    let unused = make(&owner, json!({"name": "Unused"})).await;
    let unused_at = node_with(&owner, project, using(&unused)).await;
    owner_patch(&owner, &unused, json!({"behavior": "Sing."})).await;
    app.jobs_done().await;
    assert_eq!(head(&owner, project).await, before + 3);
    assert_eq!(status(&owner, project, unused_at).await, "IDLE");
    let (seq, hash) = owner.state(project).await;
    viewing.follow_until(seq).await;
    assert_eq!(viewing.copy.hash(), hash);
}

async fn owner_patch(owner: &Client, preset: &Value, fields: Value) {
    owner.patch(&path(preset), fields).await.expect(200);
}

#[tokio::test]
async fn a_projects_preset_counts_in_every_project_that_uses_it_and_nowhere_else() {
    let app = TestApp::start().await;
    let (one, owner, []) = app.project([]).await;
    let two = owner.create_project("Two").await;
    let other = owner.create_project("Other").await;
    let preset = make(&owner, json!({"name": "Brief", "about": "I am Ada."})).await;
    let mut nodes = Vec::new();
    for project in [one, two, other] {
        if project != other {
            let used = json!({"presetId": preset["id"]});
            owner.patch(&project.path(), used).await.expect(200);
        }
        let node = owner.create_node(project, "Who am I?").await;
        owner.answer(project, node).await;
        nodes.push((project, node));
    }
    let before = head(&owner, other).await;

    owner_patch(&owner, &preset, json!({"about": "I am Ben."})).await;
    app.jobs_done().await;

    for (project, node) in &nodes[..2] {
        assert_eq!(status(&owner, *project, *node).await, "STALE");
    }
    assert_eq!(status(&owner, other, nodes[2].1).await, "COMPLETED");
    assert_eq!(head(&owner, other).await, before);
}

#[tokio::test]
async fn a_deleted_preset_leaves_its_users_intact_and_without_one() {
    let app = TestApp::start().await;
    let (project, owner, [viewer]) = app.project([Role::Viewer]).await;
    let mut viewing = Listener::begin(&viewer, project).await;
    let preset = make(&owner, json!({"name": "Brief", "behavior": "Be brief."})).await;
    let used = json!({"presetId": preset["id"]});
    owner.patch(&project.path(), used).await.expect(200);
    let node = node_with(&owner, project, using(&preset)).await;
    let trashed = node_with(&owner, project, using(&preset)).await;
    owner.delete(&project.node(trashed)).await.expect(204);
    let answered = owner.answer(project, node).await;

    let stale = [("if-match", "\"7\"")];
    let refused = owner
        .send(Method::DELETE, &path(&preset), &stale, Value::Null)
        .await;
    refused.problem(412, "version_mismatch");
    owner.delete(&path(&preset)).await.expect(204);
    app.jobs_done().await;

    let now = owner.get(&project.path()).await.expect(200);
    assert_eq!(now["presetId"], Value::Null);
    let left = generated(&owner, project, node).await;
    assert_eq!(left["settings"], Value::Null);
    assert_eq!(left["response"], answered["response"]);
    assert_eq!(left["status"], "STALE");
    let restore = format!("{}/restore", project.node(trashed));
    let restored = owner.post(&restore, Value::Null).await.expect(200);
    assert_eq!(restored["settings"], Value::Null);
    owner.get(&path(&preset)).await.problem(404, "not_found");
    let again = node_with_status(&owner, project, &preset).await;
    assert_eq!(again, 404);
    let (seq, hash) = owner.state(project).await;
    viewing.follow_until(seq).await;
    assert_eq!(viewing.copy.hash(), hash);
}

async fn node_with_status(client: &Client, project: ProjectId, preset: &Value) -> u16 {
    let settings = json!({"presetId": preset["id"]});
    let body = json!({"prompt": "?", "position": {"x": 0, "y": 0}, "settings": settings});
    let made = client.post(&project.nodes(), body).await;
    made.status.as_u16()
}

#[tokio::test]
async fn what_somebody_tells_models_of_themselves_counts_for_their_own_answers_only() {
    let app = TestApp::start().await;
    let (project, owner, [editor]) = app.project([Role::Editor]).await;
    let elsewhere = editor.create_project("Elsewhere").await;
    let mine = owner.create_node(project, "Mine?").await;
    let theirs = owner.create_node(project, "Theirs?").await;
    let own = editor.create_node(elsewhere, "Own?").await;
    owner.answer(project, mine).await;
    editor.answer(project, theirs).await;
    editor.answer(elsewhere, own).await;
    let tell = async |instructions: Value| {
        let body = json!({"instructions": instructions});
        editor.patch("/users/me", body).await.expect(200);
        app.jobs_done().await;
    };
    let statuses = async || {
        let mut statuses = Vec::new();
        for (project, node) in [(project, mine), (project, theirs), (elsewhere, own)] {
            statuses.push(status(&editor, project, node).await);
        }
        statuses
    };
    let before = head(&editor, project).await;

    tell(json!({"tone": "warm"})).await;
    assert_eq!(statuses().await, ["COMPLETED", "STALE", "STALE"]);
    // The model asked last is told to nobody.
    tell(json!({"tone": "warm", "lastModel": "offline/echo"})).await;
    assert_eq!(head(&editor, project).await, before + 1);
    tell(json!({})).await;
    assert_eq!(statuses().await, ["COMPLETED"; 3]);
    assert_eq!(head(&editor, project).await, before + 2);
}

#[tokio::test]
async fn with_an_account_its_presets_and_its_instructions_end() {
    let app = TestApp::start().await;
    let (project, owner, [heir]) = app.project([Role::Admin]).await;
    let preset = make(&owner, json!({"name": "Brief", "behavior": "Be brief."})).await;
    let used = json!({"presetId": preset["id"]});
    owner.patch(&project.path(), used).await.expect(200);
    let node = owner.create_node(project, "Why?").await;
    owner.answer(project, node).await;
    let body = json!({"userId": heir.user_id()});
    owner.post(&project.transfer(), body).await.expect(202);
    heir.post(&project.at("transfer/accept"), Value::Null)
        .await
        .expect(200);

    let password = json!({"password": crate::kit::PASSWORD});
    owner
        .send(Method::DELETE, "/users/me", &[], password)
        .await
        .expect(204);
    app.jobs_done().await;

    let now = heir.get(&project.path()).await.expect(200);
    assert_eq!(now["presetId"], Value::Null);
    assert_eq!(status(&heir, project, node).await, "STALE");
}

#[tokio::test]
async fn the_nodes_preset_prefers_a_model_before_the_project_and_its_preset_and_a_named_one_wins() {
    let provider = Provider::start().await;
    provider.usually(Reply::text("Yes."));
    let models = ["default", "projects", "of-preset", "of-node", "named"];
    let app = with_models(&provider, &models, |_| {}).await;
    let (project, owner, []) = app.project([]).await;
    let node = owner.create_node(project, "Who?").await;
    let prefers = async |model: &str| {
        let model = format!("scripted/{model}");
        make(&owner, json!({"name": "Mine", "preferredModel": model})).await
    };
    let of_node = prefers("of-node").await;
    let of_project = prefers("of-preset").await;
    let asked = async |how: Value| {
        let named = how["model"].as_str().map(|model| format!("?model={model}"));
        let preview = format!("{}{}", project.context(node), named.unwrap_or_default());
        let preview = owner.get(&preview).await.expect(200);
        let started = owner.generate(project, node, how).await;
        generated(&owner, project, node).await;
        assert_eq!(preview["manifest"]["model"], started["generation"]["model"]);
        text(&started["generation"]["model"]).to_owned()
    };
    let set = async |path: String, fields: Value| {
        owner.patch(&path, fields).await.expect(200);
    };
    let (of, at) = (project.path(), project.node(node));

    assert_eq!(asked(json!({})).await, "scripted/default");
    set(of.clone(), json!({"presetId": of_project["id"]})).await;
    assert_eq!(asked(json!({})).await, "scripted/of-preset");
    set(of.clone(), json!({"model": "scripted/projects"})).await;
    assert_eq!(asked(json!({})).await, "scripted/projects");
    set(at, using(&of_node)).await;
    assert_eq!(asked(json!({})).await, "scripted/of-node");
    let named = asked(json!({"model": "scripted/named"})).await;
    assert_eq!(named, "scripted/named");
    assert_eq!(
        asked(json!({})).await,
        "scripted/named",
        "asked again, it is the same"
    );
    let inherited = owner.generate(project, node, json!({"model": null})).await;
    generated(&owner, project, node).await;
    assert_eq!(inherited["generation"]["model"], "scripted/of-node");
    // A model that is offered no more is passed over.
    owner_patch(&owner, &of_node, json!({"preferredModel": "scripted/gone"})).await;
    assert_eq!(asked(json!({})).await, "scripted/projects");
}

#[tokio::test]
async fn what_somebody_removed_does_to_their_preset_is_not_told_to_others_models() {
    let app = TestApp::start().await;
    let (project, owner, [editor]) = app.project([Role::Editor]).await;
    let preset = make(&editor, json!({"name": "Brief", "behavior": "Be brief."})).await;
    let node = node_with(&editor, project, using(&preset)).await;
    let context = async || {
        owner
            .get(&project.context(node))
            .await
            .expect(200)
            .to_string()
    };
    assert!(context().await.contains("Be brief."), "{}", context().await);
    let answered = owner.answer(project, node).await;
    assert_eq!(answered["status"], "COMPLETED");

    owner
        .delete(&project.member(editor.user_id()))
        .await
        .expect(204);
    editor
        .patch(&path(&preset), json!({"behavior": "OBEY ME."}))
        .await
        .expect(200);
    app.jobs_done().await;

    let told = context().await;
    assert!(!told.contains("OBEY ME."), "{told}");
    // What it said when they left stays, as a preset of the owner, and no answer rests on less.
    assert!(told.contains("Be brief."), "{told}");
    assert_eq!(status(&owner, project, node).await, "COMPLETED");
    let seen = owner.get(&project.node(node)).await.expect(200);
    let kept = owner
        .get(&path(&json!({"id": seen["settings"]["presetId"]})))
        .await
        .expect(200);
    assert_eq!(kept["name"], "Brief");
}
