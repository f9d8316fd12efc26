//! Proving who one is: accounts, sessions, passwords, the second factor.

mod addresses;
mod factor;
mod guesses;
mod hashes;
mod passwords;
mod rotation;
mod sessions;
mod staying;

use serde_json::{Value, json};

use crate::kit::{Answer, TestApp};

async fn login(app: &TestApp, email: &str, password: &str) -> Answer {
    let body = json!({"email": email, "password": password});
    app.anonymous().post("/auth/login?tokens=body", body).await
}

async fn refresh(app: &TestApp, token: &Value) -> Answer {
    let body = json!({"refreshToken": token});
    app.anonymous().post("/auth/refresh", body).await
}
