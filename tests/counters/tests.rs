//! What a feature brings works without a line elsewhere: its operation, events, reaction, projection, job
//! and route.

use std::time::Duration;

use counters::feature;
use kernel::{ProjectId, Role};
use platform::Features;
use reqwest::Method;
use serde_json::{Value, json};
use server::Feature;

use crate::kit::{Client, TestApp, text};

/// After so long no answer to a key is kept, only the event.
const MORE_THAN_A_DAY: Duration = Duration::from_secs(25 * 60 * 60);

fn with_counters() -> Vec<Feature> {
    let mut features = server::features::all();
    features.push(feature());
    features
}

async fn app() -> TestApp {
    TestApp::with_features(with_counters).await
}

async fn counters(client: &Client, project: ProjectId) -> Value {
    let path = format!("/projects/{project}/counters");
    client.get(&path).await.expect(200)
}

fn add(by: i64) -> Value {
    json!({"op": "counter.add", "data": {"name": "cups", "by": by}})
}

async fn run(client: &Client, project: ProjectId, op: Value) -> Value {
    let path = format!("/projects/{project}/ops");
    client.post(&path, json!({"ops": [op]})).await.expect(200)
}

async fn log(client: &Client, project: ProjectId) -> Value {
    let path = format!("/projects/{project}/events");
    client.get(&path).await.expect(200)["events"].take()
}

#[tokio::test]
async fn its_operation_is_carried_out_and_its_event_reaches_every_socket() {
    let app = app().await;
    let (project, owner, [viewer]) = app.project([Role::Viewer]).await;
    let (mut theirs, _) = viewer.listen(project).await;
    let (mut own, _) = owner.listen(project).await;

    let data = json!({"name": "cups", "by": 3});
    let done = own.done(project, "counter.add", data).await;

    let raised = json!({"name": "cups", "value": 3});
    assert_eq!(done["data"], raised);
    let frame = theirs.next_of("events").await;
    assert_eq!(frame["events"][0]["op"], "counter.add");
    assert_eq!(frame["events"][0]["data"], raised);
    assert_eq!(counters(&viewer, project).await, json!({"cups": 3}));
    let path = format!("/projects/{project}/ops");
    let refused = viewer.post(&path, json!({"ops": [add(3)]})).await;
    refused.problem(403, "forbidden");
}

#[tokio::test]
async fn a_resend_is_answered_alike_although_a_reaction_made_the_event_a_batch() {
    let app = app().await;
    let (project, owner, []) = app.project([]).await;
    let path = format!("/projects/{project}/nodes");
    let body = json!({"prompt": "?", "position": {"x": 0, "y": 0}});
    let once = [("idempotency-key", "make one")];
    // A key is that of one credential, and sessions are over sooner.
    let token = json!({"name": "robot", "scopes": ["graph"]});
    let token = owner.post("/users/me/tokens", token).await.expect(201);
    let robot = owner.with_token(text(&token["token"]));
    let first = robot.send(Method::POST, &path, &once, body.clone()).await;
    let first = first.expect(201);

    app.clock_shift(MORE_THAN_A_DAY);
    let again = robot.send(Method::POST, &path, &once, body).await;

    assert_eq!(again.expect(201), first);
    let owner = app.log_in("owner").await;
    assert_eq!(counters(&owner, project).await, json!({"nodes": 1}));
    let log = log(&owner, project).await;
    let parts = &log[1]["data"]["ops"];
    assert_eq!(parts[0]["op"], "node.create");
    assert_eq!(parts[1]["op"], "counter.add");
    assert_eq!(log.as_array().map(Vec::len), Some(2));
}

#[tokio::test]
async fn an_event_that_says_nothing_of_who_may_see_it_is_hidden_from_everyone() {
    let app = app().await;
    let (project, owner, []) = app.project([]).await;
    let data = json!({"name": "canary", "by": 1, "secretly": true});
    run(&owner, project, json!({"op": "counter.add", "data": data})).await;

    let log = log(&owner, project).await;
    let parts = &log[1]["data"]["ops"];
    assert_eq!(parts[0]["data"], json!({"name": "canary", "value": 1}));
    assert_eq!(parts[1], json!({"op": "counter.secret", "data": {}}));
}

#[tokio::test]
async fn its_job_is_done_after_the_write_that_queued_it() {
    let app = app().await;
    let (project, owner, []) = app.project([]).await;
    let (mut socket, _) = owner.listen(project).await;

    run(&owner, project, add(10)).await;

    let events = socket.events_until(project, 3).await;
    let celebrated = json!({"name": "celebrations", "value": 1});
    assert_eq!(events[1]["data"], celebrated);
}

#[tokio::test]
async fn its_stream_is_told_while_it_grows_and_listed_for_those_who_come_later() {
    let app = app().await;
    let (project, owner, [viewer]) = app.project([Role::Viewer]).await;
    let (mut early, _) = viewer.listen(project).await;
    let (mut own, _) = owner.listen(project).await;
    let begun = own.done(project, "cheer.begin", json!({})).await;
    let id = &begun["data"]["id"];
    let path = format!("/projects/{project}/cheers/{}", text(id));

    for (number, words) in ["hip ", "hip ", "hooray"].into_iter().enumerate() {
        owner.post(&path, json!({"text": words})).await.expect(204);
        let told = early.next_of("cheer").await;
        let expected = json!({
            "type": "cheer", "project": project, "cheer": id, "chunk": number, "text": words,
        });
        assert_eq!(told, expected);
    }
    let (_, joined) = viewer.listen(project).await;
    let so_far = json!([{"cheer": id, "chunk": 2, "text": "hip hip hooray"}]);
    assert_eq!(joined["cheers"], so_far);

    own.done(project, "cheer.end", json!({"id": id})).await;
    let (_, joined) = viewer.listen(project).await;
    assert_eq!(joined["cheers"], json!([]));
}

#[tokio::test]
async fn two_features_that_bring_the_same_stop_the_start_with_both_names() {
    let both = [feature(), counters::another_feature()];
    let error = Features::of(&both).expect_err("both bring the same operation");
    assert_eq!(
        error.to_string(),
        "the features counters and tallies both bring the operation `counter.add`"
    );

    let mut features = server::features::all();
    features.extend([feature(), counters::with_the_same_route()]);
    let error = app_that_cannot_start(features).await;
    assert_eq!(
        error,
        "the features counters and lists both bring the route `GET /projects/{project_id}/counters`"
    );
}

async fn app_that_cannot_start(features: Vec<Feature>) -> String {
    let folder = tempfile::tempdir().expect("a folder for the data");
    let settings = crate::kit::settings(folder.path());
    let started = server::start_with(settings, &features).await;
    started.expect_err("it cannot start").to_string()
}

#[tokio::test]
async fn reactions_that_answer_each_other_without_end_are_refused_with_both_names() {
    let app = TestApp::with_features(|| {
        let mut features = with_counters();
        let ping = Feature::new("ping");
        features.push(ping.reaction("ping", |write| counters::echo(write, "ping")));
        let pong = Feature::new("pong");
        features.push(pong.reaction("pong", |write| counters::echo(write, "pong")));
        features
    })
    .await;
    let (project, owner, []) = app.project([]).await;
    let user = owner.user_id();

    let refused = app
        .inside(async move |platform| counters::add(&platform, project, user).await)
        .await
        .expect_err("it would not end");

    let error = kernel::error::chain(&refused);
    assert!(error.contains("ping and pong"), "{error}");
    assert_eq!(counters(&owner, project).await, json!({}));
}
