//! Servers outside whose tools agents may be given.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use super::models::{check_address, is_name_in_a_list};
use crate::wrong_setting::WrongSetting;

/// What an agent that works in a project is told of; more would crowd out everything else.
const TOOL_SERVERS_MAX: usize = 50;
const DESCRIPTION_CHARS_MAX: usize = 500;
const CALL_MS_MAX: u64 = 600_000;

/// One MCP server that speaks streamable HTTP.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ToolServerEntry {
    /// What people know it by, and what the names of its tools begin with: small letters, digits and
    /// hyphens.
    pub name: String,
    pub url: String,
    /// What it is good for, for people.
    #[serde(default)]
    pub description: String,
    /// Whether it wants a token, which people or projects give.
    #[serde(default = "yes")]
    pub credential: bool,
    /// Milliseconds that one use of a tool may take.
    #[serde(default = "call_ms")]
    pub call_ms: u64,
}

fn yes() -> bool {
    true
}

fn call_ms() -> u64 {
    60_000
}

pub(super) fn check(servers: &[ToolServerEntry]) -> Result<(), WrongSetting> {
    if servers.len() > TOOL_SERVERS_MAX {
        return Err(WrongSetting::new("tool_servers", "must be at most 50"));
    }
    let mut names = HashSet::new();
    for (place, server) in servers.iter().enumerate() {
        let name = |field: &str| format!("tool_servers.{place}.{field}");
        let wrong = |field: &str, sentence: &str| Err(WrongSetting::new(&name(field), sentence));
        if !is_name_in_a_list(&server.name) {
            return wrong(
                "name",
                "must have 1 to 32 small letters, digits and hyphens",
            );
        }
        if !names.insert(&server.name) {
            return wrong("name", "is the name of another server already");
        }
        check_address(&name("url"), &server.url)?;
        if server.description.chars().count() > DESCRIPTION_CHARS_MAX {
            return wrong("description", "must have at most 500 characters");
        }
        if !(1..=CALL_MS_MAX).contains(&server.call_ms) {
            return wrong("call_ms", "must be from 1 to 600000 milliseconds");
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one() -> ToolServerEntry {
        ToolServerEntry {
            name: "search".to_owned(),
            url: "https://tools.example.org/mcp/".to_owned(),
            description: String::new(),
            credential: true,
            call_ms: call_ms(),
        }
    }

    #[test]
    fn a_wrong_server_is_named_in_one_sentence() {
        check(&[one()]).unwrap();
        type Change = fn(&mut ToolServerEntry);
        let cases: [(&str, Change); 6] = [
            ("tool_servers.0.name", |it| it.name = "My server".to_owned()),
            ("tool_servers.0.url", |it| it.url = "stdio:npx".to_owned()),
            ("tool_servers.0.url", |it| {
                it.url = "https://me:pw@example.org/mcp".to_owned()
            }),
            ("tool_servers.0.url", |it| {
                it.url = "https://example.org/mcp?key=1".to_owned()
            }),
            ("tool_servers.0.description", |it| {
                it.description = "a".repeat(501)
            }),
            ("tool_servers.0.call_ms", |it| it.call_ms = 0),
        ];
        for (name, change) in cases {
            let mut server = one();
            change(&mut server);
            let refusal = check(&[server]).unwrap_err().to_string();
            assert!(refusal.contains(name), "{refusal}");
        }
        let twice = check(&[one(), one()]).unwrap_err().to_string();
        assert!(twice.contains("tool_servers.1.name"), "{twice}");
    }
}
