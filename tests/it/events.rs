//! The event log.

use kernel::Role;
use serde_json::{Value, json};

use crate::kit::{Paths, TestApp, parsed};

#[tokio::test]
async fn the_log_says_what_happened_when_and_by_whom() {
    let app = TestApp::start().await;
    let (project, owner, [editor]) = app.project([Role::Editor]).await;
    let node = editor.create_node(project, "why?").await;

    let log = owner.get(&project.events()).await.expect(200);

    let events = log["events"].as_array().expect("a list");
    let words: Vec<&Value> = events.iter().map(|event| &event["op"]).collect();
    assert_eq!(words, ["project.create", "member.add", "node.create"]);
    let last = &events[2];
    assert_eq!(last["data"]["id"], json!(node));
    assert_eq!(last["data"]["prompt"], "why?");
    assert_eq!(last["data"]["edges"], json!([]));
    assert_eq!(last["actor"]["kind"], "USER");
    assert_eq!(last["actor"]["id"], json!(editor.user_id()));
    assert_eq!(last["actor"]["name"], "member0");
    let at: protocol::Timestamp = parsed(&last["at"]);
    assert!(at.0 <= app.now());
}

#[tokio::test]
async fn what_somebody_does_after_taking_another_name_is_done_under_it() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;
    owner.create_node(project, "before").await;
    owner.create_node(project, "and once more").await;
    let name = json!({"username": "lovelace"});
    owner.patch("/users/me", name).await.expect(200);

    owner.create_node(project, "after").await;

    let log = owner.get(&project.events()).await.expect(200);
    let events = log["events"].as_array().expect("a list");
    let names: Vec<&Value> = events.iter().map(|event| &event["actor"]["name"]).collect();
    assert_eq!(names, ["owner", "owner", "owner", "lovelace"]);
}

#[tokio::test]
async fn the_log_is_read_in_pages_without_gaps() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;
    for number in 0..10 {
        owner.create_node(project, &format!("{number}")).await;
    }
    let read = async |query: &str| {
        let path = project.at(&format!("events?{query}"));
        let page = owner.get(&path).await.expect(200);
        let events: Vec<Value> = parsed(&page["events"]);
        let seqs: Vec<i64> = events.iter().map(|event| parsed(&event["seq"])).collect();
        (parsed::<i64>(&page["head"]), seqs)
    };

    assert_eq!(read("limit=4").await, (11, vec![1, 2, 3, 4]));
    assert_eq!(read("after=4&limit=4").await, (11, vec![5, 6, 7, 8]));
    assert_eq!(read("after=8&limit=4").await, (11, vec![9, 10, 11]));
    assert_eq!(read("after=11").await, (11, vec![]));
    assert_eq!(read("after=1000000").await, (11, vec![]));
    assert_eq!(read("").await.1.len(), 11);
}

#[tokio::test]
async fn a_place_in_the_log_that_cannot_be_is_refused() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;

    for query in [
        "after=-1",
        "after=x",
        "limit=0",
        "limit=1001",
        "limit=-1",
        "since=1",
    ] {
        let path = project.at(&format!("events?{query}"));
        owner.get(&path).await.problem(422, "invalid");
    }
}

#[tokio::test]
async fn members_who_may_not_see_the_system_prompt_do_not_read_it_in_the_log() {
    let app = TestApp::start().await;
    let (project, owner, [editor, viewer]) = app.project([Role::Editor, Role::Viewer]).await;
    let path = project.path();
    owner
        .patch(&path, json!({"systemPrompt": "SECRET"}))
        .await
        .expect(200);
    let op = json!({"op": "project.update", "data": {"systemPrompt": "SECRET too"}});
    owner
        .post(&format!("{path}/ops"), json!({"ops": [op]}))
        .await
        .expect(200);

    let log = format!("{path}/events");
    let shown = editor.get(&log).await.expect(200).to_string();
    let hidden = viewer.get(&log).await.expect(200).to_string();

    assert_eq!(shown.matches("SECRET").count(), 2);
    assert_eq!(hidden.matches("SECRET").count(), 0);
}

#[tokio::test]
async fn the_log_goes_on_after_a_restart() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;
    owner.create_node(project, "before").await;
    let path = project.events();
    let before = owner.get(&path).await.expect(200);

    let app = app.restart().await;

    let owner = app.log_in("owner").await;
    assert_eq!(owner.get(&path).await.expect(200), before);
    owner.create_node(project, "after").await;
    let after = owner.get(&format!("{path}?after=2")).await.expect(200);
    assert_eq!(after["events"][0]["seq"], 3);
    assert_eq!(after["epoch"], before["epoch"]);
}
