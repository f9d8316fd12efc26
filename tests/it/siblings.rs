//! Siblings: the same question to several models in one change.

use kernel::{NodeId, ProjectId, Role};
use reqwest::Method;
use serde_json::{Value, json};

use crate::generations::with_models;
use crate::kit::{Client, Listener, Paths, Provider, Reply, TestApp, generated, parsed, text};

async fn head(client: &Client, project: ProjectId) -> i64 {
    client.state(project).await.0
}

#[tokio::test]
async fn several_models_answer_the_same_in_nodes_of_their_own_that_began_under_one_number() {
    let provider = Provider::start().await;
    provider.usually(Reply::text("An answer."));
    let app = with_models(&provider, &["one", "two", "three"], |_| {}).await;
    let (project, owner, [editor, viewer]) = app.project([Role::Editor, Role::Viewer]).await;
    let mut viewing = Listener::begin(&viewer, project).await;
    let preset = json!({"name": "Brief", "behavior": "Be brief."});
    let preset = owner.post("/presets", preset).await.expect(201);
    let whole = owner.create_node(project, "whole").await;
    let short = owner.create_node(project, "short").await;
    let body = json!({
        "prompt": "Which?", "position": {"x": 10, "y": 20}, "parentIds": [whole, short],
        "pinned": true, "settings": {"presetId": preset["id"]}, "response": "Mine.",
    });
    let path = project.nodes();
    let node = owner.post(&path, body).await.expect(201);
    let edge = project.edge(text(&node["edges"][1]["id"]));
    owner
        .patch(&edge, json!({"policy": "SUMMARY"}))
        .await
        .expect(200);
    let before = head(&owner, project).await;

    // The preset is the owner's, and the node that has it everybody's.
    let path = format!("{path}/{}/siblings", text(&node["id"]));
    let body = json!({"models": ["scripted/one", "two", "scripted/three"], "maxTokens": 50});
    let started = editor.post(&path, body).await.expect(202);

    let events = owner.get(&project.events_after(before)).await.expect(200);
    let first = &events["events"][0];
    let ops = first["data"]["ops"].as_array().expect("a batch");
    let ops: Vec<&str> = ops.iter().map(|op| text(&op["op"])).collect();
    assert_eq!(ops, ["node.create", "generation.start"].repeat(3));
    let nodes = started["nodes"].as_array().expect("nodes");
    let generations = started["generations"].as_array().expect("generations");
    let models = ["scripted/one", "scripted/two", "scripted/three"];
    for (place, (sibling, model)) in nodes.iter().zip(models).enumerate() {
        assert_eq!(generations[place]["nodeId"], sibling["id"]);
        assert_eq!(generations[place]["model"], model);
        assert_eq!(sibling["status"], "GENERATING");
        for same in ["prompt", "pinned", "settings"] {
            assert_eq!(sibling[same], node[same]);
        }
        let edges = sibling["edges"].as_array().expect("edges").iter();
        let policies: Vec<_> = edges
            .map(|edge| (parsed(&edge["sourceId"]), &edge["policy"]))
            .collect();
        assert_eq!(
            policies,
            [(whole, &json!("FULL")), (short, &json!("SUMMARY"))]
        );
        let answered = generated(&owner, project, text(&sibling["id"])).await;
        assert_eq!(answered["status"], "COMPLETED");
        assert_eq!(answered["llmModel"], model);
    }
    let (seq, hash) = owner.state(project).await;
    viewing.follow_until(seq).await;
    assert_eq!(viewing.copy.hash(), hash);
}

#[tokio::test]
async fn siblings_begin_all_or_none() {
    let app = TestApp::start().await;
    let (project, owner, [viewer]) = app.project([Role::Viewer]).await;
    let node = owner.create_node(project, "Which?").await;
    let empty = owner.create_node(project, " ").await;
    let path = |node: NodeId| project.siblings(node);
    let budget = json!({"items": [{"userId": null, "period": "DAY", "tokensMax": 200}]});
    let budgets = project.budgets();
    owner.put(&budgets, budget).await.expect(200);
    let before = owner.state(project).await;
    let echo = |times: usize, tokens: u32| json!({"models": vec!["offline/echo"; times], "maxTokens": tokens});

    for (wrong, pointer) in [
        (json!({"models": []}), "/models"),
        (echo(11, 1), "/models"),
        (
            json!({"models": ["offline/echo", "no/model"], "maxTokens": 1}),
            "/models/1",
        ),
    ] {
        let refused = owner.post(&path(node), wrong).await.problem(422, "invalid");
        assert_eq!(refused["errors"][0]["pointer"], pointer);
    }
    let refused = owner.post(&path(empty), echo(1, 1)).await;
    refused.problem(422, "invalid");
    // There is money for one, and for none of two.
    let refused = owner.post(&path(node), echo(2, 120)).await;
    refused.problem(402, "budget_exceeded");
    let refused = owner.post(&path(NodeId::generate()), echo(1, 1)).await;
    refused.problem(404, "not_found");
    let refused = viewer.post(&path(node), echo(1, 1)).await;
    assert!([403, 404].contains(&refused.status.as_u16()));
    assert_eq!(owner.state(project).await, before);

    let started = owner.post(&path(node), echo(1, 120)).await.expect(202);
    generated(&owner, project, text(&started["nodes"][0]["id"])).await;
}

#[tokio::test]
async fn siblings_that_are_asked_for_again_are_the_same() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;
    let node = owner.create_node(project, "Which?").await;
    let path = project.siblings(node);
    let ask = async || -> Value {
        let body = json!({"models": ["offline/echo", "offline/echo"]});
        let headers = [("idempotency-key", "ask them")];
        owner
            .send(Method::POST, &path, &headers, body)
            .await
            .expect(202)
    };

    let first = ask().await;
    for sibling in first["nodes"].as_array().expect("nodes") {
        generated(&owner, project, text(&sibling["id"])).await;
    }
    let before = head(&owner, project).await;

    assert_eq!(ask().await, first);
    assert_eq!(head(&owner, project).await, before);
}

#[tokio::test]
async fn a_token_needs_to_run_and_to_write_for_siblings() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;
    let node = owner.create_node(project, "Which?").await;
    let path = project.siblings(node);
    for (scopes, expected) in [
        (json!(["run"]), 403),
        (json!(["graph"]), 403),
        (json!(["run", "graph"]), 202),
    ] {
        let body = json!({"name": "robot", "scopes": scopes});
        let token = owner.post("/users/me/tokens", body).await.expect(201);
        let robot = owner.with_token(text(&token["token"]));
        let body = json!({"models": ["offline/echo"]});
        robot.post(&path, body).await.expect(expected);
    }
    app.jobs_done().await;
}
