//! The tools that an agent is told of, and using one.

use std::{sync::Arc, time::Duration};

use kernel::{ProjectId, Result, UserId};
use moka::sync::Cache;
use platform::{Platform, settings::ToolServerEntry};
use rmcp::model::Tool;
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::{
    client::{self, Answer, Listed},
    credentials,
    servers::Servers,
};

/// Between the name of the server and that of the tool.
const BETWEEN: &str = "__";
/// What models take as the name of a tool.
const NAME_CHARS_MAX: usize = 64;
const DESCRIPTION_CHARS_MAX: usize = 1_000;
const SCHEMA_BYTES_MAX: usize = 8 * 1024;
/// How many tools of one server an agent is told of; more would crowd out everything else.
const TOOLS_PER_SERVER_MAX: usize = 32;

/// How long what a server offers is not asked for again.
const LISTS_FOR: Duration = Duration::from_secs(60);
const LISTS_MAX: u64 = 1_000;

/// What servers said that they offer to whom: each token may see other tools.
#[derive(Debug)]
struct Lists(Cache<(String, Option<Uuid>), Arc<Listed<OutsideTool>>>);

impl Default for Lists {
    fn default() -> Self {
        let lists = Cache::builder().max_capacity(LISTS_MAX);
        Self(lists.time_to_live(LISTS_FOR).build())
    }
}

/// One tool of a server outside.
#[derive(Clone, Debug, PartialEq)]
pub struct OutsideTool {
    /// The server's name on the operator's list.
    pub server: String,
    /// As models call it.
    pub name: String,
    pub description: String,
    /// The JSON schema of its arguments.
    pub schema: Value,
    /// Whether the server says that it changes nothing.
    pub read_only: bool,
    /// Whether the server says that using it twice is as using it once.
    pub repeatable: bool,
    own_name: String,
}

/// What an agent may use now.
#[derive(Clone, Debug, Default)]
pub struct Offer {
    pub tools: Vec<OutsideTool>,
    /// Which servers cannot be used and why, a sentence each.
    pub missing: Vec<String>,
}

/// The token to use, under which it is known here.
struct Token {
    id: Option<Uuid>,
    text: Option<String>,
}

/// What these servers offer to a task in somebody's name.
pub async fn offer(
    platform: &Platform,
    project: ProjectId,
    person: UserId,
    names: &[String],
) -> Result<Offer> {
    let servers = platform.feature::<Servers>();
    let mut offer = Offer::default();
    for name in names {
        // What the operator took off the list is as good as never given.
        let Some(server) = servers.named(name) else {
            continue;
        };
        let listed = match token(platform, server, project, person).await? {
            Some(token) => listed(platform, server, &token).await,
            None => Arc::new(Err(no_token(name))),
        };
        match &*listed {
            Ok(tools) => offer.tools.extend(tools.iter().cloned()),
            Err(reason) => offer.missing.push(format!(
                "The tools of `{name}` cannot be used now: {reason}."
            )),
        }
    }
    Ok(offer)
}

fn no_token(server: &str) -> String {
    format!(
        "it wants a token, and neither the person whose task this is nor the project has given one for `{server}`"
    )
}

/// Uses a tool once, whatever comes of it.
pub async fn call(
    platform: &Platform,
    project: ProjectId,
    person: UserId,
    tool: &OutsideTool,
    arguments: Map<String, Value>,
) -> Result<Answer> {
    let servers = platform.feature::<Servers>();
    let gone = || {
        Ok(Answer::NotBegun(
            "it is no longer on the operator's list".to_owned(),
        ))
    };
    let Some(server) = servers.named(&tool.server) else {
        return gone();
    };
    let Some(token) = token(platform, server, project, person).await? else {
        return Ok(Answer::NotBegun(no_token(&server.name)));
    };
    let text = token.text.as_deref();
    Ok(client::call(&servers.http, server, text, &tool.own_name, arguments).await)
}

/// The person's own token, or else the project's; none where one is needed and nobody gave it.
async fn token(
    platform: &Platform,
    server: &ToolServerEntry,
    project: ProjectId,
    person: UserId,
) -> Result<Option<Token>> {
    if !server.credential {
        return Ok(Some(Token {
            id: None,
            text: None,
        }));
    }
    let found = credentials::token_for(platform, &server.name, project, person).await?;
    Ok(found.map(|(id, text)| Token {
        id: Some(id),
        text: Some(text),
    }))
}

/// What a server offers to this token, asked at most once a minute.
async fn listed(
    platform: &Platform,
    server: &ToolServerEntry,
    token: &Token,
) -> Arc<Listed<OutsideTool>> {
    let key = (server.name.clone(), token.id);
    let lists = &platform.feature::<Lists>().0;
    if let Some(known) = lists.get(&key) {
        return known;
    }
    let http = &platform.feature::<Servers>().http;
    let listed = client::list(http, server, token.text.as_deref()).await;
    if let Err(reason) = &listed {
        tracing::warn!(
            server = server.name,
            reason,
            "a tool server did not say what it offers"
        );
    }
    let listed = listed.map(|tools| fitting(&server.name, tools));
    let listed = Arc::new(listed);
    lists.insert(key, listed.clone());
    listed
}

/// Those that models can be told of.
fn fitting(server: &str, tools: Vec<Tool>) -> Vec<OutsideTool> {
    let fitting = tools.into_iter().filter_map(|tool| outside(server, tool));
    fitting.take(TOOLS_PER_SERVER_MAX).collect()
}

fn outside(server: &str, tool: Tool) -> Option<OutsideTool> {
    let name = format!("{server}{BETWEEN}{}", tool.name);
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
    if name.len() > NAME_CHARS_MAX || !name.bytes().all(is_name) {
        return None;
    }
    let is_object = tool.input_schema.get("type").and_then(Value::as_str) == Some("object");
    let schema = Value::Object(tool.input_schema.as_ref().clone());
    if !is_object || schema.to_string().len() > SCHEMA_BYTES_MAX {
        return None;
    }
    let description = tool.description.unwrap_or_default();
    let hints = tool.annotations.unwrap_or_default();
    let read_only = hints.read_only_hint == Some(true);
    Some(OutsideTool {
        server: server.to_owned(),
        name,
        description: description.chars().take(DESCRIPTION_CHARS_MAX).collect(),
        schema,
        read_only,
        repeatable: read_only || hints.idempotent_hint == Some(true),
        own_name: tool.name.into_owned(),
    })
}

#[cfg(test)]
mod tests {
    use rmcp::model::{JsonObject, ToolAnnotations};
    use serde_json::json;

    use super::*;

    fn tool(name: &str, schema: Value) -> Tool {
        let schema: JsonObject = schema.as_object().cloned().unwrap_or_default();
        Tool::new(name.to_owned(), "Finds things.", Arc::new(schema))
    }

    #[test]
    fn a_tool_is_named_after_its_server_and_what_cannot_be_told_of_is_left_out() {
        let object = json!({"type": "object"});
        let huge = json!({"type": "object", "description": "x".repeat(SCHEMA_BYTES_MAX)});
        let tools = vec![
            tool("find", object.clone()),
            tool("find all", object.clone()),
            tool(&"f".repeat(NAME_CHARS_MAX), object),
            tool("huge", huge),
            tool("list", json!({"type": "array"})),
        ];
        let names: Vec<String> = fitting("web", tools)
            .into_iter()
            .map(|tool| tool.name)
            .collect();
        assert_eq!(names, ["web__find"]);
    }

    #[test]
    fn only_what_the_server_says_may_be_repeated_is_repeated() {
        let object = || tool("t", json!({"type": "object"}));
        let said = |annotations| fitting("s", vec![object().with_annotations(annotations)]);
        let is_repeatable = |annotations| said(annotations)[0].repeatable;
        assert!(!fitting("s", vec![object()])[0].repeatable);
        assert!(!is_repeatable(ToolAnnotations::new().destructive(false)));
        assert!(is_repeatable(ToolAnnotations::new().read_only(true)));
        assert!(is_repeatable(ToolAnnotations::new().idempotent(true)));
    }
}
