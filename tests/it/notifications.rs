//! Notifications: who is told of what, once, and never of what they may not see.

mod mails;
mod making;
mod mentions;
mod preferences;
mod push;
mod storm;

use kernel::{ProjectId, Role};
use serde_json::{Value, json};

use crate::kit::{Client, Paths, RedisServer, Socket, TestApp, on_postgres, text, until};

const NOTHING: [Value; 0] = [];

async fn inbox(client: &Client) -> Value {
    client.get("/notifications").await.expect(200)
}

/// The types of what somebody was told, the latest first.
async fn told(app: &TestApp, client: &Client) -> Vec<String> {
    app.jobs_done().await;
    let inbox = inbox(client).await;
    let items = inbox["items"].as_array().cloned().unwrap_or_default();
    items
        .iter()
        .map(|one| text(&one["type"]).to_owned())
        .collect()
}

async fn unread(client: &Client) -> u64 {
    inbox(client).await["unread"].as_u64().expect("a number")
}

/// Waits until a device shows this many.
async fn shows(socket: &mut Socket, unread: u64) {
    socket
        .next_where("notifications.count", |frame| frame["unread"] == unread)
        .await;
}

async fn read_all(client: &Client, body: Value) -> Value {
    client
        .post("/notifications/read-all", body)
        .await
        .expect(200)
}

async fn mention(by: &Client, project: ProjectId, names: &[&str]) -> kernel::NodeId {
    let names: Vec<String> = names.iter().map(|name| format!("@{name}")).collect();
    let text = format!("Ask {} about it.", names.join(" "));
    by.create_node(project, &text).await
}

#[tokio::test]
async fn the_count_rises_and_clears_on_all_devices_together() {
    let app = TestApp::start().await;
    let (project, owner, [_]) = app.project([Role::Viewer]).await;
    let member = app.log_in("member0").await;
    app.jobs_done().await;
    read_all(&member, json!({})).await;
    let (mut first, mut second) = (member.socket().await, member.socket().await);

    let node = mention(&owner, project, &["member0"]).await;

    for socket in [&mut first, &mut second] {
        let frame = socket.next_of("notification").await;
        let note = &frame["notification"];
        assert_eq!(note["type"], "MENTION");
        assert_eq!(note["title"], "owner mentioned you in Project");
        assert_eq!(note["message"], "Ask @member0 about it.");
        assert_eq!(
            (&note["nodeId"], &note["projectId"]),
            (&json!(node), &json!(project))
        );
        assert_eq!(
            (&note["priority"], &note["read"]),
            (&json!("HIGH"), &json!(false))
        );
        assert_eq!(frame["browser"], true);
        shows(socket, 1).await;
    }
    let id = text(&inbox(&member).await["items"][0]["id"]).to_owned();
    let path = format!("/notifications/{id}/read");
    let count = member.post(&path, Value::Null).await.expect(200);
    assert_eq!(count["unread"], 0);
    for socket in [&mut first, &mut second] {
        let frame = socket.next_of("notifications.count").await;
        assert_eq!(frame["unread"], 0);
        assert_eq!(frame["version"], count["version"]);
    }
    let again = member.post(&path, Value::Null).await.expect(200);
    assert_eq!(again["unread"], 0);
    let kept = inbox(&member).await["items"][0].clone();
    assert_eq!(kept["read"], true);
    assert_ne!(kept["readAt"], Value::Null);
    let others = owner.post(&path, Value::Null).await;
    others.problem(404, "not_found");
}

#[tokio::test]
async fn the_other_instance_tells_it_too() {
    if !on_postgres() {
        return;
    }
    let Some(redis) = RedisServer::start().await else {
        return;
    };
    let first = TestApp::with(|settings| settings.redis_url = Some(redis.url())).await;
    let second = first.beside().await;
    for app in [&first, &second] {
        until("the instance knows of its Redis", async || {
            app.anonymous().page("/readyz").await.expect(200)["status"] == "ready"
        })
        .await;
    }
    let (project, owner, [member]) = first.project([Role::Viewer]).await;
    first.jobs_done().await;
    read_all(&member, json!({})).await;
    let there = second.anonymous().logged_in(&member.login);
    let (mut socket, mut other) = (there.socket().await, member.socket().await);

    mention(&owner, project, &["member0"]).await;

    for device in [&mut socket, &mut other] {
        device.next_of("notification").await;
        shows(device, 1).await;
    }
    read_all(&there, json!({})).await;
    for device in [&mut socket, &mut other] {
        shows(device, 0).await;
    }
}

#[tokio::test]
async fn the_inbox_is_paged_and_can_be_asked_for_one_project_and_for_what_is_unread() {
    let app = TestApp::start().await;
    let (project, owner, [member]) = app.project([Role::Editor]).await;
    let second = owner.create_project("Second").await;
    let body = json!({"userId": member.user_id(), "role": "VIEWER"});
    owner.post(&second.members(), body).await.expect(201);
    for _ in 0..5 {
        mention(&owner, project, &["member0"]).await;
    }
    app.jobs_done().await;
    let all = member.all("/notifications", 2).await;
    assert_eq!(all.len(), 7);
    let of = |project: ProjectId| format!("/notifications?project={project}");
    let here = member.get(&of(project)).await.expect(200);
    assert_eq!(here["items"].as_array().map(Vec::len), Some(6));
    assert_eq!(here["unread"], 7);

    let left = read_all(&member, json!({"projectId": project})).await;

    assert_eq!(left["unread"], 1);
    let fresh = member.get("/notifications?unread=true").await.expect(200);
    assert_eq!(fresh["items"][0]["projectId"], json!(second));
    assert_eq!(fresh["items"].as_array().map(Vec::len), Some(1));
    let old = member.get("/notifications?unread=false").await.expect(200);
    assert_eq!(old["items"].as_array().map(Vec::len), Some(6));
}

#[tokio::test]
async fn who_may_see_a_project_no_more_sees_nothing_that_was_told_of_it() {
    let app = TestApp::start().await;
    let (project, owner, [editor, viewer]) = app.project([Role::Editor, Role::Viewer]).await;
    mention(&owner, project, &["member0", "member1"]).await;
    app.jobs_done().await;
    assert!(unread(&viewer).await > 0);
    let (mut one, mut other) = (editor.socket().await, viewer.socket().await);

    let path = project.member(editor.user_id());
    owner.delete(&path).await.expect(204);

    shows(&mut one, 0).await;
    assert_eq!(inbox(&editor).await["items"], json!(NOTHING));
    owner.delete(&project.path()).await.expect(204);
    shows(&mut other, 0).await;
    assert_eq!(inbox(&viewer).await["items"], json!(NOTHING));
    let restore = format!("{}/restore", project.path());
    owner.post(&restore, Value::Null).await.expect(200);
    // What was told is still so.
    other
        .next_where("notifications.count", |frame| frame["unread"] != 0)
        .await;
    assert!(told(&app, &viewer).await.contains(&"MENTION".to_owned()));
}

#[tokio::test]
async fn what_expires_goes_and_so_do_the_oldest_of_too_many() {
    let app = TestApp::start().await;
    let (project, owner, [member]) = app.project([Role::Viewer]).await;
    mention(&owner, project, &["member0"]).await;
    app.jobs_done().await;
    assert_eq!(unread(&member).await, 2);

    app.clock_shift(std::time::Duration::from_secs(91 * 24 * 60 * 60));

    let member = app.log_in("member0").await;
    assert_eq!(unread(&member).await, 0);
    assert!(told(&app, &member).await.is_empty());
    app.sweep().await;
    assert_eq!(app.rows_of("notifications", project).await, 0);

    let owner = app.log_in("owner").await;
    // Each names the member once more, in one operation each of a few large batches.
    for batch in 0..11 {
        let ops: Vec<Value> = (0..100)
            .map(|number| {
                let prompt = format!("@member0 {batch} {number}");
                let data =
                    json!({"prompt": prompt, "position": {"x": number * 400, "y": batch * 900}});
                json!({"op": "node.create", "data": data})
            })
            .collect();
        let path = project.ops();
        owner.post(&path, json!({"ops": ops})).await.expect(200);
    }
    app.jobs_done().await;
    let kept = app.rows_of("notifications", project).await;
    assert!((951..=1_000).contains(&kept), "{kept}");
    assert_eq!(unread(&member).await, u64::try_from(kept).expect("a count"));
    // What the batches ask for is done by a few workers at once, so that one batch may come before the last.
    let last = text(&inbox(&member).await["items"][0]["message"]).to_owned();
    let batch = last.split(' ').nth(1).and_then(|batch| batch.parse().ok());
    assert!(batch >= Some(5), "the oldest go: {last}");
}

#[tokio::test]
async fn a_token_reads_nobody_s_inbox_and_strange_questions_are_refused_by_name() {
    let app = TestApp::start().await;
    let (_, owner, []) = app.project([]).await;
    let body = json!({"name": "robot", "scopes": ["graph", "project"]});
    let token = owner.post("/users/me/tokens", body).await.expect(201);
    let robot = owner.with_token(text(&token["token"]));
    let refused = robot.get("/notifications").await;
    assert_eq!(refused.status, 403);
    for (query, status) in [
        ("limit=0", 422),
        ("limit=1000000000", 422),
        ("cursor=forged", 400),
        ("unread=maybe", 422),
        ("project=nothing", 422),
        ("colour=red", 422),
    ] {
        let answer = owner.get(&format!("/notifications?{query}")).await;
        assert_eq!(answer.status.as_u16(), status, "{query}: {answer:?}");
    }
    let none = "/notifications/00000000-0000-7000-8000-000000000000/read";
    owner
        .post(none, Value::Null)
        .await
        .problem(404, "not_found");
}
