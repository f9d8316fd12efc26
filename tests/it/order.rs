//! One order for every project, whoever writes and however many at once (T3), and edges that cannot
//! close a cycle even together.

use kernel::Role;
use serde_json::{Value, json};

use crate::kit::{Client, Paths, TestApp, long, parsed};

const WRITERS: usize = 50;

#[tokio::test]
async fn t3_fifty_writers_leave_one_order_without_a_gap() {
    let app = TestApp::start().await;
    let (project, owner, [editor]) = app.project([Role::Editor]).await;
    let writes_each = if long() { 400 } else { 40 };

    let path = project.path();
    let mut writing = Vec::new();
    for writer in 0..WRITERS {
        let client = if writer % 2 == 0 {
            owner.clone()
        } else {
            editor.clone()
        };
        writing.push(tokio::spawn(write_many(client, path.clone(), writes_each)));
    }
    let mut acknowledged = 0;
    for writer in writing {
        acknowledged += writer.await.expect("a writer ends well");
    }

    let events = all_events(&owner, &path).await;
    let seqs: Vec<i64> = events.iter().map(|event| parsed(&event["seq"])).collect();
    let expected: Vec<i64> = (1..).take(seqs.len()).collect();
    assert_eq!(seqs, expected);
    let written = events
        .iter()
        .filter(|event| event["op"] != "project.create")
        .count();
    // One event adds the editor.
    assert_eq!(written - 1, acknowledged);
    let seen_by_other = all_events(&editor, &path).await;
    assert_eq!(events, seen_by_other);
    println!(
        "T3: {acknowledged} writes by {WRITERS} writers, seq 1..{} without a gap",
        seqs.len()
    );
}

/// Creates nodes and moves and edits them, each write awaited; says how many were acknowledged.
async fn write_many(client: Client, project: String, writes: usize) -> usize {
    let mut node = String::new();
    for write in 0..writes {
        match write % 4 {
            0 => {
                let body = json!({ "prompt": "?", "position": { "x": 0, "y": 0 } });
                let created = client
                    .post(&format!("{project}/nodes"), body)
                    .await
                    .expect(201);
                node = parsed(&created["id"]);
            }
            1 => {
                let position = json!([{ "id": node, "x": write, "y": 1 }]);
                let op = json!({ "op": "node.move", "data": { "positions": position } });
                client
                    .post(&format!("{project}/ops"), json!({ "ops": [op] }))
                    .await
                    .expect(200);
            }
            2 => {
                let body = json!({ "metadata": { "write": write } });
                client
                    .patch(&format!("{project}/nodes/{node}"), body)
                    .await
                    .expect(200);
            }
            _ => {
                client
                    .delete(&format!("{project}/nodes/{node}"))
                    .await
                    .expect(204);
            }
        }
    }
    writes
}

async fn all_events(client: &Client, project: &str) -> Vec<Value> {
    let mut events: Vec<Value> = Vec::new();
    loop {
        let after = events
            .last()
            .map_or(0, |event| parsed::<i64>(&event["seq"]));
        let path = format!("{project}/events?after={after}&limit=1000");
        let page = client.get(&path).await.expect(200);
        let mut page: Vec<Value> = parsed(&page["events"]);
        if page.is_empty() {
            return events;
        }
        events.append(&mut page);
    }
}

#[tokio::test]
async fn two_edges_that_together_close_a_cycle_are_never_both_accepted() {
    let app = TestApp::start().await;
    let (project, owner, [editor]) = app.project([Role::Editor]).await;
    let trials = if long() { 1_000 } else { 200 };
    let path = project.edges();

    let mut refused = 0;
    for _ in 0..trials {
        let one = owner.create_node(project, "one").await;
        let two = owner.create_node(project, "two").await;
        let there = owner.post(&path, json!({ "sourceId": one, "targetId": two }));
        let back = editor.post(&path, json!({ "sourceId": two, "targetId": one }));
        let (there, back) = tokio::join!(there, back);
        let mut statuses = [there.status.as_u16(), back.status.as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 409]);
        let loser = if there.status == 409 { there } else { back };
        let problem = loser.problem(409, "cycle");
        assert_eq!(problem["path"].as_array().map(Vec::len), Some(2));
        refused += 1;
    }
    println!("cycles: {trials} trials, {refused} refused");
}
