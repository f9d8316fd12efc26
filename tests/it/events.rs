//! The event log.

use std::collections::BTreeSet;

use kernel::{Action, Permission, Relation, Resource, Role, Scopes, Verdict, policy};
use serde_json::{Value, json};

use crate::kit::{Client, Paths, Provider, Reply, TestApp, files::read_file, parsed, text};

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

/// Who may read what a feature says: those who may read this.
const SAID_BY_FEATURES: [(&str, Resource); 6] = [
    ("agent.", Resource::Agents),
    ("task.", Resource::Agents),
    ("schedule.", Resource::Agents),
    ("generation.vote", Resource::Comments),
    ("media.", Resource::Media),
    ("changeset.", Resource::Members),
];

/// The words of features of which somebody reads in the log more than that they were said, wherever they stand.
async fn said_by_features(reader: &Client, path: &str) -> BTreeSet<String> {
    let log = reader.get(path).await.expect(200);
    let events: Vec<Value> = parsed(&log["events"]);
    let parts = events.iter().flat_map(|event| {
        let parts = event["data"]["ops"].as_array().cloned();
        parts.unwrap_or_else(|| vec![event.clone()])
    });
    // Numbers have no gaps: of what is hidden the word is left.
    let shown = parts.filter(|part| part["data"] != json!({}));
    let words = shown.map(|part| text(&part["op"]).to_owned());
    words
        .filter(|word| SAID_BY_FEATURES.iter().any(|(of, _)| word.starts_with(of)))
        .collect()
}

#[tokio::test]
async fn what_features_say_is_read_by_those_who_may_read_what_it_is_about_and_by_nobody_else() {
    let provider = Provider::start().await;
    provider.usually(Reply::text("Because."));
    let app = crate::tasks::roomy(&provider).await;
    let roles = [Role::Admin, Role::Editor, Role::Member, Role::Viewer];
    let (project, owner, members) = app.project(roles).await;
    let public = json!({"isPublic": true});
    owner.patch(&project.path(), public).await.expect(200);
    let node = owner.create_node(project, "Why?").await;
    let answered = owner.answer(project, node).await;
    let generation = text(&answered["generationId"]).to_owned();
    let vote = format!("{}/generations/{generation}/vote", project.node(node));
    owner.put(&vote, json!({"value": 1})).await.expect(200);
    let agent = owner.add_agent(project, "writer", "EDITOR").await;
    let schedule =
        json!({"agentId": agent, "name": "Later", "prompt": "Look.", "event": "MENTION"});
    owner.post(&project.schedules(), schedule).await.expect(201);
    provider.then([
        Reply::calls(&[("create_node", json!({"prompt": "And then?"}))]),
        Reply::finish("Done."),
    ]);
    let task = owner.start_task(project, &agent, "Ask.").await;
    owner.task_when(project, &task, "COMPLETED").await;
    let file = read_file(&owner, project, "note.txt", b"Rivers flow.").await;
    app.jobs_done().await;
    owner
        .delete(&format!("/media/{}", text(&file["id"])))
        .await
        .expect(204);

    let path = project.events();
    let all = said_by_features(&owner, &path).await;

    for (of, _) in SAID_BY_FEATURES {
        assert!(all.iter().any(|word| word.starts_with(of)), "{of}: {all:?}");
    }
    let members = roles.into_iter().map(Relation::Member).zip(members);
    let strangers = [app.anonymous(), app.register("stranger").await];
    let strangers = strangers
        .into_iter()
        .map(|stranger| (Relation::Public, stranger));
    for (relation, reader) in members.chain(strangers) {
        let may = |word: &str| {
            let (_, about) = SAID_BY_FEATURES
                .into_iter()
                .find(|(of, _)| word.starts_with(of))
                .expect("a word of a feature");
            let read = Permission::new(about, Action::Read);
            policy::decide(relation, Scopes::UNLIMITED, read) == Verdict::Allowed
        };
        let expected: BTreeSet<String> = all.iter().filter(|word| may(word)).cloned().collect();
        assert_eq!(
            said_by_features(&reader, &path).await,
            expected,
            "{relation:?}"
        );
    }
}
