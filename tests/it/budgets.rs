//! Budgets: reserved before, settled after, and never overshot.

use std::time::Duration;

use futures::future::join_all;
use kernel::{NodeId, ProjectId, Role};
use serde_json::{Value, json};

use crate::generations::with_models;
use crate::kit::{Beat, Client, Paths, Provider, Reply, TestApp, generated, on_postgres, text};

fn path(project: ProjectId) -> String {
    project.budgets()
}

async fn set(client: &Client, project: ProjectId, items: Value) -> Value {
    let body = json!({"items": items});
    client.put(&path(project), body).await.expect(200)
}

/// The most tokens that asking a node takes, if it may answer with this many.
async fn most(client: &Client, project: ProjectId, node: NodeId, max: i64) -> i64 {
    let preview = format!("{}?maxTokens={max}", project.context(node));
    let preview = client.get(&preview).await.expect(200);
    preview["manifest"]["tokens"].as_i64().expect("a count") + max
}

async fn spent(client: &Client, project: ProjectId) -> Value {
    let usage = client.get(&project.usage()).await;
    usage.expect(200)["budgets"][0]["spent"].clone()
}

async fn cancel_all(client: &Client, project: ProjectId, nodes: &[NodeId]) {
    let ops: Vec<Value> = nodes
        .iter()
        .map(|node| json!({"op": "generation.cancel", "data": {"nodeId": node}}))
        .collect();
    let path = project.ops();
    client.post(&path, json!({"ops": ops})).await.expect(200);
}

#[tokio::test]
async fn of_fifty_at_once_exactly_the_ten_run_that_there_is_money_for() {
    let provider = Provider::start().await;
    // While nobody ends, nothing is settled.
    provider.usually(Reply::Stream(vec![Beat::Hang]));
    let app = with_models(&provider, &["one"], |_| {}).await;
    let (project, owner, []) = app.project([]).await;
    let mut nodes = Vec::new();
    for _ in 0..50 {
        nodes.push(owner.create_node(project, "What is it worth?").await);
    }
    let one = most(&owner, project, nodes[0], 100).await;
    set(
        &owner,
        project,
        json!([{"userId": null, "period": "DAY", "tokensMax": 10 * one}]),
    )
    .await;
    // On Postgres half of them ask another instance.
    let beside = if on_postgres() {
        Some(app.beside().await)
    } else {
        None
    };
    let elsewhere = match &beside {
        Some(app) => app.log_in("owner").await,
        None => owner.clone(),
    };

    let wishes = nodes.iter().enumerate().map(async |(place, node)| {
        let by = if place % 2 == 0 { &owner } else { &elsewhere };
        let path = project.generate(node);
        by.post(&path, json!({"maxTokens": 100})).await
    });
    let answers = join_all(wishes).await;

    let running: Vec<NodeId> = nodes
        .iter()
        .zip(&answers)
        .filter(|(_, answer)| answer.status == 202)
        .map(|(node, _)| *node)
        .collect();
    assert_eq!(running.len(), 10);
    for refused in answers.into_iter().filter(|answer| answer.status != 202) {
        let problem = refused.problem(402, "budget_exceeded");
        let said = text(&problem["detail"]);
        assert!(
            said.contains(&format!("has 0 of {} left for the day", 10 * one)),
            "{said}"
        );
    }
    assert_eq!(spent(&owner, project).await["tokens"], 10 * one);

    // What never was answered costs nothing, and there is room again.
    cancel_all(&owner, project, &running).await;
    assert_eq!(spent(&owner, project).await["tokens"], 0);
    let again = json!({"maxTokens": 100});
    owner.generate(project, nodes[0], again).await;
    cancel_all(&owner, project, &nodes[..1]).await;
    drop(beside);
}

#[tokio::test]
async fn a_reservation_is_settled_to_what_was_used_in_tokens_and_in_money() {
    let provider = Provider::start().await;
    provider.usually(Reply::Stream(vec![
        Beat::Text("Little.".to_owned()),
        Beat::Finish("stop"),
        Beat::Usage(20, 10, 5),
        Beat::Done,
    ]));
    let app = with_models(&provider, &["one"], |_| {}).await;
    let (project, owner, []) = app.project([]).await;
    let node = owner.create_node(project, "How much?").await;
    let one = most(&owner, project, node, 100).await;
    // Enough for one at a time, and for a few that say little.
    let budget = json!({"userId": null, "period": "MONTH", "tokensMax": one + 60, "costMax": 1});
    let said = set(&owner, project, json!([budget])).await;
    assert_eq!(
        said["items"],
        json!([{"userId": null, "period": "MONTH", "tokensMax": one + 60, "costMax": 1.0}])
    );

    let again = json!({"maxTokens": 100, "force": true});
    for times in 1..=3 {
        owner.generate(project, node, again.clone()).await;
        generated(&owner, project, node).await;
        let now = spent(&owner, project).await;
        assert_eq!(now["tokens"], 25 * times);
        // 10 tokens at 1 $, 10 at 0.5 $ and 5 at 2 $ a million.
        let cost = now["cost"].as_f64().expect("a number");
        assert_eq!(format!("{cost:.9}"), format!("0.0000{:02}000", 25 * times));
    }
    let path = project.generate(node);
    let refused = owner.post(&path, again.clone()).await;
    refused.problem(402, "budget_exceeded");
    // Next month there is room again.
    app.clock_shift(Duration::from_secs(32 * 24 * 60 * 60));
    let owner = app.log_in("owner").await;
    owner.generate(project, node, again).await;
    generated(&owner, project, node).await;
}

#[tokio::test]
async fn what_was_written_before_it_was_cancelled_is_paid_for() {
    let provider = Provider::start().await;
    provider.usually(Reply::Stream(vec![
        Beat::Text("A beginning that is kept.".to_owned()),
        Beat::Hang,
    ]));
    let app = with_models(&provider, &["one"], |_| {}).await;
    let (project, owner, []) = app.project([]).await;
    set(
        &owner,
        project,
        json!([{"userId": null, "period": "DAY", "costMax": 1}]),
    )
    .await;
    let node = owner.create_node(project, "How much?").await;
    let started = owner.generate(project, node, json!({})).await;
    let id = text(&started["generation"]["id"]);
    let attempt = project.attempt(node, id);
    crate::kit::until("the beginning is kept", async || {
        owner.get(&attempt).await.expect(200)["text"] != ""
    })
    .await;

    cancel_all(&owner, project, &[node]).await;

    let attempt = owner.get(&attempt).await.expect(200);
    assert_eq!(attempt["state"], "CANCELLED");
    let tokens = &attempt["tokens"];
    assert!(tokens["input"].as_i64() > Some(0) && tokens["output"].as_i64() > Some(0));
    let now = spent(&owner, project).await;
    assert_eq!(now["cost"], attempt["cost"]);
    assert!(now["cost"].as_f64() > Some(0.0));
}

#[tokio::test]
async fn a_members_budget_is_theirs_and_the_dearest_fallback_must_be_paid() {
    let provider = Provider::start().await;
    provider.usually(Reply::text("Yes."));
    let app = with_models(&provider, &["cheap", "dear"], |settings| {
        settings.providers[0].models[1].price_out = 1_000.0;
    })
    .await;
    let (project, owner, [editor]) = app.project([Role::Editor]).await;
    let node = owner.create_node(project, "Who pays?").await;
    let ask = json!({"model": "cheap", "maxTokens": 100, "force": true});
    let generate = project.generate(node);
    set(
        &owner,
        project,
        json!([{"userId": editor.user_id(), "period": "DAY", "costMax": 0.05}]),
    )
    .await;

    editor.post(&generate, ask.clone()).await.expect(202);
    generated(&owner, project, node).await;
    let fallback = json!({"fallbackModels": ["scripted/dear"]});
    let of = project.path();
    owner.patch(&of, fallback).await.expect(200);
    // 100 tokens of the dear one may cost 0.1 $.
    let refused = editor.post(&generate, ask.clone()).await;
    let refused = refused.problem(402, "budget_exceeded");
    assert!(text(&refused["detail"]).contains("your budget"));
    owner.post(&generate, ask).await.expect(202);
    generated(&owner, project, node).await;
}

#[tokio::test]
async fn a_fallback_that_takes_more_is_sent_no_more_than_was_reserved() {
    let provider = Provider::start().await;
    let app = with_models(&provider, &["small", "large"], |settings| {
        settings.providers[0].models[1].context_tokens = 100_000;
        settings.providers[0].models[1].output_tokens = 50;
    })
    .await;
    let (project, owner, []) = app.project([]).await;
    let path = project.path();
    let fallback = json!({"model": "scripted/small", "fallbackModels": ["scripted/large"]});
    owner.patch(&path, fallback).await.expect(200);
    let mut above: Vec<Value> = Vec::new();
    for _ in 0..8 {
        let body = json!({
            "prompt": "Why?", "response": "word ".repeat(150), "summary": "s",
            "position": {"x": 0, "y": 0}, "parentIds": above,
        });
        let made = owner.post(&format!("{path}/nodes"), body).await;
        above = vec![made.expect(201)["id"].clone()];
    }
    let body = json!({"prompt": "And so?", "position": {"x": 0, "y": 0}, "parentIds": above});
    let made = owner.post(&format!("{path}/nodes"), body).await;
    let node = text(&made.expect(201)["id"]).to_owned();
    let before = owner.get(&format!("{path}/nodes/{node}/context")).await;
    let reserved = before.expect(200)["manifest"]["tokens"].clone();
    provider.then([Reply::status(401), Reply::text("Therefore.")]);

    let answered = owner.answer(project, &node).await;

    assert_eq!(answered["llmModel"], "scripted/large");
    assert_eq!(answered["status"], "COMPLETED");
    let asked = provider.asked();
    assert_eq!(asked[1].body["messages"], asked[0].body["messages"]);
    let attempt = text(&answered["generationId"]);
    let attempt = owner
        .get(&format!("{path}/nodes/{node}/generations/{attempt}"))
        .await;
    assert_eq!(attempt.expect(200)["manifest"]["tokens"], reserved);
}

/// Asks what rests on an answer, lets that answer grow before any model is asked, and says what was
/// sent in the end: how many tokens were asked about, how many it is now, and how many were sent.
async fn sent_after_growing(budget: impl AsyncFn(&Client, ProjectId)) -> [i64; 3] {
    let provider = Provider::start().await;
    provider.then([Reply::Stream(vec![Beat::Hang])]);
    provider.usually(Reply::text("Therefore."));
    let app = with_models(&provider, &["one"], |settings| {
        settings.generation.at_once_per_project = 1;
    })
    .await;
    let (project, owner, []) = app.project([]).await;
    let first = owner.create_node(project, "Who goes first?").await;
    let above = owner.create_node(project, "Why?").await;
    let node = owner.create_node(project, "And so?").await;
    owner.connect(project, above, node).await;
    owner
        .generate(project, first, json!({"maxTokens": 50}))
        .await;
    owner
        .generate(project, node, json!({"maxTokens": 50}))
        .await;
    let asked = most(&owner, project, node, 50).await - 50;
    let path = project.node(above);
    let longer = json!({"response": "word ".repeat(300)});
    let headers = [("if-match", "*")];
    owner
        .send(reqwest::Method::PATCH, &path, &headers, longer)
        .await
        .expect(200);
    let now = most(&owner, project, node, 50).await - 50;
    budget(&owner, project).await;

    cancel_all(&owner, project, &[first]).await;

    let answered = generated(&owner, project, node).await;
    assert_eq!(answered["status"], "COMPLETED");
    let attempt = text(&answered["generationId"]);
    let attempt = project.attempt(node, attempt);
    let attempt = owner.get(&attempt).await.expect(200);
    let sent = attempt["manifest"]["tokens"].as_i64().expect("a count");
    [asked, now, sent]
}

#[tokio::test]
async fn a_context_that_grew_while_its_question_waited_is_sent_as_it_is_now() {
    let [asked, now, sent] = sent_after_growing(async |_, _| {}).await;

    assert!(now > asked + 300);
    assert_eq!(sent, now);
}

#[tokio::test]
async fn a_context_that_grew_beyond_the_budget_is_cut_to_what_was_reserved() {
    let [asked, now, sent] = sent_after_growing(async |owner, project| {
        let day = |tokens: Value| json!([{"userId": null, "period": "DAY", "tokensMax": tokens}]);
        set(owner, project, day(json!(1_000_000))).await;
        // What waits and runs has its place in it, and no more.
        let reserved = spent(owner, project).await["tokens"].clone();
        set(owner, project, day(reserved)).await;
    })
    .await;

    assert!(now > asked && sent <= asked, "{asked}, {now}, {sent}");
}

#[tokio::test]
async fn a_fallback_that_is_dearer_than_what_was_reserved_is_not_asked() {
    let provider = Provider::start().await;
    provider.then([Reply::Stream(vec![Beat::Hang]), Reply::status(401)]);
    let app = with_models(&provider, &["cheap", "dear"], |settings| {
        settings.generation.at_once_per_project = 1;
        settings.providers[0].models[1].price_out = 1_000.0;
    })
    .await;
    let (project, owner, []) = app.project([]).await;
    let day = json!([{"userId": null, "period": "DAY", "costMax": 0.02}]);
    set(&owner, project, day).await;
    let first = owner.create_node(project, "Who goes first?").await;
    let node = owner.create_node(project, "And then?").await;
    let ask = json!({"model": "scripted/cheap", "maxTokens": 50});
    owner.generate(project, first, ask.clone()).await;
    owner.generate(project, node, ask).await;
    let fallback = json!({"fallbackModels": ["scripted/dear"]});
    let path = project.path();
    owner.patch(&path, fallback).await.expect(200);

    cancel_all(&owner, project, &[first]).await;

    let failed = generated(&owner, project, node).await;
    assert_eq!(failed["status"], "ERROR");
    assert_eq!(provider.times_asked(), 2);
}

#[tokio::test]
async fn what_the_operator_lets_one_person_use_counts_in_all_their_projects() {
    let provider = Provider::start().await;
    provider.usually(Reply::Stream(vec![Beat::Hang]));
    let app = with_models(&provider, &["one"], |settings| {
        settings.generation.user_tokens_per_day = Some(300);
        settings.generation.user_cost_per_month = Some(100.0);
    })
    .await;
    let (one, owner, [editor]) = app.project([Role::Editor]).await;
    let two = owner.create_project("Two").await;
    let mut nodes = Vec::new();
    for project in [one, two, one, two] {
        nodes.push((project, owner.create_node(project, "Again?").await));
    }
    let wishes = nodes.iter().map(async |(project, node)| {
        let path = project.generate(node);
        owner.post(&path, json!({"maxTokens": 120})).await
    });

    let answers = join_all(wishes).await;

    // Each needs a little more than 120.
    let ran = answers.iter().filter(|answer| answer.status == 202).count();
    assert_eq!(ran, 2);
    for ((project, node), answer) in nodes.iter().zip(answers) {
        if answer.status == 202 {
            cancel_all(&owner, *project, &[*node]).await;
        } else {
            answer.problem(402, "budget_exceeded");
        }
    }
    let (project, node) = nodes[0];
    editor
        .generate(project, node, json!({"maxTokens": 120}))
        .await;
    cancel_all(&owner, project, &[node]).await;
}

#[tokio::test]
async fn budgets_are_for_members_and_one_of_a_kind_and_set_by_who_runs_the_project() {
    let app = TestApp::start().await;
    let (project, owner, [admin, editor, viewer]) =
        app.project([Role::Admin, Role::Editor, Role::Viewer]).await;
    let stranger = app.register("stranger").await;
    let of = |user: &Client| json!({"userId": user.user_id(), "period": "DAY", "tokensMax": 5});
    let whole = json!({"userId": null, "period": "DAY", "tokensMax": 5});
    let put =
        async |by: &Client, items: Value| by.put(&path(project), json!({"items": items})).await;

    for (items, pointer) in [
        (json!([of(&stranger)]), "/items/0/userId"),
        (json!([whole, whole]), "/items/1"),
        (
            json!([of(&editor), {"userId": null, "period": "DAY"}]),
            "/items/1",
        ),
        (
            json!([{"period": "DAY", "tokensMax": -1}]),
            "/items/0/tokensMax",
        ),
        (
            json!([{"period": "DAY", "costMax": 1e9}]),
            "/items/0/costMax",
        ),
        (json!([{"period": "WEEK", "costMax": 1}]), "/items/0/period"),
    ] {
        let refused = put(&owner, items).await.problem(422, "invalid");
        assert_eq!(refused["errors"][0]["pointer"], pointer);
    }
    put(&editor, json!([])).await.problem(403, "forbidden");
    let before = app.audit_count().await;
    let items = json!([of(&editor), whole]);
    let said = put(&admin, items.clone()).await.expect(200);
    assert_eq!(app.audit_count().await, before + 1);
    put(&owner, items).await.expect(200);
    assert_eq!(app.audit_count().await, before + 1);
    assert_eq!(said["items"][0]["userId"], Value::Null);
    assert_eq!(editor.get(&path(project)).await.expect(200), said);
    viewer.get(&path(project)).await.problem(404, "not_found");

    // Of those who left there is nothing to say.
    let member = project.member(editor.user_id());
    owner.delete(&member).await.expect(204);
    let left = owner.get(&path(project)).await.expect(200);
    assert_eq!(left["items"].as_array().map(Vec::len), Some(1));
    put(&owner, left["items"].clone()).await.expect(200);
    put(&owner, json!([])).await.expect(200);
}

#[tokio::test]
async fn what_a_summary_may_need_stays_reserved_until_it_is_there_or_was_tried_in_vain() {
    let provider = Provider::start().await;
    provider.then([
        Reply::text("A long story."),
        Reply::Stream(vec![
            Beat::Pause(Duration::from_secs(1)),
            Beat::Text("A story.".to_owned()),
            Beat::Finish("stop"),
            Beat::Usage(100, 0, 3),
            Beat::Done,
        ]),
        Reply::text("Another one."),
    ]);
    provider.usually(Reply::status(500));
    let app = with_models(&provider, &["one"], |settings| {
        settings.providers[0].models[0].summaries = true;
    })
    .await;
    let (project, owner, []) = app.project([]).await;
    let budget = json!({"userId": null, "period": "DAY", "tokensMax": 10_000});
    set(&owner, project, json!([budget])).await;
    let node = owner.create_node(project, "What happened?").await;

    owner.answer(project, node).await;

    // The answer took 12, and its summary may take more than its longest answer.
    let before = spent(&owner, project).await["tokens"].as_i64();
    assert!(before > Some(200), "{before:?}");
    app.jobs_done().await;
    assert_eq!(spent(&owner, project).await["tokens"], 12 + 103);
    let again = json!({"force": true});
    owner.generate(project, node, again).await;
    generated(&owner, project, node).await;
    app.jobs_done().await;
    assert_eq!(spent(&owner, project).await["tokens"], 12 + 103 + 12);
}

#[tokio::test]
async fn without_any_setting_a_person_spends_ten_dollars_a_day_and_sees_it() {
    let provider = Provider::start().await;
    provider.usually(Reply::Stream(vec![Beat::Hang]));
    let app = with_models(&provider, &["dear"], |settings| {
        // An answer of 100 tokens may cost 1 $.
        settings.providers[0].models[0].price_out = 10_000.0;
    })
    .await;
    let (project, owner, [editor]) = app.project([Role::Editor]).await;
    let ask = async |by: &Client| {
        let node = by.create_node(project, "What is it worth?").await;
        let how = json!({"maxTokens": 100});
        (node, by.post(&project.generate(node), how).await)
    };
    let mut running = Vec::new();
    let refused = loop {
        let (node, answer) = ask(&owner).await;
        if answer.status != 202 {
            break answer;
        }
        running.push(node);
        assert!(running.len() <= 10, "nothing stops it");
    };

    assert_eq!(running.len(), 9);
    let problem = refused.problem(402, "budget_exceeded");
    let said = text(&problem["detail"]);
    assert!(said.contains("of 10.0000 left for the day"), "{said}");
    let budgets = owner.get(&path(project)).await.expect(200);
    let per_person = json!([{"period": "DAY", "tokensMax": null, "costMax": 10.0}]);
    assert_eq!(budgets["perPerson"], per_person);
    let usage = owner.get(&project.usage()).await.expect(200);
    assert_eq!(usage["own"][0]["costMax"], 10.0);
    assert!(
        usage["own"][0]["spent"]["cost"].as_f64() > Some(9.0),
        "{usage}"
    );
    // It is everybody's own.
    let (node, answer) = ask(&editor).await;
    answer.expect(202);
    running.push(node);
    cancel_all(&owner, project, &running).await;
}
