//! Passwords and addresses, and the mails that prove them.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use super::{login, refresh};
use crate::kit::{Answer, Client, Mail, PASSWORD, TestApp, code, text};

const ADA: &str = "ada@example.org";
const NEW: &str = "another good secret";

async fn change(ada: &Client, current: &str, new: &str) -> Answer {
    let body = json!({"currentPassword": current, "newPassword": new});
    ada.post("/auth/password", body).await
}

async fn reset(app: &TestApp, token: &str, password: &str) -> Answer {
    let body = json!({"token": token, "password": password});
    app.anonymous().post("/auth/password/reset", body).await
}

/// Asks for a mail to reset a password, and takes the token out of it.
async fn reset_token(app: &TestApp) -> String {
    let body = json!({"email": ADA});
    let asked = app.anonymous().post("/auth/password/forgot", body).await;
    asked.expect(202);
    let mail = app.mail(ADA, |mail| mail.text.contains("/reset?")).await;
    mail.after("/reset?token=").to_owned()
}

async fn verify(app: &TestApp, token: &str) -> Answer {
    let body = json!({"token": token});
    app.anonymous().post("/auth/email/verify", body).await
}

#[tokio::test]
async fn changing_the_password_logs_out_all_other_devices() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let phone = app.log_in("ada").await;

    change(&ada, PASSWORD, NEW).await.expect(204);

    ada.get("/users/me").await.expect(200);
    phone.get("/users/me").await.problem(401, "unauthenticated");
    let refused = refresh(&app, &phone.login["refreshToken"]).await;
    refused.problem(401, "unauthenticated");
    let old = login(&app, ADA, PASSWORD).await;
    old.problem(401, "invalid_credentials");
    login(&app, ADA, NEW).await.expect(200);
}

#[tokio::test]
async fn the_password_changes_only_for_who_knows_it_and_to_a_good_one() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;

    let guessed = change(&ada, "not her password", NEW).await;
    guessed.problem(401, "invalid_credentials");
    for weak in ["short", "aaaaaaaaaaaaaaaa", "ada@example.org1"] {
        let refused = change(&ada, PASSWORD, weak).await.problem(422, "invalid");
        assert_eq!(refused["errors"][0]["pointer"], "/newPassword", "{weak}");
    }

    login(&app, ADA, PASSWORD).await.expect(200);
}

#[tokio::test]
async fn a_forgotten_password_is_reset_by_mail_and_every_device_logged_out() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;

    let token = reset_token(&app).await;
    reset(&app, &token, NEW).await.expect(204);

    ada.get("/users/me").await.problem(401, "unauthenticated");
    let old = login(&app, ADA, PASSWORD).await;
    old.problem(401, "invalid_credentials");
    let user = login(&app, ADA, NEW).await.expect(200)["user"].clone();
    // Whoever read that mail reads the address.
    assert_eq!(user["emailVerified"], true);
}

#[tokio::test]
async fn a_mailed_token_works_once() {
    let app = TestApp::start().await;
    app.register("ada").await;
    let token = reset_token(&app).await;
    // A password that is refused leaves the token for a better one.
    reset(&app, &token, "short").await.problem(422, "invalid");
    reset(&app, &token, NEW).await.expect(204);

    let again = reset(&app, &token, "a third good secret").await;

    again.problem(400, "invalid_token");
    login(&app, ADA, NEW).await.expect(200);
}

#[tokio::test]
async fn a_mailed_token_to_reset_works_for_an_hour() {
    let app = TestApp::start().await;
    app.register("ada").await;
    let token = reset_token(&app).await;

    app.clock_shift(Duration::from_secs(60 * 60));

    reset(&app, &token, NEW).await.problem(400, "invalid_token");
}

#[tokio::test]
async fn forgetting_the_password_of_nobody_is_answered_alike_and_mails_nothing() {
    let app = TestApp::start().await;
    app.register("ada").await;
    let ask = async |email| {
        let body = json!({"email": email});
        app.anonymous().post("/auth/password/forgot", body).await
    };

    let nobody = ask("nobody@example.org").await;
    let somebody = ask(ADA).await;

    assert_eq!(nobody.status, somebody.status);
    assert_eq!(nobody.text, somebody.text);
    app.mail(ADA, |mail| mail.text.contains("/reset?")).await;
    assert!(app.mails().iter().all(|mail| mail.to == ADA));
}

#[tokio::test]
async fn an_address_gets_no_more_mail_by_accounts_that_are_made_and_deleted_again_and_again() {
    let app = TestApp::start().await;
    let mut again = app.register("ada").await;
    for _ in 0..7 {
        // A mail that has not left when its account is deleted is not sent.
        app.jobs_done().await;
        let gone = json!({"password": PASSWORD});
        let gone = again.send(Method::DELETE, "/users/me", &[], gone).await;
        gone.expect(204);
        again = app.register("ada").await;
    }

    app.jobs_done().await;
    let mails = app.mails();
    assert_eq!(mails.iter().filter(|mail| mail.to == ADA).count(), 5);
    app.clock_shift(Duration::from_secs(61 * 60));
    let body = json!({"email": ADA});
    app.anonymous()
        .post("/auth/password/forgot", body)
        .await
        .ok();
    app.mail(ADA, |mail| mail.text.contains("/reset?")).await;
}

#[tokio::test]
async fn an_address_is_verified_by_the_mail_that_arrives_there() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let mail = app.mail(ADA, |_| true).await;
    let token = mail.after("/verify?token=");

    verify(&app, token).await.expect(204);

    let user = ada.get("/users/me").await.expect(200);
    assert_eq!(user["emailVerified"], true);
    verify(&app, token).await.problem(400, "invalid_token");
    let resent = ada.post("/auth/email/resend", Value::Null).await;
    resent.problem(409, "conflict");
}

#[tokio::test]
async fn a_lost_mail_to_verify_is_sent_again() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let first = app.mail(ADA, |_| true).await;
    let first = first.after("/verify?token=").to_owned();

    ada.post("/auth/email/resend", Value::Null)
        .await
        .expect(202);

    let second = app.mail(ADA, |mail| !mail.text.contains(&first)).await;
    verify(&app, second.after("/verify?token="))
        .await
        .expect(204);
}

#[tokio::test]
async fn a_token_of_one_kind_does_not_do_for_the_other() {
    let app = TestApp::start().await;
    app.register("ada").await;
    let mail = app.mail(ADA, |mail| mail.text.contains("/verify?")).await;

    let refused = reset(&app, mail.after("/verify?token="), NEW).await;
    refused.problem(400, "invalid_token");
    let token = reset_token(&app).await;
    verify(&app, &token).await.problem(400, "invalid_token");
}

/// A program that acts for somebody.
async fn robot(owner: &Client) -> Client {
    let body = json!({"name": "robot", "scopes": ["graph"]});
    let made = owner.post("/users/me/tokens", body).await.expect(201);
    owner.with_token(text(&made["token"]))
}

#[tokio::test]
async fn a_reset_ends_api_tokens_enrolments_that_nobody_confirmed_and_the_other_mails() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let robot = robot(&ada).await;
    let enrolment = ada
        .post("/auth/totp/enroll", json!({"password": PASSWORD}))
        .await
        .expect(200);
    let first = reset_token(&app).await;
    let body = json!({"email": ADA});
    let asked = app.anonymous().post("/auth/password/forgot", body).await;
    asked.expect(202);
    let other = |mail: &Mail| mail.text.contains("/reset?") && !mail.text.contains(&first);
    let other = app.mail(ADA, other).await.after("/reset?token=").to_owned();

    reset(&app, &first, NEW).await.expect(204);

    let dead = robot.get("/users/me").await;
    dead.problem(401, "unauthenticated");
    let late = reset(&app, &other, "a third good secret").await;
    late.problem(400, "invalid_token");
    let login = login(&app, ADA, NEW).await.expect(200);
    let ada = app.anonymous().logged_in(&login);
    let body = json!({"code": code(&app, &enrolment)});
    let confirmed = ada.post("/auth/totp/confirm", body).await;
    confirmed.problem(409, "conflict");
}

#[tokio::test]
async fn changing_the_password_ends_api_tokens_if_that_is_asked_for() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let robot = robot(&ada).await;
    let enrolment = ada
        .post("/auth/totp/enroll", json!({"password": PASSWORD}))
        .await
        .expect(200);

    change(&ada, PASSWORD, NEW).await.expect(204);
    robot.get("/users/me").await.expect(200);
    let body = json!({"currentPassword": NEW, "newPassword": PASSWORD, "endTokens": true});
    ada.post("/auth/password", body).await.expect(204);

    let dead = robot.get("/users/me").await;
    dead.problem(401, "unauthenticated");
    let body = json!({"code": code(&app, &enrolment)});
    let confirmed = ada.post("/auth/totp/confirm", body).await;
    confirmed.problem(409, "conflict");
}

#[tokio::test]
async fn logging_out_everywhere_ends_api_tokens_if_that_is_asked_for() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let robot = robot(&ada).await;

    ada.post("/auth/logout-all", Value::Null).await.expect(204);
    robot.get("/users/me").await.expect(200);
    let ada = app.log_in("ada").await;
    let everything = json!({"endTokens": true});
    ada.post("/auth/logout-all", everything).await.expect(204);

    let dead = robot.get("/users/me").await;
    dead.problem(401, "unauthenticated");
}
