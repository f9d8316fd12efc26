//! What the demo consists of: an account, and the tour of the canvas in each language that the server speaks.

use accounts::admin::NewUser;
use kernel::{Error, Result};
use protocol::projects::CreateProject;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::{EMAIL, PASSWORD};

pub(crate) fn user() -> Result<NewUser> {
    Ok(NewUser {
        email: parsed(json!(EMAIL))?,
        password: parsed(json!(PASSWORD))?,
        username: parsed(json!("demo"))?,
        first_name: parsed(json!("Demo"))?,
        last_name: parsed(json!("User"))?,
        preferences: parsed(json!({
            "theme": "dark",
            "notifications": {"email": false, "browser": true},
            "language": "fr",
            "timezone": "Europe/Paris",
        }))?,
        verified: true,
    })
}

/// The one in the account's language is made last, for what changed last is shown first.
pub(crate) fn projects() -> Result<[CreateProject; 2]> {
    parsed(json!([
        {"name": "Demo Project - Web Architecture", "templateId": "tour", "language": "en"},
        {"name": "Demo Project - Architecture Web", "templateId": "tour", "language": "fr"},
    ]))
}

fn parsed<T: DeserializeOwned>(value: Value) -> Result<T> {
    serde_json::from_value(value).map_err(Error::internal)
}
