//! Usage: what was asked of models and what that cost, summed up in every way to the same total.

use std::time::Duration;

use kernel::{NodeId, ProjectId, Role};
use serde_json::{Value, json};

use crate::generations::with_models;
use crate::kit::{Beat, Client, Paths, Provider, Reply, TestApp, generated, parsed, text};

fn reply(sent: u32, cached: u32, answered: u32) -> Reply {
    Reply::Stream(vec![
        Beat::Text("An answer.".to_owned()),
        Beat::Finish("stop"),
        Beat::Usage(sent, cached, answered),
        Beat::Done,
    ])
}

async fn child(client: &Client, project: ProjectId, parents: &[NodeId]) -> NodeId {
    let body = json!({"prompt": "Why?", "position": {"x": 0, "y": 0}, "parentIds": parents});
    let path = project.nodes();
    parsed(&client.post(&path, body).await.expect(201)["id"])
}

async fn ask(client: &Client, project: ProjectId, node: NodeId, model: &str) {
    client
        .generate(project, node, json!({"model": model}))
        .await;
    let node = generated(client, project, node).await;
    assert_eq!(node["status"], "COMPLETED");
}

async fn usage(client: &Client, project: ProjectId, query: &str) -> Value {
    let path = format!("{}{query}", project.usage());
    client.get(&path).await.expect(200)
}

fn keys(usage: &Value) -> Vec<&str> {
    let items = usage["items"].as_array().expect("a list");
    items.iter().map(|item| text(&item["key"])).collect()
}

/// What the items come to, to be held against what is said in all.
fn summed(usage: &Value) -> [i64; 4] {
    let count = |value: &Value| value.as_i64().expect("a count");
    let items = usage["items"].as_array().expect("a list");
    items.iter().fold([0; 4], |sum, item| {
        let tokens = &item["tokens"];
        [
            sum[0] + count(&item["generations"]),
            sum[1] + count(&tokens["input"]),
            sum[2] + count(&tokens["cached"]),
            sum[3] + count(&tokens["output"]),
        ]
    })
}

fn nanos(cost: &Value) -> i64 {
    let dollars = cost.as_f64().expect("a number");
    format!("{dollars:.9}")
        .replace('.', "")
        .parse()
        .expect("a number")
}

#[tokio::test]
async fn sums_by_node_member_model_and_day_come_to_the_same_total() {
    let provider = Provider::start().await;
    let app = with_models(&provider, &["one", "two"], |_| {}).await;
    let (project, owner, [editor, _]) = app.project([Role::Editor, Role::Viewer]).await;
    let root = child(&owner, project, &[]).await;
    let leaf = child(&owner, project, &[root]).await;
    let apart = child(&owner, project, &[]).await;
    provider.then([reply(100, 40, 10), reply(200, 0, 20), reply(400, 0, 40)]);
    ask(&owner, project, root, "one").await;
    ask(&editor, project, leaf, "two").await;
    app.clock_shift(Duration::from_secs(24 * 60 * 60));
    // A day later no session is as fresh as it was.
    let (owner, editor) = (app.log_in("owner").await, app.log_in("member0").await);
    ask(&editor, project, apart, "one").await;

    let whole = usage(&owner, project, "").await;

    // 60 + 200 + 400 tokens at 1 $, 40 at 0.5 $ and 70 at 2 $ a million.
    assert_eq!(nanos(&whole["total"]["cost"]), 660_000 + 20_000 + 140_000);
    assert_eq!(
        whole["total"]["tokens"],
        json!({"input": 700, "cached": 40, "output": 70})
    );
    for (by, groups) in [("node", 3), ("member", 2), ("model", 2), ("day", 2)] {
        let said = usage(&owner, project, &format!("?by={by}")).await;
        assert_eq!(said["total"], whole["total"]);
        assert_eq!(keys(&said).len(), groups, "{said}");
        assert_eq!(summed(&said), [3, 700, 40, 70]);
        let items = said["items"].as_array().expect("a list");
        let cost: i64 = items.iter().map(|item| nanos(&item["cost"])).sum();
        assert_eq!(cost, nanos(&said["total"]["cost"]));
    }
    let by_node = usage(&owner, project, "?by=node").await;
    assert_eq!(
        keys(&by_node),
        [apart, leaf, root].map(|node| node.to_string())
    );
    let by_member = usage(&owner, project, "?by=member").await;
    let members = [&editor, &owner].map(|member| member.user_id().to_string());
    assert_eq!(keys(&by_member), members);
    assert_eq!(keys(&whole), ["scripted/one", "scripted/two"]);
    let days = usage(&owner, project, "?by=day").await;
    let today = app.now().format("%Y-%m-%d").to_string();
    assert_eq!(keys(&days)[0], today);
    let since = usage(&owner, project, &format!("?by=node&from={today}T00:00:00Z")).await;
    assert_eq!(keys(&since), [apart.to_string()]);
    let until = usage(&owner, project, &format!("?by=node&to={today}T00:00:00Z")).await;
    assert_eq!(keys(&until), [leaf, root].map(|node| node.to_string()));
    let viewer = app.log_in("member1").await;
    let hidden = viewer.get(&project.usage()).await;
    hidden.problem(404, "not_found");
}

#[tokio::test]
async fn a_branch_is_a_node_with_what_is_above_and_below_it() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;
    let root = child(&owner, project, &[]).await;
    let middle = child(&owner, project, &[root]).await;
    let leaf = child(&owner, project, &[middle]).await;
    let beside = child(&owner, project, &[root]).await;
    for node in [root, middle, leaf, beside] {
        owner.answer(project, node).await;
    }
    let nodes = async |query: &str| {
        let said = usage(&owner, project, &format!("?by=node&node={middle}{query}")).await;
        assert_eq!(summed(&said)[0], said["total"]["generations"]);
        let mut nodes: Vec<NodeId> = keys(&said)
            .iter()
            .map(|key| key.parse().expect("an id"))
            .collect();
        nodes.sort();
        nodes
    };

    assert_eq!(nodes("").await, [middle]);
    assert_eq!(nodes("&branch=ancestors").await, [root, middle]);
    assert_eq!(nodes("&branch=descendants").await, [middle, leaf]);
    assert_eq!(nodes("&branch=both").await, [root, middle, leaf]);
    let path = project.usage();
    let refused = owner.get(&format!("{path}?branch=both")).await;
    refused.problem(422, "invalid");
    let refused = owner.get(&format!("{path}?by=colour")).await;
    refused.problem(422, "invalid");
    let unknown = owner
        .get(&format!("{path}?node={}", NodeId::generate()))
        .await;
    unknown.problem(404, "not_found");
    // What was spent stays spent when its node goes.
    owner.delete(&project.node(leaf)).await.expect(204);
    let whole = usage(&owner, project, "").await;
    assert_eq!(whole["total"]["generations"], 4);
    assert_eq!(nodes("&branch=both").await, [root, middle]);
}
