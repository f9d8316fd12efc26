//! Proving who one is: accounts, sessions, passwords, the second factor.

mod factor;
mod guesses;
mod passwords;
mod rotation;
mod sessions;

use serde_json::{Value, json};

use crate::kit::{Answer, Client, PASSWORD, TestApp};

async fn login(app: &TestApp, email: &str, password: &str) -> Answer {
    let body = json!({"email": email, "password": password});
    app.anonymous().post("/auth/login?tokens=body", body).await
}

/// Logs a person in once more, as on another device.
async fn another_device(app: &TestApp, name: &str) -> Client {
    let answer = login(app, &format!("{name}@example.org"), PASSWORD).await;
    app.anonymous().logged_in(&answer.expect(200))
}

async fn refresh(app: &TestApp, token: &Value) -> Answer {
    let body = json!({"refreshToken": token});
    app.anonymous().post("/auth/refresh", body).await
}
