//! `cargo xtask clients`: the official clients of MCP and of OpenAI, in Python and TypeScript, that of tus, an agent
//! of LangGraph, and the examples of `docs/examples`, on the built server with a model that is scripted.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::api_fuzz::{Outcome, access_token, http, start, target_folder};
use crate::shell::{step, workspace_root};
use crate::supervise::{Supervised, folder_for, free_port};
use crate::{build, python, web};

pub(crate) const NAME: &str = "clients";

const FOLDER: &str = "tests/xtask/clients";
const OFFICIAL: [&str; 3] = ["mcp==2.3.0", "openai==3.57.0", "tuspy==1.1.0"];
/// A framework for agents brings an older client of MCP, and so has an environment of its own.
const FRAMEWORK: [&str; 2] = ["langgraph==1.2.24", "langchain-mcp-adapters==0.3.2"];
const EXAMPLES: &str = "docs/examples";
/// What an example prints that did all it is for.
const EXAMPLE_DONE: [&str; 3] = [
    "COMPLETED",
    "One question more.",
    "taken back: 1 changes, left: 0",
];
const TOKEN: &str =
    r#"{"name":"stock clients","scopes":["project","graph","run","agent","media"]}"#;

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
    let Some(compiled) = compile()? else {
        return Ok(Outcome::NotRun(web::NODE_MISSING));
    };
    let (port, model_port) = (free_port()?, free_port()?);
    let _model = step("starting the model", || start_model(&folder, model_port))?;
    let model = format!("http://127.0.0.1:{model_port}/v1");
    let asked = [
        ("OPENAI_BASE_URL", model.as_str()),
        ("OPENAI_API_KEY", "any"),
    ];
    let _server = step("starting the server", || start(server, port, &asked))?;
    let arguments = arguments(port)?;
    let scripts = [
        (official.join("python"), "check.py"),
        (framework.join("python"), "agent.py"),
        (PathBuf::from("node"), "check.mjs"),
    ];
    let mut passed = true;
    for (program, script) in scripts {
        passed &= reported(script, || {
            let mut command = Command::new(&program);
            command.arg(script).args(&arguments).current_dir(&folder);
            Ok(command.stdin(Stdio::null()).status()?.success())
        })?;
    }
    let python = workspace_root()?.join(EXAMPLES).join("agent.py");
    for (program, example) in [(official.join("python"), python), ("node".into(), compiled)] {
        let name = example.display().to_string();
        passed &= reported(&name, || example_works(&program, &example, &arguments))?;
    }
    Ok(if passed {
        Outcome::Passed
    } else {
        Outcome::Failed
    })
}

fn reported(script: &str, run: impl FnOnce() -> Result<bool>) -> Result<bool> {
    let passed = step(&format!("running {script}"), run)?;
    if !passed {
        eprintln!("xtask: {script} failed");
    }
    Ok(passed)
}

/// Makes JavaScript of the example, since older versions of Node read no types; `None` without Node.
fn compile() -> Result<Option<PathBuf>> {
    let Some(package) = web::installed()? else {
        return Ok(None);
    };
    let (root, folder) = (workspace_root()?, target_folder()?.join("examples"));
    let mut compiler = Command::new(package.join("node_modules/.bin/tsc"));
    compiler.arg(root.join(EXAMPLES).join("agent.ts"));
    compiler.arg("--outDir").arg(&folder);
    compiler
        .arg("--typeRoots")
        .arg(package.join("node_modules/@types"));
    compiler.args([
        "--types", "node", "--target", "es2023", "--module", "esnext",
    ]);
    compiler.args([
        "--moduleResolution",
        "bundler",
        "--strict",
        "--skipLibCheck",
    ]);
    compiler.current_dir(root);
    let compiled = step("compiling the example in TypeScript", || {
        Ok(compiler.stdin(Stdio::null()).status()?.success())
    })?;
    if !compiled {
        bail!("the example in TypeScript does not compile");
    }
    Ok(Some(folder.join("agent.js")))
}

fn start_model(folder: &Path, port: u16) -> Result<Supervised> {
    let mut model = Command::new("node");
    model.arg(folder.join("model.mjs")).arg(port.to_string());
    let model = Supervised::start("the model", &model, folder_for(None)?, None, "TERM")?;
    model.wait_until(|| http(port, "GET", "/v1/models", None, "").is_ok())?;
    Ok(model)
}

/// Runs an example as a reader would, and looks for what it is to print.
fn example_works(program: &Path, example: &Path, arguments: &[String; 4]) -> Result<bool> {
    let [address, token, project, _] = arguments;
    let mut command = Command::new(program);
    command.arg(example).args([project, "Ask what is missing."]);
    command
        .env("NONLINEAR_URL", address)
        .env("NONLINEAR_TOKEN", token);
    let output = command.stdin(Stdio::null()).output()?;
    let said = String::from_utf8_lossy(&output.stdout);
    let did_all = EXAMPLE_DONE.iter().all(|done| said.contains(done));
    if !did_all {
        eprintln!("{said}{}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(did_all && output.status.success())
}

/// The first node that asks, which says no `kind`: frames and notes stand in the list as well.
fn first_prompt(nodes: &Value) -> Option<String> {
    let items = nodes.pointer("/items")?.as_array()?;
    let prompt = items.iter().find(|node| node.get("kind").is_none())?;
    prompt["id"].as_str().map(str::to_owned)
}

/// The server's address, a token, a project, and a node of it that asks.
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
    let node = first_prompt(&nodes).context("the project asks nothing")?;
    let address = format!("http://127.0.0.1:{port}");
    Ok([address, token, project, node])
}
