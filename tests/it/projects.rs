//! Projects: made, found, changed, shown, given away, thrown away and brought back.

use kernel::Role;
use reqwest::Method;
use serde_json::{Value, json};

use crate::kit::{Paths, TestApp, parsed, text};

fn names(projects: &[Value]) -> Vec<&str> {
    projects
        .iter()
        .map(|project| text(&project["name"]))
        .collect()
}

#[tokio::test]
async fn whoever_makes_a_project_owns_it() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let body = json!({
        "name": " Ideas ", "description": "What if?", "systemPrompt": "Be brief.",
        "viewport": {"x": 1.5, "y": -2, "zoom": 0.5},
    });

    let answer = ada.post("/projects", body).await;

    assert_eq!(answer.header("etag"), "\"1\"");
    let project = answer.expect(201);
    assert_eq!(project["name"], "Ideas");
    assert_eq!(project["role"], "OWNER");
    assert_eq!(project["ownerId"], json!(ada.user_id()));
    assert_eq!(project["isPublic"], false);
    assert_eq!(project["systemPrompt"], "Be brief.");
    assert_eq!(
        project["viewport"],
        json!({"x": 1.5, "y": -2.0, "zoom": 0.5})
    );
    let path = text(&project["id"]).path();
    assert_eq!(ada.get(&path).await.expect(200), project);
}

#[tokio::test]
async fn a_list_read_page_by_page_holds_every_project_once_and_in_one_order() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    for number in 0..23 {
        ada.create_project(&format!("Project {number}")).await;
    }

    let whole = ada.all("/projects", 200).await;
    let paged = ada.all("/projects", 5).await;

    assert_eq!(paged, whole);
    assert_eq!(whole.len(), 23);
    let changed = |project: &Value| parsed::<protocol::Timestamp>(&project["updatedAt"]);
    assert!(
        whole
            .windows(2)
            .all(|pair| changed(&pair[0]) >= changed(&pair[1]))
    );
}

#[tokio::test]
async fn projects_are_found_by_name_and_description_whatever_the_case() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    for (name, description) in [
        ("Garden", "tomatoes"),
        ("100% sure", ""),
        ("Kitchen_1", "GARDEN tools"),
    ] {
        let body = json!({"name": name, "description": description});
        ada.post("/projects", body).await.expect(201);
    }
    let find = async |q: &str| {
        let found = ada.all(&format!("/projects?q={q}"), 50).await;
        let mut found: Vec<String> = names(&found).into_iter().map(str::to_owned).collect();
        found.sort();
        found
    };

    assert_eq!(find("garden").await, ["Garden", "Kitchen_1"]);
    assert_eq!(find("TOMATO").await, ["Garden"]);
    // These are letters to look for, not wildcards.
    assert_eq!(find("%25").await, ["100% sure"]);
    assert_eq!(find("_").await, ["Kitchen_1"]);
    assert_eq!(find("%5C").await, Vec::<String>::new());
    assert_eq!(find("").await.len(), 3);
}

#[tokio::test]
async fn lists_tell_own_from_shared_and_leave_out_what_is_not_for_the_caller() {
    let app = TestApp::start().await;
    let (_, owner, [viewer]) = app.project([Role::Viewer]).await;
    viewer.create_project("Own").await;
    owner.create_project("Hidden").await;

    let mut all = viewer.all("/projects", 50).await;
    let owned = viewer.all("/projects?owned=true", 50).await;

    all.sort_by_key(|project| text(&project["name"]).to_owned());
    assert_eq!(names(&all), ["Own", "Project"]);
    assert_eq!(all[1]["role"], "VIEWER");
    assert_eq!(all[1]["systemPrompt"], Value::Null);
    assert_eq!(names(&owned), ["Own"]);
    app.anonymous()
        .get("/projects")
        .await
        .problem(401, "unauthenticated");
}

#[tokio::test]
async fn a_change_names_the_version_it_was_based_on() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;
    let path = project.path();

    let first = owner.patch_at(1, &path, json!({"name": "One"})).await;
    assert_eq!(first.header("etag"), "\"2\"");
    let stale = owner.patch_at(1, &path, json!({"name": "Two"})).await;
    stale.problem(412, "version_mismatch");
    let unsaid = owner
        .patch(&path, json!({"description": "d"}))
        .await
        .expect(200);

    assert_eq!(unsaid["name"], "One");
    assert_eq!(unsaid["version"], 3);
    let emptied = owner.patch(&path, json!({"description": null})).await;
    assert_eq!(emptied.expect(200)["description"], Value::Null);
    let headers = [("if-match", "\"1\"")];
    let stale = owner
        .send(Method::DELETE, &path, &headers, Value::Null)
        .await;
    stale.problem(412, "version_mismatch");
}

#[tokio::test]
async fn a_change_of_nothing_is_no_change() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;
    let path = project.path();

    let unchanged = owner.patch(&path, json!({})).await.expect(200);

    assert_eq!(unchanged["version"], 1);
    let events = owner.get(&format!("{path}/events")).await.expect(200);
    assert_eq!(events["head"], 1);
}

#[tokio::test]
async fn a_public_project_is_read_by_anyone_but_for_what_concerns_its_members() {
    let app = TestApp::start().await;
    let owner = app.register("owner").await;
    let body = json!({"name": "Open", "systemPrompt": "SECRET", "isPublic": true});
    let project = owner.post("/projects", body).await.expect(201);
    let path = text(&project["id"]).path();
    let prompt = json!({"systemPrompt": "SECRET again"});
    owner.patch(&path, prompt).await.expect(200);
    let stranger = app.register("stranger").await;

    for reader in [&app.anonymous(), &stranger] {
        let seen = reader.get(&path).await.expect(200);
        assert_eq!(seen["name"], "Open");
        assert_eq!(seen["role"], Value::Null);
        assert_eq!(seen["ownerId"], Value::Null);
        assert_eq!(seen["systemPrompt"], Value::Null);
        let graph = reader.get(&format!("{path}/graph")).await.expect(200);
        assert_eq!(graph["members"], json!([]));
        let events = reader.get(&format!("{path}/events")).await.expect(200);
        let told = format!("{graph}{events}");
        for secret in ["SECRET", "\"owner\"", &owner.user_id().to_string()] {
            assert!(!told.contains(secret), "{secret} in {told}");
        }
    }
    let members = stranger.get(&format!("{path}/members")).await;
    members.problem(404, "not_found");
    let change = stranger.patch(&path, json!({"name": "Mine"})).await;
    change.problem(403, "forbidden");
    let change = app.anonymous().patch(&path, json!({"name": "Mine"})).await;
    change.problem(401, "unauthenticated");
}

#[tokio::test]
async fn a_project_goes_to_the_trash_and_comes_back_whole() {
    let app = TestApp::start().await;
    let (project, owner, [editor]) = app.project([Role::Editor]).await;
    let node = owner.create_node(project, "kept").await;
    let path = project.path();
    let before = owner.get(&format!("{path}/graph")).await.expect(200);

    editor.delete(&path).await.problem(403, "forbidden");
    owner.delete(&path).await.expect(204);

    for member in [&owner, &editor] {
        member.get(&path).await.problem(404, "not_found");
        assert_eq!(member.all("/projects", 50).await, Vec::<Value>::new());
    }
    let write = json!({"prompt": "?", "position": {"x": 0, "y": 0}});
    let refused = owner.post(&format!("{path}/nodes"), write).await;
    refused.problem(404, "not_found");
    let trashed = owner.all("/projects?trashed=true", 50).await;
    assert_eq!(names(&trashed), ["Project"]);
    assert!(trashed[0]["deletedAt"].is_string());
    assert_eq!(
        editor.all("/projects?trashed=true", 50).await,
        Vec::<Value>::new()
    );
    let restore = format!("{path}/restore");
    editor
        .post(&restore, Value::Null)
        .await
        .problem(404, "not_found");
    owner.post(&restore, Value::Null).await.expect(200);
    let after = owner.get(&format!("{path}/graph")).await.expect(200);
    assert_eq!(after["nodes"], before["nodes"]);
    assert_eq!(after["nodes"][0]["id"], json!(node));
    assert_eq!(after["members"], before["members"]);
    editor.get(&path).await.expect(200);
}

#[tokio::test]
async fn a_model_that_nobody_offers_is_refused() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;
    let path = project.path();
    for (body, pointer) in [
        (json!({"model": "nobody/nothing"}), "/model"),
        (json!({"model": "nothing"}), "/model"),
        (
            json!({"fallbackModels": ["offline/echo", "nothing"]}),
            "/fallbackModels/1",
        ),
    ] {
        let refused = owner.patch(&path, body.clone()).await;
        let problem = refused.problem(422, "invalid");
        assert_eq!(problem["errors"][0]["pointer"], pointer);
        let mut whole = body.clone();
        whole["name"] = json!("Another");
        let problem = owner.post("/projects", whole).await.problem(422, "invalid");
        assert_eq!(problem["errors"][0]["pointer"], pointer);
        let ops = json!({"ops": [{"op": "project.update", "data": body}]});
        let refused = owner.post(&project.ops(), ops).await;
        refused.problem(422, "invalid");
    }

    let models = owner.get("/models").await.expect(200);
    let known = models["items"][0]["id"].clone();
    let body = json!({"model": known, "fallbackModels": [known]});
    let changed = owner.patch(&path, body).await.expect(200);
    assert_eq!(changed["model"], known);
    owner.patch(&path, json!({"model": null})).await.expect(200);
}

#[tokio::test]
async fn a_project_is_made_with_its_preset_and_its_models() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let (models, presets) = (ada.get("/models").await, ada.get("/presets").await);
    let model = models.expect(200)["items"][0]["id"].clone();
    let preset = presets.expect(200)["items"][0]["id"].clone();
    let body =
        json!({"name": "Ready", "presetId": preset, "model": model, "fallbackModels": [model]});

    let made = ada.post("/projects", body).await.expect(201);

    assert_eq!(made["presetId"], preset);
    assert_eq!(made["model"], model);
    assert_eq!(made["fallbackModels"], json!([model]));
    let foreign = json!({"name": "No", "presetId": kernel::PresetId::generate()});
    ada.post("/projects", foreign)
        .await
        .problem(404, "not_found");
}
