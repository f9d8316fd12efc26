//! Comparing two nodes by what they rest on.

use kernel::{NodeId, ProjectId, Role};
use serde_json::{Value, json};

use crate::kit::{Client, Paths, TestApp, parsed};

async fn child(client: &Client, project: ProjectId, prompt: &str, parents: &[NodeId]) -> NodeId {
    let body = json!({"prompt": prompt, "position": {"x": 0, "y": 0}, "parentIds": parents});
    let path = project.nodes();
    parsed(&client.post(&path, body).await.expect(201)["id"])
}

async fn compare(client: &Client, project: ProjectId, a: NodeId, b: NodeId) -> Value {
    let path = project.compare(a, b);
    client.get(&path).await.expect(200)
}

fn ids(delta: &Value) -> Vec<NodeId> {
    let only = delta["only"].as_array().expect("a list");
    only.iter().map(|node| parsed(&node["id"])).collect()
}

#[tokio::test]
async fn two_branches_are_told_apart_from_where_they_part() {
    let app = TestApp::start().await;
    let (project, owner, [viewer]) = app.project([Role::Viewer]).await;
    let root = child(&owner, project, "root", &[]).await;
    let common = child(&owner, project, "common", &[root]).await;
    let left = child(&owner, project, "left", &[common]).await;
    let a = child(&owner, project, "a", &[left]).await;
    let apart = child(&owner, project, "apart", &[]).await;
    let b = child(&owner, project, "b", &[common, apart]).await;
    let answered = owner.answer(project, a).await;
    assert!(answered["llmCost"].is_number());

    let compared = compare(&owner, project, a, b).await;

    assert_eq!(compared["common"], json!([common]));
    assert_eq!(ids(&compared["a"]), [left, a]);
    assert_eq!(ids(&compared["b"]), [apart, b]);
    assert_eq!(compared["a"]["only"][1], answered);
    assert_eq!(compared["seq"], owner.state(project).await.0);
    // Whoever may not see costs sees all but them.
    let mut hidden = answered;
    hidden["llmCost"] = Value::Null;
    assert_eq!(
        compare(&viewer, project, a, b).await["a"]["only"][1],
        hidden
    );
}

#[tokio::test]
async fn a_node_and_what_rests_on_it_have_the_node_itself_in_common() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;
    let above = child(&owner, project, "above", &[]).await;
    let below = child(&owner, project, "below", &[above]).await;
    let stranger = child(&owner, project, "stranger", &[]).await;

    let compared = compare(&owner, project, above, below).await;
    assert_eq!(compared["common"], json!([above]));
    assert_eq!(ids(&compared["a"]), []);
    assert_eq!(ids(&compared["b"]), [below]);

    let compared = compare(&owner, project, below, below).await;
    assert_eq!(compared["common"], json!([below]));
    assert_eq!((ids(&compared["a"]), ids(&compared["b"])), (vec![], vec![]));

    let compared = compare(&owner, project, below, stranger).await;
    assert_eq!(compared["common"], json!([]));
    assert_eq!(ids(&compared["a"]), [above, below]);
}

#[tokio::test]
async fn what_is_not_there_cannot_be_compared() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;
    let elsewhere = owner.create_project("Elsewhere").await;
    let node = owner.create_node(project, "here").await;
    let foreign = owner.create_node(elsewhere, "there").await;
    let deleted = owner.create_node(project, "gone").await;
    owner.delete(&project.node(deleted)).await.expect(204);

    for other in [foreign, deleted, NodeId::generate()] {
        for (a, b) in [(node, other), (other, node)] {
            let path = project.compare(a, b);
            owner.get(&path).await.problem(404, "not_found");
        }
    }
    for query in ["", "?a=1&b=2", &format!("?a={node}")] {
        let path = project.at(&format!("compare{query}"));
        owner.get(&path).await.problem(422, "invalid");
    }
}
