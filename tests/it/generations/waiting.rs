//! Waiting: more than a project may run at once waits for its turn.

use kernel::{NodeId, ProjectId};
use serde_json::json;

use super::with_models;
use crate::kit::{Beat, Client, Paths, Provider, Reply};

async fn cancel(client: &Client, project: ProjectId, node: NodeId) {
    let ops = json!({"ops": [{"op": "generation.cancel", "data": {"nodeId": node}}]});
    let path = project.ops();
    client.post(&path, ops).await.expect(200);
}

#[tokio::test]
async fn who_gives_up_waiting_leaves_no_place_free_and_who_ends_does() {
    let provider = Provider::start().await;
    provider.usually(Reply::Stream(vec![Beat::Hang]));
    let app = with_models(&provider, &["one"], |settings| {
        settings.generation.at_once_per_project = 1;
    })
    .await;
    let (project, owner, []) = app.project([]).await;
    let mut nodes = Vec::new();
    for prompt in ["First?", "Second?", "Third?"] {
        let node = owner.create_node(project, prompt).await;
        owner.generate(project, node, json!({})).await;
        nodes.push(node);
    }
    assert_eq!(app.open_jobs().await, 1);

    cancel(&owner, project, nodes[1]).await;
    assert_eq!(app.open_jobs().await, 1);

    cancel(&owner, project, nodes[0]).await;
    crate::kit::until("the third is asked", async || {
        let asked = provider.asked();
        let last = asked.last().map(|asked| asked.body["messages"].to_string());
        last.is_some_and(|messages| messages.contains("Third?"))
    })
    .await;
    cancel(&owner, project, nodes[2]).await;
    app.jobs_done().await;
}
