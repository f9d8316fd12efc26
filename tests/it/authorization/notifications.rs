//! Notifications: one's own, and nobody else's.

use std::time::Duration;

use serde_json::json;

use super::{
    case::{Case, Scene, Try, case},
    world::nothing,
};
use crate::kit::{Client, Paths, patiently};

const LOOK_EVERY: Duration = Duration::from_millis(10);

pub(super) fn cases() -> Vec<Case> {
    vec![
        case!("GET /notifications", "session", 200, _ => Try::at([])),
        case!("GET /notifications", "session", 200, s => {
            Try::at([]).query(&format!("?project={}", s.other.id))
        }),
        case!(new "POST /notifications/{notification_id}/read", "session", 200, s => {
            let id = if s.succeeds { told(s, s.by).await } else { nothing() };
            Try::at([&id])
        }),
        case!("POST /notifications/{notification_id}/read", "session", 404, s => {
            let person = s.world.person().await;
            let theirs = told(s, &person).await;
            Try::at([&theirs]).foreign(&theirs)
        }),
        case!("POST /notifications/read-all", "session", 200, _ => Try::at([]).body(json!({}))),
        case!("GET /users/me/notification-preferences", "session", 200, _ => Try::at([])),
        case!("PUT /users/me/notification-preferences", "session", 200, _ => {
            Try::at([]).body(json!({"digest": "NONE"}))
        }),
        case!("PUT /users/me/notification-preferences", "session", 404, _ => {
            let body = json!({"projects": [{"projectId": nothing()}]});
            Try::at([]).body(body)
        }),
        case!("POST /notifications/unsubscribe", "anonymous", 400, s => {
            let user = s.home.owner.user_id();
            Try::at([]).query(&format!("?token={user}.forged"))
        }),
        case!("POST /notifications/unsubscribe", "anonymous", 204, s => {
            let user = s.home.owner.user_id();
            let proof = s.world.app.keys().derived_token("unsubscribe", user.uuid().as_bytes());
            Try::at([]).query(&format!("?token={user}.{proof}"))
        }),
    ]
}

/// Something that somebody was told, since they were made a member.
async fn told(s: Scene<'_>, person: &Client) -> String {
    let body = json!({"userId": person.user_id(), "role": "VIEWER"});
    let path = s.home.id.members();
    s.home.owner.post(&path, body).await.expect(201);
    let looking = async {
        let mut tick = tokio::time::interval(LOOK_EVERY);
        loop {
            let inbox = person.get("/notifications").await.ok();
            if let Some(id) = inbox["items"][0]["id"].as_str() {
                return id.to_owned();
            }
            tick.tick().await;
        }
    };
    patiently("what they are told", looking).await
}
