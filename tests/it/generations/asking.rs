//! Asking: who is asked with what, what the answer brings, and that one runs at a time.

use futures::future::join_all;
use kernel::Role;
use serde_json::{Value, json};

use super::with_models;
use crate::kit::{
    Beat, Listener, Paths, Provider, Reply, TestApp, generated, node_data, text, until,
};

#[tokio::test]
async fn without_a_provider_the_offline_model_answers_and_says_so() {
    let app = TestApp::start().await;
    let (project, owner, [viewer]) = app.project([Role::Viewer]).await;
    let mut viewing = Listener::begin(&viewer, project).await;
    let node = owner.create_node(project, "What is a river?").await;

    let answered = owner.answer(project, node).await;

    assert_eq!(answered["status"], "COMPLETED");
    assert_eq!(answered["llmModel"], "offline/echo");
    assert!(answered["llmTokens"].as_i64().expect("a count") > 0);
    let response = answered["response"].as_str().expect("an answer");
    assert!(response.contains("offline model") && response.contains("What is a river?"));
    assert!(answered["summary"].is_string());
    let (seq, hash) = owner.state(project).await;
    viewing.follow_until(seq).await;
    assert_eq!(viewing.copy.hash(), hash);
}

#[tokio::test]
async fn what_is_sent_is_what_the_preview_showed_and_what_was_counted_is_kept() {
    let provider = Provider::start().await;
    provider.then([Reply::Stream(vec![
        Beat::Text("Blue".to_owned()),
        Beat::Text(" and wet.".to_owned()),
        Beat::Finish("stop"),
        Beat::Usage(1_000, 400, 7),
        Beat::Done,
    ])]);
    let app = with_models(&provider, &["one"], |_| {}).await;
    let (project, owner, []) = app.project([]).await;
    let path = project.path();
    owner
        .patch(&path, json!({"systemPrompt": "Be brief."}))
        .await
        .ok();
    let above = json!({"prompt": "Seas?", "response": "Many.", "position": {"x": 0, "y": 0}});
    let above = owner
        .post(&format!("{path}/nodes"), above)
        .await
        .expect(201);
    let below = json!({
        "prompt": "Which colour?", "position": {"x": 0, "y": 0}, "parentIds": [above["id"]],
    });
    let below = owner
        .post(&format!("{path}/nodes"), below)
        .await
        .expect(201);
    let node = below["id"].as_str().expect("an id");
    let preview = format!("{path}/nodes/{node}/context?temperature=0.5&maxTokens=50");
    let preview = owner.get(&preview).await.expect(200);
    assert_eq!(preview["answered"], false);

    let how = json!({"temperature": 0.5, "maxTokens": 50});
    let started = owner.generate(project, node, how).await;
    let answered = generated(&owner, project, node).await;

    let sent = &provider.asked()[0].body;
    assert_eq!(sent["messages"], preview["messages"]);
    assert_eq!(
        sent["messages"],
        json!([
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": "Seas?"},
            {"role": "assistant", "content": "Many."},
            {"role": "user", "content": "Which colour?"},
        ])
    );
    assert_eq!(sent["temperature"], 0.5);
    assert_eq!(answered["response"], "Blue and wet.");
    assert_eq!(answered["llmModel"], "scripted/one");
    assert_eq!(answered["llmTokens"], 1_007);
    // 600 tokens at 1 $, 400 at 0.5 $ and 7 at 2 $ a million.
    assert_eq!(answered["llmCost"], 0.000_814);
    let id = started["generation"]["id"].as_str().expect("an id");
    let detail = format!("{path}/nodes/{node}/generations/{id}");
    let detail = owner.get(&detail).await.expect(200);
    for told in ["items", "tokens", "tokensMax", "fingerprint"] {
        assert_eq!(
            detail["manifest"][told], preview["manifest"][told],
            "{told}"
        );
    }
    assert_eq!(detail["fingerprint"], preview["manifest"]["fingerprint"]);
    assert_eq!(
        detail["tokens"],
        json!({"input": 1_000, "cached": 400, "output": 7})
    );
    assert_eq!(detail["tries"][0]["outcome"], "answered");
    let preview = format!("{path}/nodes/{node}/context?temperature=0.5&maxTokens=50");
    assert_eq!(owner.get(&preview).await.expect(200)["answered"], true);
}

#[tokio::test]
async fn of_ten_wishes_for_one_answer_one_runs() {
    let provider = Provider::start().await;
    provider.usually(Reply::Stream(vec![
        Beat::Text("slowly".to_owned()),
        Beat::Hang,
    ]));
    let app = with_models(&provider, &["one"], |_| {}).await;
    let (project, owner, []) = app.project([]).await;
    let node = owner.create_node(project, "Who?").await;
    let path = project.generate(node);

    let wishes = (0..10).map(|_| owner.post(&path, json!({})));
    let answers = join_all(wishes).await;

    let accepted = answers.iter().filter(|answer| answer.status == 202);
    assert_eq!(accepted.count(), 1);
    for refused in answers.iter().filter(|answer| answer.status != 202) {
        assert_eq!(refused.status, 409);
        assert_eq!(refused.body["code"], "generating");
    }
    cancel(&owner, project, node).await;
}

async fn cancel(client: &crate::kit::Client, project: kernel::ProjectId, node: kernel::NodeId) {
    let ops = json!({"ops": [{"op": "generation.cancel", "data": {"nodeId": node}}]});
    client.post(&project.ops(), ops).await.expect(200);
}

#[tokio::test]
async fn an_unchanged_context_costs_no_call_unless_it_is_forced() {
    let provider = Provider::start().await;
    provider.usually(Reply::text("Yes."));
    let app = with_models(&provider, &["one"], |_| {}).await;
    let (project, owner, []) = app.project([]).await;
    let node = owner.create_node(project, "Sure?").await;
    owner.answer(project, node).await;

    let again = owner.generate(project, node, json!({})).await;
    assert_eq!(again["reused"], true);
    assert_eq!(again["generation"]["isCurrent"], true);
    assert_eq!(provider.times_asked(), 1);

    let forced = owner.generate(project, node, json!({"force": true})).await;
    assert_eq!(forced["reused"], false);
    generated(&owner, project, node).await;
    assert_eq!(provider.times_asked(), 2);

    // Another temperature is another call.
    owner
        .generate(project, node, json!({"temperature": 0}))
        .await;
    generated(&owner, project, node).await;
    assert_eq!(provider.times_asked(), 3);
}

#[tokio::test]
async fn a_generation_is_started_and_cancelled_over_the_socket_too() {
    let provider = Provider::start().await;
    provider.usually(Reply::Stream(vec![Beat::Text("So".to_owned()), Beat::Hang]));
    let app = with_models(&provider, &["one"], |_| {}).await;
    let (project, owner, []) = app.project([]).await;
    let (mut socket, _) = owner.listen(project).await;
    let made = socket.done(project, "node.create", node_data("Why?")).await;
    let node = made["data"]["id"].clone();

    let started = socket
        .done(project, "generation.start", json!({"nodeId": node}))
        .await;
    assert_eq!(started["data"]["nodeStatus"], "GENERATING");
    let delta = socket.next_of("delta").await;
    assert_eq!((&delta["text"], &delta["chunk"]), (&json!("So"), &json!(0)));
    let id = started["data"]["generation"].as_str().expect("an id");
    let attempt = project.attempt(node.as_str().expect("an id"), id);
    until("the first word is kept", async || {
        owner.get(&attempt).await.expect(200)["text"] == "So"
    })
    .await;
    let cancelled = socket
        .done(project, "generation.cancel", json!({"nodeId": node}))
        .await;

    // What came is kept, since there was no answer before, and it is still the model's.
    let data = &cancelled["data"];
    assert_eq!(
        (&data["state"], &data["response"]),
        (&json!("CANCELLED"), &json!("So"))
    );
    assert!(
        data["llmModel"].is_string() && data["llmTokens"].is_number(),
        "{data}"
    );
    // It is known for a part, also by whoever comes later, until somebody writes a whole one.
    assert_eq!(data["isPartial"], true);
    let graph = owner.get(&project.graph()).await.expect(200);
    assert_eq!(graph["nodes"][0]["isPartial"], true);
    provider.asked()[0].hung_up().await;
    let again = socket
        .refused(project, "generation.cancel", json!({"nodeId": node}))
        .await;
    assert_eq!(again["code"], "conflict");

    let whole = json!({"id": node, "baseVersion": data["version"], "response": "So it is."});
    let ops = json!({"ops": [{"op": "node.update", "data": whole}]});
    owner.post(&project.ops(), ops).await.expect(200);
    let graph = owner.get(&project.graph()).await.expect(200);
    assert_eq!(graph["nodes"][0]["isPartial"], Value::Null);
}

#[tokio::test]
async fn an_edit_of_what_is_being_answered_is_refused_or_ends_the_answer_as_the_caller_chose() {
    let provider = Provider::start().await;
    provider.usually(Reply::Stream(vec![Beat::Text("So".to_owned()), Beat::Hang]));
    let app = with_models(&provider, &["one"], |_| {}).await;
    let (project, owner, [editor]) = app.project([Role::Editor]).await;
    let mut editing = Listener::begin(&editor, project).await;
    let node = owner.create_node(project, "Why?").await;
    owner.generate(project, node, json!({})).await;
    until("the model is asked", async || !provider.asked().is_empty()).await;
    let edit = |more: Value| {
        let mut data = json!({"id": node, "baseVersion": 2, "prompt": "Why not?"});
        let more = more.as_object().expect("fields").clone();
        data.as_object_mut().expect("fields").extend(more);
        json!({"ops": [{"op": "node.update", "data": data}]})
    };
    let path = project.ops();

    let refused = editor.post(&path, edit(json!({}))).await;
    assert_eq!(
        (refused.status.as_u16(), &refused.body["code"]),
        (409, &json!("generating"))
    );
    let elsewhere = json!({"id": node, "position": {"x": 5, "y": 5}});
    let ops = json!({"ops": [{"op": "node.update", "data": elsewhere}]});
    editor.post(&path, ops).await.expect(200);

    editor
        .post(&path, edit(json!({"whileGenerating": "CANCEL"})))
        .await
        .expect(200);

    provider.asked()[0].hung_up().await;
    let now = generated(&owner, project, node).await;
    assert_eq!(now["prompt"], "Why not?");
    let (seq, hash) = owner.state(project).await;
    editing.follow_until(seq).await;
    assert_eq!(editing.copy.hash(), hash);
}

#[tokio::test]
async fn whoever_takes_an_answer_away_while_another_comes_has_neither() {
    let provider = Provider::start().await;
    provider.usually(Reply::Stream(vec![Beat::Text("So".to_owned()), Beat::Hang]));
    let app = with_models(&provider, &["one"], |_| {}).await;
    let (project, owner, []) = app.project([]).await;
    let node = owner.create_node(project, "Why?").await;
    let path = project.node(node);
    let headers = [("if-match", "*")];
    let patch = async |fields: Value| {
        let method = reqwest::Method::PATCH;
        owner
            .send(method, &path, &headers, fields)
            .await
            .expect(200)
    };
    patch(json!({"response": "Mine."})).await;
    let started = owner.generate(project, node, json!({})).await;
    let attempt = format!("{path}/generations/{}", text(&started["generation"]["id"]));
    until("the first word is kept", async || {
        owner.get(&attempt).await.expect(200)["text"] == "So"
    })
    .await;

    patch(json!({"response": null, "whileGenerating": "CANCEL"})).await;

    let now = generated(&owner, project, node).await;
    assert_eq!(
        (&now["status"], &now["response"]),
        (&json!("IDLE"), &Value::Null)
    );
    assert_eq!(owner.get(&attempt).await.expect(200)["text"], "So");
}

#[tokio::test]
async fn what_a_fallback_was_really_sent_is_what_its_answer_rests_on() {
    let provider = Provider::start().await;
    provider.then([Reply::status(401), Reply::text("Yes.")]);
    let app = with_models(&provider, &["one", "plain"], |settings| {
        settings.providers[0].models[1].temperature = false;
    })
    .await;
    let (project, owner, []) = app.project([]).await;
    let fallback = json!({"model": "scripted/one", "fallbackModels": ["scripted/plain"]});
    let path = project.path();
    owner.patch(&path, fallback).await.expect(200);
    let node = owner.create_node(project, "Sure?").await;

    owner
        .generate(project, node, json!({"temperature": 0.7}))
        .await;

    let answered = generated(&owner, project, node).await;
    assert_eq!(answered["llmModel"], "scripted/plain");
    assert_eq!(answered["status"], "COMPLETED");
}

#[tokio::test]
async fn a_node_that_is_deleted_is_no_longer_written_and_comes_back_at_rest() {
    let provider = Provider::start().await;
    provider.usually(Reply::Stream(vec![Beat::Text("So".to_owned()), Beat::Hang]));
    let app = with_models(&provider, &["one"], |_| {}).await;
    let (project, owner, []) = app.project([]).await;
    let node = owner.create_node(project, "Why?").await;
    owner.generate(project, node, json!({})).await;
    let path = project.node(node);

    owner.delete(&path).await.expect(204);

    let back = owner
        .post(&format!("{path}/restore"), Value::Null)
        .await
        .expect(200);
    assert_eq!(back["status"], "IDLE");
    let attempts = owner.get(&format!("{path}/generations")).await.expect(200);
    assert_eq!(attempts["items"][0]["state"], "CANCELLED");
}

#[tokio::test]
async fn an_empty_question_an_unknown_model_and_an_impossible_parameter_are_refused_by_name() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;
    let empty = owner.create_node(project, "").await;
    let node = owner.create_node(project, "Why?").await;
    let refused = async |node: kernel::NodeId, how: Value| {
        let path = project.generate(node);
        let answer = owner.post(&path, how).await.expect(422);
        answer["errors"][0]["pointer"].clone()
    };

    assert_eq!(refused(empty, json!({})).await, "/prompt");
    assert_eq!(
        refused(node, json!({"model": "nobody/none"})).await,
        "/model"
    );
    assert_eq!(
        refused(node, json!({"temperature": 2.1})).await,
        "/temperature"
    );
    assert_eq!(refused(node, json!({"maxTokens": 0})).await, "/maxTokens");
    let now = owner.get(&project.node(node)).await.ok();
    assert_eq!(now["status"], "IDLE");
}

#[tokio::test]
async fn any_compatible_server_works_by_its_address_alone_and_gets_no_key_but_its_own() {
    let provider = Provider::start().await;
    provider.offer(&["llama", "qwen"]);
    provider.usually(Reply::text("Hello."));
    let url = provider.base_url();
    let app = TestApp::with(|settings| settings.provider.openai_base_url = Some(url)).await;
    let (project, owner, []) = app.project([]).await;
    let node = owner.create_node(project, "Hello?").await;

    let models = owner.get("/models").await.expect(200);
    owner
        .generate(project, node, json!({"model": "qwen"}))
        .await;
    let now = generated(&owner, project, node).await;

    let ids: Vec<&Value> = models["items"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|model| &model["id"])
        .collect();
    assert_eq!(ids, ["openai/llama", "openai/qwen", "offline/echo"]);
    assert_eq!(
        (&now["response"], &now["llmModel"]),
        (&json!("Hello."), &json!("openai/qwen"))
    );
    assert_eq!(provider.asked()[0].authorization, None);
    assert_eq!(provider.lists_asked(), 1, "what it offers is remembered");
}
