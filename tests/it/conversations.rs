//! Conversations: the branches of a person, and each of them as messages.

use kernel::{NodeId, ProjectId, Role};
use serde_json::{Value, json};

use crate::generations::with_models;
use crate::kit::{Client, Paths, Provider, Reply, TestApp, parsed, text, until};

async fn child(client: &Client, project: ProjectId, prompt: &str, parents: &[NodeId]) -> NodeId {
    let body = json!({"prompt": prompt, "position": {"x": 0, "y": 0}, "parentIds": parents});
    parsed(&client.post(&project.nodes(), body).await.expect(201)["id"])
}

async fn conversations(client: &Client, query: &str) -> Vec<Value> {
    let list = client
        .get(&format!("/conversations{query}"))
        .await
        .expect(200);
    list["items"].as_array().expect("items").clone()
}

fn ends(conversations: &[Value]) -> Vec<NodeId> {
    let ends = conversations.iter().map(|one| parsed(&one["nodeId"]));
    ends.collect()
}

#[tokio::test]
async fn branches_are_listed_over_all_projects_by_what_was_said_last() {
    let app = TestApp::start().await;
    let (project, owner, [viewer]) = app.project([Role::Viewer]).await;
    let other = owner.create_project("Other").await;
    let root = owner.create_node(project, "What is\nthe sea?").await;
    let first = child(&owner, project, "And salt?", &[root]).await;
    let second = child(&owner, project, "And fish?", &[root]).await;
    let alone = owner.create_node(other, "Who are you?").await;
    let note =
        json!({"kind": "NOTE", "prompt": "!", "position": {"x": 0, "y": 0}, "parentIds": [second]});
    owner.post(&project.nodes(), note).await.expect(201);
    let frame = json!({"kind": "FRAME", "prompt": "", "position": {"x": 0, "y": 0}});
    owner.post(&project.nodes(), frame).await.expect(201);

    assert_eq!(
        ends(&conversations(&owner, "").await),
        [alone, second, first]
    );
    let listed = conversations(&owner, "").await;
    assert_eq!(listed[1]["title"], "What is the sea?");
    assert_eq!(listed[1]["lastText"], "And fish?");
    assert_eq!(listed[1]["projectId"], json!(project));
    assert_eq!(listed[0]["projectName"], "Other");

    owner.answer(project, first).await;
    let title = json!({"title": "About salt"});
    owner.patch(&project.node(first), title).await.expect(200);
    let moves = json!({"position": {"x": 9, "y": 9}});
    owner.patch(&project.node(second), moves).await.expect(200);
    let listed = conversations(&owner, "").await;
    assert_eq!(ends(&listed), [first, alone, second], "moving says nothing");
    assert_eq!(listed[0]["title"], "About salt");
    assert_eq!(listed[0]["status"], "COMPLETED");

    let of_one = conversations(&owner, &format!("?project={project}")).await;
    assert_eq!(ends(&of_one), [first, second]);
    assert_eq!(ends(&conversations(&owner, "?q=FISH").await), [second]);
    assert_eq!(ends(&conversations(&viewer, "").await), [first, second]);
    owner.delete(&project.node(first)).await.expect(204);
    assert_eq!(ends(&conversations(&viewer, "").await), [second]);
    let foreign = viewer.get(&format!("/conversations?project={other}")).await;
    foreign.problem(404, "not_found");
}

#[tokio::test]
async fn pages_of_conversations_hold_each_once() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;
    let other = owner.create_project("Other").await;
    let mut all = Vec::new();
    for number in 0..5 {
        for project in [project, other] {
            all.push(
                owner
                    .create_node(project, &format!("Number {number}?"))
                    .await,
            );
        }
    }

    let listed = owner.all("/conversations", 3).await;

    all.reverse();
    assert_eq!(ends(&listed), all);
}

#[tokio::test]
async fn an_answer_is_unread_until_it_is_read_or_was_seen() {
    let provider = Provider::start().await;
    provider.usually(Reply::text("Yes."));
    let app = with_models(&provider, &["one"], |_| {}).await;
    let (project, owner, [member]) = app.project([Role::Member]).await;
    let node = owner.create_node(project, "Really?").await;
    let unread = async |client: &Client| conversations(client, "").await[0]["unread"].clone();
    assert_eq!(unread(&member).await, false, "nothing is answered");

    owner.answer(project, node).await;
    assert_eq!(unread(&member).await, true);
    let read = format!("{}/read", project.node(node));
    member.post(&read, Value::Null).await.expect(204);
    assert_eq!(unread(&member).await, false);
    assert_eq!(unread(&owner).await, true, "what others read is theirs");

    owner.generate(project, node, json!({"force": true})).await;
    app.jobs_done().await;
    assert_eq!(unread(&member).await, true);
    let _here = owner.listen(project).await;
    until("it is known that they are here", async || {
        unread(&owner).await == false
    })
    .await;
}

#[tokio::test]
async fn a_thread_is_the_branch_up_to_a_node_in_parts() {
    let provider = Provider::start().await;
    provider.usually(Reply::text("Yes."));
    let app = with_models(&provider, &["one"], |_| {}).await;
    let (project, owner, [viewer]) = app.project([Role::Viewer]).await;
    let rule = json!({"role": "SYSTEM", "prompt": "Be brief.", "position": {"x": 0, "y": 0}});
    let rule: NodeId = parsed(&owner.post(&project.nodes(), rule).await.expect(201)["id"]);
    let first = child(&owner, project, "First?", &[rule]).await;
    let sibling = child(&owner, project, "Or else?", &[rule]).await;
    let second = child(&owner, project, "Second?", &[first, sibling]).await;
    owner.answer(project, first).await;
    owner.generate(project, first, json!({"force": true})).await;
    app.jobs_done().await;

    let path = format!("{}/thread", project.node(second));
    let thread = owner.get(&path).await.expect(200);

    let said: Vec<(&str, &str)> = thread["messages"]
        .as_array()
        .expect("messages")
        .iter()
        .map(|message| (text(&message["role"]), text(&message["text"])))
        .collect();
    let expected = [
        ("system", "Be brief."),
        ("user", "First?"),
        ("assistant", "Yes."),
        ("user", "Second?"),
        ("assistant", ""),
    ];
    assert_eq!(said, expected);
    assert_eq!(thread["before"], Value::Null);
    assert_eq!(thread["messages"][1]["siblings"], json!([first, sibling]));
    assert_eq!(thread["messages"][2]["attempts"], 2);
    assert_eq!(thread["messages"][3]["also"], json!([sibling]));
    let part = owner.get(&format!("{path}?limit=1")).await.expect(200);
    assert_eq!(part["messages"].as_array().map(Vec::len), Some(2));
    assert_eq!(part["before"], json!(first));
    let above = format!("{path}?limit=1&before={}", text(&part["before"]));
    let above = owner.get(&above).await.expect(200);
    assert_eq!(above["messages"][0]["nodeId"], json!(first));
    let seen = viewer.get(&path).await.expect(200);
    assert_eq!(seen["messages"][2]["attempts"], Value::Null);
    let gone = format!("{}/thread", project.node(NodeId::generate()));
    owner.get(&gone).await.problem(404, "not_found");
}
