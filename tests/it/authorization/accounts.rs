//! One's own account: whoever has no session of their own must not touch it.

use serde_json::{Value, json};

use super::{
    case::{Case, Scene, Try, case},
    world::{id, nothing},
};
use crate::kit::{Client, PASSWORD, code, text};

pub(super) fn cases() -> Vec<Case> {
    [
        entering(),
        mailed(),
        sessions(),
        factor(),
        profile(),
        tokens(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn email(client: &Client) -> &str {
    text(&client.login["user"]["email"])
}

fn entering() -> Vec<Case> {
    vec![
        case!("POST /auth/register", "anonymous", 201, _ => {
            let email = format!("{}@example.org", nothing());
            Try::at([]).body(json!({"email": email, "password": PASSWORD}))
        }),
        case!("POST /auth/login", "anonymous", 200, s => {
            let person = s.world.person().await;
            Try::at([]).body(json!({"email": email(&person), "password": PASSWORD}))
        }),
        case!("POST /auth/login", "anonymous", 401, s => {
            let person = s.world.person().await;
            Try::at([]).body(json!({"email": email(&person), "password": "not the password"}))
        }),
        case!("POST /auth/refresh", "anonymous", 200, s => {
            let person = s.world.person().await;
            Try::at([]).body(json!({"refreshToken": person.login["refreshToken"]}))
        }),
        case!("POST /auth/refresh", "anonymous", 401, s => {
            Try::at([]).body(json!({"refreshToken": s.home.owner.token}))
        }),
    ]
}

fn mailed() -> Vec<Case> {
    vec![
        case!("POST /auth/password/forgot", "anonymous", 202, s => {
            Try::at([]).body(json!({"email": email(&s.home.owner)}))
        }),
        case!("POST /auth/password/reset", "anonymous", 400, s => {
            let body = json!({"token": s.home.invitation_token, "password": "another password"});
            Try::at([]).body(body)
        }),
        case!(new "POST /auth/password/reset", "anonymous", 204, s => {
            let address = email(s.by);
            let body = json!({"email": address});
            s.world.app.anonymous().post("/auth/password/forgot", body).await.expect(202);
            let token = mailed_token(s, address, "/reset?token=").await;
            Try::at([]).body(json!({"token": token, "password": "quite another password"}))
        }),
        case!("POST /auth/email/verify", "anonymous", 400, s => {
            Try::at([]).body(json!({"token": s.home.invitation_token}))
        }),
        case!(new "POST /auth/email/verify", "anonymous", 204, s => {
            let token = mailed_token(s, email(s.by), "/verify?token=").await;
            Try::at([]).body(json!({"token": token}))
        }),
        case!("POST /auth/email/confirm", "anonymous", 400, s => {
            Try::at([]).body(json!({"token": s.home.invitation_token}))
        }),
        case!("POST /auth/email/confirm", "anonymous", 200, s => {
            let person = s.world.person().await;
            let body = json!({"email": format!("{}@example.org", nothing()), "password": PASSWORD});
            person.post("/users/me/email", body).await.expect(202);
            let token = mailed_token(s, email(&person), "/email?token=").await;
            Try::at([]).body(json!({"token": token}))
        }),
        case!(new "POST /users/me/email", "session", 202, _ => {
            let email = format!("{}@example.org", nothing());
            Try::at([]).body(json!({"email": email, "password": PASSWORD}))
        }),
        case!(new "POST /auth/email/resend", "session", 202, _ => Try::at([])),
    ]
}

async fn mailed_token(scene: Scene<'_>, address: &str, page: &str) -> String {
    let mail = scene
        .world
        .app
        .mail(address, |mail| mail.text.contains(page))
        .await;
    mail.after(page).to_owned()
}

fn sessions() -> Vec<Case> {
    vec![
        case!(new "POST /auth/logout", "session", 204, _ => Try::at([])),
        case!(new "POST /auth/logout-all", "session", 204, _ => Try::at([])),
        case!("GET /auth/sessions", "session", 200, _ => Try::at([])),
        case!(new "DELETE /auth/sessions/{id}", "session", 204, s => {
            let sessions = s.by.get("/auth/sessions").await.body;
            let own = sessions["items"][0]["id"].as_str().map(str::to_owned);
            Try::at([&own.unwrap_or_else(nothing)])
        }),
        case!("DELETE /auth/sessions/{id}", "session", 404, s => {
            let person = s.world.person().await;
            let session = id(&person.get("/auth/sessions").await.ok()["items"][0]);
            Try::at([&session]).foreign(&session)
        }),
        case!("DELETE /auth/sessions/{id}", "session", 404, s => {
            Try::at([&s.home.node]).foreign(&s.home.node)
        }),
        case!("POST /auth/ws-ticket", "session", 201, _ => Try::at([])),
        case!(new "POST /auth/password", "session", 204, _ => {
            let new = "quite another password";
            Try::at([]).body(json!({"currentPassword": PASSWORD, "newPassword": new}))
        }),
    ]
}

/// A second factor that is on: gives its recovery codes.
async fn confirmed(scene: Scene<'_>) -> Value {
    if !scene.succeeds {
        return json!(["none"]);
    }
    let enrollment = scene
        .by
        .post("/auth/totp/enroll", json!({"password": PASSWORD}))
        .await
        .expect(200);
    let body = json!({"code": code(&scene.world.app, &enrollment)});
    let codes = scene.by.post("/auth/totp/confirm", body).await.expect(200);
    codes["recoveryCodes"].clone()
}

fn factor() -> Vec<Case> {
    vec![
        case!(new "POST /auth/totp/enroll", "session", 200, _ => {
            Try::at([]).body(json!({"password": PASSWORD}))
        }),
        case!(new "POST /auth/totp/confirm", "session", 200, s => {
            let enrolled = s.by.post("/auth/totp/enroll", json!({"password": PASSWORD})).await;
            let code = if s.succeeds {
                code(&s.world.app, &enrolled.expect(200))
            } else {
                "000000".to_owned()
            };
            Try::at([]).body(json!({"code": code}))
        }),
        case!(new "DELETE /auth/totp", "session", 204, s => {
            let codes = confirmed(s).await;
            Try::at([]).body(json!({"password": PASSWORD, "code": codes[0]}))
        }),
        case!(new "POST /auth/recovery-codes", "session", 200, s => {
            let codes = confirmed(s).await;
            Try::at([]).body(json!({"code": codes[0]}))
        }),
    ]
}

fn profile() -> Vec<Case> {
    vec![
        case!("GET /users/me", "caller", 200, _ => Try::at([])),
        case!("GET /users/me/audit", "scope:audit", 200, _ => Try::at([])),
        // Who runs the server is said by a setting; among these is nobody.
        case!("GET /audit", "server:read", 200, _ => Try::at([])),
        case!(new "PATCH /users/me", "session", 200, _ => {
            Try::at([]).body(json!({"firstName": "Ada"}))
        }),
        // What a session may send is a picture, which this is not.
        case!("PUT /users/me/avatar", "session", 415, _ => Try::at([]).body(json!({}))),
        case!(new "DELETE /users/me/avatar", "session", 204, _ => Try::at([])),
        case!("GET /avatars/{token}", "anonymous", 404, s => {
            Try::at([&s.home.node]).foreign(&s.home.node)
        }),
        case!(new "DELETE /users/me", "session", 204, _ => {
            Try::at([]).body(json!({"password": PASSWORD}))
        }),
    ]
}

fn tokens() -> Vec<Case> {
    vec![
        case!("GET /users/me/tokens", "session", 200, _ => Try::at([])),
        case!("POST /users/me/tokens", "session", 201, _ => {
            Try::at([]).body(json!({"name": "mine", "scopes": ["graph"]}))
        }),
        case!(new "DELETE /users/me/tokens/{id}", "session", 204, s => {
            if !s.succeeds {
                return Try::at([&nothing()]);
            }
            let body = json!({"name": "mine", "scopes": []});
            Try::at([&id(&s.by.post("/users/me/tokens", body).await.expect(201))])
        }),
        case!("DELETE /users/me/tokens/{id}", "session", 404, s => {
            let theirs = s.world.person().await;
            let body = json!({"name": "theirs", "scopes": []});
            let foreign = id(&theirs.post("/users/me/tokens", body).await.expect(201));
            Try::at([&foreign]).foreign(&foreign)
        }),
    ]
}
