//! Hashing a password takes long on purpose: nobody takes the places of others with it.

use std::time::{Duration, Instant};

use futures::future::join_all;
use reqwest::Method;
use serde_json::json;

use crate::kit::{Answer, Client, PASSWORD, TestApp};

/// So costly that the requests of an attack stand in line, on any machine.
const COST: u32 = 9;
const ATTACKS: usize = 80;
const PEOPLE: usize = 5;

/// Everybody comes from a network of their own.
async fn start() -> TestApp {
    TestApp::with(|settings| {
        settings.auth.password_cost = COST;
        settings.http.behind_proxy = true;
    })
    .await
}

/// Logs in once; how long that took.
async fn log_in(app: &TestApp, person: usize) -> (Answer, Duration) {
    let network = format!("203.0.113.{person}");
    let body = json!({"email": format!("person{person}@example.org"), "password": PASSWORD});
    let headers = [("x-forwarded-for", network.as_str())];
    let begun = Instant::now();
    let path = "/auth/login?tokens=body";
    let anonymous = app.anonymous();
    let answer = anonymous.send(Method::POST, path, &headers, body).await;
    (answer, begun.elapsed())
}

/// All of them log in, once at least, and again and again until `is_over`. Nobody may be refused.
#[expect(clippy::print_stdout, reason = "figures for whoever reads the test")]
async fn all_log_in(app: &TestApp, when: &str, is_over: impl Fn() -> bool) {
    let everybody = (0..PEOPLE).map(async |person| {
        let mut waits = Vec::new();
        loop {
            let (answer, took) = log_in(app, person).await;
            answer.expect(200);
            waits.push(took);
            if is_over() {
                return waits;
            }
        }
    });
    let mut waits = join_all(everybody).await.concat();
    waits.sort_unstable();
    let (middle, last) = (waits[waits.len() / 2], waits[waits.len() - 1]);
    println!(
        "{when}: {} logins, half of them within {middle:?}, all within {last:?}",
        waits.len()
    );
}

/// Sends the same request many times at once while others log in; what it was answered each time.
#[expect(clippy::print_stdout, reason = "figures for whoever reads the test")]
async fn attack(app: &TestApp, request: impl AsyncFn() -> Answer) -> Vec<Answer> {
    for person in 0..PEOPLE {
        app.register(&format!("person{person}")).await;
    }
    all_log_in(app, "before", || true).await;
    let over = std::cell::Cell::new(false);
    let attacking = async {
        let answers = join_all((0..ATTACKS).map(|_| request())).await;
        over.set(true);
        answers
    };
    let others = all_log_in(app, "during", || over.get());
    let (answers, ()) = futures::join!(attacking, others);
    all_log_in(app, "after", || true).await;
    for status in [200, 204, 401, 409, 429, 503] {
        let count = answers.iter().filter(|answer| answer.status == status);
        println!("{} were answered {status}", count.count());
    }
    answers
}

async fn delete(client: &Client, password: &str) -> Answer {
    let body = json!({"password": password});
    client.send(Method::DELETE, "/users/me", &[], body).await
}

/// Those that were neither carried out nor refused for what they were.
fn sent_away(answers: Vec<Answer>) -> usize {
    let refused = answers.into_iter().filter(|answer| answer.status == 429);
    let waits = refused.map(|answer| {
        assert_ne!(answer.header("retry-after"), "", "{answer:?}");
        answer.problem(429, "rate_limited")
    });
    waits.count()
}

#[tokio::test]
async fn eighty_requests_to_delete_an_account_keep_nobody_from_logging_in() {
    let app = start().await;
    let eve = app.register("eve").await;

    let answers = attack(&app, async || delete(&eve, "not her password").await).await;

    let guessed = answers.iter().filter(|answer| answer.status == 401).count();
    assert!((1..=5).contains(&guessed), "{guessed} guesses");
    assert_eq!(guessed + sent_away(answers), ATTACKS);
}

#[tokio::test]
async fn eighty_right_passwords_entered_again_keep_nobody_from_logging_in() {
    let app = start().await;
    let eve = app.register("eve").await;
    let enroll = async || {
        let body = json!({"password": PASSWORD});
        eve.post("/auth/totp/enroll", body).await
    };

    let answers = attack(&app, enroll).await;

    let enrolled = answers.iter().filter(|answer| answer.status == 200).count();
    assert!(enrolled >= 1, "somebody's own request is carried out");
    assert_eq!(enrolled + sent_away(answers), ATTACKS);
}

#[tokio::test]
async fn whoever_cannot_delete_the_account_anyway_is_told_so_before_the_password_is_looked_at() {
    let app = start().await;
    let (_, owner, []) = app.project([]).await;

    let answers = attack(&app, async || delete(&owner, "not the password").await).await;

    for answer in answers {
        answer.problem(409, "conflict");
    }
    // None of them was a guess.
    delete(&owner, PASSWORD).await.problem(409, "conflict");
}

#[tokio::test]
async fn a_taken_address_is_refused_before_anything_is_hashed() {
    let app = start().await;
    app.register("ada").await;
    let again = async || {
        let body = json!({"email": "ada@example.org", "password": PASSWORD});
        app.anonymous().post("/auth/register", body).await
    };

    let answers = attack(&app, again).await;

    for answer in answers {
        answer.problem(409, "conflict");
    }
}

#[tokio::test]
async fn every_password_that_is_entered_again_counts_against_the_rate_of_logins() {
    let app = TestApp::with(|settings| {
        settings.rates.enabled = true;
        settings.rates.login_per_minute = 4;
    })
    .await;
    let ada = app.register("ada").await;
    let ben = app.register("ben").await;
    let enroll = async |client: &Client| {
        let body = json!({"password": PASSWORD});
        client.post("/auth/totp/enroll", body).await
    };
    for _ in 0..4 {
        enroll(&ada).await.expect(200);
    }

    let refused = enroll(&ada).await;

    assert_ne!(refused.header("retry-after"), "");
    refused.problem(429, "rate_limited");
    let refused = delete(&ada, PASSWORD).await;
    refused.problem(429, "rate_limited");
    enroll(&ben).await.expect(200);
}

#[tokio::test]
async fn a_wrong_password_entered_again_is_a_failure_like_one_to_log_in() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    for _ in 0..5 {
        let guessed = delete(&ada, "not her password").await;
        guessed.problem(401, "invalid_credentials");
    }

    let refused = super::login(&app, "ada@example.org", PASSWORD).await;

    refused.problem(429, "rate_limited");
}
