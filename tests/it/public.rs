//! What a public project shows to those who are no members: what is there now, and what happens from then on.

use kernel::{ProjectId, Role};
use serde_json::{Value, json};

use crate::kit::{Client, Paths, TestApp, text};

/// A project of which something was deleted, and which was opened afterwards. The number of the
/// event that opened it.
async fn opened_late(app: &TestApp) -> (ProjectId, Client, i64) {
    let (project, owner, []) = app.project([]).await;
    owner.create_node(project, "living").await;
    let deleted = owner.create_node(project, "SECRET").await;
    owner.delete(&project.node(deleted)).await.expect(204);
    open(&owner, project).await;
    let (seq, _) = owner.state(project).await;
    (project, owner, seq)
}

async fn open(owner: &Client, project: ProjectId) {
    let public = json!({"isPublic": true});
    owner.patch(&project.path(), public).await.expect(200);
}

fn seqs(log: &Value) -> Vec<i64> {
    let events = log["events"].as_array().expect("a list");
    let seqs = events.iter().map(|event| event["seq"].as_i64());
    seqs.map(|seq| seq.expect("a number")).collect()
}

#[tokio::test]
async fn the_trash_of_a_public_project_is_for_its_members() {
    let app = TestApp::start().await;
    let (project, owner, _) = opened_late(&app).await;
    let stranger = app.register("stranger").await;
    let trash = format!("{}?trashed=true", project.nodes());

    for reader in [&app.anonymous(), &stranger] {
        let seen = reader.get(&trash).await.expect(200);
        assert_eq!(seen["items"], json!([]));
    }

    let there = owner.get(&trash).await.expect(200);
    assert_eq!(there["items"].as_array().map(Vec::len), Some(1));
    let living = app.anonymous().get(&project.nodes()).await.expect(200);
    assert_eq!(living["items"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn the_log_of_a_public_project_begins_where_it_became_public() {
    let app = TestApp::start().await;
    let (project, owner, opened) = opened_late(&app).await;
    owner.create_node(project, "since").await;

    for reader in [&app.anonymous(), &app.register("stranger").await] {
        for after in [0, 1, opened] {
            let log = reader.get(&project.events_after(after)).await.expect(200);
            assert!(!log.to_string().contains("SECRET"), "{log}");
            assert_eq!(seqs(&log), [opened + 1]);
        }
    }
    assert_eq!(
        seqs(&owner.get(&project.events()).await.expect(200)).len(),
        usize::try_from(opened + 1).expect("a few")
    );

    // Closed and opened again, what happened in between is no public history either.
    let closed = json!({"isPublic": false});
    owner.patch(&project.path(), closed).await.expect(200);
    owner.create_node(project, "SECRET too").await;
    open(&owner, project).await;
    let log = app.anonymous().get(&project.events()).await.expect(200);
    assert_eq!(seqs(&log), Vec::<i64>::new());
}

#[tokio::test]
async fn opening_what_is_open_hides_nothing_that_was_public() {
    let app = TestApp::start().await;
    let (project, owner, opened) = opened_late(&app).await;
    owner.create_node(project, "since").await;

    open(&owner, project).await;

    let log = app.anonymous().get(&project.events()).await.expect(200);
    assert_eq!(seqs(&log).first(), Some(&(opened + 1)));
}

#[tokio::test]
async fn a_stranger_who_names_an_old_place_gets_a_public_project_whole() {
    let app = TestApp::start().await;
    let (project, owner, opened) = opened_late(&app).await;
    // Somebody is there, so that the channel remembers what happened.
    let (_listening, snapshot) = owner.listen(project).await;
    let stranger = app.register("stranger").await;
    let mut socket = stranger.socket().await;

    let first = socket.resume(project, &snapshot["epoch"], 1).await;

    assert_eq!(
        (&first["type"], &first["seq"]),
        (&json!("snapshot"), &json!(opened))
    );
    assert!(!first.to_string().contains("SECRET"), "{first}");
    // What is public may be resumed.
    owner.create_node(project, "since").await;
    let mut back = stranger.socket().await;
    let tail = back.resume(project, &snapshot["epoch"], opened).await;
    assert_eq!(seqs(&tail), [opened + 1]);
}

#[tokio::test]
async fn nobodys_name_is_a_part_of_their_address() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;
    let body = json!({"email": "maud.secret@example.org", "password": crate::kit::PASSWORD});
    let answer = app
        .anonymous()
        .post("/auth/register?tokens=body", body)
        .await;
    let nameless = app.anonymous().logged_in(&answer.expect(201));
    let body = json!({"userId": nameless.user_id(), "role": "EDITOR"});
    let added = owner.post(&project.members(), body).await.expect(201);
    nameless.create_node(project, "mine").await;

    let log = owner.get(&project.events()).await.expect(200);
    let graph = owner.get(&project.graph()).await.expect(200);

    assert!(!log.to_string().contains("maud"), "{log}");
    assert!(!graph["members"].to_string().contains("maud"), "{graph}");
    let name = text(&added["name"]);
    assert!(!name.is_empty() && !name.contains("maud"), "{name}");
}

#[tokio::test]
async fn who_made_a_node_is_told_to_members_alone() {
    let app = TestApp::start().await;
    let (project, owner, [editor]) = app.project([Role::Editor]).await;
    open(&owner, project).await;
    let node = editor.create_node(project, "Why?").await;
    let author = json!(editor.user_id());

    let graph = owner.get(&project.graph()).await.expect(200);
    assert_eq!(graph["nodes"][0]["authorId"], author);
    let seen = owner.get(&project.node(node)).await.expect(200);
    assert_eq!(seen["authorId"], author);

    for reader in [&app.anonymous(), &app.register("stranger").await] {
        let graph = reader.get(&project.graph()).await.expect(200);
        assert_eq!(graph["nodes"][0]["authorId"], Value::Null);
        let seen = reader.get(&project.node(node)).await.expect(200);
        assert_eq!(seen["authorId"], Value::Null);
        let log = reader.get(&project.events_after(0)).await.expect(200);
        assert!(
            !log.to_string().contains(&editor.user_id().to_string()),
            "{log}"
        );
    }
}
