//! Merging: one node that rests on several.

use kernel::{NodeId, Role};
use reqwest::Method;
use serde_json::{Value, json};

use crate::kit::{Paths, TestApp, parsed, text};

#[tokio::test]
async fn a_merge_makes_one_node_below_its_parents_with_a_prompt_that_cites_them() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;
    let mut parents: Vec<NodeId> = Vec::new();
    for (prompt, x, y) in [("What is a river?", 0, 40), ("What is a sea?", 300, -20)] {
        let body = json!({"prompt": prompt, "position": {"x": x, "y": y}});
        let made = owner.post(&project.nodes(), body).await;
        parents.push(parsed(&made.expect(201)["id"]));
    }
    let before = owner.state(project).await.0;
    let path = project.merge();

    let merged = owner.post(&path, json!({"nodeIds": parents})).await;

    assert_eq!(merged.header("etag"), "\"1\"");
    let merged = merged.expect(201);
    assert_eq!(owner.state(project).await.0, before + 1);
    assert_eq!(merged["status"], "IDLE");
    let prompt = text(&merged["prompt"]);
    assert!(
        prompt.starts_with("Bring these 2 answers together"),
        "{prompt}"
    );
    assert!(prompt.contains("“What is a river?”") && prompt.contains("“What is a sea?”"));
    assert_eq!(merged["position"]["x"], 150.0);
    assert!(merged["position"]["y"].as_f64().expect("a number") > 40.0);
    let edges = merged["edges"].as_array().expect("edges");
    let sources: Vec<NodeId> = edges.iter().map(|edge| parsed(&edge["sourceId"])).collect();
    assert_eq!(sources, parents);

    let french = json!({"preferences": {"language": "fr"}});
    owner.patch("/users/me", french).await.expect(200);
    let merged = owner.post(&path, json!({"nodeIds": parents})).await;
    let merged = merged.expect(201);
    assert!(text(&merged["prompt"]).contains("« What is a river? »"));
    assert!(text(&merged["prompt"]).starts_with("Réunis ces 2 réponses"));

    let own = json!({"nodeIds": parents, "prompt": "And?", "position": {"x": 7, "y": 8}});
    let merged = owner.post(&path, own).await.expect(201);
    assert_eq!(
        (&merged["prompt"], &merged["position"]),
        (&json!("And?"), &json!({"x": 7.0, "y": 8.0}))
    );
}

#[tokio::test]
async fn a_merge_takes_two_to_ten_living_nodes_of_the_project_each_once() {
    let app = TestApp::start().await;
    let (project, owner, [viewer]) = app.project([Role::Viewer]).await;
    let elsewhere = owner.create_project("Elsewhere").await;
    let foreign = owner.create_node(elsewhere, "there").await;
    let mut nodes = Vec::new();
    for number in 0..11 {
        nodes.push(owner.create_node(project, &format!("{number}")).await);
    }
    let path = project.merge();
    let merge = |ids: &[NodeId]| json!({"nodeIds": ids});

    for wrong in [&nodes[..1], &nodes[..], &[nodes[0], nodes[1], nodes[0]]] {
        let refused = owner.post(&path, merge(wrong)).await;
        let refused = refused.problem(422, "invalid");
        assert!(text(&refused["errors"][0]["pointer"]).starts_with("/nodeIds"));
    }
    for stranger in [foreign, NodeId::generate()] {
        let refused = owner.post(&path, merge(&[nodes[0], stranger])).await;
        refused.problem(404, "not_found");
    }
    let refused = viewer.post(&path, merge(&nodes[..2])).await;
    refused.problem(403, "forbidden");
    owner.post(&path, merge(&nodes[..10])).await.expect(201);
}

#[tokio::test]
async fn a_merge_that_is_sent_again_is_the_same_one() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;
    let one = owner.create_node(project, "one").await;
    let two = owner.create_node(project, "two").await;
    let path = project.merge();
    let merge = async || -> Value {
        let body = json!({"nodeIds": [one, two]});
        let headers = [("idempotency-key", "merge them")];
        owner
            .send(Method::POST, &path, &headers, body)
            .await
            .expect(201)
    };

    let first = merge().await;
    let head = owner.state(project).await.0;

    assert_eq!(merge().await, first);
    assert_eq!(owner.state(project).await.0, head);
}
