//! Staying logged in is a choice.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use crate::kit::{Answer, PASSWORD, TestApp};

const HOUR: Duration = Duration::from_secs(60 * 60);

fn body(stay: bool) -> Value {
    json!({"email": "ada@example.org", "password": PASSWORD, "stay": stay})
}

async fn refresh(app: &TestApp, cookie: &str) -> Answer {
    let pair = cookie.split(';').next().unwrap_or_default();
    let headers = [("cookie", pair)];
    let anonymous = app.anonymous();
    anonymous
        .send(Method::POST, "/auth/refresh", &headers, Value::Null)
        .await
}

#[tokio::test]
async fn whoever_does_not_stay_gets_a_cookie_that_goes_with_the_browser_and_a_short_session() {
    let app = TestApp::start().await;
    let registered = app.anonymous().post("/auth/register", body(false)).await;

    let cookie = registered.header("set-cookie").to_owned();
    assert!(!cookie.contains("Max-Age"), "{cookie}");
    app.clock_shift(HOUR * 11);
    let refreshed = refresh(&app, &cookie).await;
    assert_eq!(refreshed.status, 200);
    let next = refreshed.header("set-cookie").to_owned();
    assert!(!next.contains("Max-Age"), "{next}");
    app.clock_shift(HOUR * 13);
    refresh(&app, &next).await.problem(401, "unauthenticated");
}

#[tokio::test]
async fn whoever_stays_or_says_nothing_comes_back_days_later() {
    let app = TestApp::start().await;
    app.register("ada").await;
    let said = app.anonymous().post("/auth/login", body(true)).await;
    let mut unsaid = body(true);
    unsaid.as_object_mut().map(|body| body.remove("stay"));
    let unsaid = app.anonymous().post("/auth/login", unsaid).await;

    app.clock_shift(HOUR * 24 * 6);
    for login in [said, unsaid] {
        let cookie = login.header("set-cookie");
        assert!(cookie.contains("Max-Age=604800"), "{cookie}");
        let refreshed = refresh(&app, cookie).await;
        assert!(refreshed.header("set-cookie").contains("Max-Age=604800"));
    }
}
