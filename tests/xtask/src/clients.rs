//! `cargo xtask clients`: the official clients of MCP and of OpenAI, in Python and TypeScript, and an agent
//! of LangGraph, on the built server.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::api_fuzz::{Outcome, access_token, http, start, target_folder};
use crate::shell::{step, workspace_root};
use crate::supervise::free_port;
use crate::{build, python, web};

pub(crate) const NAME: &str = "clients";

const FOLDER: &str = "tests/xtask/clients";
const OFFICIAL: [&str; 2] = ["mcp==2.3.0", "openai==3.57.0"];
/// A framework for agents brings an older client of MCP, and so has an environment of its own.
const FRAMEWORK: [&str; 2] = ["langgraph==1.2.24", "langchain-mcp-adapters==0.3.2"];
const TOKEN: &str = r#"{"name":"stock clients","scopes":["project","graph","run"]}"#;

pub(crate) fn run() -> Result<ExitCode> {
    let executables = step("building the workspace", build::tests_and_binaries)?;
    Ok(match check(build::binary(&executables, web::SERVER)?)? {
        Outcome::Passed => ExitCode::SUCCESS,
        Outcome::Failed => ExitCode::FAILURE,
        Outcome::NotRun(remedy) => bail!("not run: {remedy}"),
    })
}

/// Runs each client's script against `server`.
pub(crate) fn check(server: &Path) -> Result<Outcome> {
    let target = target_folder()?;
    let official = python::environment(&target.join("clients-venv"), &OFFICIAL)?;
    let framework = python::environment(&target.join("agents-venv"), &FRAMEWORK)?;
    let (Some(official), Some(framework)) = (official, framework) else {
        return Ok(Outcome::NotRun(python::MISSING));
    };
    let folder = workspace_root()?.join(FOLDER);
    if !web::installed_in(&folder)? {
        return Ok(Outcome::NotRun(web::NODE_MISSING));
    }
    let port = free_port()?;
    let _server = step("starting the server", || start(server, port))?;
    let arguments = arguments(port)?;
    let scripts = [
        (official.join("python"), "check.py"),
        (framework.join("python"), "agent.py"),
        (PathBuf::from("node"), "check.mjs"),
    ];
    let mut outcome = Outcome::Passed;
    for (program, script) in scripts {
        let passed = step(&format!("running {script}"), || {
            let mut command = Command::new(&program);
            command.arg(script).args(&arguments).current_dir(&folder);
            Ok(command.stdin(Stdio::null()).status()?.success())
        })?;
        if !passed {
            eprintln!("xtask: {script} failed");
            outcome = Outcome::Failed;
        }
    }
    Ok(outcome)
}

/// The server's address, a token, a project, and a node of it.
fn arguments(port: u16) -> Result<[String; 4]> {
    let login = access_token(port).context("cannot log in as the demo user")?;
    let ask = |method: &str, path: &str, body: &str| -> Result<Value> {
        let answer = http(port, method, path, Some(&login), body)?;
        serde_json::from_str(&answer).context("the answer is not JSON")
    };
    let said = |answer: &Value, pointer: &str| -> Result<String> {
        let text = answer.pointer(pointer).and_then(Value::as_str);
        Ok(text.with_context(|| format!("no {pointer}"))?.to_owned())
    };
    let token = said(&ask("POST", "/api/v1/users/me/tokens", TOKEN)?, "/token")?;
    let project = said(&ask("GET", "/api/v1/projects", "")?, "/items/0/id")?;
    let nodes = ask("GET", &format!("/api/v1/projects/{project}/nodes"), "")?;
    let node = said(&nodes, "/items/0/id")?;
    let address = format!("http://127.0.0.1:{port}");
    Ok([address, token, project, node])
}
