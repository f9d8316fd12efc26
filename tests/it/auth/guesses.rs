//! Guessing is slow, and what it hears says nothing.

use std::time::Duration;

use reqwest::Method;
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

/// Logs in over proxies: ours adds the last address, and what stands before was said by others.
async fn login_from(app: &TestApp, forwarded: &[&str], password: &str) -> Answer {
    let headers: Vec<_> = forwarded
        .iter()
        .map(|addresses| ("x-forwarded-for", *addresses))
        .collect();
    let body = json!({"email": ADA, "password": password});
    let path = "/auth/login?tokens=body";
    let anonymous = app.anonymous();
    anonymous.send(Method::POST, path, &headers, body).await
}

#[tokio::test]
async fn an_address_is_the_last_that_the_proxy_said_in_however_many_lines() {
    let app = TestApp::with(|settings| settings.http.behind_proxy = true).await;
    app.register("ada").await;

    let forged = ["192.0.2.1", "198.51.100.2, 203.0.113.3"];
    let login = login_from(&app, &forged, PASSWORD).await.expect(200);

    let ada = app.anonymous().logged_in(&login);
    let sessions = ada.get("/auth/sessions").await.expect(200);
    let sessions = sessions["items"].as_array().expect("a list").clone();
    let here = sessions.iter().find(|session| session["current"] == true);
    assert_eq!(here.expect("this session")["address"], "203.0.113.3");
}

#[tokio::test]
async fn guesses_from_many_networks_are_slow_together_and_alike_for_nobodys_account() {
    let app = TestApp::with(|settings| settings.http.behind_proxy = true).await;
    app.register("ada").await;
    let guess = async |number: usize| {
        let address = format!("203.0.{}.{}", number / 200, number % 200);
        login_from(&app, &[&address], "not her password").await
    };
    for number in 0..50 {
        guess(number).await.problem(401, "invalid_credentials");
    }

    let wait = wait_of(guess(50).await);

    assert!((1..=60).contains(&wait), "{wait}");
    wait_of(login_from(&app, &["198.51.100.1"], PASSWORD).await);
    app.clock_shift(Duration::from_secs(61));
    let proved = login_from(&app, &["198.51.100.1"], PASSWORD).await;
    proved.expect(200);
    guess(51).await.problem(401, "invalid_credentials");
}

#[tokio::test]
async fn guesses_from_everywhere_keep_nobody_out_where_they_log_in_from() {
    let app = TestApp::with(|settings| settings.http.behind_proxy = true).await;
    app.register("ada").await;
    let home = ["198.51.100.1"];
    login_from(&app, &home, PASSWORD).await.expect(200);
    for number in 0..50 {
        let address = format!("203.0.113.{number}");
        let wrong = login_from(&app, &[&address], "not her password").await;
        wrong.problem(401, "invalid_credentials");
    }
    wait_of(login_from(&app, &["203.0.113.99"], "not her password").await);

    login_from(&app, &home, PASSWORD).await.expect(200);

    // There, too, who guesses waits.
    for _ in 0..5 {
        let wrong = login_from(&app, &home, "not her password").await;
        wrong.problem(401, "invalid_credentials");
    }
    wait_of(login_from(&app, &home, PASSWORD).await);
}
