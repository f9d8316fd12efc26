//! `@person` in a text: told once, until it is taken away and set again.

use kernel::Role;
use proptest::{
    collection::vec,
    prelude::*,
    strategy::ValueTree,
    test_runner::{Config, TestRunner},
};
use serde_json::{Value, json};

use super::{inbox, mention, told};
use crate::kit::{Client, Paths, TestApp};

async fn say(by: &Client, project: kernel::ProjectId, node: kernel::NodeId, prompt: &str) {
    let op = json!({"op": "node.update", "data": {"id": node, "prompt": prompt, "baseVersion": version(by, project, node).await}});
    let path = project.ops();
    by.post(&path, json!({"ops": [op]})).await.expect(200);
}

async fn version(by: &Client, project: kernel::ProjectId, node: kernel::NodeId) -> Value {
    by.get(&project.node(node)).await.expect(200)["version"].clone()
}

async fn mentions(app: &TestApp, client: &Client) -> usize {
    let told = told(app, client).await;
    told.iter().filter(|kind| *kind == "MENTION").count()
}

#[tokio::test]
async fn a_mention_tells_once_until_it_is_taken_away_and_set_again() {
    let app = TestApp::start().await;
    let (project, owner, [member]) = app.project([Role::Viewer]).await;
    let node = mention(&owner, project, &["member0"]).await;
    assert_eq!(mentions(&app, &member).await, 1);

    say(&owner, project, node, "Ask @member0 about it, please.").await;
    say(&owner, project, node, "Ask @MEMBER0 and @member0.").await;
    assert_eq!(mentions(&app, &member).await, 1);

    say(&owner, project, node, "Ask nobody.").await;
    say(&owner, project, node, "Ask @member0.").await;
    assert_eq!(mentions(&app, &member).await, 2);
    assert_eq!(app.rows_of("node_mentions", project).await, 1);
}

#[tokio::test]
async fn nobody_is_told_who_is_no_member_mentions_themselves_or_is_only_like_the_word() {
    let app = TestApp::start().await;
    let (project, owner, [member]) = app.project([Role::Editor]).await;
    let stranger = app.register("stranger").await;

    mention(&owner, project, &["owner", "stranger", "nobody"]).await;
    owner
        .create_node(project, "a@member0 member0 @member01")
        .await;

    for person in [&owner, &member, &stranger] {
        assert_eq!(mentions(&app, person).await, 0);
    }
    assert_eq!(inbox(&stranger).await["items"], json!([]));
}

#[tokio::test]
async fn notes_mention_people_too() {
    let app = TestApp::start().await;
    let (project, owner, [member]) = app.project([Role::Viewer]).await;
    let body = json!({
        "kind": "NOTE", "prompt": "@member0: look here", "position": {"x": 0, "y": 0},
    });
    owner.post(&project.nodes(), body).await.expect(201);
    assert_eq!(mentions(&app, &member).await, 1);
}

/// Whatever is written in whatever order, a person is told as often as the text begins to mention them.
#[tokio::test]
async fn people_are_told_as_often_as_a_text_begins_to_mention_them() {
    let app = TestApp::start().await;
    let (project, owner, [first, second]) = app.project([Role::Viewer, Role::Editor]).await;
    let mut runner = TestRunner::new(Config {
        cases: 4,
        ..Config::default()
    });
    let texts = vec((any::<bool>(), any::<bool>()), 1..12);
    let (mut expected, mut edits) = ([0, 0], Vec::new());
    for _ in 0..4 {
        let tree = texts.new_tree(&mut runner).expect("some texts");
        edits.push(tree.current());
    }
    for texts in edits {
        let node = owner.create_node(project, "").await;
        let mut before = (false, false);
        for (place, now) in texts.into_iter().enumerate() {
            let mut text = format!("{place}");
            for (is_there, name) in [(now.0, " @member0"), (now.1, " @member1")] {
                text.push_str(if is_there { name } else { "" });
            }
            say(&owner, project, node, &text).await;
            expected[0] += usize::from(now.0 && !before.0);
            expected[1] += usize::from(now.1 && !before.1);
            before = now;
        }
    }
    let seen = async |client: &Client| {
        app.jobs_done().await;
        let all = client.all("/notifications", 100).await;
        all.iter().filter(|one| one["type"] == "MENTION").count()
    };
    assert_eq!([seen(&first).await, seen(&second).await], expected);
}
