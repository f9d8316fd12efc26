//! Another e-mail address: it counts once both addresses have agreed.

use std::time::Duration;

use serde_json::{Value, json};

use super::login;
use crate::kit::{Answer, Client, PASSWORD, TestApp, code};

const OLD: &str = "ada@example.org";
const NEW: &str = "countess@example.org";
const PAGE: &str = "/email?token=";
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

async fn ask(by: &Client, email: &str) -> Answer {
    let body = json!({"email": email, "password": PASSWORD});
    by.post("/users/me/email", body).await
}

async fn mailed(app: &TestApp, to: &str) -> String {
    let mail = app.mail(to, |mail| mail.text.contains(PAGE)).await;
    mail.after(PAGE).to_owned()
}

async fn confirm(app: &TestApp, token: &str) -> Answer {
    let body = json!({"token": token});
    app.anonymous().post("/auth/email/confirm", body).await
}

async fn address(by: &Client) -> Value {
    by.get("/users/me").await.expect(200)["email"].clone()
}

#[tokio::test]
async fn an_address_changes_once_both_addresses_agree_and_the_old_one_is_told() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;

    ask(&ada, " Countess@Example.ORG ").await.expect(202);
    let (old, new) = (mailed(&app, OLD).await, mailed(&app, NEW).await);
    assert_ne!(old, new);
    let first = confirm(&app, &new).await.expect(200);
    assert_eq!(first, json!({"changed": false}));
    assert_eq!(address(&ada).await, OLD);
    confirm(&app, &new).await.problem(400, "invalid_token");
    let second = confirm(&app, &old).await.expect(200);

    assert_eq!(second, json!({"changed": true}));
    let me = ada.get("/users/me").await.expect(200);
    assert_eq!(me["email"], NEW);
    assert_eq!(me["emailVerified"], true);
    app.mail(OLD, |mail| {
        mail.text.contains("is countess@example.org now")
    })
    .await;
    login(&app, NEW, PASSWORD).await.expect(200);
    login(&app, OLD, PASSWORD)
        .await
        .problem(401, "invalid_credentials");
    confirm(&app, &old).await.problem(400, "invalid_token");
    let audit = ada.get("/users/me/audit?action=email.change").await.ok();
    assert_eq!(audit["items"][0]["oldValues"], json!({"email": OLD}));
    assert_eq!(audit["items"][0]["newValues"], json!({"email": NEW}));
    // The old address is free again.
    app.register("ada2").await;
    let free = json!({"email": OLD, "password": PASSWORD});
    app.anonymous()
        .post("/auth/register", free)
        .await
        .expect(201);
}

#[tokio::test]
async fn nobody_learns_whether_somebody_has_an_address_by_asking_for_it() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    app.register("ben").await;

    let taken = ask(&ada, "ben@example.org").await;
    let token = mailed(&app, OLD).await;
    let agreed = confirm(&app, &token).await;

    assert_eq!((taken.status.as_u16(), taken.text.as_str()), (202, ""));
    assert_eq!(agreed.expect(200), json!({"changed": false}));
    app.jobs_done().await;
    let to_ben = app
        .mails()
        .into_iter()
        .filter(|mail| mail.to == "ben@example.org");
    assert!(to_ben.clone().all(|mail| !mail.text.contains(PAGE)));
    assert_eq!(address(&ada).await, OLD);
}

#[tokio::test]
async fn of_two_who_ask_for_one_address_the_first_gets_it() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    ask(&ada, NEW).await.expect(202);
    let (old, new) = (mailed(&app, OLD).await, mailed(&app, NEW).await);
    let taken = json!({"email": NEW, "password": PASSWORD});
    app.anonymous()
        .post("/auth/register", taken)
        .await
        .expect(201);

    confirm(&app, &old).await.expect(200);
    confirm(&app, &new).await.problem(400, "invalid_token");

    assert_eq!(address(&ada).await, OLD);
}

#[tokio::test]
async fn what_was_asked_ends_after_a_day_and_gives_way_to_what_is_asked_later() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    ask(&ada, NEW).await.expect(202);
    let first = mailed(&app, NEW).await;
    ask(&ada, "other@example.org").await.expect(202);
    confirm(&app, &first).await.problem(400, "invalid_token");

    let second = mailed(&app, "other@example.org").await;
    app.clock_shift(DAY);
    confirm(&app, &second).await.problem(400, "invalid_token");
    confirm(&app, "").await.problem(400, "bad_request");
}

#[tokio::test]
async fn it_takes_the_password_and_the_second_factor_and_not_too_many_times() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let wrong = json!({"email": NEW, "password": "not the password"});
    let wrong = ada.post("/users/me/email", wrong).await;
    wrong.problem(401, "invalid_credentials");
    ask(&ada, OLD).await.problem(422, "invalid");
    for _ in 0..5 {
        ask(&ada, NEW).await.expect(202);
    }
    ask(&ada, NEW).await.problem(429, "rate_limited");

    let ben = app.register("ben").await;
    let enrolled = ben
        .post("/auth/totp/enroll", json!({"password": PASSWORD}))
        .await
        .ok();
    let first = json!({"code": code(&app, &enrolled)});
    ben.post("/auth/totp/confirm", first).await.ok();
    app.clock_shift(Duration::from_secs(30));
    ask(&ben, "bens@example.org")
        .await
        .problem(401, "totp_required");
    let totp = json!({
        "email": "bens@example.org", "password": PASSWORD, "totp": code(&app, &enrolled),
    });
    ben.post("/users/me/email", totp.clone()).await.expect(202);
    let again = ben.post("/users/me/email", totp).await;
    again.problem(401, "invalid_credentials");
}
