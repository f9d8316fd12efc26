//! T6 and B8: whenever a server is killed or frozen beyond its lease, a task goes on after its last recorded step, each
//! edit is made once, and the task ends once.

use std::time::Duration;

use kernel::ProjectId;
use serde_json::{Value, json};

use crate::kit::{
    Beat, Client, Outliving, PASSWORD, Paths, Reply, long, on_postgres, parsed, text, until,
};

/// A lease short enough that a test need not wait for it long.
const LEASE_MS: u64 = 1_000;
/// As often as an agent may repeat itself.
const EDITS: usize = 6;
/// Tasks that run at the same time.
const TASKS: usize = 4;

/// A model that wants the same node to be made, again and again, and takes its time.
fn creating() -> Reply {
    let arguments = json!({"prompt": "One more", "position": {"x": 0, "y": 0}}).to_string();
    let call = json!({
        "index": 0, "id": "call", "type": "function",
        "function": {"name": "create_node", "arguments": arguments},
    });
    Reply::Stream(vec![
        Beat::Pause(Duration::from_millis(60)),
        Beat::Chunk(json!({"choices": [{"index": 0, "delta": {"tool_calls": [call]}}]})),
        Beat::Finish("tool_calls"),
        Beat::Done,
    ])
}

/// Waits until the model was asked so often since.
async fn asked(world: &Outliving, before: usize, calls: usize) {
    until("the model is asked", async || {
        world.provider.times_asked() >= before + calls
    })
    .await;
}

/// The login of somebody with an agent.
async fn register(client: &Client) -> (Value, String) {
    let body = json!({"email": "owner@example.org", "password": PASSWORD});
    let registered = client.post("/auth/register?tokens=body", body).await;
    let login = registered.expect(201);
    let agent = client.logged_in(&login).create_agent("writer").await;
    (login, agent)
}

/// A project in which the agent works.
async fn project_of(owner: &Client, agent: &str) -> ProjectId {
    let project = owner.create_project("Killed").await;
    let body = json!({"agentId": agent, "role": "EDITOR"});
    owner.post(&project.agents(), body).await.expect(201);
    project
}

/// That each task made each of its edits once, and ended once.
async fn made_once(owner: &Client, project: ProjectId, tasks: &[String]) {
    for task in tasks {
        let ended = owner.task_when(project, task, "FAILED").await;
        assert_eq!(ended["error"]["code"], "loop", "{ended}");
        let steps = owner.steps_of(project, task).await;
        let used = steps.iter().filter(|step| step["kind"] == "TOOL");
        let made: Vec<bool> = used
            .map(|step| step["content"]["isError"] == Value::Bool(false))
            .collect();
        assert_eq!(made, [true; EDITS], "{steps:?}");
    }
    let graph = owner.get(&project.graph()).await.expect(200);
    let nodes = graph["nodes"].as_array().map(Vec::len);
    assert_eq!(nodes, Some(EDITS * tasks.len()));
    let path = format!("{}&limit=1000", project.events_after(0));
    let events = owner.get(&path).await.expect(200);
    let events: Vec<Value> = parsed(&events["events"]);
    let ends = events
        .iter()
        .filter(|event| text(&event["op"]) == "task.end");
    assert_eq!(ends.count(), tasks.len());
}

#[tokio::test]
async fn b8_a_task_goes_on_after_its_last_step_and_makes_each_edit_once_whenever_it_is_killed() {
    let world = Outliving::make(creating(), LEASE_MS).await;
    let (mut serving, mut client) = world.rise().await;
    let (login, agent) = register(&client).await;
    let rounds = if long() { 300 } else { 3 };
    for round in 0..rounds {
        let owner = client.logged_in(&login);
        let project = project_of(&owner, &agent).await;
        let before = world.provider.times_asked();
        let task = owner.start_task(project, &agent, "Make nodes.").await;
        // Before, within and after each of the calls, by turns.
        asked(&world, before, 1 + round % EDITS).await;

        drop(serving);
        (serving, client) = world.rise().await;

        made_once(&client.logged_in(&login), project, &[task]).await;
    }
    drop(serving);
    world.remove().await;
}

#[tokio::test]
async fn t6_every_task_ends_once_whichever_worker_is_killed_or_frozen_beyond_its_lease() {
    if !on_postgres() {
        return;
    }
    let world = Outliving::make(creating(), LEASE_MS).await;
    let rounds = if long() { 250 } else { 3 };
    let (mut one, mut client) = world.rise().await;
    let (mut other, _) = world.rise().await;
    let (login, agent) = register(&client).await;
    let (mut stops, mut kills) = (0, 0);
    for round in 0..rounds {
        let owner = client.logged_in(&login);
        let project = project_of(&owner, &agent).await;
        let before = world.provider.times_asked();
        let mut tasks = Vec::new();
        for _ in 0..TASKS {
            tasks.push(owner.start_task(project, &agent, "Make nodes.").await);
        }
        asked(&world, before, 1 + round % (EDITS * TASKS)).await;
        if round % 5 < 2 {
            // The others take over what a frozen worker holds; awake again, it has nothing to write.
            other.freeze(true);
            made_once(&owner, project, &tasks).await;
            other.freeze(false);
            made_once(&owner, project, &tasks).await;
            stops += 1;
        } else {
            drop(one);
            (one, client) = world.rise().await;
            drop(other);
            (other, _) = world.rise().await;
            made_once(&client.logged_in(&login), project, &tasks).await;
            kills += 2;
        }
    }
    println!(
        "{} tasks, each ended once, amid {kills} kills and {stops} stops",
        rounds * TASKS
    );
    drop((one, other));
    world.remove().await;
}
