//! Guessing is slow, and what it hears says nothing.

use std::time::Duration;

use serde_json::json;

use super::login;
use crate::kit::{Answer, PASSWORD, TestApp, parsed};

const ADA: &str = "ada@example.org";

async fn fail(app: &TestApp, times: usize) {
    for _ in 0..times {
        let wrong = login(app, ADA, "not her password").await;
        wrong.problem(401, "invalid_credentials");
    }
}

fn wait_of(refused: Answer) -> u64 {
    let wait = parsed(&json!(refused.header("retry-after")));
    let wait: String = wait;
    refused.problem(429, "rate_limited");
    wait.parse().expect("it is in seconds")
}

#[tokio::test]
async fn an_unknown_address_and_a_wrong_password_are_answered_alike_to_the_byte() {
    let app = TestApp::start().await;
    app.register("ada").await;

    let wrong = login(&app, ADA, "not her password").await;
    let unknown = login(&app, "nobody@example.org", "not her password").await;

    assert_eq!(wrong.text, unknown.text);
    let comparable = |answer: &Answer| {
        let mut headers = answer.headers.clone();
        headers.remove("x-request-id");
        headers.remove("date");
        headers
    };
    assert_eq!(comparable(&wrong), comparable(&unknown));
    wrong.problem(401, "invalid_credentials");
}

#[tokio::test]
async fn after_five_failures_not_even_the_right_password_is_heard_for_half_a_minute() {
    let app = TestApp::start().await;
    app.register("ada").await;

    fail(&app, 5).await;

    let wait = wait_of(login(&app, ADA, PASSWORD).await);
    assert!((1..=30).contains(&wait), "{wait}");
    app.clock_shift(Duration::from_secs(31));
    login(&app, ADA, PASSWORD).await.expect(200);
}

#[tokio::test]
async fn each_further_failure_doubles_the_wait() {
    let app = TestApp::start().await;
    app.register("ada").await;
    fail(&app, 5).await;

    app.clock_shift(Duration::from_secs(31));
    fail(&app, 1).await;

    app.clock_shift(Duration::from_secs(31));
    let wait = wait_of(login(&app, ADA, PASSWORD).await);
    assert!((1..=30).contains(&wait), "{wait}");
    app.clock_shift(Duration::from_secs(30));
    login(&app, ADA, PASSWORD).await.expect(200);
}

#[tokio::test]
async fn who_proves_who_they_are_begins_anew() {
    let app = TestApp::start().await;
    app.register("ada").await;
    fail(&app, 4).await;

    login(&app, ADA, PASSWORD).await.expect(200);

    fail(&app, 4).await;
    login(&app, ADA, PASSWORD).await.expect(200);
}

#[tokio::test]
async fn one_persons_failures_delay_nobody_else() {
    let app = TestApp::start().await;
    app.register("ada").await;
    app.register("ben").await;

    fail(&app, 5).await;

    login(&app, "ben@example.org", PASSWORD).await.expect(200);
}

#[tokio::test]
async fn guesses_at_nobodys_password_are_delayed_alike() {
    let app = TestApp::start().await;
    for _ in 0..5 {
        let wrong = login(&app, "nobody@example.org", PASSWORD).await;
        wrong.problem(401, "invalid_credentials");
    }

    wait_of(login(&app, "nobody@example.org", PASSWORD).await);
}
