//! What a task changed, as one: taken back, or accepted first.

use serde_json::{Value, json};

use super::world;
use crate::kit::{Paths, Provider, Reply, parsed, text};

#[tokio::test]
async fn all_that_a_task_changed_is_one_change_set_that_can_be_taken_back() {
    let provider = Provider::start().await;
    let (_app, project, owner, agent) = world(&provider).await;
    let node = owner.create_node(project, "First").await;
    let (_, before) = owner.state(project).await;
    provider.then([
        Reply::calls(&[("create_node", json!({"prompt": "New", "parentIds": [node]}))]),
        Reply::calls(&[(
            "edit_node",
            json!({"nodeId": node, "prompt": "First, better", "baseVersion": 1}),
        )]),
        Reply::finish("Two changes."),
    ]);
    let task = owner.start_task(project, &agent, "Improve it.").await;

    let done = owner.task_when(project, &task, "COMPLETED").await;

    let sets = owner.get(&project.changesets()).await.expect(200);
    let sets: Vec<Value> = parsed(&sets["items"]);
    assert_eq!(sets.len(), 1, "{sets:?}");
    assert_eq!(sets[0]["id"], done["changeSetId"]);
    assert_eq!(sets[0]["actor"]["name"], "researcher");
    let path = project.changeset(text(&done["changeSetId"]), "revert");
    owner.post(&path, json!({})).await.ok();
    let graph = owner.get(&project.graph()).await.expect(200);
    assert_eq!(graph["nodes"].as_array().map(Vec::len), Some(1));
    assert_eq!(graph["nodes"][0]["prompt"], "First");
    let (_, after) = owner.state(project).await;
    assert_ne!(before, after, "the version of the node went on");
}

#[tokio::test]
async fn what_an_agent_proposes_changes_nothing_until_somebody_accepts_it_even_in_part() {
    let provider = Provider::start().await;
    let (_app, project, owner, agent) = world(&provider).await;
    let node = owner.create_node(project, "First").await;
    let propose = json!({"mode": "PROPOSE"});
    owner
        .patch(&project.agent(&agent), propose)
        .await
        .expect(200);
    let create = |prompt: &str| {
        (
            "create_node",
            json!({"prompt": prompt, "parentIds": [node]}),
        )
    };
    provider.then([
        Reply::calls(&[create("One"), create("Two")]),
        Reply::calls(&[("generate", json!({"nodeId": node}))]),
        Reply::finish("Proposed."),
    ]);
    let (_, before) = owner.state(project).await;

    let task = owner.start_task(project, &agent, "Go on.").await;

    let done = owner.task_when(project, &task, "COMPLETED").await;
    let (_, after) = owner.state(project).await;
    assert_eq!(before, after);
    let steps = owner.steps_of(project, &task).await;
    assert!(
        text(&steps[1]["content"]["text"]).contains("proposed"),
        "{steps:?}"
    );
    assert_eq!(steps[4]["content"]["isError"], true, "{steps:?}");
    let set = text(&done["changeSetId"]);
    let accept = project.changeset(set, "accept");
    owner.post(&accept, json!({"items": [2]})).await.ok();
    let graph = owner.get(&project.graph()).await.expect(200);
    let prompts: Vec<&str> = graph["nodes"]
        .as_array()
        .expect("nodes")
        .iter()
        .map(|node| text(&node["prompt"]))
        .collect();
    assert_eq!(prompts, ["First", "Two"]);
}
