//! What operators ask, and what holds for every answer.

use reqwest::Method;
use serde_json::{Value, json};

use crate::kit::{Program, RedisServer, TestApp, on_postgres, until};

#[tokio::test]
async fn a_server_that_is_up_says_that_it_lives_and_is_ready() {
    let app = TestApp::start().await;
    let caller = app.anonymous();

    assert_eq!(caller.page("/healthz").await.ok(), json!({"status": "ok"}));

    let ready = caller.page("/readyz").await.ok();
    assert_eq!(ready["status"], "ready");
    assert_eq!(ready["database"], "ok");
    assert_eq!(ready["bus"], "in-process");
}

#[tokio::test]
async fn b1_without_redis_a_server_is_degraded_and_works() {
    let Some(mut redis) = RedisServer::start().await else {
        return;
    };
    if !on_postgres() {
        return;
    }
    redis.down();
    let app = TestApp::with(|settings| settings.redis_url = Some(redis.url())).await;
    let caller = app.anonymous();
    let is = async |status: &str, bus: &str| {
        let ready = caller.page("/readyz").await.expect(200);
        ready["status"] == status && ready["bus"] == bus
    };

    assert!(is("degraded", "redis, unreachable").await);
    let ada = app.register("ada").await;
    let project = ada.create_project("Written").await;
    ada.create_node(project, "without Redis").await;

    redis.up().await;
    until("Redis is found", async || is("ready", "redis").await).await;
    ada.create_node(project, "with Redis").await;

    redis.down();
    until("Redis is missed", async || {
        is("degraded", "redis, unreachable").await
    })
    .await;
    ada.create_node(project, "without Redis again").await;
}

#[tokio::test]
async fn a_server_without_its_database_lives_but_is_not_ready() {
    let app = TestApp::start().await;
    let caller = app.anonymous();

    app.inside(async |platform| platform.database.close().await)
        .await;

    caller.page("/healthz").await.expect(200);
    let ready = caller.page("/readyz").await.expect(503);
    assert_eq!(ready["database"], "unreachable");
}

#[tokio::test]
async fn requests_are_measured() {
    let app = TestApp::start().await;
    let caller = app.anonymous();
    caller.page("/problems/cycle").await.expect(200);

    let measured = caller.page("/metrics").await;

    let series = "nonlinear_http_requests_total{method=\"GET\",route=\"/problems/{code}\"";
    assert!(measured.text.contains(series), "{}", measured.text);
}

#[tokio::test]
async fn a_request_keeps_the_id_it_came_with_and_gets_one_otherwise() {
    let app = TestApp::start().await;
    let caller = app.anonymous();

    let given = [("x-request-id", "from-the-proxy.1")];
    let kept = caller
        .send(Method::GET, "/openapi.json", &given, Value::Null)
        .await;
    assert_eq!(kept.header("x-request-id"), "from-the-proxy.1");

    let unusable = [("x-request-id", "two words")];
    let made = caller
        .send(Method::GET, "/openapi.json", &unusable, Value::Null)
        .await;
    assert_eq!(made.header("x-request-id").len(), 36);
}

#[tokio::test]
async fn what_is_not_there_and_what_does_not_take_a_method_is_a_problem() {
    let app = TestApp::start().await;
    let caller = app.anonymous();

    caller.get("/nowhere").await.problem(404, "not_found");
    caller.page("/nowhere").await.problem(404, "not_found");
    caller
        .page("/docs/nothing.js")
        .await
        .problem(404, "not_found");
    let refused = caller.delete("/openapi.json").await;
    assert_eq!(refused.header("allow"), "GET,HEAD");
    refused.problem(405, "method_not_allowed");
}

#[tokio::test]
async fn every_answer_carries_the_headers_that_keep_browsers_careful() {
    let app = TestApp::start().await;
    let caller = app.anonymous();

    for path in ["/api/v1/nowhere", "/healthz", "/", "/docs/"] {
        let answer = caller.page(path).await;

        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("referrer-policy"), "no-referrer", "{path}");
        let policy = answer.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'"), "{path}: {policy}");
        assert!(
            policy.contains("frame-ancestors 'none'"),
            "{path}: {policy}"
        );
    }
    let answer = caller.get("/nowhere").await;
    assert_eq!(answer.header("cache-control"), "no-store");
}

#[tokio::test]
async fn only_listed_origins_may_read_answers() {
    let app = TestApp::with(|settings| {
        settings.http.cors_origins = "https://friend.example".to_owned();
    })
    .await;
    let caller = app.anonymous();
    let ask = async |origin| {
        let headers = [("origin", origin)];
        let answer = caller
            .send(Method::GET, "/openapi.json", &headers, Value::Null)
            .await;
        answer.header("access-control-allow-origin").to_owned()
    };

    assert_eq!(
        ask("https://friend.example").await,
        "https://friend.example"
    );
    assert_eq!(ask("https://foe.example").await, "");
    let before = async |path| {
        let origin = ("origin", "https://friend.example");
        let headers = [origin, ("access-control-request-method", "POST")];
        let asked = caller.send(Method::OPTIONS, path, &headers, Value::Null);
        let answer = asked.await;
        answer.header("access-control-allow-methods").to_owned()
    };
    for path in ["/projects", "/media/uploads"] {
        assert!(before(path).await.contains("POST"), "{path}");
    }
    // Whoever asks without being about to send something means the resource.
    let plain = caller.send(Method::OPTIONS, "/projects", &[], Value::Null);
    plain.await.problem(405, "method_not_allowed");
}

#[tokio::test]
async fn a_process_without_the_api_answers_for_its_health_only() {
    let app = TestApp::with(|settings| settings.roles = "worker".to_owned()).await;
    let caller = app.anonymous();

    caller.page("/readyz").await.expect(200);
    caller.get("/openapi.json").await.problem(404, "not_found");
}

#[tokio::test]
async fn what_is_no_http_is_refused_and_hurts_nobody() {
    let app = TestApp::start().await;

    for bytes in [
        "NONSENSE\r\n\r\n".to_owned(),
        "GET / HTTP/9.9\r\n\r\n".to_owned(),
        "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n".to_owned(),
        format!(
            "GET / HTTP/1.1\r\nHost: x\r\nX-Long: {}\r\n\r\n",
            "x".repeat(40_000)
        ),
    ] {
        let answer = app.raw(bytes.as_bytes()).await;

        assert!(answer.starts_with("HTTP/1.1 4"), "{answer}");
    }
    app.anonymous().page("/healthz").await.expect(200);
}

#[tokio::test]
async fn several_servers_live_in_one_process() {
    let first = TestApp::start().await;
    let second = TestApp::start().await;

    first.stop();

    second.anonymous().page("/readyz").await.expect(200);
}

/// Whoever sets up an alarm must not wait for what it is about.
#[tokio::test]
async fn every_measurement_is_there_from_the_start() {
    let program = Program::new().await;
    let mut serving = program.serve(&["serve"]);
    let (_, caller) = serving.ready().await;

    let mut measured = String::new();
    until("jobs are counted", async || {
        measured = caller.page("/metrics").await.text;
        measured.contains("\nnonlinear_jobs{")
    })
    .await;

    for name in [
        "nonlinear_bus_breaks_total",
        "nonlinear_bus_dropped_total",
        "nonlinear_bus_unreadable_total",
        "nonlinear_channels",
        "nonlinear_commit_seconds_count",
        "nonlinear_group_commands",
        "nonlinear_http_request_seconds_count{",
        "nonlinear_http_requests_total{",
        "nonlinear_jobs_total{",
        "nonlinear_presence_left_out_total",
        "nonlinear_sockets",
        "nonlinear_sockets_closed_total{",
    ] {
        let line = format!("\n{name}");
        assert!(measured.contains(&line), "{name} in {measured}");
    }
    drop(serving);
    program.remove().await;
}
