//! Tools that change something.

use kernel::{NodeId, OpId};
use serde_json::{Value, json};

use super::{Mcp, program};
use crate::kit::{Paths, TestApp, generated, parsed, text};

/// The last event of a project.
async fn last(owner: &crate::kit::Client, project: kernel::ProjectId) -> Value {
    let log = owner.get(&project.events()).await.expect(200);
    let events = log["events"].as_array().expect("events");
    events.last().expect("an event").clone()
}

#[tokio::test]
async fn what_a_program_makes_is_seen_under_the_name_of_its_token() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;
    let robot = program(&owner, "Claude Code", &["graph"]).await;
    let parent = owner.create_node(project, "parent").await;
    let make = json!({"project": project, "prompt": "from outside", "parentIds": [parent]});

    let made = Mcp::of(&robot).edited("create_node", make).await;

    let event = last(&owner, project).await;
    assert_eq!(event["seq"], made["seq"]);
    assert_eq!(event["op"], "node.create");
    assert_eq!(event["actor"]["kind"], "TOKEN");
    assert_eq!(event["actor"]["name"], "Claude Code");
    assert_eq!(event["data"]["id"], made["results"][0]["id"]);
    // Nobody said where, so it stands below its parent.
    assert!(event["data"]["position"]["y"].as_f64() > Some(0.0));
    assert_eq!(event["data"]["edges"][0]["sourceId"], json!(parent));
}

#[tokio::test]
async fn nodes_that_are_made_do_not_stand_on_each_other() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;
    let parent = owner.create_node(project, "parent").await;
    let mcp = Mcp::on(&owner, project);
    for _ in 0..4 {
        let make = json!({"prompt": "child", "parentIds": [parent]});
        mcp.edited("create_node", make).await;
    }

    let nodes = owner.all(&project.nodes(), 50).await;
    let mut places: Vec<String> = nodes
        .iter()
        .map(|node| node["position"].to_string())
        .collect();
    places.sort();
    places.dedup();
    assert_eq!(places.len(), 5);
}

#[tokio::test]
async fn a_text_that_somebody_changed_meanwhile_comes_back_instead_of_being_overwritten() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;
    let node = owner.create_node(project, "first").await;
    let mcp = Mcp::on(&owner, project);
    let edit = |version: i64, prompt: &str| json!({"nodeId": node, "baseVersion": version, "prompt": prompt});

    mcp.edited("edit_node", edit(1, "second")).await;
    let conflict = mcp.not_done("edit_node", edit(1, "third")).await;

    assert!(conflict.contains("<prompt>second</prompt>"), "{conflict}");
    assert!(conflict.contains("`baseVersion` 2"), "{conflict}");
    mcp.edited("edit_node", edit(2, "third")).await;
    let now = owner.get(&project.node(node)).await.expect(200);
    assert_eq!(now["prompt"], "third");
    let unbased = json!({"nodeId": node, "prompt": "fourth"});
    let unbased = mcp.not_done("edit_node", unbased).await;
    assert!(unbased.contains("baseVersion"), "{unbased}");
    let nothing = mcp.not_done("edit_node", json!({"nodeId": node})).await;
    assert!(nothing.contains("/prompt"), "{nothing}");
}

#[tokio::test]
async fn edges_are_made_and_taken_away_together_and_never_close_a_cycle() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;
    let mut nodes = Vec::new();
    for prompt in ["a", "b", "c"] {
        nodes.push(owner.create_node(project, prompt).await);
    }
    let edge = |from: usize, to: usize| json!({"sourceId": nodes[from], "targetId": nodes[to]});
    let mcp = Mcp::on(&owner, project);

    let both = json!({"edges": [edge(0, 1), edge(1, 2)]});
    let connected = mcp.edited("connect", both).await;
    assert_eq!(connected["results"].as_array().map(Vec::len), Some(2));
    assert_eq!(last(&owner, project).await["op"], "batch");

    let back = mcp
        .not_done("connect", json!({"edges": [edge(2, 0)]}))
        .await;
    assert!(
        back.contains("cycle") && back.contains(&nodes[1].to_string()),
        "{back}"
    );

    mcp.edited("disconnect", json!({"edges": [edge(1, 2)]}))
        .await;
    assert_eq!(last(&owner, project).await["op"], "edge.delete");
    let again = mcp
        .not_done("disconnect", json!({"edges": [edge(1, 2)]}))
        .await;
    assert!(again.contains("/edges/0"), "{again}");
}

#[tokio::test]
async fn nodes_are_moved_arranged_and_deleted_in_one_change_each() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;
    let root = owner.create_node(project, "root").await;
    let mut children = Vec::new();
    for prompt in ["one", "two", "three"] {
        let node = owner.create_node(project, prompt).await;
        owner.connect(project, root, node).await;
        children.push(node);
    }
    let mcp = Mcp::on(&owner, project);
    let there = json!({"positions": [{"id": root, "x": 50, "y": 60}]});
    mcp.edited("move_nodes", there).await;
    let before = owner.state(project).await.0;

    mcp.edited("lay_out", json!({"branch": root})).await;

    assert_eq!(owner.state(project).await.0, before + 1);
    let mut places = Vec::new();
    for node in &children {
        let now = owner.get(&project.node(node)).await.expect(200);
        places.push((now["position"]["x"].as_f64(), now["position"]["y"].as_f64()));
    }
    assert!(places.iter().all(|(_, y)| *y == Some(640.0)), "{places:?}");
    let stays = owner.get(&project.node(root)).await.expect(200);
    assert_eq!(stays["position"], json!({"x": 50.0, "y": 60.0}));
    let mut across: Vec<i64> = Vec::new();
    for (x, _) in &places {
        across.push(
            parsed::<f64>(&json!(x))
                .round()
                .to_string()
                .parse()
                .expect("a number"),
        );
    }
    across.sort_unstable();
    assert_eq!(across, [-350, 50, 450]);

    mcp.edited("delete_nodes", json!({"nodeIds": children}))
        .await;
    assert_eq!(owner.state(project).await.0, before + 2);
    let left = owner.all(&project.nodes(), 50).await;
    assert_eq!(left.len(), 1);
    mcp.not_done("delete_nodes", json!({"nodeIds": children}))
        .await;
    mcp.not_done("delete_nodes", json!({"nodeIds": []})).await;
    mcp.not_done("lay_out", json!({})).await;
}

#[tokio::test]
async fn answers_and_summaries_are_asked_for_and_read_later() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;
    let node = owner.create_node(project, "What is a river?").await;
    let mcp = Mcp::on(&owner, project);

    let begun = mcp.edited("generate", json!({"nodeId": node})).await;
    assert_eq!(begun["results"][0]["nodeId"], json!(node));
    assert!(text(&begun["next"]).contains("read_node"));
    generated(&owner, project, node).await;
    let read = mcp.done("read_node", json!({"nodeId": node})).await;
    assert!(
        read.contains("status=\"COMPLETED\"") && read.contains("<answer>"),
        "{read}"
    );

    let summed = mcp.edited("summarise", json!({"nodeId": node})).await;
    let summary: NodeId = parsed(&summed["results"][0]["id"]);
    let answered = generated(&owner, project, summary).await;
    assert_eq!(answered["status"], "COMPLETED");
    assert!(text(&answered["prompt"]).starts_with("Summarise"));
    let ancestors = owner
        .get(&project.node(format!("{summary}/ancestors")))
        .await
        .expect(200);
    assert_eq!(ancestors["items"][0]["id"], json!(node));
}

#[tokio::test]
async fn a_call_that_is_sent_again_under_its_key_has_one_effect() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;
    let make = json!({"name": "create_node", "arguments": {"project": project, "prompt": "once"}});
    let body = json!({"jsonrpc": "2.0", "id": 7, "method": "tools/call", "params": make});
    let headers = [super::ACCEPT[0], ("idempotency-key", "one key")];
    let mut said = Vec::new();
    for _ in 0..2 {
        let answer = owner
            .send_anywhere(reqwest::Method::POST, "/mcp", &headers, body.clone())
            .await;
        said.push(answer.expect(200));
    }

    assert_eq!(said[0], said[1]);
    assert_eq!(owner.all(&project.nodes(), 50).await.len(), 1);
}

#[tokio::test]
async fn a_call_that_names_its_operation_has_one_effect_whatever_happened_meanwhile() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;
    let mcp = Mcp::on(&owner, project);
    let (a, b) = (
        owner.create_node(project, "a").await,
        owner.create_node(project, "b").await,
    );
    owner.connect(project, a, b).await;
    let call = |tool: &str, op: &OpId, arguments: Value| json!({"name": tool, "arguments": arguments, "_meta": {"nonlinear/opId": op}});
    let (making, parting) = (OpId::generate(), OpId::generate());
    let make = call(
        "create_node",
        &making,
        json!({"prompt": "once", "parentIds": [a]}),
    );
    let part = json!({"edges": [{"sourceId": a, "targetId": b}]});
    let part = call("disconnect", &parting, part);

    let mut said = Vec::new();
    for _ in 0..2 {
        said.push(mcp.ask("tools/call", make.clone()).await);
        said.push(mcp.ask("tools/call", part.clone()).await);
        // Where it stood nothing is free any more, and there is no edge to take away.
        mcp.edited(
            "create_node",
            json!({"prompt": "between", "parentIds": [a]}),
        )
        .await;
    }

    assert_eq!((&said[0], &said[1]), (&said[2], &said[3]));
    let nodes = owner.all(&project.nodes(), 50).await;
    let made = nodes.iter().filter(|node| node["prompt"] == "once");
    assert_eq!(made.count(), 1);
    assert!(nodes.iter().any(|node| node["id"] == json!(making)));
    let other = call("create_node", &making, json!({"prompt": "other"}));
    let other = mcp.ask("tools/call", other).await;
    assert_eq!(other["isError"], true, "{other}");
    let wrong = json!({"name": "read_graph", "arguments": {}, "_meta": {"nonlinear/opId": "x"}});
    mcp.refused("tools/call", wrong).await;
}
