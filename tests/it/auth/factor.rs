//! The second factor.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use crate::kit::{Answer, Client, PASSWORD, TestApp, code, parsed, text};

/// Codes of one step count once, so whoever needs another one waits for the next.
const STEP: Duration = Duration::from_secs(30);

/// Turns the second factor on; gives the enrolment and the recovery codes.
async fn enrolled(app: &TestApp, ada: &Client) -> (Value, Vec<String>) {
    let enrollment = ada
        .post("/auth/totp/enroll", json!({"password": PASSWORD}))
        .await
        .expect(200);
    let body = json!({"code": code(app, &enrollment)});
    let confirmed = ada.post("/auth/totp/confirm", body).await.expect(200);
    app.clock_shift(STEP);
    (enrollment, parsed(&confirmed["recoveryCodes"]))
}

async fn login(app: &TestApp, totp: Option<&str>) -> Answer {
    let body = json!({"email": "ada@example.org", "password": PASSWORD, "totp": totp});
    app.anonymous().post("/auth/login?tokens=body", body).await
}

async fn remove(ada: &Client, password: &str, code: &str) -> Answer {
    let body = json!({"password": password, "code": code});
    ada.send(Method::DELETE, "/auth/totp", &[], body).await
}

#[tokio::test]
async fn an_enrolment_counts_once_a_code_confirms_it() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;

    let enrollment = ada
        .post("/auth/totp/enroll", json!({"password": PASSWORD}))
        .await
        .expect(200);

    let url = text(&enrollment["otpauthUrl"]);
    assert!(url.starts_with("otpauth://totp/"), "{url}");
    assert!(url.contains(text(&enrollment["secret"])), "{url}");
    login(&app, None).await.expect(200);
    let body = json!({"code": code(&app, &enrollment)});
    let confirmed = ada.post("/auth/totp/confirm", body).await.expect(200);
    assert_eq!(
        confirmed["recoveryCodes"].as_array().map(Vec::len),
        Some(10)
    );
    let user = ada.get("/users/me").await.expect(200);
    assert_eq!(user["totpEnabled"], true);
    assert!(!user.to_string().contains(text(&enrollment["secret"])));
}

#[tokio::test]
async fn a_wrong_code_confirms_nothing() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let early = ada.post("/auth/totp/confirm", json!({"code": "123456"}));
    early.await.problem(409, "conflict");
    ada.post("/auth/totp/enroll", json!({"password": PASSWORD}))
        .await
        .expect(200);

    let wrong = ada.post("/auth/totp/confirm", json!({"code": "no code"}));

    wrong.await.problem(401, "invalid_credentials");
    login(&app, None).await.expect(200);
}

#[tokio::test]
async fn whoever_has_a_second_factor_needs_it_to_log_in() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let (enrollment, _) = enrolled(&app, &ada).await;

    login(&app, None).await.problem(401, "totp_required");
    login(&app, Some("no code"))
        .await
        .problem(401, "invalid_credentials");
    let wrong = json!({"email": "ada@example.org", "password": "not her password"});
    let wrong = app.anonymous().post("/auth/login", wrong).await;
    // Who does not know the password does not learn that there is a factor.
    wrong.problem(401, "invalid_credentials");
    login(&app, Some(&code(&app, &enrollment)))
        .await
        .expect(200);
}

#[tokio::test]
async fn a_recovery_code_works_once_in_place_of_the_authenticator() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let (_, codes) = enrolled(&app, &ada).await;

    // As people type them.
    let typed = codes[0].to_uppercase().replace('-', " ");
    login(&app, Some(&typed)).await.expect(200);

    let again = login(&app, Some(&codes[0])).await;
    again.problem(401, "invalid_credentials");
    login(&app, Some(&codes[1])).await.expect(200);
}

#[tokio::test]
async fn new_recovery_codes_replace_the_old_ones() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let (enrollment, old) = enrolled(&app, &ada).await;

    let body = json!({"code": code(&app, &enrollment)});
    let renewed = ada.post("/auth/recovery-codes", body).await.expect(200);

    let new: Vec<String> = parsed(&renewed["recoveryCodes"]);
    assert_eq!(new.len(), 10);
    login(&app, Some(&old[0]))
        .await
        .problem(401, "invalid_credentials");
    login(&app, Some(&new[0])).await.expect(200);
}

#[tokio::test]
async fn removing_the_factor_takes_the_password_and_a_code() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let (enrollment, codes) = enrolled(&app, &ada).await;
    let again = ada
        .post("/auth/totp/enroll", json!({"password": PASSWORD}))
        .await;
    again.problem(409, "conflict");

    let guessed = remove(&ada, "not her password", &code(&app, &enrollment)).await;
    guessed.problem(401, "invalid_credentials");
    let guessed = remove(&ada, PASSWORD, "no code").await;
    guessed.problem(401, "invalid_credentials");
    remove(&ada, PASSWORD, &code(&app, &enrollment))
        .await
        .expect(204);

    login(&app, None).await.expect(200);
    let user = ada.get("/users/me").await.expect(200);
    assert_eq!(user["totpEnabled"], false);
    // What belonged to the old factor is worth nothing with the next one.
    enrolled(&app, &ada).await;
    login(&app, Some(&codes[0]))
        .await
        .problem(401, "invalid_credentials");
}

#[tokio::test]
async fn the_factor_survives_a_restart() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let (enrollment, _) = enrolled(&app, &ada).await;

    let app = app.restart().await;
    app.clock_shift(STEP * 2);

    login(&app, None).await.problem(401, "totp_required");
    login(&app, Some(&code(&app, &enrollment)))
        .await
        .expect(200);
}

#[tokio::test]
async fn guessed_codes_are_delayed_as_guessed_passwords_are() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let (enrollment, _) = enrolled(&app, &ada).await;
    for _ in 0..5 {
        login(&app, Some("no code"))
            .await
            .problem(401, "invalid_credentials");
    }

    let right = login(&app, Some(&code(&app, &enrollment))).await;

    right.problem(429, "rate_limited");
}

#[tokio::test]
async fn an_enrolment_takes_the_password_so_that_an_open_session_locks_nobody_out() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let enrol = async |password: &str| {
        let body = json!({"password": password});
        ada.post("/auth/totp/enroll", body).await
    };

    let guessed = enrol("not her password").await;
    guessed.problem(401, "invalid_credentials");
    for _ in 0..4 {
        enrol("not her password").await;
    }

    // These guesses are counted like those at the login.
    enrol(PASSWORD).await.problem(429, "rate_limited");
    app.clock_shift(STEP * 2);
    enrol(PASSWORD).await.expect(200);
}
