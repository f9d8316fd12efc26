//! Notifications: one's own, and nobody else's.

use std::time::Duration;

use serde_json::{Value, json};

use super::{
    case::{Case, Scene, Try, case},
    world::nothing,
};
use crate::kit::{Client, Paths, patiently, text};

const LOOK_EVERY: Duration = Duration::from_millis(10);

pub(super) fn cases() -> Vec<Case> {
    [inbox(), push()].into_iter().flatten().collect()
}

fn inbox() -> Vec<Case> {
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

fn push() -> Vec<Case> {
    vec![
        case!("GET /users/me/push-subscriptions", "session", 200, _ => Try::at([])),
        case!(new "POST /users/me/push-subscriptions", "session", 201, _ => {
            Try::at([]).body(device())
        }),
        case!("POST /users/me/push-subscriptions", "session", 422, _ => {
            let mut within = device();
            within["endpoint"] = json!("https://127.0.0.1/push");
            Try::at([]).body(within)
        }),
        case!(new "DELETE /users/me/push-subscriptions/{id}", "session", 204, s => {
            let id = if s.succeeds { added(s.by).await } else { nothing() };
            Try::at([&id])
        }),
        case!("DELETE /users/me/push-subscriptions/{id}", "session", 404, s => {
            let theirs = added(&s.world.person().await).await;
            Try::at([&theirs]).foreign(&theirs)
        }),
    ]
}

/// A browser at an address of its own, with the key of RFC 8291's example.
fn device() -> Value {
    json!({
        "endpoint": format!("https://push.example.org/{}", nothing()),
        "keys": {
            "p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
            "auth": "BTBZMqHH6r4Tts7J_aSIgg",
        },
    })
}

async fn added(person: &Client) -> String {
    let added = person.post("/users/me/push-subscriptions", device()).await;
    text(&added.expect(201)["id"]).to_owned()
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
