//! T6 and B8: whenever the server is killed, a task goes on after its last recorded step, and each edit is made once.

use std::time::Duration;

use serde_json::{Value, json};

use crate::kit::{Beat, PASSWORD, Paths, Program, Provider, Reply, long, parsed, text, until};

/// A lease short enough that a test need not wait for it long.
const LEASE_MS: u64 = 1_000;
/// As often as an agent may repeat itself.
const EDITS: usize = 6;

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

#[tokio::test]
async fn b8_a_task_goes_on_after_its_last_step_and_makes_each_edit_once_whenever_it_is_killed() {
    let provider = Provider::start().await;
    provider.offer(&["one"]);
    provider.usually(creating());
    let program = Program::new()
        .await
        .with("NONLINEAR_RATES__ENABLED", "false")
        .with("NONLINEAR_JOBS__LEASE_MS", &LEASE_MS.to_string())
        .with("NONLINEAR_AUTH__ACCESS_TOKEN_SECONDS", "7200")
        .with("OPENAI_BASE_URL", &provider.base_url());
    let mut serving = program.serve(&["serve"]);
    let (_, mut client) = serving.ready().await;
    let body = json!({"email": "owner@example.org", "password": PASSWORD});
    let registered = client.post("/auth/register?tokens=body", body).await;
    let login = registered.expect(201);
    let rounds = if long() { 300 } else { 3 };
    let agent = client.logged_in(&login).create_agent("writer").await;
    for round in 0..rounds {
        let mut owner = client.logged_in(&login);
        let project = owner.create_project("Killed").await;
        let body = json!({"agentId": agent, "role": "EDITOR"});
        owner.post(&project.agents(), body).await.expect(201);
        let before = provider.asked().len();
        let task = owner.start_task(project, &agent, "Make nodes.").await;
        // Before, within and after each of the calls, by turns.
        let calls = 1 + round % EDITS;
        until("the model is asked", async || {
            provider.asked().len() >= before + calls
        })
        .await;

        drop(serving);
        serving = program.serve(&["serve"]);
        (_, client) = serving.ready().await;
        owner = client.logged_in(&login);

        let ended = owner.task_when(project, &task, "FAILED").await;
        assert_eq!(ended["error"]["code"], "loop", "{ended}");
        let graph = owner.get(&project.graph()).await.expect(200);
        assert_eq!(graph["nodes"].as_array().map(Vec::len), Some(EDITS));
        let steps = owner.steps_of(project, &task).await;
        let used = steps.iter().filter(|step| step["kind"] == "TOOL");
        let made: Vec<bool> = used
            .map(|step| step["content"]["isError"] == Value::Bool(false))
            .collect();
        assert_eq!(made, [true; EDITS], "{steps:?}");
        let events = owner.get(&project.events_after(0)).await.expect(200);
        let events: Vec<Value> = parsed(&events["events"]);
        let ends = events
            .iter()
            .filter(|event| text(&event["op"]) == "task.end");
        assert_eq!(ends.count(), 1);
    }
    drop(serving);
    drop(provider);
    program.remove().await;
}
