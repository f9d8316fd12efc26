//! Every mutation can be sent again (T4): one effect, the same answer.

use kernel::{ProjectId, Role};
use reqwest::Method;
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, Statement};
use serde_json::{Value, json};
use tokio::{io::AsyncWriteExt, net::TcpStream};
use uuid::Uuid;

use crate::kit::{Client, PASSWORD, Paths, Program, TestApp, on_postgres, parsed, text, until};

async fn head(client: &Client, project: ProjectId) -> i64 {
    parsed(&client.get(&project.events()).await.expect(200)["head"])
}

#[tokio::test]
async fn t4_a_batch_sent_three_times_happens_once_and_answers_alike() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;
    let existing = owner.create_node(project, "there already").await;
    let (node, edge) = (Uuid::now_v7(), Uuid::now_v7());
    let batch = json!({ "ops": [
        { "id": node, "op": "node.create", "data": {
            "prompt": "?", "position": { "x": 1, "y": 2 }, "metadata": { "b": 1.50, "a": [null] },
        } },
        { "id": edge, "op": "edge.create", "data": { "sourceId": existing, "targetId": node } },
        { "op": "edge.create", "data": { "sourceId": existing, "targetId": node } },
        { "op": "node.move", "data": { "positions": [{ "id": node, "x": 5, "y": 6 }] } },
    ]});
    let path = project.ops();

    let first = owner.post(&path, batch.clone()).await.expect(200);
    let second = owner.post(&path, batch.clone()).await.expect(200);
    let third = owner.post(&path, batch).await.expect(200);

    assert_eq!(first, second);
    assert_eq!(first, third);
    assert_eq!(first["results"][0]["id"], node.to_string());
    assert_eq!(first["results"][1]["id"], edge.to_string());
    assert_eq!(first["results"][2]["id"], edge.to_string());
    assert_eq!(first["seq"], head(&owner, project).await);
}

#[tokio::test]
async fn t4_resends_that_arrive_together_happen_once() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;
    let before = head(&owner, project).await;
    let path = project.ops();

    let id = Uuid::now_v7();
    let data = json!({ "prompt": "?", "position": { "x": 1, "y": 2 } });
    let batch = json!({ "ops": [{ "id": id, "op": "node.create", "data": data }] });
    let sending = (0..20).map(|_| owner.post(&path, batch.clone()));
    let answers = futures::future::join_all(sending).await;

    for answer in answers {
        assert_eq!(answer.expect(200)["seq"], before + 1);
    }
    assert_eq!(head(&owner, project).await, before + 1);
}

/// Holds the project until both instances wait for it, so that each has begun before the other ends.
#[tokio::test]
async fn t4_resends_that_arrive_together_at_two_instances_happen_once_and_are_answered_alike() {
    if !on_postgres() {
        return;
    }
    let app = TestApp::start().await;
    let second = app.beside().await;
    let (project, owner, []) = app.project([]).await;
    let at_second = second.anonymous().logged_in(&owner.login);
    let other_program = connect(app.database_url()).await;
    let path = project.ops();
    for name in ["known to both", "and known again"] {
        owner.create_node(project, name).await;
        at_second.create_node(project, name).await;
        let before = head(&owner, project).await;
        let data = json!({ "prompt": "?", "position": { "x": 1, "y": 2 } });
        let batch = json!({ "ops": [{ "id": Uuid::now_v7(), "op": "node.create", "data": data }] });

        let sql = format!("BEGIN; SELECT 1 FROM projects WHERE id = '{project}' FOR UPDATE");
        other_program
            .execute_unprepared(&sql)
            .await
            .expect("it is held");
        let let_go = async {
            until("both instances wait for the project", async || {
                waiting(&other_program).await == 2
            })
            .await;
            let ended = other_program.execute_unprepared("ROLLBACK").await;
            ended.expect("it is free again");
        };
        let ((), one, other) = tokio::join!(
            let_go,
            owner.post(&path, batch.clone()),
            at_second.post(&path, batch.clone()),
        );

        assert_eq!(one.expect(200), other.expect(200));
        assert_eq!(head(&owner, project).await, before + 1);
    }
}

/// How many wait for a lock in this database.
async fn waiting(connection: &DatabaseConnection) -> i64 {
    let sql = "SELECT count(*) AS waiting FROM pg_stat_activity \
        WHERE datname = current_database() AND wait_event_type = 'Lock'";
    let asked = Statement::from_string(connection.get_database_backend(), sql);
    let row = connection
        .query_one_raw(asked)
        .await
        .expect("it can be counted");
    let row = row.expect("a count is one row");
    row.try_get("", "waiting").expect("a count is a number")
}

#[tokio::test]
async fn an_op_id_with_other_data_is_refused_and_changes_nothing() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;
    let path = project.ops();
    let id = Uuid::now_v7();
    let batch = |prompt: &str| {
        let data = json!({ "prompt": prompt, "position": { "x": 1, "y": 2 } });
        json!({ "ops": [{ "id": id, "op": "node.create", "data": data }] })
    };
    owner.post(&path, batch("one")).await.expect(200);
    let before = head(&owner, project).await;

    owner
        .post(&path, batch("two"))
        .await
        .problem(422, "op_reused");

    assert_eq!(head(&owner, project).await, before);
}

#[tokio::test]
async fn another_persons_op_id_is_their_own() {
    let app = TestApp::start().await;
    let (project, owner, [editor]) = app.project([Role::Editor]).await;
    let node = owner.create_node(project, "shared").await;
    let path = project.ops();
    let id = Uuid::now_v7();
    let position = |x: i32| {
        let positions = json!([{ "id": node, "x": x, "y": 0 }]);
        json!({ "ops": [{ "id": id, "op": "node.move", "data": { "positions": positions } }] })
    };

    let one = owner.post(&path, position(1)).await.expect(200);
    let two = editor.post(&path, position(2)).await.expect(200);

    assert_ne!(one["seq"], two["seq"]);
}

/// Every kind of mutation over REST, sent three times under one key.
#[tokio::test]
async fn t4_every_mutation_under_an_idempotency_key_happens_once() {
    let app = TestApp::start().await;
    let (project, owner, [editor]) = app.project([Role::Editor]).await;
    let guest = app.register("guest").await;

    for (method, path, body) in mutations(project, &owner, &editor, &guest).await {
        let before = head(&owner, project).await;
        let key = Uuid::now_v7().to_string();
        let headers = [("idempotency-key", key.as_str())];
        let mut answers = Vec::new();
        for _ in 0..3 {
            let answer = owner
                .send(method.clone(), &path, &headers, body.clone())
                .await;
            assert!(answer.status.is_success(), "{answer:?}");
            answers.push((answer.status, answer.text.clone()));
        }
        assert_eq!(answers[0], answers[1], "{method} {path}");
        assert_eq!(answers[0], answers[2], "{method} {path}");
        let after = head(&owner, project).await;
        assert!(
            after - before <= 1,
            "{method} {path} happened {} times",
            after - before
        );
    }
}

#[tokio::test]
async fn a_large_answer_of_a_project_is_not_kept_and_a_resend_is_answered_from_the_log() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;
    let node = owner.create_node(project, &"long ".repeat(20_000)).await;
    let before = head(&owner, project).await;

    let moved = json!({"position": {"x": 1, "y": 2}});
    let mut answers = Vec::new();
    for _ in 0..2 {
        let headers = [("idempotency-key", "a move")];
        let path = project.node(node);
        let answer = owner.send(Method::PATCH, &path, &headers, moved.clone());
        answers.push(answer.await.expect(200));
    }

    assert_eq!(answers[0], answers[1]);
    assert_eq!(head(&owner, project).await, before + 1);
    let large = "SELECT count(*) AS records FROM idempotency_keys WHERE length(body) > 8192";
    assert_eq!(app.count(large, []).await, 0);
}

/// One of each kind of mutation, that succeed in this order.
async fn mutations(
    project: ProjectId,
    owner: &Client,
    editor: &Client,
    guest: &Client,
) -> Vec<(Method, String, Value)> {
    let base = project.path();
    let a = owner.create_node(project, "a").await;
    let b = owner.create_node(project, "b").await;
    let trashed = owner.create_node(project, "trashed").await;
    owner
        .delete(&format!("{base}/nodes/{trashed}"))
        .await
        .expect(204);
    let node = json!({ "prompt": "?", "position": { "x": 0, "y": 0 } });
    vec![
        (Method::POST, format!("{base}/nodes"), node),
        (
            Method::PATCH,
            format!("{base}/nodes/{a}"),
            json!({ "position": { "x": 3, "y": 4 } }),
        ),
        (
            Method::POST,
            format!("{base}/edges"),
            json!({ "sourceId": a, "targetId": b }),
        ),
        (
            Method::POST,
            format!("{base}/nodes/{trashed}/restore"),
            Value::Null,
        ),
        (Method::DELETE, format!("{base}/nodes/{b}"), Value::Null),
        (Method::PATCH, base.clone(), json!({ "name": "Renamed" })),
        (
            Method::POST,
            format!("{base}/members"),
            json!({ "userId": guest.user_id(), "role": "VIEWER" }),
        ),
        (
            Method::PATCH,
            format!("{base}/members/{}", editor.user_id()),
            json!({ "role": "MEMBER" }),
        ),
        (
            Method::DELETE,
            format!("{base}/members/{}", editor.user_id()),
            Value::Null,
        ),
        (
            Method::POST,
            format!("{base}/invitations"),
            json!({ "email": "someone@example.org", "role": "EDITOR" }),
        ),
        (
            Method::POST,
            "/projects".to_owned(),
            json!({ "name": "Another" }),
        ),
        (
            Method::POST,
            "/users/me/tokens".to_owned(),
            json!({ "name": "t", "scopes": ["graph"] }),
        ),
    ]
}

#[tokio::test]
async fn an_idempotency_key_with_another_body_is_refused() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;
    let path = project.nodes();
    let headers = [("idempotency-key", "one-key")];
    let body = |x: i32| json!({ "prompt": "?", "position": { "x": x, "y": 0 } });
    owner
        .send(Method::POST, &path, &headers, body(1))
        .await
        .expect(201);

    let other = owner.send(Method::POST, &path, &headers, body(2)).await;

    other.problem(422, "idempotency_reused");
}

#[tokio::test]
async fn one_persons_idempotency_key_says_nothing_to_another() {
    let app = TestApp::start().await;
    let (project, owner, [editor]) = app.project([Role::Editor]).await;
    let path = project.nodes();
    let headers = [("idempotency-key", "the-same-key")];
    let body = json!({ "prompt": "?", "position": { "x": 0, "y": 0 } });

    let one = owner
        .send(Method::POST, &path, &headers, body.clone())
        .await
        .expect(201);
    let two = editor
        .send(Method::POST, &path, &headers, body)
        .await
        .expect(201);

    assert_ne!(one["id"], two["id"]);
}

#[tokio::test]
async fn what_is_made_under_an_idempotency_key_has_an_id_of_its_time() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;
    let node = json!({ "prompt": "?", "position": { "x": 0, "y": 0 } });
    let mut made = Vec::new();

    for round in 0..8 {
        for (path, body) in [
            (project.nodes(), node.clone()),
            ("/projects".to_owned(), json!({ "name": "Another" })),
        ] {
            let key = format!("{path} {round}");
            let headers = [("idempotency-key", key.as_str())];
            let sent = owner.send(Method::POST, &path, &headers, body).await;
            made.push(parsed::<Uuid>(&sent.expect(201)["id"]));
        }
    }

    assert!(made.iter().all(|id| id.get_version_num() == 7), "{made:?}");
    assert!(made.is_sorted(), "{made:?}");
}

async fn connect(url: &str) -> DatabaseConnection {
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false);
    Database::connect(options).await.expect("it is there")
}

/// Takes the answers away that are kept; that the requests were begun stays.
async fn forget_answers(app: &TestApp) {
    let file = app.folder().join("nonlinear.db");
    let embedded = format!("sqlite://{}", file.display());
    app.inside(async move |platform| {
        let url = platform.settings.database_url.clone().unwrap_or(embedded);
        let database = connect(&url).await;
        database
            .execute_unprepared(
                "UPDATE idempotency_keys SET status = NULL, etag = NULL, body = NULL",
            )
            .await
            .expect("it is written");
        let _ = database.close().await;
    })
    .await;
}

/// What a server leaves that is killed after the change and before its answer is kept.
#[tokio::test]
async fn a_resend_is_answered_when_whoever_ran_the_request_is_gone() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;
    let path = project.nodes();
    let headers = [("idempotency-key", "one-key")];
    let body = json!({ "prompt": "?", "position": { "x": 0, "y": 0 } });
    let send = async || {
        let sending = owner.send(Method::POST, &path, &headers, body.clone());
        sending.await
    };
    let first = send().await.expect(201);
    let before = head(&owner, project).await;
    forget_answers(&app).await;

    let again = send().await.expect(201);

    assert_eq!(again, first);
    assert_eq!(head(&owner, project).await, before);
}

#[tokio::test]
async fn an_answer_under_a_key_belongs_to_the_credential_that_got_it() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;
    let body = json!({"name": "robot", "scopes": []});
    let made = owner.post("/users/me/tokens", body).await.expect(201);
    let robot = owner.with_token(text(&made["token"]));
    let path = project.nodes();
    let headers = [("idempotency-key", "the-same-key")];
    let node = json!({"prompt": "SECRET", "position": {"x": 0, "y": 0}});
    let first = owner
        .send(Method::POST, &path, &headers, node.clone())
        .await;
    first.expect(201);

    let heard = robot.send(Method::POST, &path, &headers, node).await;

    assert!(!heard.text.contains("SECRET"), "{heard:?}");
    heard.problem(403, "insufficient_scope");
}

/// How many answers are kept.
async fn kept(app: &TestApp) -> i64 {
    let count = async |platform: std::sync::Arc<platform::Platform>| {
        let reader = platform.database.reader();
        let ask = "SELECT count(*) AS kept FROM idempotency_keys WHERE body IS NOT NULL";
        let ask = Statement::from_string(reader.get_database_backend(), ask);
        let row = reader.query_one_raw(ask).await.expect("it can be counted");
        let row = row.expect("a count is one row");
        row.try_get("", "kept").expect("a count is a number")
    };
    app.inside(count).await
}

#[tokio::test]
async fn an_answer_with_a_secret_is_not_kept_and_a_token_is_made_once_all_the_same() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let headers = [("idempotency-key", "one-key")];
    let make = async |scopes: &[&str]| {
        let body = json!({"name": "robot", "scopes": scopes});
        ada.send(Method::POST, "/users/me/tokens", &headers, body)
            .await
    };

    let first = make(&["graph"]).await.expect(201);
    assert_eq!(kept(&app).await, 0);
    let second = make(&["graph"]).await.expect(201);

    assert_eq!(first, second);
    let robot = ada.with_token(text(&second["token"]));
    robot.get("/users/me").await.expect(200);
    let list = ada.get("/users/me/tokens").await.expect(200);
    assert_eq!(list["items"].as_array().map(Vec::len), Some(1));
    let path = format!("/users/me/tokens/{}", text(&first["id"]));
    ada.delete(&path).await.expect(204);
    make(&["graph"]).await.problem(409, "conflict");
    make(&["run"]).await.expect(422);
    robot.get("/users/me").await.problem(401, "unauthenticated");
}

#[tokio::test]
async fn a_login_that_is_sent_again_brings_its_cookie_again() {
    let app = TestApp::start().await;
    app.register("ada").await;
    let headers = [("idempotency-key", "one-key")];
    let body = json!({"email": "ada@example.org", "password": PASSWORD});

    for _ in 0..2 {
        let anonymous = app.anonymous();
        let path = "/auth/login";
        let login = anonymous
            .send(Method::POST, path, &headers, body.clone())
            .await;
        let cookie = login.header("set-cookie").to_owned();
        assert!(cookie.starts_with("nonlinear_refresh="), "{login:?}");
        login.expect(200);
    }
    assert_eq!(kept(&app).await, 0);
}

/// So slow to register that a server can be killed meanwhile.
const SLOW_PASSWORD_COST: &str = "14";

#[tokio::test]
async fn a_resend_is_carried_out_when_the_server_was_killed_in_the_middle_of_the_request() {
    let program = Program::new()
        .await
        .with("NONLINEAR_AUTH__PASSWORD_COST", SLOW_PASSWORD_COST);
    let mut first = program.serve(&["serve"]);
    let (_, client) = first.ready().await;
    let file = program.folder().join("data").join("nonlinear.db");
    let embedded = format!("sqlite://{}", file.display());
    let database = connect(program.database_url().unwrap_or(&embedded)).await;
    let keys = async || {
        let ask = "SELECT count(*) AS keys FROM idempotency_keys";
        let ask = Statement::from_string(database.get_database_backend(), ask);
        let row = database.query_one_raw(ask).await.expect("it is read");
        let count: i64 = row
            .and_then(|row| row.try_get("", "keys").ok())
            .expect("a number");
        count
    };
    let path = "/auth/register?tokens=body";
    let body = json!({ "email": "ada@example.org", "password": PASSWORD });
    let text = body.to_string();
    let request = format!(
        "POST /api/v1{path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n\
         Idempotency-Key: once\r\nContent-Length: {}\r\n\r\n{text}",
        text.len()
    );
    let mut stream = TcpStream::connect(client.address())
        .await
        .expect("it listens");
    stream
        .write_all(request.as_bytes())
        .await
        .expect("it is sent");
    until("the request is begun", async || keys().await == 1).await;
    drop(first);

    let mut second = program.serve(&["serve"]);
    let (_, client) = second.ready().await;
    let headers = [("idempotency-key", "once")];
    let sent = client.send(Method::POST, path, &headers, body.clone());
    sent.await.expect(201);

    // Its tokens are not kept; that the account is there is what counts.
    client.post("/auth/login", body).await.expect(200);
    drop(second);
    let _ = database.close().await;
    program.remove().await;
}

/// A server that keeps so many bytes under the keys of one person.
async fn keeps_little() -> TestApp {
    TestApp::with(|settings| settings.storage.kept_answer_bytes_max = 20_000).await
}

async fn create_under(by: &Client, key: &str) -> crate::kit::Answer {
    let headers = [("idempotency-key", key)];
    let body = json!({"name": "P"});
    by.send(Method::POST, "/projects", &headers, body).await
}

#[tokio::test]
async fn what_is_kept_under_keys_is_bounded_for_each_person_whatever_credentials_they_use() {
    let app = keeps_little().await;
    let ada = app.register("ada").await;
    let ben = app.register("ben").await;
    let mut kept = Vec::new();
    let refused = loop {
        let key = format!("key {}", kept.len());
        let answer = create_under(&ada, &key).await;
        if answer.status != 201 {
            break answer;
        }
        kept.push((key, answer.expect(201)));
        assert!(kept.len() < 100, "nothing stops it");
    };
    assert_ne!(refused.header("retry-after"), "", "{refused:?}");
    refused.problem(429, "rate_limited");

    // Another session is the same person.
    let again = app.log_in("ada").await;
    let refused = create_under(&again, "of another session").await;
    refused.problem(429, "rate_limited");
    // What was answered is answered, and without a key everything goes on.
    let (key, before) = kept.first().expect("some were accepted");
    let again = create_under(&ada, key).await;
    assert_eq!(&again.expect(201), before);
    ada.create_project("Without a key").await;
    create_under(&ben, "of somebody else").await.expect(201);
    let bytes = "SELECT CAST(sum(length(body)) AS BIGINT) AS records FROM idempotency_keys";
    let bytes = app.count(bytes, []).await;
    assert!(bytes < 20_000, "{bytes}");
}
