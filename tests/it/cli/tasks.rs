//! Agents and tasks from the command line, which calls a server as any program does.

use serde_json::{Value, json};

use crate::{
    kit::{Beat, Client, Paths, Program, Provider, Reply, TestApp, text},
    tasks::world,
};

/// A command line that has a token of this person with these scopes.
async fn program(app: &TestApp, owner: &Client, scopes: &[&str]) -> Program {
    let body = json!({"name": "robot", "scopes": scopes});
    let made = owner.post("/users/me/tokens", body).await.expect(201);
    caller(app, text(&made["token"])).await
}

async fn caller(app: &TestApp, token: &str) -> Program {
    let url = format!("http://{}", app.anonymous().address());
    let program = Program::new().await.with("NONLINEAR_URL", &url);
    program.with("NONLINEAR_TOKEN", token)
}

const ALL: [&str; 3] = ["agent", "run", "graph"];

fn create_node(prompt: &str) -> Reply {
    Reply::calls(&[("create_node", json!({"prompt": prompt}))])
}

// The model of these tests answers while a command is waited for.
#[tokio::test(flavor = "multi_thread")]
async fn a_task_is_run_and_watched_to_its_result() {
    let provider = Provider::start().await;
    let (app, project, owner, _) = world(&provider).await;
    let program = program(&app, &owner, &ALL).await;
    let at = project.to_string();
    let run = [
        "task",
        "run",
        "--project",
        &at,
        "--agent",
        "researcher",
        "--watch",
    ];

    provider.then([Reply::text("All is \u{1b}[2Jwell here.")]);
    let plain = program.run(&[&run[..], &["Look", "around."]].concat()).ok();
    provider.then([create_node("And now?"), Reply::finish("One question more.")]);
    let worked = program.run(&[&run[..], &["Ask on."]].concat()).ok();

    let (task, words) = plain.split_once('\n').expect("lines");
    assert_eq!(words, "All is [2Jwell here.\n");
    let kept = owner.get(&project.task(task)).await.expect(200);
    assert_eq!(kept["prompt"], "Look around.");
    assert!(worked.ends_with("\nOne question more.\n"), "{worked}");
    let again = ["task", "watch", "--project", &at, task];
    assert_eq!(program.run(&again).ok(), words);
    let listed = program.run(&["task", "list", "--project", &at]).ok();
    assert_eq!(listed.lines().count(), 2, "{listed}");
    assert!(listed.contains(&format!("{task}  COMPLETED")), "{listed}");
    let open = ["task", "list", "--project", &at, "--open"];
    assert_eq!(program.run(&open).ok(), "");
    program.remove().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn machines_get_json_a_line() {
    let provider = Provider::start().await;
    let (app, project, owner, agent) = world(&provider).await;
    let program = program(&app, &owner, &ALL).await;
    let at = project.to_string();
    provider.then([Reply::text("Done.")]);

    let run = ["task", "run", "--project", &at, "--agent", &agent];
    let said = program
        .run(&[&run[..], &["--json", "--watch", "Do."]].concat())
        .ok();

    let lines: Vec<Value> = said
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    assert_eq!(lines.len(), 2, "{said}");
    assert_eq!(lines[0]["id"], lines[1]["id"]);
    assert_eq!(lines[1]["status"], "COMPLETED");
    assert_eq!(lines[1]["result"]["text"], "Done.");
    program.remove().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_that_waits_says_its_question_and_how_to_answer() {
    let provider = Provider::start().await;
    let (app, project, owner, agent) = world(&provider).await;
    let program = program(&app, &owner, &ALL).await;
    let at = project.to_string();
    let question = json!({"question": "Which river?", "choices": ["Rhine", "Elbe"]});
    provider.then([
        Reply::calls(&[("ask_person", question)]),
        Reply::finish("The Rhine, then."),
    ]);

    let run = [
        "task",
        "run",
        "--project",
        &at,
        "--agent",
        &agent,
        "--watch",
    ];
    let waits = program.run(&[&run[..], &["Find it."]].concat());

    assert_eq!(waits.code, Some(3), "{waits:#?}");
    assert!(
        waits.err.contains("Which river?\n  - Rhine\n"),
        "{waits:#?}"
    );
    let task = waits.out.lines().next().expect("an id");
    let say = format!("nonlinear task say --project {at} {task} TEXT");
    assert!(waits.err.contains(&say), "{waits:#?}");
    let say = [
        "task",
        "say",
        "--project",
        &at,
        "--watch",
        task,
        "The",
        "Rhine",
    ];
    let said = program.run(&say).ok();
    assert!(said.ends_with("The Rhine, then.\n"), "{said}");
    program.remove().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_that_failed_says_why() {
    let provider = Provider::start().await;
    let (app, project, owner, agent) = world(&provider).await;
    let program = program(&app, &owner, &ALL).await;
    let at = project.to_string();
    provider.usually(Reply::status(400));

    let run = [
        "task",
        "run",
        "--project",
        &at,
        "--agent",
        &agent,
        "--watch",
    ];
    let failed = program.run(&[&run[..], &["Fail."]].concat()).refused(1);

    assert!(failed.starts_with("the task failed: "), "{failed}");
    program.remove().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_stops_watching_leaves_the_task_running_and_who_cancels_ends_it() {
    let provider = Provider::start().await;
    let (app, project, owner, agent) = world(&provider).await;
    let program = program(&app, &owner, &ALL).await;
    let at = project.to_string();
    provider.then([Reply::Stream(vec![
        Beat::Text("Hm\n".to_owned()),
        Beat::Hang,
    ])]);

    let run = [
        "task",
        "run",
        "--project",
        &at,
        "--agent",
        &agent,
        "--watch",
    ];
    let mut watching = program.begin(&[&run[..], &["Never end."]].concat());
    let task = watching.line();
    assert_eq!(watching.line(), "Hm");
    watching.interrupt();
    let stopped = watching.end();
    assert_eq!(stopped.code, Some(130), "{stopped:#?}");
    let says = format!("nonlinear task cancel --project {at} {task}");
    assert!(stopped.err.contains(&says), "{stopped:#?}");
    let on = owner.get(&project.task(&task)).await.expect(200);
    assert_eq!(on["status"], "RUNNING");

    let watching = program.begin(&["task", "watch", "--project", &at, &task]);
    let cancel = ["task", "cancel", "--project", &at, &task];
    let cancelled = program.run(&cancel).ok();
    assert!(cancelled.contains("CANCELLED"), "{cancelled}");
    let ended = watching.end();
    assert_eq!(ended.code, Some(2), "{ended:#?}");
    program.remove().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_done_says_the_way_out() {
    let provider = Provider::start().await;
    let (app, project, owner, _) = world(&provider).await;
    let at = project.to_string();
    let run = [
        "task",
        "run",
        "--project",
        &at,
        "--agent",
        "researcher",
        "Do.",
    ];

    let none = Program::new().await;
    let said = none.run(&run).refused(1);
    assert!(said.contains("NONLINEAR_TOKEN"), "{said}");
    let wrong = caller(&app, "nl_wrong").await;
    let said = wrong.run(&run).refused(1);
    assert!(said.contains("accepts no such token"), "{said}");
    assert!(!said.contains("nl_wrong"), "{said}");
    let narrow = program(&app, &owner, &["graph", "agent"]).await;
    let said = narrow.run(&run).refused(1);
    assert!(said.contains("the scope `run`"), "{said}");

    let program = program(&app, &owner, &ALL).await;
    let unknown = ["task", "run", "--project", &at, "--agent", "cook", "Do."];
    let said = program.run(&unknown).refused(1);
    assert!(
        said.contains("`cook`") && said.contains("researcher"),
        "{said}"
    );
    let said = program.run(&["agent", "show", "cook"]).refused(1);
    assert!(said.contains("`cook`"), "{said}");
    let nobody = ["task", "watch", "--project", &at, &at];
    let said = program.run(&nobody).refused(1);
    assert!(said.contains("no such task"), "{said}");
    let elsewhere = ["agent", "list", "--url", "http://127.0.0.1:1"];
    let said = program.run(&elsewhere).refused(1);
    assert!(said.contains("no server answers"), "{said}");
    let nonsense = ["agent", "list", "--url", "canvas.example.org"];
    let said = program.run(&nonsense).refused(1);
    assert!(said.contains("no address"), "{said}");
    let page = format!("{}/docs", provider.base_url());
    let said = program.run(&["agent", "list", "--url", &page]).refused(1);
    assert!(said.contains("no NonLinear server"), "{said}");
    for program in [none, wrong, narrow, program] {
        program.remove().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn agents_are_made_shown_added_and_deleted() {
    let provider = Provider::start().await;
    let (app, project, owner, _) = world(&provider).await;
    let program = program(&app, &owner, &ALL).await;
    let at = project.to_string();
    let made = ["agent", "create", "--name", "Red Pen", "--type", "critic"];

    let id = program.run(&made).ok();
    let added = [
        "agent",
        "add",
        "red-pen",
        "--project",
        &at,
        "--role",
        "viewer",
    ];
    let added = program.run(&added).ok();
    let shown = program.run(&["agent", "show", id.trim()]).ok();
    let listed = program.run(&["agent", "list", "--json"]).ok();
    let unknown = ["agent", "create", "--name", "Cook", "--type", "cook"];
    let unknown = program.run(&unknown).refused(1);

    assert_eq!(added, format!("{}  VIEWER\n", id.trim()));
    assert!(shown.contains("slug: red-pen\n"), "{shown}");
    assert_eq!(listed.lines().count(), 2, "{listed}");
    assert!(unknown.contains("/systemPrompt"), "{unknown}");
    program.run(&["agent", "delete", "red-pen"]).ok();
    let listed = program.run(&["agent", "list"]).ok();
    assert_eq!(listed.lines().count(), 1, "{listed}");
    // What programs are told in the environment is no setting, and stops no server.
    program.run(&["config"]).ok();
    program.remove().await;
}
