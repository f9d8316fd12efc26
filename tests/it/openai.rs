//! A branch as a model, as stock OpenAI clients use it.

use kernel::{NodeId, ProjectId, Role};
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    generations::with_models,
    kit::{Answer, Beat, Client, Paths, Provider, Reply, TestApp, parsed, text, until},
};

async fn chat(client: &Client, body: Value) -> Answer {
    let path = "/v1/chat/completions";
    client.send_anywhere(Method::POST, path, &[], body).await
}

async fn respond(client: &Client, body: Value) -> Answer {
    client
        .send_anywhere(Method::POST, "/v1/responses", &[], body)
        .await
}

fn named(node: NodeId) -> String {
    format!("node:{node}")
}

fn user(content: &str) -> Value {
    json!({"role": "user", "content": content})
}

/// A refusal in the form that OpenAI's clients read.
#[track_caller]
fn refused(answer: Answer, status: u16, code: &str) -> Value {
    let body = answer.expect(status);
    assert_eq!(body["error"]["code"], code, "{body}");
    assert!(!text(&body["error"]["message"]).is_empty());
    assert!(body["error"]["type"].is_string());
    body
}

/// The JSON of each event of a stream; the last line of some is no JSON.
fn events(stream: &str) -> Vec<Value> {
    let data = stream
        .lines()
        .filter_map(|line| line.strip_prefix("data: "));
    data.filter_map(|data| serde_json::from_str(data).ok())
        .collect()
}

async fn node(owner: &Client, project: ProjectId, node: &str) -> Value {
    owner.get(&project.node(node)).await.expect(200)
}

#[tokio::test]
async fn a_question_becomes_a_node_below_the_one_that_is_named_and_its_answer_comes_back() {
    let provider = Provider::start().await;
    let app = with_models(&provider, &["one"], |_| {}).await;
    let (project, owner, []) = app.project([]).await;
    let root = owner.create_node(project, "Let us speak of rivers.").await;
    let (mut watching, _) = owner.listen(project).await;

    let body = json!({"model": named(root), "messages": [user("Which is the longest?")]});
    let answered = chat(&owner, body).await;

    let made = answered.header("x-nonlinear-node").to_owned();
    let answer = answered.expect(200);
    assert_eq!(answer["object"], "chat.completion");
    assert_eq!(answer["model"], named(root));
    assert_eq!(answer["system_fingerprint"], format!("node:{made}"));
    let choice = &answer["choices"][0];
    assert_eq!(choice["message"]["content"], "A short answer.");
    assert_eq!(choice["finish_reason"], "stop");
    assert_eq!(answer["usage"]["prompt_tokens"], 10);
    assert_eq!(answer["usage"]["completion_tokens"], 2);
    let stored = node(&owner, project, &made).await;
    assert_eq!(stored["prompt"], "Which is the longest?");
    assert_eq!(stored["response"], "A short answer.");
    let seen = watching.next_of("events").await;
    assert_eq!(seen["events"][0]["op"], "batch");
    let sent = provider.asked()[0].body["messages"].to_string();
    assert!(sent.contains("Let us speak of rivers."), "{sent}");
}

#[tokio::test]
async fn an_answer_is_streamed_as_it_comes_with_its_usage_at_the_end() {
    let provider = Provider::start().await;
    let app = with_models(&provider, &["one"], |_| {}).await;
    let (project, owner, []) = app.project([]).await;
    let root = owner.create_node(project, "root").await;
    let body = json!({
        "model": format!("node:{project}/{root}"), "messages": [user("And?")],
        "stream": true, "stream_options": {"include_usage": true},
    });

    let streamed = chat(&owner, body).await;

    assert!(
        streamed
            .header("content-type")
            .starts_with("text/event-stream")
    );
    assert!(streamed.text.trim_end().ends_with("data: [DONE]"));
    let events = events(&streamed.text);
    let delta = |event: &Value| event["choices"][0]["delta"].clone();
    assert_eq!(delta(&events[0])["role"], "assistant");
    let words: String = events
        .iter()
        .filter_map(|event| delta(event)["content"].as_str().map(str::to_owned))
        .collect();
    assert_eq!(words, "A short answer.");
    let [.., finish, usage] = &events[..] else {
        panic!("{events:?}");
    };
    assert_eq!(finish["choices"][0]["finish_reason"], "stop");
    assert_eq!(usage["choices"], json!([]));
    assert_eq!(usage["usage"]["total_tokens"], 12);
}

#[tokio::test]
async fn a_conversation_that_is_sent_whole_each_time_grows_by_one_node_each_time() {
    let provider = Provider::start().await;
    let app = with_models(&provider, &["one"], |_| {}).await;
    let (project, owner, []) = app.project([]).await;
    let root = owner.create_node(project, "root").await;
    let mut messages = vec![json!({"role": "system", "content": "Be brief."})];
    let mut made = Vec::new();
    for question in ["One?", "Two?", "Three?"] {
        messages.push(user(question));
        let body = json!({"model": named(root), "messages": messages});
        let answer = chat(&owner, body).await;
        made.push(answer.header("x-nonlinear-node").to_owned());
        let answer = answer.expect(200);
        messages.push(answer["choices"][0]["message"].clone());
    }

    // The root, what the client tells the model, and three questions.
    let nodes = owner.all(&project.nodes(), 50).await;
    assert_eq!(nodes.len(), 5);
    let above = owner
        .get(&project.node(format!("{}/ancestors", made[2])))
        .await
        .expect(200);
    assert_eq!(above["items"].as_array().map(Vec::len), Some(4));

    // Going on from the last node instead adds one, too.
    messages.push(user("Four?"));
    let last: NodeId = parsed(&json!(made[2]));
    let body = json!({"model": named(last), "messages": messages});
    chat(&owner, body).await.expect(200);
    assert_eq!(owner.all(&project.nodes(), 50).await.len(), 6);
}

#[tokio::test]
async fn turns_that_the_canvas_does_not_hold_are_added_before_the_question() {
    let provider = Provider::start().await;
    let app = with_models(&provider, &["one"], |_| {}).await;
    let (project, owner, []) = app.project([]).await;
    let root = owner.create_node(project, "root").await;
    let messages = json!([
        user("From elsewhere?"), {"role": "assistant", "content": "Indeed."}, user("Go on."),
    ]);

    let answer = chat(&owner, json!({"model": named(root), "messages": messages})).await;

    answer.expect(200);
    let sent = provider.asked()[0].body["messages"].to_string();
    assert!(
        sent.contains("From elsewhere?") && sent.contains("Indeed."),
        "{sent}"
    );
    let nodes = owner.all(&project.nodes(), 50).await;
    let added = nodes
        .iter()
        .find(|node| node["prompt"] == "From elsewhere?");
    assert_eq!(added.expect("a node")["response"], "Indeed.");
}

#[tokio::test]
async fn responses_answer_whole_and_as_events_and_follow_each_other() {
    let provider = Provider::start().await;
    let app = with_models(&provider, &["one"], |_| {}).await;
    let (project, owner, []) = app.project([]).await;
    let root = owner.create_node(project, "root").await;
    let first = json!({"model": named(root), "input": "One?", "instructions": "Be brief."});

    let first = respond(&owner, first).await.expect(200);

    assert_eq!(first["status"], "completed");
    assert_eq!(first["output"][0]["content"][0]["text"], "A short answer.");
    assert_eq!(first["usage"]["output_tokens"], 2);
    let follow = json!({
        "model": named(root), "previous_response_id": first["id"], "stream": true,
        "input": [{"role": "user", "content": [{"type": "input_text", "text": "Two?"}]}],
        "instructions": "Be brief.",
    });
    let streamed = respond(&owner, follow).await;
    let events = events(&streamed.text);
    let kinds: Vec<&str> = events.iter().map(|event| text(&event["type"])).collect();
    assert_eq!(kinds.first(), Some(&"response.created"));
    assert_eq!(kinds.last(), Some(&"response.completed"));
    for (number, event) in events.iter().enumerate() {
        assert_eq!(event["sequence_number"], json!(number));
    }
    let deltas = events
        .iter()
        .filter(|event| event["type"] == "response.output_text.delta");
    let words: String = deltas.map(|event| text(&event["delta"])).collect();
    assert_eq!(words, "A short answer.");
    // The instructions stand above already: root, instructions, two questions.
    assert_eq!(owner.all(&project.nodes(), 50).await.len(), 4);
    let node: NodeId = parsed(&events.last().expect("one")["response"]["metadata"]["node"]);
    let above = owner
        .get(&project.node(format!("{node}/ancestors")))
        .await
        .expect(200);
    assert_eq!(above["items"].as_array().map(Vec::len), Some(3));
}

#[tokio::test]
async fn the_ends_of_branches_are_listed_as_models() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;
    let root = owner.create_node(project, "root").await;
    let end = owner.create_node(project, "end").await;
    owner.connect(project, root, end).await;
    let stranger = app.register("stranger").await;

    // What is not asked is the end of no branch.
    for fields in [
        json!({"kind": "FRAME"}),
        json!({"kind": "NOTE", "parentIds": [end]}),
    ] {
        let mut body = json!({"prompt": "", "position": {"x": 0, "y": 0}});
        let fields = fields.as_object().expect("fields").clone();
        body.as_object_mut().expect("a body").extend(fields);
        owner.post(&project.nodes(), body).await.expect(201);
    }

    let models = owner.page("/v1/models").await.expect(200);

    assert_eq!(models["object"], "list");
    assert_eq!(models["data"].as_array().map(Vec::len), Some(1));
    assert_eq!(models["data"][0]["id"], named(end));
    assert_eq!(models["data"][0]["owned_by"], "Project");
    for name in [named(root), format!("node:{project}/{root}")] {
        let model = owner.page(&format!("/v1/models/{name}")).await.expect(200);
        assert_eq!(
            (&model["id"], &model["description"]),
            (&json!(named(root)), &json!("root"))
        );
        let hidden = stranger.page(&format!("/v1/models/{name}")).await;
        refused(hidden, 404, "model_not_found");
    }
    let none = stranger.page("/v1/models").await.expect(200);
    assert_eq!(none["data"], json!([]));
}

#[tokio::test]
async fn refusals_have_the_form_that_clients_of_openai_read() {
    let app = TestApp::start().await;
    let (project, owner, [viewer]) = app.project([Role::Viewer]).await;
    let root = owner.create_node(project, "root").await;
    let ask = json!({"model": named(root), "messages": [user("?")]});
    let stranger = app.register("stranger").await;

    refused(
        chat(&app.anonymous(), ask.clone()).await,
        401,
        "invalid_api_key",
    );
    refused(
        app.anonymous().page("/v1/models").await,
        401,
        "invalid_api_key",
    );
    refused(chat(&stranger, ask.clone()).await, 404, "model_not_found");
    refused(chat(&viewer, ask).await, 403, "forbidden");
    for model in ["gpt-4o".to_owned(), named(NodeId::generate())] {
        let body = json!({"model": model, "messages": [user("?")]});
        refused(chat(&owner, body).await, 404, "model_not_found");
    }
    for (fields, param) in [
        (json!({"messages": []}), "messages"),
        (json!({"messages": [user("?")], "n": 2}), "n"),
        (json!({"messages": [user("?")], "tools": [{}]}), "tools"),
        (json!({"messages": "?"}), "messages"),
    ] {
        let mut body = json!({"model": named(root)});
        body.as_object_mut()
            .expect("fields")
            .extend(fields.as_object().expect("fields").clone());
        let said = refused(chat(&owner, body).await, 400, "invalid");
        assert_eq!(said["error"]["param"], param);
    }
    let json = [("content-type", "application/json")];
    for path in ["/v1/responses", "/v1/chat/completions"] {
        let half = owner.send_bytes_anywhere(Method::POST, path, &json, "{\"model\":");
        refused(half.await, 400, "bad_json");
        let deep = format!("{}1{}", "[".repeat(200), "]".repeat(200));
        let deep = owner.send_bytes_anywhere(Method::POST, path, &json, deep);
        refused(deep.await, 400, "bad_json");
        let long = "x".repeat(2 << 20);
        let long = owner.send_bytes_anywhere(Method::POST, path, &json, long);
        refused(long.await, 413, "payload_too_large");
    }
    assert_eq!(owner.all(&project.nodes(), 50).await.len(), 1);
}

/// A token of somebody, with these scopes.
async fn program(owner: &Client, scopes: &[&str]) -> Client {
    let body = json!({"name": "robot", "scopes": scopes});
    let made = owner.post("/users/me/tokens", body).await.expect(201);
    owner.with_token(text(&made["token"]))
}

#[tokio::test]
async fn a_token_asks_only_what_its_scopes_allow_and_nothing_once_it_or_the_place_is_gone() {
    let provider = Provider::start().await;
    let app = crate::tasks::roomy(&provider).await;
    provider.usually(Reply::text("Fine."));
    let (project, owner, [editor]) = app.project([Role::Editor]).await;
    owner.add_agent(project, "critic", "EDITOR").await;
    let root = owner.create_node(project, "root").await;
    let branch = || json!({"model": named(root), "messages": [user("?")]});
    let agent = || json!({"model": format!("agent:critic@{root}"), "messages": [user("?")]});

    for scopes in [&["graph"][..], &["run"], &["project"], &[]] {
        let robot = program(&owner, scopes).await;
        for body in [branch(), agent()] {
            let said = chat(&robot, body.clone()).await;
            assert!(
                [403, 404].contains(&said.status.as_u16()),
                "{scopes:?}: {said:?}"
            );
            assert!(
                [403, 404].contains(
                    &respond(&robot, json!({"model": body["model"], "input": "?"}))
                        .await
                        .status
                        .as_u16()
                )
            );
        }
    }
    assert_eq!(owner.all(&project.nodes(), 50).await.len(), 1);
    assert_eq!(provider.times_asked(), 0);

    let robot = program(&editor, &["graph", "run"]).await;
    chat(&robot, branch()).await.expect(200);
    refused(chat(&robot, agent()).await, 403, "insufficient_scope");
    let whole = program(&editor, &["graph", "run", "agent"]).await;
    chat(&whole, agent()).await.expect(200);
    let asked = provider.times_asked();

    let public = json!({"isPublic": true});
    owner.patch(&project.path(), public).await.expect(200);
    let stranger = app.register("stranger").await;
    let said = chat(&stranger, branch()).await;
    assert!([403, 404].contains(&said.status.as_u16()), "{said:?}");
    owner
        .delete(&project.member(editor.user_id()))
        .await
        .expect(204);
    for gone in [&robot, &whole] {
        let said = chat(gone, branch()).await;
        assert!([403, 404].contains(&said.status.as_u16()), "{said:?}");
    }
    let tokens = editor.get("/users/me/tokens").await.expect(200);
    for token in tokens["items"].as_array().expect("tokens") {
        let path = format!("/users/me/tokens/{}", text(&token["id"]));
        editor.delete(&path).await.expect(204);
    }
    refused(chat(&robot, branch()).await, 401, "invalid_api_key");
    assert_eq!(provider.times_asked(), asked);
}

#[tokio::test]
async fn an_answer_that_fails_is_an_error_whole_and_in_a_stream() {
    let provider = Provider::start().await;
    provider.usually(Reply::status(400));
    let app = with_models(&provider, &["one"], |_| {}).await;
    let (project, owner, []) = app.project([]).await;
    let root = owner.create_node(project, "root").await;
    let mut body = json!({"model": named(root), "messages": [user("?")]});

    let whole = chat(&owner, body.clone()).await.expect(502);
    body["stream"] = json!(true);
    let streamed = chat(&owner, body).await.text;

    assert_eq!(whole["error"]["type"], "server_error");
    assert!(!whole.to_string().contains("canary"));
    let events = events(&streamed);
    assert_eq!(events.last().expect("an event")["error"], whole["error"]);
}

#[tokio::test]
async fn a_client_that_goes_away_ends_its_run() {
    let provider = Provider::start().await;
    provider.usually(Reply::Stream(vec![
        Beat::Text("word".to_owned()),
        Beat::Hang,
    ]));
    let app = with_models(&provider, &["one"], |_| {}).await;
    let (project, owner, []) = app.project([]).await;
    let root = owner.create_node(project, "root").await;
    for (count, is_stream) in [(1, true), (2, false)] {
        let body = json!({"model": named(root), "messages": [user("?")], "stream": is_stream});
        let asking = chat(&owner, body);
        let begun = until("the model is asked", async || {
            provider.times_asked() == count
        });
        tokio::select! {
            answer = asking => panic!("{answer:?}"),
            () = begun => {}
        }

        until("the run has ended", async || {
            let nodes = owner.all(&project.nodes(), 50).await;
            nodes.len() == count + 1 && nodes.iter().all(|node| node["status"] != "GENERATING")
        })
        .await;
        provider.asked()[count - 1].hung_up().await;
    }
}

#[tokio::test]
async fn an_agent_on_a_node_is_a_model_that_works_there_and_says_what_came_of_it() {
    let provider = Provider::start().await;
    let app = crate::tasks::roomy(&provider).await;
    let (project, owner, []) = app.project([]).await;
    owner.add_agent(project, "critic", "EDITOR").await;
    let node = owner.create_node(project, "All rivers flow north.").await;
    provider.then([
        Reply::calls(&[(
            "create_node",
            json!({"prompt": "The Rhine does not.", "parentIds": [node]}),
        )]),
        Reply::finish("One objection."),
        Reply::calls(&[("ask_person", json!({"question": "Which rivers?"}))]),
    ]);
    let model = format!("agent:critic@{node}");
    let ask =
        |stream: bool| json!({"model": model, "messages": [user("Object.")], "stream": stream});

    let streamed = chat(&owner, ask(true)).await;

    let said = events(&streamed.text);
    let words: String = said
        .iter()
        .filter_map(|event| event["choices"][0]["delta"]["content"].as_str())
        .collect();
    assert!(words.ends_with("One objection."), "{}", streamed.text);
    let graph = owner.get(&project.graph()).await.expect(200);
    assert_eq!(graph["nodes"].as_array().map(Vec::len), Some(2));
    let waits = refused(chat(&owner, ask(false)).await, 502, "waiting");
    let said = text(&waits["error"]["message"]);
    assert!(said.contains("Which rivers?"), "{said}");
    let tasks = owner.get(&project.tasks()).await.expect(200);
    let task = project.task(text(&tasks["items"][0]["id"]));
    assert!(said.contains(&format!("/api/v1{task}/messages")), "{said}");
    let nobody = json!({"model": format!("agent:nobody@{node}"), "messages": [user("Hm")]});
    let refusal = chat(&owner, nobody).await;
    assert_eq!(refusal.status.as_u16(), 404, "{refusal:?}");
}

#[tokio::test]
async fn what_is_refused_before_it_is_read_has_the_form_of_openai_too() {
    let app = TestApp::with(|settings| {
        settings.rates.enabled = true;
        settings.rates.user_per_minute = 30;
    })
    .await;
    let (project, owner, []) = app.project([]).await;
    let path = "/v1/chat/completions";
    let put = owner.send_anywhere(Method::PUT, path, &[], Value::Null);
    refused(put.await, 405, "method_not_allowed");
    let mut last = chat(&owner, json!({"model": "gpt-4o"})).await;
    while last.status.as_u16() != 429 {
        last = chat(&owner, json!({"model": "gpt-4o"})).await;
    }

    let seconds: u64 = last.header("retry-after").parse().expect("seconds");
    assert!(seconds > 0);
    let said = refused(last, 429, "rate_limit_exceeded");
    assert_eq!(said["error"]["type"], "rate_limit_error");
    // Elsewhere it is said as everywhere.
    let elsewhere = owner.get(&project.graph()).await;
    elsewhere.problem(429, "rate_limited");
}
