//! Refresh tokens replace each other, once, whatever gets lost on the way (T9).

use std::{collections::BTreeSet, time::Duration};

use serde_json::{Value, json};

use super::refresh;
use crate::kit::{TestApp, text};

#[tokio::test]
async fn t9_a_hundred_parallel_refreshes_give_one_successor() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let recorded = app.audit_count().await;

    let refreshing = (0..100).map(|_| refresh(&app, &ada.login["refreshToken"]));
    let answers = futures::future::join_all(refreshing).await;

    let mut successors = BTreeSet::new();
    for answer in answers {
        let login = answer.expect(200);
        successors.insert(text(&login["refreshToken"]).to_owned());
    }
    assert_eq!(successors.len(), 1);
    assert_eq!(app.audit_count().await, recorded + 1);
    println!("T9: 100 parallel refreshes, {} successor", successors.len());
}

#[tokio::test]
async fn t9_two_instances_give_the_same_successor() {
    let app = TestApp::start().await;
    let other = app.beside().await;
    let ada = app.register("ada").await;

    let token = &ada.login["refreshToken"];
    let refreshing = (0..40).map(|turn| {
        let server = if turn % 2 == 0 { &app } else { &other };
        refresh(server, token)
    });
    let answers = futures::future::join_all(refreshing).await;

    let successors: BTreeSet<String> = answers
        .into_iter()
        .map(|answer| text(&answer.expect(200)["refreshToken"]).to_owned())
        .collect();
    assert_eq!(successors.len(), 1);
}

#[tokio::test]
async fn t9_a_refresh_whose_answer_got_lost_is_answered_alike() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let token = &ada.login["refreshToken"];

    let first = refresh(&app, token).await.expect(200);
    let again = refresh(&app, token).await.expect(200);

    assert_eq!(first["refreshToken"], again["refreshToken"]);
    assert_ne!(first["refreshToken"], *token);
    refresh(&app, &again["refreshToken"]).await.expect(200);
}

#[tokio::test]
async fn t9_a_token_reused_after_ten_seconds_ends_its_family_and_no_other() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let phone = app.log_in("ada").await;
    let stolen = &ada.login["refreshToken"];
    let renewed = refresh(&app, stolen).await.expect(200);

    app.clock_shift(Duration::from_secs(11));

    let reused = refresh(&app, stolen).await;
    reused.problem(401, "unauthenticated");
    let successor = refresh(&app, &renewed["refreshToken"]).await;
    successor.problem(401, "unauthenticated");
    let access = ada.logged_in(&renewed).get("/users/me").await;
    access.problem(401, "unauthenticated");
    refresh(&app, &phone.login["refreshToken"])
        .await
        .expect(200);
}

#[tokio::test]
async fn t9_rotation_survives_a_restart() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let token = ada.login["refreshToken"].clone();
    // However long the restart takes, the rotation stays younger than ten seconds.
    app.clock_shift(Duration::from_secs(60));
    let renewed = refresh(&app, &token).await.expect(200);

    let app = app.restart().await;

    let again = refresh(&app, &token).await.expect(200);
    assert_eq!(again["refreshToken"], renewed["refreshToken"]);
    let next = refresh(&app, &renewed["refreshToken"]).await.expect(200);
    let ada = app.anonymous().logged_in(&next);
    ada.get("/users/me").await.expect(200);
}

#[tokio::test]
async fn what_is_no_refresh_token_refreshes_nothing() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;

    for body in [
        Value::Null,
        json!({}),
        json!({"refreshToken": ""}),
        json!({"refreshToken": "unknown"}),
        json!({"refreshToken": ada.login["accessToken"]}),
    ] {
        let answer = app.anonymous().post("/auth/refresh", body).await;
        assert!([401, 422].contains(&answer.status.as_u16()), "{answer:?}");
    }
}
