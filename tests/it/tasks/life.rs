//! What tasks come to: steps, questions, the words of people, ends.

use std::{sync::Arc, time::Duration};

use kernel::{NodeId, ProjectId, Role};
use serde_json::{Value, json};

use tokio::sync::Notify;

use super::{roomy, roomy_with, world};
use crate::kit::{Beat, Client, Listener, Paths, Provider, Reply, parsed, text, until};

fn create(prompt: &str, parents: &[NodeId]) -> (&'static str, Value) {
    (
        "create_node",
        json!({"prompt": prompt, "parentIds": parents}),
    )
}

#[tokio::test]
async fn a_task_reads_edits_asks_a_person_and_finishes_and_every_step_is_kept() {
    let provider = Provider::start().await;
    let (_app, project, owner, agent) = world(&provider).await;
    let node = owner.create_node(project, "What is a river?").await;
    let mut listening = Listener::begin(&owner, project).await;
    provider.then([
        Reply::calls(&[("read_graph", json!({}))]),
        Reply::calls(&[
            create("Where does it begin?", &[node]),
            create("Where does it end?", &[node]),
        ]),
        Reply::calls(&[(
            "edit_node",
            json!({"nodeId": node, "prompt": "What is a river, exactly?", "baseVersion": 1}),
        )]),
        Reply::calls(&[(
            "ask_person",
            json!({"question": "Which river?", "choices": ["Rhine", "Rhône"]}),
        )]),
        Reply::finish("Two questions were opened."),
    ]);

    let task = owner
        .start_task(project, &agent, "Open this question.")
        .await;

    let waiting = owner.task_when(project, &task, "WAITING").await;
    assert_eq!(waiting["waitingFor"]["question"], "Which river?");
    assert_eq!(waiting["waitingFor"]["choices"], json!(["Rhine", "Rhône"]));
    let answer = json!({"text": "The Rhine"});
    let path = format!("{}/messages", project.task(&task));
    owner.post(&path, answer).await.expect(201);
    let done = owner.task_when(project, &task, "COMPLETED").await;
    assert_eq!(
        done["result"],
        json!({"text": "Two questions were opened."})
    );
    assert_eq!(done["waitingFor"], Value::Null);
    assert_eq!(done["used"]["tokensIn"], 500);
    assert_eq!(done["used"]["tokensOut"], 50);

    let last = provider
        .asked()
        .last()
        .expect("it was asked")
        .body
        .to_string();
    assert!(last.contains("A person answered: The Rhine"), "{last}");
    let steps = owner.steps_of(project, &task).await;
    let kinds: Vec<&str> = steps.iter().map(|step| text(&step["kind"])).collect();
    assert_eq!(
        kinds,
        [
            "MODEL", "TOOL", "MODEL", "TOOL", "TOOL", "MODEL", "TOOL", "MODEL", "MESSAGE", "TOOL",
            "MODEL"
        ]
    );
    let (seq, hash) = owner.state(project).await;
    listening.follow_until(seq).await;
    assert_eq!(listening.copy.hash(), hash);
    let graph = owner.get(&project.graph()).await.expect(200);
    assert_eq!(graph["nodes"].as_array().map(Vec::len), Some(3));
    edits_are_the_agents(&owner, project, &agent).await;
}

#[tokio::test]
async fn what_an_agent_uses_counts_as_whose_task_it_is() {
    let provider = Provider::start().await;
    let (_app, project, owner, agent) = world(&provider).await;
    let node = owner.create_node(project, "What is a river?").await;
    provider.then([
        Reply::calls(&[("read_graph", json!({}))]),
        Reply::finish("Read."),
        Reply::finish("Nothing to do."),
    ]);
    let body = json!({"agentId": agent, "prompt": "Read it.", "nodeId": node});
    let started = owner.post(&project.tasks(), body).await.expect(202);
    let task = text(&started["id"]);
    let done = owner.task_when(project, task, "COMPLETED").await;
    let other = owner.start_task(project, &agent, "Rest.").await;
    owner.task_when(project, &other, "COMPLETED").await;

    let usage = async |query: String| {
        let path = format!("{}?{query}", project.usage());
        owner.get(&path).await.expect(200)
    };
    let whole = usage("by=member".to_owned()).await;
    assert_eq!(whole["items"][0]["key"], json!(owner.user_id()), "{whole}");
    assert_eq!(whole["total"]["generations"], 3);
    let whole_cost = whole["total"]["cost"].as_f64().expect("an amount");
    assert!(whole_cost > 0.0);
    // What belongs to no node stands apart.
    let by_node = usage("by=node".to_owned()).await;
    assert_eq!(by_node["items"][0]["key"], json!(node), "{by_node}");
    assert_eq!(by_node["items"][1]["key"], Value::Null);
    assert_eq!(by_node["total"], whole["total"]);
    let there = usage(format!("by=model&node={node}")).await;
    assert_eq!(there["items"][0]["key"], "scripted/one");
    assert_eq!(there["total"]["tokens"]["input"], done["used"]["tokensIn"]);
    assert_eq!(there["total"]["generations"], 2);
}

/// What the agent did is in the log under its name.
async fn edits_are_the_agents(owner: &Client, project: ProjectId, agent: &str) {
    let events = owner.get(&project.events_after(0)).await.expect(200);
    let events = events["events"].as_array().expect("events").clone();
    let edits: Vec<&Value> = events
        .iter()
        .filter(|event| event["actor"]["kind"] == "AGENT")
        .collect();
    assert!(edits.len() >= 3, "{edits:?}");
    assert!(edits.iter().all(|edit| edit["actor"]["id"] == agent));
    assert!(
        edits
            .iter()
            .all(|edit| edit["actor"]["name"] == "researcher")
    );
}

#[tokio::test]
async fn what_a_person_says_is_heard_at_the_next_step() {
    let provider = Provider::start().await;
    let (_app, project, owner, agent) = world(&provider).await;
    provider.then([
        Reply::Stream(vec![
            Beat::Text("Let me think.".to_owned()),
            Beat::Pause(Duration::from_millis(300)),
            Beat::Finish("stop"),
            Beat::Done,
        ]),
        Reply::finish("Heard."),
    ]);
    let task = owner.start_task(project, &agent, "Think.").await;
    until("the model is asked", async || !provider.asked().is_empty()).await;

    let path = format!("{}/messages", project.task(&task));
    owner
        .post(&path, json!({"text": "Hurry up."}))
        .await
        .expect(201);

    owner.task_when(project, &task, "COMPLETED").await;
    let asked = provider.asked();
    assert_eq!(asked.len(), 2);
    assert!(asked[1].body.to_string().contains("Hurry up."));
}

#[tokio::test]
async fn a_plain_answer_ends_the_task_and_is_told_while_it_comes() {
    let provider = Provider::start().await;
    let (_app, project, owner, agent) = world(&provider).await;
    provider.then([Reply::text("All is well here.")]);

    let task = owner.start_task(project, &agent, "Look around.").await;

    let done = owner.task_when(project, &task, "COMPLETED").await;
    assert_eq!(done["result"]["text"], "All is well here.");
    let stream = format!("{}/stream", project.task(&task));
    let told = owner.get(&stream).await;
    assert!(told.text.contains("All is well here."), "{}", told.text);
    assert!(told.text.contains("event: end") && told.text.contains("COMPLETED"));
}

#[tokio::test]
async fn a_cancelled_task_stops_and_writes_nothing_more() {
    let provider = Provider::start().await;
    let (app, project, owner, agent) = world(&provider).await;
    provider.then([Reply::Stream(vec![Beat::Text("Hm".to_owned()), Beat::Hang])]);
    let task = owner.start_task(project, &agent, "Never end.").await;
    until("the model is asked", async || !provider.asked().is_empty()).await;

    let path = format!("{}/cancel", project.task(&task));
    let cancelled = owner.post(&path, Value::Null).await.expect(200);

    assert_eq!(cancelled["status"], "CANCELLED");
    provider.asked()[0].hung_up().await;
    app.jobs_done().await;
    owner.post(&path, Value::Null).await.expect(200);
    let retry = format!("{}/retry", project.task(&task));
    provider.then([Reply::finish("This time.")]);
    let again = owner.post(&retry, Value::Null).await.expect(202);
    assert_ne!(again["id"], task.as_str());
    owner
        .task_when(project, text(&again["id"]), "COMPLETED")
        .await;
}

#[tokio::test]
async fn what_matters_more_is_begun_first() {
    let provider = Provider::start().await;
    let app = roomy_with(&provider, |settings| settings.jobs.tasks_at_once = 1).await;
    let (project, owner, []) = app.project([]).await;
    let agent = owner.add_agent(project, "writer", "EDITOR").await;
    let go_on = Arc::<Notify>::default();
    provider.then([Reply::Stream(vec![
        Beat::Until(go_on.clone()),
        Beat::Text("Done.".to_owned()),
        Beat::Finish("stop"),
        Beat::Done,
    ])]);
    provider.usually(Reply::text("Done."));
    let start = async |prompt: &str, priority: i64| {
        let body = json!({"agentId": agent, "prompt": prompt, "priority": priority});
        let started = owner.post(&project.tasks(), body).await.expect(202);
        text(&started["id"]).to_owned()
    };
    start("Takes the only place.", 0).await;
    until("the place is taken", async || provider.times_asked() == 1).await;

    let tasks = [
        start("Later.", -5).await,
        start("First.", 5).await,
        start("Then.", 0).await,
    ];
    go_on.notify_one();

    for task in &tasks {
        owner.task_when(project, task, "COMPLETED").await;
    }
    let asked: Vec<String> = provider
        .asked()
        .iter()
        .map(|asked| asked.body.to_string())
        .collect();
    for (place, prompt) in ["First.", "Then.", "Later."].into_iter().enumerate() {
        assert!(asked[place + 1].contains(prompt), "{prompt}");
    }
}

#[tokio::test]
async fn an_agent_sees_what_was_selected_first_and_then_the_rest() {
    let provider = Provider::start().await;
    let (_app, project, owner, agent) = world(&provider).await;
    let mut nodes = Vec::new();
    for number in 0..6 {
        nodes.push(
            owner
                .create_node(project, &format!("Thought {number}"))
                .await,
        );
    }
    provider.then([
        Reply::calls(&[("read_graph", json!({}))]),
        Reply::finish("Read."),
    ]);
    let selection = [nodes[4], nodes[2]];
    let body = json!({"agentId": agent, "prompt": "Group these.", "selection": selection});

    let started = owner.post(&project.tasks(), body).await.expect(202);
    let task = text(&started["id"]).to_owned();
    owner.task_when(project, &task, "COMPLETED").await;

    let steps = owner.steps_of(project, &task).await;
    let outline = steps
        .iter()
        .find(|step| step["kind"] == "TOOL")
        .expect("an outline");
    let outline = text(&outline["content"]["text"]);
    let place = |node: &NodeId| outline.find(&node.to_string()).expect("it is listed");
    let last_selected = selection.iter().map(place).max();
    let rest = nodes.iter().filter(|node| !selection.contains(node));
    assert!(last_selected < rest.map(place).min(), "{outline}");
}

#[tokio::test]
async fn an_agent_may_do_no_more_than_the_weakest_of_those_it_acts_for() {
    let provider = Provider::start().await;
    let app = roomy(&provider).await;
    let (project, owner, [admin, editor]) = app.project([Role::Admin, Role::Editor]).await;
    let agent = admin.add_agent(project, "writer", "ADMIN").await;
    let node = owner.create_node(project, "Mine").await;
    provider.then([
        Reply::calls(&[("ask_person", json!({"question": "May I?"}))]),
        Reply::calls(&[create("More", &[node])]),
        Reply::finish("It was not possible."),
    ]);
    let task = editor.start_task(project, &agent, "Add something.").await;
    editor.task_when(project, &task, "WAITING").await;

    // Who added it loses the right that it lives on.
    let body = json!({"role": "VIEWER"});
    owner
        .patch(&project.member(admin.user_id()), body)
        .await
        .expect(200);
    let path = format!("{}/messages", project.task(&task));
    editor.post(&path, json!({"text": "Yes"})).await.expect(201);

    editor.task_when(project, &task, "COMPLETED").await;
    let steps = editor.steps_of(project, &task).await;
    let refused: Vec<&Value> = steps
        .iter()
        .filter(|step| step["content"]["isError"] == true)
        .collect();
    assert_eq!(refused.len(), 1, "{steps:?}");
    let graph = owner.get(&project.graph()).await.expect(200);
    assert_eq!(graph["nodes"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn a_task_stops_after_its_step_when_its_agent_is_paused_and_ends_when_its_person_may_no_more()
{
    let provider = Provider::start().await;
    let app = roomy(&provider).await;
    let (project, owner, [editor]) = app.project([Role::Editor]).await;
    let agent = owner.add_agent(project, "writer", "EDITOR").await;
    let slowly = || {
        Reply::Stream(vec![
            Beat::Pause(Duration::from_millis(300)),
            Beat::Text("Thinking.".to_owned()),
            Beat::Finish("stop"),
            Beat::Done,
        ])
    };
    provider.usually(slowly());
    let task = editor.start_task(project, &agent, "Think.").await;
    until("the model is asked", async || !provider.asked().is_empty()).await;
    owner
        .patch(&project.agent(&agent), json!({"paused": true}))
        .await
        .expect(200);
    editor.task_when(project, &task, "PENDING").await;
    app.jobs_done().await;

    owner
        .patch(&project.agent(&agent), json!({"paused": false}))
        .await
        .expect(200);
    until("it is asked again", async || provider.times_asked() == 2).await;
    owner
        .patch(&project.member(editor.user_id()), json!({"role": "VIEWER"}))
        .await
        .expect(200);

    let failed = owner.task_when(project, &task, "FAILED").await;
    assert_eq!(failed["error"]["code"], "not_allowed");
}

#[tokio::test]
async fn all_agents_of_a_project_are_paused_in_one_change_and_go_on_in_another() {
    let provider = Provider::start().await;
    let (app, project, owner, agent) = world(&provider).await;
    let other = owner.add_agent(project, "writer", "EDITOR").await;
    owner
        .patch(&project.agent(&other), json!({"paused": true}))
        .await
        .expect(200);
    let seq = owner.state(project).await.0;

    let pause = async |paused: bool| {
        let path = project.agents();
        owner
            .patch(&path, json!({"paused": paused}))
            .await
            .expect(204);
        let listed = owner.get(&path).await.expect(200);
        let listed = listed["items"].as_array().cloned().unwrap_or_default();
        assert_eq!(listed.len(), 2);
        assert!(
            listed.iter().all(|agent| agent["paused"] == paused),
            "{listed:?}"
        );
    };
    pause(true).await;
    assert_eq!(owner.state(project).await.0, seq + 1);
    let body = json!({"agentId": agent, "prompt": "Look."});
    owner
        .post(&project.tasks(), body.clone())
        .await
        .problem(409, "conflict");
    pause(true).await;
    assert_eq!(owner.state(project).await.0, seq + 1, "nothing was changed");

    pause(false).await;
    assert_eq!(owner.state(project).await.0, seq + 2, "both in one change");
    provider.usually(Reply::finish("Done."));
    owner.post(&project.tasks(), body).await.expect(202);
    app.jobs_done().await;
    let wrong = owner
        .patch(&project.agents(), json!({"paused": Value::Null}))
        .await;
    wrong.problem(422, "invalid");
}

#[tokio::test]
async fn removing_an_agent_ends_its_tasks_and_pausing_it_makes_them_wait() {
    let provider = Provider::start().await;
    let (_app, project, owner, agent) = world(&provider).await;
    provider.usually(Reply::calls(&[(
        "ask_person",
        json!({"question": "Well?"}),
    )]));
    let paused = json!({"paused": true});
    let asked = owner.start_task(project, &agent, "Ask.").await;
    owner.task_when(project, &asked, "WAITING").await;
    owner
        .patch(&project.agent(&agent), paused)
        .await
        .expect(200);
    let body = json!({"agentId": agent, "prompt": "Now?"});
    let refused = owner.post(&project.tasks(), body).await;
    refused.problem(409, "conflict");
    let path = format!("{}/messages", project.task(&asked));
    owner
        .post(&path, json!({"text": "Go on"}))
        .await
        .expect(201);
    owner.task_when(project, &asked, "PENDING").await;

    provider.usually(Reply::finish("Done."));
    let go_on = json!({"paused": false});
    owner.patch(&project.agent(&agent), go_on).await.expect(200);
    owner.task_when(project, &asked, "COMPLETED").await;

    provider.usually(Reply::calls(&[(
        "ask_person",
        json!({"question": "Well?"}),
    )]));
    let open = owner.start_task(project, &agent, "Ask.").await;
    owner.task_when(project, &open, "WAITING").await;
    owner.delete(&project.agent(&agent)).await.expect(204);
    let ended = owner.task_when(project, &open, "CANCELLED").await;
    assert_eq!(ended["error"]["code"], "agent_gone", "{ended}");
}

#[tokio::test]
async fn an_agent_hands_work_to_another_only_so_far() {
    let provider = Provider::start().await;
    let (_app, project, owner, agent) = world(&provider).await;
    let hand = json!({"agent": "researcher", "prompt": "Go deeper."});
    provider.usually(Reply::calls(&[
        ("hand_to_agent", hand),
        ("finish", json!({"result": "Handed over."})),
    ]));

    owner.start_task(project, &agent, "Go deep.").await;

    let path = format!("{}?limit=50", project.tasks());
    until("all are done", async || {
        let tasks = owner.get(&path).await.expect(200);
        let tasks = tasks["items"].as_array().cloned().unwrap_or_default();
        tasks.len() == 4 && tasks.iter().all(|task| task["status"] == "COMPLETED")
    })
    .await;
    let tasks = owner.get(&path).await.expect(200);
    assert_eq!(tasks["items"][0]["origin"], "AGENT");
    let last = text(&tasks["items"][0]["id"]).to_owned();
    let steps = owner.steps_of(project, &last).await;
    assert_eq!(steps[1]["content"]["isError"], true, "{steps:?}");
}

#[tokio::test]
async fn of_many_tasks_at_once_only_those_run_that_there_is_money_for() {
    let provider = Provider::start().await;
    let (_app, project, owner, agent) = world(&provider).await;
    provider.usually(Reply::Stream(vec![Beat::Hang]));
    let budget = json!({"budget": {"tokensPerDay": 200_000}});
    owner
        .patch(&project.agent(&agent), budget)
        .await
        .expect(200);
    let body = json!({"agentId": agent, "prompt": "Work.", "limits": {"tokens": 20_000}});
    let path = project.tasks();

    let starts = (0..50).map(|_| owner.post(&path, body.clone()));
    let answers = futures::future::join_all(starts).await;

    let (started, refused): (Vec<_>, Vec<_>) = answers
        .into_iter()
        .partition(|answer| answer.status.as_u16() == 202);
    assert_eq!(started.len(), 10);
    for answer in refused {
        answer.problem(402, "budget_exceeded");
    }
    for answer in started {
        let task: String = parsed(&answer.body["id"]);
        let path = format!("{}/cancel", project.task(task));
        owner.post(&path, Value::Null).await.expect(200);
    }
    let listed = owner.get(&project.agents()).await.expect(200);
    assert_eq!(listed["items"][0]["status"], "CANCELLED");
}

#[tokio::test]
async fn statistics_are_zero_without_tasks_and_count_what_was_done() {
    let provider = Provider::start().await;
    let app = roomy(&provider).await;
    let (project, owner, [editor]) = app.project([Role::Editor]).await;
    let agent = owner.add_agent(project, "researcher", "EDITOR").await;
    let node = owner.create_node(project, "Why?").await;
    let path = format!("/agents/{agent}/statistics?days=7");
    let before = owner.get(&path).await.expect(200);
    assert_eq!(before["totalConversations"], 0);
    assert_eq!(before["avgResponseTimeMs"], Value::Null);
    assert_eq!(before["days"].as_array().map(Vec::len), Some(7));
    let none = json!({"count": 0, "mean": null, "helpfulShare": null});
    assert_eq!(before["ratings"], none);
    provider.then([
        Reply::calls(&[("generate", json!({"nodeId": node}))]),
        Reply::finish("Done."),
    ]);
    provider.usually(Reply::text("An answer."));
    let task = owner.start_task(project, &agent, "Ask.").await;
    owner.task_when(project, &task, "COMPLETED").await;
    app.jobs_done().await;
    rate_the_answer(
        project,
        node,
        &owner,
        json!({"rating": 4, "isHelpful": true}),
    )
    .await;
    rate_the_answer(
        project,
        node,
        &editor,
        json!({"rating": 1, "isHelpful": false}),
    )
    .await;

    let after = owner.get(&path).await.expect(200);

    assert_eq!(after["totalConversations"], 1);
    assert_eq!(
        (&after["userMessages"], &after["assistantMessages"]),
        (&json!(1), &json!(2))
    );
    // Those of the answer that it asked for, too.
    assert_eq!(after["totalTokensUsed"], 220 + 12);
    assert!(after["avgResponseTimeMs"].as_i64() > Some(0), "{after}");
    assert!(after["lastConversationDate"].is_string());
    let ratings = json!({"count": 2, "mean": 2.5, "helpfulShare": 0.5});
    assert_eq!(after["ratings"], ratings);
    assert_eq!(after["completed"], 1);
    assert_eq!(after["days"][6]["tasks"], 1);
    assert_eq!(after["days"][6]["tokens"], 232);
    assert_eq!(after["days"][5]["tasks"], 0);
    owner
        .get(&format!("/agents/{agent}/statistics?days=91"))
        .await
        .problem(422, "invalid");
}

async fn rate_the_answer(project: ProjectId, node: NodeId, by: &Client, said: Value) {
    let answered = by.get(&project.node(node)).await.expect(200);
    let attempt = text(&answered["generationId"]);
    let path = format!("{}/feedback", project.attempt(node, attempt));
    by.put(&path, said).await.expect(200);
}

#[tokio::test]
async fn one_opinion_of_each_person_and_answer() {
    let provider = Provider::start().await;
    let (_app, project, owner, _) = world(&provider).await;
    let node = owner.create_node(project, "Why?").await;
    let answered = owner.answer(project, node).await;
    let attempt = text(&answered["generationId"]).to_owned();
    let path = format!("{}/feedback", project.attempt(node, &attempt));

    owner.get(&path).await.problem(404, "not_found");
    let said = json!({"rating": 4, "isHelpful": true});
    let first = owner.put(&path, said).await.expect(200);
    assert_eq!(
        (&first["rating"], &first["isHelpful"]),
        (&json!(4), &json!(true))
    );
    let changed = owner.put(&path, json!({"comment": "Hm"})).await.expect(200);
    assert_eq!(
        (&changed["rating"], &changed["comment"]),
        (&Value::Null, &json!("Hm"))
    );
    let own = owner.get(&path).await.expect(200);
    assert_eq!(own, changed);
    let elsewhere = owner.create_node(project, "Elsewhere?").await;
    let foreign = format!("{}/feedback", project.attempt(elsewhere, &attempt));
    owner.get(&foreign).await.problem(404, "not_found");
    owner
        .put(&path, json!({"rating": 6}))
        .await
        .problem(422, "invalid");
    owner.put(&path, json!({})).await.problem(422, "invalid");
    owner.delete(&path).await.expect(204);
    owner.delete(&path).await.problem(404, "not_found");
    owner.get(&path).await.problem(404, "not_found");
}

#[tokio::test]
async fn of_two_agents_and_two_people_at_one_text_exactly_one_changes_it_and_the_others_are_told() {
    let provider = Provider::start().await;
    let app = roomy(&provider).await;
    let (project, owner, [editor]) = app.project([Role::Editor]).await;
    let first = owner.add_agent(project, "writer", "EDITOR").await;
    let second = owner.add_agent(project, "critic", "EDITOR").await;
    let node = owner.create_node(project, "Nobody's yet").await;
    let edit = json!({"nodeId": node, "prompt": "An agent's", "baseVersion": 1});
    provider.usually(Reply::calls(&[
        ("edit_node", edit),
        ("finish", json!({"result": "Tried."})),
    ]));
    let path = project.node(node);
    let person = json!({"prompt": "A person's"});

    let (one, other, by_owner, by_editor) = futures::join!(
        owner.start_task(project, &first, "Edit."),
        editor.start_task(project, &second, "Edit."),
        owner.patch_at(1, &path, person.clone()),
        editor.patch_at(1, &path, person.clone()),
    );

    let mut changed = [by_owner, by_editor]
        .iter()
        .filter(|answer| answer.status.as_u16() == 200)
        .count();
    for task in [one, other] {
        owner.task_when(project, &task, "COMPLETED").await;
        let steps = owner.steps_of(project, &task).await;
        changed += usize::from(steps[1]["content"]["isError"] == false);
    }
    assert_eq!(changed, 1);
    let now = owner.get(&path).await.expect(200);
    assert_eq!(now["version"], 2);
}
