//! `cargo xtask api-fuzz`: schemathesis reads the server's OpenAPI document, makes requests from
//! it, and compares every answer with what the document promises.

use std::fs;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::build;
use crate::python;
use crate::shell::{cargo, step};
use crate::supervise::{Supervised, folder_for, free_port};

pub(crate) const NAME: &str = "api-fuzz";
pub(crate) const SERVER: &str = "nonlinear";
pub(crate) const EXAMPLES_DEFAULT: u32 = 50;

const SCHEMATHESIS: &str = "schemathesis==4.32.5";
const SEED: &str = "1";
const DEMO_LOGIN: &str = r#"{"email":"demo@nonlinear.app","password":"DemoPassword123!"}"#;
const HTTP_TIMEOUT: Duration = Duration::from_secs(10);

/// What a run must hold for every answer. Whether bad input is refused depends on rules that a
/// schema cannot state (cycles, membership), so the checks that guess at it are left out.
const CHECKS: &[&str] = &[
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
];

/// Operations that are not called, each with its reason.
const EXCLUDED: &[(&str, &str)] = &[
    (
        "POST /api/v1/auth/logout",
        "ends the session whose token every request carries",
    ),
    (
        "POST /api/v1/auth/logout-all",
        "ends the session whose token every request carries",
    ),
    (
        "PATCH /api/v1/media/uploads/{upload_id}",
        "takes a media type that cannot be generated",
    ),
    (
        "POST /api/v1/auth/password",
        "a new password ends the user's sessions",
    ),
    (
        "POST /api/v1/auth/password/reset",
        "a new password ends the user's sessions",
    ),
    (
        "DELETE /api/v1/auth/sessions/{id}",
        "may end the session whose token every request carries",
    ),
    (
        "DELETE /api/v1/users/me",
        "removes the user whose token every request carries",
    ),
    (
        "DELETE /api/v1/projects/{project_id}",
        "trashes the project that the other operations are tried on",
    ),
];

#[derive(Debug)]
pub(crate) enum Outcome {
    Passed,
    Failed,
    /// What is missing, and the command that installs it.
    NotRun(&'static str),
}

pub(crate) fn run(examples: u32) -> Result<ExitCode> {
    let executables = step("building the workspace", build::tests_and_binaries)?;
    Ok(
        match fuzz(build::binary(&executables, SERVER)?, examples)? {
            Outcome::Passed => ExitCode::SUCCESS,
            Outcome::Failed => ExitCode::FAILURE,
            Outcome::NotRun(remedy) => bail!("not run: {remedy}"),
        },
    )
}

/// Runs schemathesis against `server`, with about `examples` requests of each kind per operation.
pub(crate) fn fuzz(server: &Path, examples: u32) -> Result<Outcome> {
    let target = target_folder()?;
    let Some(programs) = python::environment(&target.join("schemathesis-venv"), &[SCHEMATHESIS])?
    else {
        return Ok(Outcome::NotRun(python::MISSING));
    };
    let schemathesis = programs.join("schemathesis");
    let port = free_port()?;
    let server = step("starting the server", || start(server, port, &[]))?;
    let token = access_token(port).context("cannot log in as the demo user")?;
    let config = target.join("schemathesis.toml");
    fs::write(&config, real_ids(port, &token)?).context("cannot write the configuration")?;
    let passed = step("sending generated requests", || {
        let mut command = command(&schemathesis, &config, port, &token, examples);
        // Hypothesis keeps its notes in the working directory.
        Ok(command
            .current_dir(&target)
            .stdin(Stdio::null())
            .status()?
            .success())
    })?;
    // Answers to a token that is no longer valid would have proved little.
    let still_in = http(port, "GET", "/api/v1/users/me", Some(&token), "");
    if let Err(error) = &still_in {
        eprintln!("xtask: a request ended the session it used; exclude that operation: {error:#}");
    }
    if passed && still_in.is_ok() {
        return Ok(Outcome::Passed);
    }
    let log = target.join("api-fuzz-server.log");
    fs::copy(server.log(), &log).context("cannot keep the server's log")?;
    eprintln!("xtask: the server's log is {}", log.display());
    Ok(Outcome::Failed)
}

/// Starts the server with its demo, and with `variables` in its environment.
pub(crate) fn start(server: &Path, port: u16, variables: &[(&str, &str)]) -> Result<Supervised> {
    let folder = folder_for(None)?;
    let mut command = Command::new(server);
    command.arg("serve");
    command.env("NONLINEAR_DATA_DIR", folder.path().join("data"));
    command.env("NONLINEAR_LISTEN", format!("127.0.0.1:{port}"));
    command.env("NONLINEAR_RATES__ENABLED", "false");
    // The embedded mode, whatever the developer's own shell has set.
    for name in ["DATABASE_URL", "REDIS_URL", "PORT"] {
        command.env_remove(name);
    }
    command.envs(variables.iter().copied());
    let server = Supervised::start("the server", &command, folder, None, "TERM")?;
    server.wait_until(|| http(port, "GET", "/readyz", None, "").is_ok())?;
    Ok(server)
}

pub(crate) fn access_token(port: u16) -> Result<String> {
    let body = http(port, "POST", "/api/v1/auth/login", None, DEMO_LOGIN)?;
    let body: Value = serde_json::from_str(&body).context("the answer is not JSON")?;
    let token = body.get("accessToken").and_then(Value::as_str);
    Ok(token.context("the answer has no accessToken")?.to_owned())
}

/// The body of a successful answer. HTTP 1.0 asks for one that ends with the connection.
pub(crate) fn http(
    port: u16,
    method: &str,
    path: &str,
    token: Option<&str>,
    body: &str,
) -> Result<String> {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
    stream.set_read_timeout(Some(HTTP_TIMEOUT))?;
    let length = body.len();
    let authorization = token.map(|token| format!("Authorization: Bearer {token}\r\n"));
    let authorization = authorization.unwrap_or_default();
    write!(
        stream,
        "{method} {path} HTTP/1.0\r\nHost: 127.0.0.1:{port}\r\n{authorization}\
         Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
    )?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let (head, body) = answer
        .split_once("\r\n\r\n")
        .context("the answer is cut off")?;
    let status = head.lines().next().unwrap_or_default();
    if !status
        .split(' ')
        .nth(1)
        .is_some_and(|code| code.starts_with('2'))
    {
        bail!("{method} {path}: {status}: {body}");
    }
    Ok(body.to_owned())
}

/// Ids of the demo project, for most requests would otherwise end at a 404.
fn real_ids(port: u16, token: &str) -> Result<String> {
    let read = |path: &str| -> Result<Value> {
        let body = http(port, "GET", path, Some(token), "")?;
        serde_json::from_str(&body).context("the answer is not JSON")
    };
    let id = |answer: &Value, pointer: &str| -> Result<String> {
        let id = answer.pointer(pointer).and_then(Value::as_str);
        Ok(id.with_context(|| format!("no {pointer}"))?.to_owned())
    };
    let project = id(&read("/api/v1/projects")?, "/items/0/id")?;
    let graph = read(&format!("/api/v1/projects/{project}/graph"))?;
    Ok(format!(
        "[parameters]\n\"path.project_id\" = \"{project}\"\n\"path.node_id\" = \"{}\"\n\
         \"path.edge_id\" = \"{}\"\n",
        id(&graph, "/nodes/0/id")?,
        id(&graph, "/edges/0/id")?,
    ))
}

fn command(schemathesis: &Path, config: &Path, port: u16, token: &str, examples: u32) -> Command {
    let mut command = Command::new(schemathesis);
    command.arg("--config-file").arg(config).args([
        "run",
        &format!("http://127.0.0.1:{port}/api/v1/openapi.json"),
    ]);
    command.args(["--header", &format!("Authorization: Bearer {token}")]);
    command.args(["--checks", &CHECKS.join(",")]);
    command.args(["--phases", "examples,coverage,fuzzing,stateful"]);
    command.args(["--max-examples", &examples.to_string(), "--seed", SEED]);
    // What an earlier run found must not decide what this one tries.
    command.args(["--generation-database", "none"]);
    command.args(["--continue-on-failure", "--request-timeout", "30"]);
    for (operation, _reason) in EXCLUDED {
        command.args(["--exclude-name", operation]);
    }
    command
}

pub(crate) fn target_folder() -> Result<PathBuf> {
    let answer = cargo()?
        .args(["metadata", "--no-deps", "--format-version=1"])
        .stderr(Stdio::inherit())
        .output()?;
    let metadata: Value = serde_json::from_slice(&answer.stdout).context("cargo metadata")?;
    let folder = metadata.get("target_directory").and_then(Value::as_str);
    Ok(folder
        .context("cargo metadata names no target directory")?
        .into())
}
