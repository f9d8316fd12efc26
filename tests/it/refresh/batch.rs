//! A refresh is one thing: it is listed, shows its counts, and can be cancelled.

use kernel::{NodeId, ProjectId, Role};
use serde_json::{Value, json};

use super::{change, diamond, ended, nodes};
use crate::generations::with_models;
use crate::kit::{
    Beat, Client, Listener, Paths, Provider, Reply, TestApp, generated, parsed, until,
};

/// Begins a refresh of everything; its id.
async fn begin(client: &Client, project: ProjectId) -> String {
    let path = project.refresh();
    let started = client.post(&path, json!({})).await.expect(202);
    parsed(&started["refresh"]["refresh"])
}

fn counts(refresh: &Value) -> [i64; 3] {
    ["totalJobs", "pendingJobs", "failedJobs"].map(|count| parsed(&refresh[count]))
}

#[tokio::test]
async fn refreshes_are_listed_the_newest_first_with_what_they_came_to() {
    let app = TestApp::start().await;
    let (project, owner, [viewer]) = app.project([Role::Viewer]).await;
    let [top, ..] = diamond(&owner, project).await;
    let mut viewing = Listener::begin(&owner, project).await;
    change(&owner, project, top, "Summit?").await;
    let first = begin(&owner, project).await;
    ended(&mut viewing).await;
    let mut begun = vec![first.clone()];
    for _ in 0..3 {
        begun.push(begin(&owner, project).await);
        ended(&mut viewing).await;
    }
    begun.reverse();

    let path = project.at("refreshes");
    let listed = viewer.all(&path, 2).await;
    let one = viewer.get(&format!("{path}/{first}")).await.expect(200);

    let ids: Vec<String> = listed
        .iter()
        .map(|refresh| parsed(&refresh["id"]))
        .collect();
    assert_eq!(ids, begun);
    assert_eq!(listed[3], one);
    assert_eq!(
        (&one["state"], &one["name"], counts(&one)),
        (&json!("COMPLETED"), &json!("generation.refresh"), [4, 0, 0])
    );
    assert_eq!(one["requestedBy"], json!(owner.user_id()));
    assert_eq!(one["failedJobIds"], json!([]));
    assert_eq!(one["options"]["ran"].as_array().map(Vec::len), Some(4));
    assert_eq!(one["options"]["left"], json!([]));
    assert_eq!(one["cancelledAt"], Value::Null);
    assert!(one["finishedAt"].is_string(), "{one}");
    assert_eq!(counts(&listed[0]), [0, 0, 0]);
    let elsewhere = owner.create_project("Elsewhere").await;
    let other = elsewhere.at("refreshes");
    assert_eq!(owner.all(&other, 2).await.len(), 0);
    let other = owner.get(&format!("{other}/{first}")).await;
    other.problem(404, "not_found");
}

#[tokio::test]
async fn a_refresh_names_the_runs_that_failed_and_the_nodes_that_are_left() {
    let provider = Provider::start().await;
    provider.usually(Reply::text("Fine."));
    let app = with_models(&provider, &["one"], |_| {}).await;
    let (project, owner, []) = app.project([]).await;
    let [top, left, right, bottom] = diamond(&owner, project).await;
    change(&owner, project, top, "Summit?").await;
    let mut viewing = Listener::begin(&owner, project).await;
    provider.usually(Reply::status(401));

    let id = begin(&owner, project).await;
    let (_, events) = ended(&mut viewing).await;

    let path = project.at(&format!("refreshes/{id}"));
    let refresh = owner.get(&path).await.expect(200);
    assert_eq!(
        (&refresh["state"], counts(&refresh)),
        (&json!("FAILED"), [1, 0, 1])
    );
    let failed = events
        .iter()
        .find(|event| event["op"] == "generation.end")
        .map(|event| &event["data"]["generation"]);
    assert_eq!(refresh["failedJobIds"], json!([failed]));
    let mut left_over: Vec<NodeId> = parsed(&refresh["options"]["left"]);
    let mut expected = [left, right, bottom];
    left_over.sort();
    expected.sort();
    assert_eq!(left_over, expected);
}

#[tokio::test]
async fn a_cancelled_refresh_ends_with_its_runs_and_lets_those_who_wait_go_on() {
    let provider = Provider::start().await;
    provider.usually(Reply::text("Fine."));
    let app = with_models(&provider, &["one"], |settings| {
        settings.generation.at_once_per_project = 1;
    })
    .await;
    let (project, owner, [viewer, editor]) = app.project([Role::Viewer, Role::Editor]).await;
    let [_, left, right, bottom] = diamond(&owner, project).await;
    for (node, prompt) in [(left, "Links?"), (right, "Rechts?")] {
        change(&owner, project, node, prompt).await;
    }
    let mut viewing = Listener::begin(&viewer, project).await;
    let words = Beat::Text("So far".to_owned());
    provider.usually(Reply::Stream(vec![words, Beat::Hang]));
    let id = begin(&owner, project).await;
    until("one of them is being written", async || {
        provider.times_asked() == 5
    })
    .await;
    // It waits for its place behind the one that is being written.
    let waiting = owner.create_node(project, "And else?").await;
    owner.generate(project, waiting, json!({})).await;
    let path = project.at(&format!("refreshes/{id}"));
    let going = viewer.get(&path).await.expect(200);
    provider.usually(Reply::text("Fine again."));

    let refused = viewer.post(&format!("{path}/cancel"), json!({})).await;
    let cancelled = editor.post(&format!("{path}/cancel"), json!({})).await;

    refused.problem(403, "forbidden");
    assert_eq!(
        (&going["state"], counts(&going)),
        (&json!("RUNNING"), [2, 2, 0])
    );
    let cancelled = cancelled.expect(200);
    assert_eq!(
        (&cancelled["state"], counts(&cancelled)),
        (&json!("CANCELLED"), [2, 0, 0])
    );
    assert_eq!(cancelled["cancelledAt"], cancelled["finishedAt"]);
    let (end, events) = ended(&mut viewing).await;
    assert_eq!(end["state"], "CANCELLED");
    let mut ended_runs = nodes(&events, "generation.cancel");
    ended_runs.sort();
    let mut both = [left, right];
    both.sort();
    assert_eq!(ended_runs, both);
    assert_eq!(
        generated(&owner, project, waiting).await["status"],
        "COMPLETED"
    );
    app.jobs_done().await;
    // What is left stale is asked for by nobody.
    assert_eq!(generated(&owner, project, bottom).await["status"], "STALE");
    assert_eq!(provider.times_asked(), 6);
    let again = editor.post(&format!("{path}/cancel"), json!({})).await;
    let problem = again.problem(409, "conflict");
    assert!(
        problem["detail"]
            .as_str()
            .is_some_and(|detail| detail.contains("is over"))
    );
    let (seq, hash) = owner.state(project).await;
    viewing.follow_until(seq).await;
    assert_eq!(viewing.copy.hash(), hash);
}
