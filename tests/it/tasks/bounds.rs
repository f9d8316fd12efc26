//! What agents may not: reach further than who starts them, wake each other without end, or cost nothing.

use std::time::Duration;

use kernel::ProjectId;
use serde_json::{Value, json};

use super::world;
use crate::kit::{Beat, Client, Paths, Provider, Reply, parsed, text, until};

#[tokio::test]
async fn a_token_starts_agents_only_if_it_may_do_itself_what_they_do() {
    let provider = Provider::start().await;
    let (app, project, owner, agent) = world(&provider).await;
    provider.usually(Reply::finish("Done."));
    let token = async |scopes: Value| {
        let body = json!({"name": "t", "scopes": scopes});
        let made = owner.post("/users/me/tokens", body).await.expect(201);
        (owner.with_token(text(&made["token"])), made)
    };
    let body = json!({"agentId": agent, "prompt": "Read all."});
    for scopes in [
        json!(["run"]),
        json!(["run", "agent"]),
        json!(["run", "graph"]),
    ] {
        let (narrow, _) = token(scopes).await;
        let refused = narrow.post(&project.tasks(), body.clone()).await;
        refused.problem(403, "insufficient_scope");
        let ops = json!({"ops": [{"op": "task.start", "data": body}]});
        let refused = narrow.post(&project.ops(), ops).await;
        refused.problem(403, "insufficient_scope");
    }
    let (wide, made) = token(json!(["run", "agent", "graph"])).await;
    let started = wide.post(&project.tasks(), body).await.expect(202);
    owner
        .task_when(project, text(&started["id"]), "COMPLETED")
        .await;

    // What it started ends with it.
    provider.usually(Reply::calls(&[(
        "ask_person",
        json!({"question": "Well?"}),
    )]));
    let task = wide.start_task(project, &agent, "Ask.").await;
    owner.task_when(project, &task, "WAITING").await;
    let path = format!("/users/me/tokens/{}", text(&made["id"]));
    owner.delete(&path).await.expect(204);
    let say = format!("{}/messages", project.task(&task));
    owner.post(&say, json!({"text": "Go on"})).await.expect(201);
    let failed = owner.task_when(project, &task, "FAILED").await;
    assert_eq!(failed["error"]["code"], "not_allowed");
    app.jobs_done().await;
}

#[tokio::test]
async fn what_was_answered_before_a_task_was_cancelled_is_paid_for() {
    let provider = Provider::start().await;
    let (app, project, owner, agent) = world(&provider).await;
    provider.then([Reply::Stream(vec![
        Beat::Text("Many words that somebody had written. ".repeat(20)),
        Beat::Hang,
    ])]);
    let task = owner.start_task(project, &agent, "Write.").await;
    let stream = format!("{}/stream", project.task(&task));
    until("words came", async || {
        let steps = owner.get(&project.task(&task)).await.expect(200);
        steps["status"] == "RUNNING" && !provider.asked().is_empty()
    })
    .await;
    let path = format!("{}/cancel", project.task(&task));
    owner.post(&path, Value::Null).await.expect(200);

    app.jobs_done().await;

    let used = owner.get(&project.task(&task)).await.expect(200)["used"].clone();
    assert!(used["tokensIn"].as_i64() > Some(0), "{used}");
    let told = owner.get(&stream).await;
    assert!(told.text.contains("CANCELLED"), "{}", told.text);
}

#[tokio::test]
async fn agents_that_mention_each_other_come_to_an_end() {
    let provider = Provider::start().await;
    let (app, project, owner, researcher) = world(&provider).await;
    let critic = owner.add_agent(project, "critic", "EDITOR").await;
    for agent in [&researcher, &critic] {
        let body = json!({
            "agentId": agent, "name": "Called", "prompt": "Answer.", "event": "MENTION",
            "perHourMax": 60,
        });
        owner.post(&project.schedules(), body).await.expect(201);
    }
    let call = json!({"prompt": "@critic and @researcher, go on", "parentIds": []});
    provider.usually(Reply::calls(&[
        ("create_node", call),
        ("finish", json!({"result": "Called."})),
    ]));

    owner.create_node(project, "@critic, begin").await;

    app.jobs_done().await;
    let tasks = owner.get(&project.tasks()).await.expect(200);
    let tasks: Vec<Value> = parsed(&tasks["items"]);
    assert_eq!(tasks.len(), 4, "{tasks:?}");
    assert!(tasks.iter().all(|task| task["status"] == "COMPLETED"));
}

#[tokio::test]
async fn an_answer_that_an_agent_had_asked_for_does_not_wake_it() {
    let provider = Provider::start().await;
    let (app, project, owner, agent) = world(&provider).await;
    let node = owner.create_node(project, "Why?").await;
    let body = json!({
        "agentId": agent, "name": "After", "prompt": "Look.", "event": "NODE_COMPLETED",
    });
    owner.post(&project.schedules(), body).await.expect(201);
    provider.then([
        Reply::calls(&[("generate", json!({"nodeId": node}))]),
        Reply::finish("Asked."),
    ]);
    provider.usually(Reply::text("An answer."));

    let task = owner.start_task(project, &agent, "Ask it.").await;

    owner.task_when(project, &task, "COMPLETED").await;
    app.jobs_done().await;
    let tasks = owner.get(&project.tasks()).await.expect(200);
    assert_eq!(tasks["items"].as_array().map(Vec::len), Some(1), "{tasks}");
}

#[tokio::test]
async fn two_tools_under_one_id_are_two() {
    let provider = Provider::start().await;
    let (_app, project, owner, agent) = world(&provider).await;
    let call = |index: usize, prompt: &str| {
        let arguments = json!({"prompt": prompt}).to_string();
        json!({
            "index": index, "id": "same", "type": "function",
            "function": {"name": "create_node", "arguments": arguments},
        })
    };
    let calls = json!([call(0, "One"), call(1, "Two")]);
    provider.then([
        Reply::Stream(vec![
            Beat::Chunk(json!({"choices": [{"index": 0, "delta": {"tool_calls": calls}}]})),
            Beat::Finish("tool_calls"),
            Beat::Done,
        ]),
        Reply::finish("Both."),
    ]);

    let task = owner.start_task(project, &agent, "Make two.").await;

    owner.task_when(project, &task, "COMPLETED").await;
    let graph = owner.get(&project.graph()).await.expect(200);
    assert_eq!(graph["nodes"].as_array().map(Vec::len), Some(2));
}

#[tokio::test]
async fn a_question_that_nobody_answers_ends_its_task_and_frees_what_was_reserved() {
    let provider = Provider::start().await;
    let (app, project, owner, agent) = world(&provider).await;
    provider.usually(Reply::calls(&[(
        "ask_person",
        json!({"question": "Well?"}),
    )]));
    let deadline = (app.now() + Duration::from_secs(300)).to_rfc3339();
    let body = json!({"agentId": agent, "prompt": "Ask.", "deadline": deadline});
    let started = owner.post(&project.tasks(), body).await.expect(202);
    let task = text(&started["id"]);
    owner.task_when(project, task, "WAITING").await;

    app.clock_shift(Duration::from_secs(301));

    let failed = owner.task_when(project, task, "FAILED").await;
    assert_eq!(failed["error"]["code"], "unanswered");
}

/// An agent that asks fifty nodes at once, each for an answer of 205 tokens, and how many answers it got.
async fn asks_fifty(
    provider: &Provider,
    owner: &Client,
    at: (ProjectId, &str),
    limits: Value,
) -> (usize, Value) {
    let (project, agent) = at;
    let mut asked = Vec::new();
    for number in 0..50 {
        let node = owner.create_node(project, &format!("Why {number}?")).await;
        asked.push(("generate", json!({"nodeId": node})));
    }
    provider.then([Reply::calls(&asked)]);
    provider.usually(Reply::Stream(vec![
        Beat::Text("A long answer.".to_owned()),
        Beat::Finish("stop"),
        Beat::Usage(5, 0, 200),
        Beat::Done,
    ]));
    let body = json!({"agentId": agent, "prompt": "Ask all.", "limits": limits});

    let started = owner.post(&project.tasks(), body).await.expect(202);

    let task = text(&started["id"]);
    owner.task_when(project, task, "FAILED").await;
    let path = format!("{}/steps?limit=100", project.task(task));
    let steps: Vec<Value> = parsed(&owner.get(&path).await.expect(200)["items"]);
    let used = steps.iter().filter(|step| step["kind"] == "TOOL");
    let (refused, done): (Vec<_>, Vec<_>) =
        used.partition(|step| step["content"]["isError"] == true);
    if let Some(refused) = refused.first() {
        let said = text(&refused["content"]["text"]);
        assert!(said.contains("the task has"), "{said}");
    }
    (done.len(), started)
}

#[tokio::test]
async fn answers_that_a_task_asks_for_stay_within_its_limits_and_count_in_its_agents_budget() {
    let provider = Provider::start().await;
    let (app, project, owner, agent) = world(&provider).await;
    let limit = 10_000;
    let budget = json!({"budget": {"tokensPerDay": limit}});
    owner
        .patch(&project.agent(&agent), budget)
        .await
        .expect(200);
    let limits = json!({"tokens": limit, "steps": 200});

    let (answers, task) = asks_fifty(&provider, &owner, (project, &agent), limits).await;

    assert!(answers > 20 && answers < 50, "{answers}");
    app.jobs_done().await;
    let path = project.task(text(&task["id"]));
    let used = owner.get(&path).await.expect(200)["used"].clone();
    let tokens = used["tokensIn"].as_i64().zip(used["tokensOut"].as_i64());
    let tokens = tokens.map_or(0, |(sent, answered)| sent + answered);
    assert!(tokens > limit / 2 && tokens <= limit, "{used}");
    // What the answers took is gone from the agent's day, too.
    let body = json!({"agentId": agent, "prompt": "Ask.", "limits": {"tokens": limit / 2}});
    let another = owner.post(&project.tasks(), body).await;
    another.problem(402, "budget_exceeded");
}

#[tokio::test]
async fn answers_that_a_task_asks_for_cost_no_more_than_the_task_may() {
    let provider = Provider::start().await;
    let (app, project, owner, agent) = world(&provider).await;
    let limits = json!({"cost": 0.015, "steps": 200});

    let (answers, task) = asks_fifty(&provider, &owner, (project, &agent), limits).await;

    assert!(answers > 20 && answers < 50, "{answers}");
    app.jobs_done().await;
    let path = project.task(text(&task["id"]));
    let used = owner.get(&path).await.expect(200)["used"].clone();
    let cost = used["cost"].as_f64().unwrap_or_default();
    assert!(cost > 0.0075 && cost <= 0.015, "{used}");
}

#[tokio::test]
async fn a_waiting_task_ends_with_its_agent_and_says_so() {
    let provider = Provider::start().await;
    let (app, project, owner, agent) = world(&provider).await;
    provider.usually(Reply::calls(&[(
        "ask_person",
        json!({"question": "Well?"}),
    )]));
    let task = owner.start_task(project, &agent, "Ask.").await;
    owner.task_when(project, &task, "WAITING").await;

    owner.delete(&format!("/agents/{agent}")).await.expect(204);

    let ended = owner.task_when(project, &task, "CANCELLED").await;
    assert_eq!(ended["error"]["code"], "agent_gone", "{ended}");
    assert_eq!(ended["waitingFor"], Value::Null);
    app.jobs_done().await;
}

#[tokio::test]
async fn a_model_that_never_ends_ends_its_task_when_its_seconds_or_its_deadline_are_over() {
    let provider = Provider::start().await;
    let (app, project, owner, agent) = world(&provider).await;
    let never = || Reply::Stream(vec![Beat::Text("Hm".to_owned()), Beat::Hang]);
    provider.usually(never());
    let ask = |field: &str, value: Value| {
        let mut body = json!({"agentId": agent, "prompt": "Never end."});
        body[field] = value;
        body
    };

    let body = ask("limits", json!({"seconds": 1}));
    let started = owner.post(&project.tasks(), body).await.expect(202);
    let failed = owner
        .task_when(project, text(&started["id"]), "FAILED")
        .await;
    assert_eq!(failed["error"]["code"], "limit_reached");
    assert!(failed["used"]["tokensIn"].as_i64() > Some(0), "{failed}");
    provider.asked()[0].hung_up().await;

    let deadline = (app.now() + Duration::from_secs(300)).to_rfc3339();
    let body = ask("deadline", json!(deadline));
    let started = owner.post(&project.tasks(), body).await.expect(202);
    until("the model is asked", async || provider.asked().len() == 2).await;
    app.clock_shift(Duration::from_secs(301));
    let failed = owner
        .task_when(project, text(&started["id"]), "FAILED")
        .await;
    assert_eq!(failed["error"]["code"], "deadline");
}
