//! Until when files are given out, to whom, and how often they were.

use std::time::Duration;

use kernel::{ProjectId, Role};
use reqwest::Method;
use serde_json::{Value, json};

use super::{content, node};
use crate::kit::{
    Answer, Client, PASSWORD, Paths, Program, TestApp,
    files::{pdf, pixel, read_file, send_file},
    text,
};

const HOUR: Duration = Duration::from_secs(60 * 60);

async fn expires_in_an_hour(app: &TestApp, by: &Client, file: &Value) {
    let at = app.now() + chrono::TimeDelta::hours(1);
    let path = format!("/media/{}", text(&file["id"]));
    let patched = by.patch(&path, json!({"expiresAt": at.to_rfc3339()})).await;
    assert_ne!(patched.expect(200)["expiresAt"], Value::Null);
}

/// A signed address of a file.
async fn address(by: &Client, file: &Value) -> String {
    let path = format!("/media/{}/address", text(&file["id"]));
    let address = by.post(&path, Value::Null).await.expect(200);
    text(&address["url"]).to_owned()
}

async fn listed(by: &Client, project: ProjectId) -> Vec<Value> {
    by.all(&format!("/media?projectId={project}"), 10).await
}

#[tokio::test]
async fn a_file_whose_time_is_over_is_gone_for_everybody_before_it_is_swept() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;
    let picture = read_file(&owner, project, "sea.png", &pixel()).await;
    let stays = read_file(&owner, project, "stays.txt", b"It stays.").await;
    expires_in_an_hour(&app, &owner, &picture).await;
    app.clock_shift(HOUR - Duration::from_secs(60));
    let owner = app.log_in("owner").await;
    assert_eq!(content(&owner, &picture, &[]).await.status, 200);
    let signed = address(&owner, &picture).await;
    let whole = content(&owner, &picture, &[]).await;

    app.clock_shift(Duration::from_secs(60));

    let path = format!("/media/{}", text(&picture["id"]));
    for below in ["", "/content", "/thumbnail", "/pages"] {
        let refused = owner.get(&format!("{path}{below}")).await;
        refused.problem(404, "not_found");
    }
    let known = [("if-none-match", whole.header("etag"))];
    let known = content(&owner, &picture, &known).await;
    known.problem(404, "not_found");
    let more_time = owner.patch(&path, json!({"expiresAt": null})).await;
    more_time.problem(404, "not_found");
    let anew = owner.post(&format!("{path}/address"), Value::Null).await;
    anew.problem(404, "not_found");
    let anonymous = app.anonymous();
    for signed in [signed.clone(), signed.replace("/content", "/thumbnail")] {
        anonymous.page(&signed).await.problem(404, "not_found");
    }
    let asked = json!({"prompt": "?", "position": {"x": 0, "y": 0}, "attachments": [{"mediaId": picture["id"]}]});
    let refused = owner.post(&project.nodes(), asked).await;
    refused.problem(404, "not_found");
    let left = listed(&owner, project).await;
    assert_eq!(left, [stays]);

    assert_eq!(app.rows_of("media", project).await, 2);
    app.sweep().await;
    assert_eq!(app.rows_of("media", project).await, 1);
}

#[tokio::test]
async fn an_attached_file_whose_time_is_over_goes_from_its_nodes_and_what_rests_on_it_is_stale() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;
    let paper = read_file(&owner, project, "rain.pdf", &pdf(&["Rain falls."])).await;
    let stays = read_file(&owner, project, "sea.txt", b"The sea is wide.").await;
    let files = json!([{"mediaId": paper["id"]}, {"mediaId": stays["id"]}]);
    let asked = json!({"prompt": "What falls?", "attachments": files});
    let asked = node(&owner, project, asked).await;
    let asked = text(&asked["id"]);
    assert_eq!(owner.answer(project, asked).await["status"], "COMPLETED");
    expires_in_an_hour(&app, &owner, &paper).await;

    app.clock_shift(HOUR);

    let owner = app.log_in("owner").await;
    let path = format!("/media/{}/pages", text(&paper["id"]));
    owner.get(&path).await.problem(404, "not_found");
    // Until it is swept it hinders nobody who attaches something else.
    let more = read_file(&owner, project, "more.txt", b"More.").await;
    let other = json!({"prompt": "?", "attachments": [{"mediaId": stays["id"]}]});
    let other = node(&owner, project, other).await;
    let path = format!("{}/attachments", project.node(text(&other["id"])));
    let more = json!({"mediaId": more["id"]});
    owner.post(&path, more).await.expect(200);
    app.sweep().await;
    let now = owner.get(&project.node(asked)).await.ok();
    let names: Vec<&str> = now["attachments"]
        .as_array()
        .expect("files")
        .iter()
        .map(|one| text(&one["name"]))
        .collect();
    assert_eq!(names, ["sea.txt"]);
    assert_eq!(now["status"], "STALE");
    let context = owner.get(&project.context(asked)).await;
    assert!(!context.text.contains("Rain falls."), "{context:?}");
    assert!(context.text.contains("The sea is wide."), "{context:?}");
    assert_eq!(listed(&owner, project).await.len(), 2);
}

#[tokio::test]
async fn a_file_that_was_given_more_time_in_time_stays() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;
    let file = read_file(&owner, project, "rain.txt", b"Rain falls.").await;
    expires_in_an_hour(&app, &owner, &file).await;
    let path = format!("/media/{}", text(&file["id"]));
    let for_ever = owner.patch(&path, json!({"expiresAt": null})).await;
    assert_eq!(for_ever.expect(200)["expiresAt"], Value::Null);

    app.clock_shift(2 * HOUR);
    app.sweep().await;

    let owner = app.log_in("owner").await;
    assert_eq!(content(&owner, &file, &[]).await.text, "Rain falls.");
}

#[tokio::test]
async fn downloads_are_counted_and_neither_parts_nor_pictures_nor_what_is_known_are_one() {
    let app = TestApp::start().await;
    let (project, owner, [viewer]) = app.project([Role::Viewer]).await;
    let file = read_file(&owner, project, "rain.txt", b"Rain falls.").await;
    let picture = read_file(&owner, project, "sea.png", &pixel()).await;
    assert_eq!(file["downloadCount"], 0);

    let whole = content(&owner, &file, &[]).await;
    content(&viewer, &file, &[]).await;
    let signed = address(&viewer, &file).await;
    assert_eq!(app.anonymous().page(&signed).await.status, 200);
    let part = content(&owner, &file, &[("range", "bytes=0-3")]).await;
    assert_eq!(part.status, 206);
    let known = content(&owner, &file, &[("if-none-match", whole.header("etag"))]).await;
    assert_eq!(known.status, 304);
    content(&owner, &picture, &[]).await;

    for (file, count) in [(&file, 3), (&picture, 0)] {
        let path = format!("/media/{}", text(&file["id"]));
        let now = owner.get(&path).await.ok();
        assert_eq!(now["downloadCount"], count, "{now}");
        assert_eq!(now["version"], file["version"], "counting changes nothing");
    }
}

#[tokio::test]
async fn an_address_ends_after_its_time() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;
    let file = read_file(&owner, project, "sea.png", &pixel()).await;
    let signed = address(&owner, &file).await;
    let anonymous = app.anonymous();
    // It lives between a quarter of an hour and half an hour.
    app.clock_shift(Duration::from_secs(14 * 60));
    assert_eq!(anonymous.page(&signed).await.status, 200);

    app.clock_shift(Duration::from_secs(16 * 60));

    let refused = anonymous.page(&signed).await;
    refused.problem(400, "invalid_token");
}

#[tokio::test]
async fn an_address_ends_with_the_session_that_made_it_and_with_no_other() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;
    let file = read_file(&owner, project, "sea.png", &pixel()).await;
    let phone = app.log_in("owner").await;
    let (here, there) = (address(&owner, &file).await, address(&phone, &file).await);

    phone.post("/auth/logout", json!({})).await.expect(204);

    let anonymous = app.anonymous();
    let refused = anonymous.page(&there).await;
    refused.problem(401, "unauthenticated");
    assert_eq!(anonymous.page(&here).await.status, 200);
    // Whose address it is decides, not who sends it.
    let as_owner = owner.send_anywhere(Method::GET, &there, &[], Value::Null);
    as_owner.await.problem(401, "unauthenticated");
    let password = json!({"password": PASSWORD});
    owner.delete(&project.path()).await.ok();
    let left = owner.send(Method::DELETE, "/users/me", &[], password);
    left.await.expect(204);
    let refused = anonymous.page(&here).await;
    refused.problem(401, "unauthenticated");
}

#[tokio::test]
async fn an_address_of_somebody_who_only_looks_ends_when_the_project_is_closed() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;
    let file = read_file(&owner, project, "sea.png", &pixel()).await;
    let open = async |is_public: bool| {
        let body = json!({"isPublic": is_public});
        owner.patch(&project.path(), body).await.expect(200);
    };
    open(true).await;
    let stranger = app.register("stranger").await;
    let signed = address(&stranger, &file).await;
    let anonymous = app.anonymous();
    assert_eq!(anonymous.page(&signed).await.status, 200);

    open(false).await;

    let refused = anonymous.page(&signed).await;
    refused.problem(404, "not_found");
    open(true).await;
    owner.delete(&project.path()).await.ok();
    let refused = anonymous.page(&signed).await;
    refused.problem(404, "not_found");
}

#[tokio::test]
async fn an_address_ends_when_the_account_is_disabled() {
    let program = Program::new().await;
    let mut serving = program.serve(&["serve"]);
    let (_, client) = serving.ready().await;
    let ada = client.register("ada@example.org").await;
    let project = ada.create_project("Ada's").await;
    let file: Answer = send_file(&ada, project, "rain.txt", b"Rain falls.").await;
    let signed = address(&ada, &file.expect(201)).await;
    assert_eq!(client.page(&signed).await.text, "Rain falls.");

    let disable = ["user", "disable", "--email", "ada@example.org"];
    program.run(&disable).ok();

    let refused = client.page(&signed).await;
    refused.problem(401, "unauthenticated");
    serving.terminate();
    program.remove().await;
}
