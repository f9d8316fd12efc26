//! Coming and going.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use super::refresh;
use crate::kit::{PASSWORD, Paths, TestApp, text, until};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

#[tokio::test]
async fn whoever_registers_is_logged_in() {
    let app = TestApp::start().await;
    let body = json!({
        "email": " Ada@Example.ORG ", "password": PASSWORD, "username": "ada",
        "firstName": "Ada", "lastName": "Lovelace",
    });

    let anonymous = app.anonymous();
    let answer = anonymous.post("/auth/register?tokens=body", body).await;
    let login = answer.expect(201);
    let ada = anonymous.logged_in(&login);

    assert_eq!(login["expiresIn"], 900);
    assert_eq!(login["user"]["email"], "ada@example.org");
    assert_eq!(login["user"]["emailVerified"], false);
    assert_eq!(login["user"]["totpEnabled"], false);
    assert_eq!(ada.get("/users/me").await.expect(200), login["user"]);
    assert!(!login.to_string().contains(PASSWORD));
}

#[tokio::test]
async fn an_address_registers_once() {
    let app = TestApp::start().await;
    app.register("ada").await;

    let body = json!({"email": "ADA@example.org", "password": PASSWORD});
    let again = app.anonymous().post("/auth/register", body).await;

    again.problem(409, "conflict");
}

#[tokio::test]
async fn nobody_registers_where_registration_is_closed() {
    let app = TestApp::with(|settings| settings.auth.registration = false).await;

    let body = json!({"email": "ada@example.org", "password": PASSWORD});
    let refused = app.anonymous().post("/auth/register", body).await;

    refused.problem(403, "forbidden");
}

#[tokio::test]
async fn a_browser_gets_its_refresh_token_as_a_cookie_that_no_script_reads() {
    let app = TestApp::start().await;
    app.register("ada").await;

    let body = json!({"email": "ada@example.org", "password": PASSWORD});
    let answer = app.anonymous().post("/auth/login", body).await;

    let cookie = answer.header("set-cookie").to_owned();
    let (pair, attributes) = cookie.split_once("; ").expect("it has attributes");
    assert!(pair.starts_with("nonlinear_refresh="), "{cookie}");
    assert_eq!(
        attributes,
        "Path=/; HttpOnly; SameSite=Strict; Max-Age=604800"
    );
    assert_eq!(answer.expect(200)["refreshToken"], Value::Null);
}

#[tokio::test]
async fn over_tls_the_cookie_is_secure_and_bound_to_its_host() {
    let app = TestApp::with(|settings| {
        settings.public_url = Some("https://canvas.example".to_owned());
    })
    .await;

    let body = json!({"email": "ada@example.org", "password": PASSWORD});
    let answer = app.anonymous().post("/auth/register", body).await;

    let cookie = answer.header("set-cookie");
    assert!(cookie.starts_with("__Host-nonlinear_refresh="), "{cookie}");
    assert!(cookie.contains("; Path=/;"), "{cookie}");
    assert!(cookie.ends_with("; Secure"), "{cookie}");
    assert!(!cookie.contains("Domain"), "{cookie}");
}

#[tokio::test]
async fn an_api_client_gets_its_refresh_token_in_the_body_and_no_cookie() {
    let app = TestApp::start().await;
    app.register("ada").await;

    let body = json!({"email": "ada@example.org", "password": PASSWORD});
    let answer = app.anonymous().post("/auth/login?tokens=body", body).await;

    assert_eq!(answer.header("set-cookie"), "");
    assert!(text(&answer.expect(200)["refreshToken"]).len() > 40);
}

#[tokio::test]
async fn a_cookie_refreshes_and_comes_back_changed() {
    let app = TestApp::start().await;
    let body = json!({"email": "ada@example.org", "password": PASSWORD});
    let anonymous = app.anonymous();
    let answer = anonymous.post("/auth/register", body).await;
    let before = pair(answer.header("set-cookie"));

    let headers = [("cookie", before.as_str())];
    let answer = anonymous
        .send(Method::POST, "/auth/refresh", &headers, Value::Null)
        .await;

    let after = pair(answer.header("set-cookie"));
    assert_ne!(before, after);
    let login = answer.expect(200);
    assert_eq!(login["refreshToken"], Value::Null);
    let ada = anonymous.logged_in(&login);
    ada.get("/users/me").await.expect(200);
}

fn pair(cookie: &str) -> String {
    let (pair, _) = cookie.split_once(';').expect("a cookie was set");
    pair.to_owned()
}

#[tokio::test]
async fn logging_out_ends_this_session_and_takes_the_cookie_back() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let phone = app.log_in("ada").await;

    let answer = ada.post("/auth/logout", Value::Null).await;

    assert!(answer.header("set-cookie").contains("Max-Age=0"));
    answer.expect(204);
    ada.get("/users/me").await.problem(401, "unauthenticated");
    let refused = refresh(&app, &ada.login["refreshToken"]).await;
    refused.problem(401, "unauthenticated");
    phone.get("/users/me").await.expect(200);
}

#[tokio::test]
async fn logging_out_everywhere_ends_every_session() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let phone = app.log_in("ada").await;
    let ben = app.register("ben").await;

    ada.post("/auth/logout-all", Value::Null).await.expect(204);

    for device in [&ada, &phone] {
        device
            .get("/users/me")
            .await
            .problem(401, "unauthenticated");
        let refused = refresh(&app, &device.login["refreshToken"]).await;
        refused.problem(401, "unauthenticated");
    }
    ben.get("/users/me").await.expect(200);
}

#[tokio::test]
async fn people_see_their_devices_and_end_those_they_lost() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let phone = app.log_in("ada").await;
    let ben = app.register("ben").await;

    let sessions = ada.get("/auth/sessions").await.expect(200);
    let sessions = sessions["items"].as_array().expect("a list").clone();
    let lost = sessions.iter().find(|session| session["current"] == false);
    let lost = format!("/auth/sessions/{}", text(&lost.expect("the phone")["id"]));

    assert_eq!(sessions.len(), 2);
    assert_eq!(sessions[0]["address"], "127.0.0.1");
    ben.delete(&lost).await.problem(404, "not_found");
    ada.delete(&lost).await.expect(204);
    phone.get("/users/me").await.problem(401, "unauthenticated");
    ada.delete(&lost).await.problem(404, "not_found");
    let left = ada.get("/auth/sessions").await.expect(200);
    assert_eq!(left["items"].as_array().map(Vec::len), Some(1));
    assert_eq!(left["items"][0]["current"], true);
}

#[tokio::test]
async fn an_access_token_expires_and_a_refresh_gives_another() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;

    app.clock_shift(Duration::from_secs(16 * 60));

    ada.get("/users/me").await.problem(401, "unauthenticated");
    // Programs send their old access token along with everything.
    let body = json!({"refreshToken": ada.login["refreshToken"]});
    let renewed = ada.post("/auth/refresh", body).await.expect(200);
    let ada = ada.logged_in(&renewed);
    ada.get("/users/me").await.expect(200);
}

#[tokio::test]
async fn a_session_that_nobody_uses_ends_after_a_week() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;

    app.clock_shift(DAY * 7);

    let refused = refresh(&app, &ada.login["refreshToken"]).await;
    refused.problem(401, "unauthenticated");
}

#[tokio::test]
async fn a_session_ends_after_thirty_days_however_much_it_is_used() {
    let app = TestApp::start().await;
    let mut token = app.register("ada").await.login["refreshToken"].clone();
    for _ in 0..4 {
        app.clock_shift(DAY * 6);
        token = refresh(&app, &token).await.expect(200)["refreshToken"].clone();
    }

    app.clock_shift(DAY * 6);

    let refused = refresh(&app, &token).await;
    refused.problem(401, "unauthenticated");
}

#[tokio::test]
async fn an_ended_session_writes_nothing_more_on_any_instance_and_soon_reads_nothing() {
    let app = TestApp::start().await;
    let other = app.beside().await;
    let ada = app.register("ada").await;
    let elsewhere = other
        .anonymous()
        .with_token(text(&ada.login["accessToken"]));
    let project = ada.create_project("Hers").await;
    // From now on the other instance remembers that this session lives.
    elsewhere.get("/users/me").await.expect(200);

    ada.post("/auth/logout", Value::Null).await.expect(204);

    let path = project.nodes();
    let node = json!({"prompt": "?", "position": {"x": 0, "y": 0}});
    let written = elsewhere.post(&path, node).await;
    written.problem(401, "unauthenticated");
    let account = elsewhere
        .patch("/users/me", json!({"firstName": "Eve"}))
        .await;
    account.problem(401, "unauthenticated");
    let refused = async || elsewhere.get("/users/me").await.status == 401;
    until("the other instance refuses to read", refused).await;
}

#[tokio::test]
async fn tickets_for_sockets_are_fresh_and_short_lived() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;

    let one = ada.post("/auth/ws-ticket", Value::Null).await.expect(201);
    let two = ada.post("/auth/ws-ticket", Value::Null).await.expect(201);

    assert_eq!(one["expiresIn"], 30);
    assert_ne!(one["ticket"], two["ticket"]);
    assert!(text(&one["ticket"]).len() > 40);
    let anonymous = app.anonymous().post("/auth/ws-ticket", Value::Null).await;
    anonymous.problem(401, "unauthenticated");
}

#[tokio::test]
async fn devices_come_in_pages() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    for _ in 0..4 {
        app.log_in("ada").await;
    }

    let whole = ada.all("/auth/sessions", 50).await;

    assert_eq!(whole.len(), 5);
    assert_eq!(ada.all("/auth/sessions", 2).await, whole);
    let refused = ada.get("/auth/sessions?limit=201").await;
    refused.problem(422, "invalid");
}
