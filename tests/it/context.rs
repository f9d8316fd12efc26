//! Contexts: what a model is sent, ancestor by ancestor, and what was left out and why.

use kernel::NodeId;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::kit::{Client, Paths, Provider, TestApp, parsed};

async fn node(client: &Client, project: kernel::ProjectId, body: Value) -> NodeId {
    let mut whole = json!({"position": {"x": 0, "y": 0}});
    let fields = body.as_object().expect("fields").clone();
    whole.as_object_mut().expect("fields").extend(fields);
    let made = client.post(&project.nodes(), whole).await;
    parsed(&made.expect(201)["id"])
}

async fn preview(client: &Client, project: kernel::ProjectId, node: NodeId) -> Value {
    let path = project.context(node);
    client.get(&path).await.expect(200)
}

/// How each ancestor entered, in the order of the messages.
fn entered(preview: &Value) -> Vec<(NodeId, String)> {
    let items = preview["manifest"]["items"].as_array().expect("a list");
    items
        .iter()
        .map(|item| (parsed(&item["nodeId"]), parsed(&item["entered"])))
        .collect()
}

#[tokio::test]
async fn a_diamond_holds_each_ancestor_once_and_an_appended_node_leaves_the_beginning_as_it_is() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;
    let top = node(
        &owner,
        project,
        json!({"prompt": "Top?", "response": "Top."}),
    )
    .await;
    let body = json!({"prompt": "Left?", "response": "Left.", "parentIds": [top]});
    let left = node(&owner, project, body).await;
    let body = json!({"prompt": "Right?", "response": "Right.", "parentIds": [top]});
    let right = node(&owner, project, body).await;
    let body = json!({"prompt": "Both?", "response": "Both.", "parentIds": [left, right]});
    let both = node(&owner, project, body).await;
    let next = node(
        &owner,
        project,
        json!({"prompt": "And?", "parentIds": [both]}),
    )
    .await;

    let first = preview(&owner, project, both).await;
    let second = preview(&owner, project, next).await;

    let nodes: Vec<_> = entered(&first).into_iter().map(|(node, _)| node).collect();
    assert_eq!(nodes, [top, left, right]);
    let first = first["messages"].as_array().expect("a list");
    let second = second["messages"].as_array().expect("a list");
    assert!(
        second.starts_with(first),
        "what a provider has kept is of use again"
    );
}

#[tokio::test]
async fn edges_let_in_whole_in_short_or_not_at_all_and_the_strongest_way_counts() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;
    let body = json!({"prompt": "A?", "response": "A long story.", "summary": "Short."});
    let above = node(&owner, project, body).await;
    let body = json!({"prompt": "B?", "response": "B.", "parentIds": [above]});
    let between = node(&owner, project, body).await;
    let below = node(
        &owner,
        project,
        json!({"prompt": "C?", "parentIds": [between]}),
    )
    .await;
    let edges = owner.get(&project.edges()).await.expect(200);
    let edge = |from: NodeId| {
        let edges = edges["items"].as_array().expect("a list").iter();
        let mut of = edges.filter(|edge| edge["sourceId"] == json!(from));
        let id = of.next().expect("an edge")["id"]
            .as_str()
            .expect("an id")
            .to_owned();
        project.edge(id)
    };

    owner
        .patch(&edge(above), json!({"policy": "SUMMARY"}))
        .await
        .ok();
    let shown = preview(&owner, project, below).await;
    assert_eq!(
        entered(&shown),
        [(above, "SUMMARY".to_owned()), (between, "FULL".to_owned())]
    );
    assert_eq!(shown["manifest"]["items"][0]["because"], "POLICY");
    assert_eq!(
        shown["messages"][0]["content"],
        "Summary of an earlier step: Short."
    );

    owner
        .patch(&edge(between), json!({"policy": "EXCLUDE"}))
        .await
        .ok();
    let shown = preview(&owner, project, below).await;
    assert!(entered(&shown).iter().all(|(_, how)| how == "EXCLUDED"));
    assert_eq!(shown["messages"].as_array().expect("a list").len(), 1);

    // A second way that lets everything through is the one that counts.
    owner.connect(project, above, below).await;
    let shown = preview(&owner, project, below).await;
    assert_eq!(
        entered(&shown),
        [(above, "FULL".to_owned()), (between, "EXCLUDED".to_owned())]
    );
}

#[tokio::test]
async fn what_does_not_fit_is_named_the_pinned_stay_and_the_far_go_first() {
    let provider = Provider::start().await;
    let app = super::generations::with_models(&provider, &["small"], |_| {}).await;
    let (project, owner, []) = app.project([]).await;
    // The model takes 1,000 tokens, of which 200 are for the answer.
    let long = "word ".repeat(150);
    let mut nodes: Vec<NodeId> = Vec::new();
    for place in 0..8 {
        let parents: Vec<NodeId> = nodes.last().copied().into_iter().collect();
        let body = json!({
            "prompt": format!("Question {place}?"), "response": long, "parentIds": parents,
            "summary": "s", "pinned": place == 0,
        });
        nodes.push(node(&owner, project, body).await);
    }
    let body = json!({"prompt": "Now?", "parentIds": [nodes[7]]});
    let last = node(&owner, project, body).await;

    let shown = preview(&owner, project, last).await;

    let how: Vec<String> = entered(&shown).into_iter().map(|(_, how)| how).collect();
    assert_eq!(how[0], "FULL", "pinned: {how:?}");
    assert_eq!(how[7], "FULL", "nearest: {how:?}");
    assert!(how[1..4].iter().all(|how| how == "SUMMARY"), "{how:?}");
    let manifest = &shown["manifest"];
    assert!(manifest["tokens"].as_u64() <= manifest["tokensMax"].as_u64());
    assert_eq!(manifest["tokensMax"], 800);
    let path = project.nodes();
    let body = json!({"prompt": "word ".repeat(2_000), "position": {"x": 0, "y": 0}});
    let huge = owner.post(&path, body).await.expect(201);
    let path = format!("{path}/{}/context", huge["id"].as_str().expect("an id"));
    let refused = owner.get(&path).await.expect(422);
    assert_eq!(refused["code"], "context_too_large");
}

#[tokio::test]
async fn one_context_has_one_fingerprint_whatever_ids_and_databases_there_are() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;
    let path = project.path();
    let system = json!({"systemPrompt": "Be brief."});
    owner.patch(&path, system).await.ok();
    let body = json!({"prompt": "Seas?", "response": "Many."});
    let above = node(&owner, project, body).await;
    let body = json!({"prompt": "Which colour?", "parentIds": [above]});
    let below = node(&owner, project, body).await;
    let how = "model=offline/echo&temperature=0.5&maxTokens=50";

    let shown = owner
        .get(&format!("{path}/nodes/{below}/context?{how}"))
        .await;

    // As docs/decisions/015 has it.
    let text = |role: u8, text: &str| [vec![role], Sha256::digest(text).to_vec()].concat();
    let hashed = [
        b"nonlinear context 2\0".to_vec(),
        text(2, "Seas?"),
        text(3, "Many."),
        b"\0offline/echo\0\x01".to_vec(),
        0.5_f64.to_be_bytes().to_vec(),
        50_u32.to_be_bytes().to_vec(),
        text(1, "Be brief."),
        text(2, "Which colour?"),
    ];
    let fingerprint = hex::encode(Sha256::digest(hashed.concat()));
    assert_eq!(shown.expect(200)["manifest"]["fingerprint"], fingerprint);
    assert_eq!(
        fingerprint,
        "372382cb388ee62b8682bb5b31f204306f41514214958de9d88ec945e2d17355"
    );
}
