//! What an operator does for people who lost something.

use serde_json::{Value, json};

use super::{PASSWORD, log_in};
use crate::kit::{Client, Paths, Program, text};

const ADA: &str = "ada@example.org";

fn make(program: &Program) {
    let ada = ["user", "create", "--email", ADA, "--password-stdin"];
    program.tell(PASSWORD, &ada).ok();
}

/// Logs in, and makes a token.
async fn enter(caller: &Client) -> (Client, Client) {
    let login = log_in(caller, ADA, PASSWORD).await.expect(200);
    let ada = caller.logged_in(&login);
    let body = json!({"name": "robot", "scopes": []});
    let made = ada.post("/users/me/tokens", body).await.expect(201);
    let robot = ada.with_token(text(&made["token"]));
    (ada, robot)
}

#[tokio::test]
async fn accounts_are_listed_with_how_they_stand() {
    let program = Program::new().await;
    make(&program);
    let ben = ["user", "create", "--email", "ben@example.org"];
    program.run(&ben).ok();
    let disable = ["user", "disable", "--email", "ben@example.org"];
    program.run(&disable).ok();

    let listed = program.run(&["user", "list"]).ok();

    let lines: Vec<&str> = listed.lines().collect();
    assert_eq!(lines.len(), 2, "{listed}");
    assert!(lines[0].contains(ADA), "{listed}");
    assert!(
        lines[0].contains("confirmed  no-factor  active"),
        "{listed}"
    );
    assert!(
        lines[1].contains("confirmed  no-factor  disabled"),
        "{listed}"
    );
    let one = program.run(&["user", "list", "--limit", "1"]).ok();
    assert_eq!(one.lines().count(), 1);
    program.remove().await;
}

#[tokio::test]
async fn who_was_shut_out_is_let_in_again_but_not_what_they_had_open() {
    let program = Program::new().await;
    make(&program);
    let mut server = program.serve(&["serve"]);
    let (_, caller) = server.ready().await;
    let (ada, robot) = enter(&caller).await;
    program.run(&["user", "enable", "--email", ADA]).refused(1);
    program.run(&["user", "disable", "--email", ADA]).ok();

    program.run(&["user", "enable", "--email", ADA]).ok();

    log_in(&caller, ADA, PASSWORD).await.expect(200);
    for old in [&ada, &robot] {
        let written = old.post("/projects", json!({"name": "Mine"})).await;
        written.problem(401, "unauthenticated");
    }
    assert_eq!(server.terminate(), Some(0));
    program.remove().await;
}

#[tokio::test]
async fn an_account_is_reset_to_a_new_password_and_everything_else_ends() {
    let program = Program::new().await;
    make(&program);
    let mut server = program.serve(&["serve"]);
    let (_, caller) = server.ready().await;
    let (ada, robot) = enter(&caller).await;

    let said = program.run(&["user", "reset", "--email", ADA]).ok();

    let (_, password) = said.split_once("password: ").expect("one was made up");
    let old = log_in(&caller, ADA, PASSWORD).await;
    old.problem(401, "invalid_credentials");
    log_in(&caller, ADA, password.trim()).await.expect(200);
    for old in [&ada, &robot] {
        let written = old.post("/projects", json!({"name": "Mine"})).await;
        written.problem(401, "unauthenticated");
    }
    let short = ["user", "reset", "--email", ADA, "--password-stdin"];
    let short = program.tell("short", &short).refused(1);
    assert!(short.contains("12 characters"), "{short}");
    let nobody = ["user", "reset", "--email", "nobody@example.org"];
    program.run(&nobody).refused(1);
    assert_eq!(server.terminate(), Some(0));
    program.remove().await;
}

#[tokio::test]
async fn a_lost_second_factor_is_turned_off() {
    let program = Program::new().await;
    make(&program);
    let mut server = program.serve(&["serve"]);
    let (_, caller) = server.ready().await;
    let (ada, _) = enter(&caller).await;
    let password = json!({"password": PASSWORD});
    let enrolment = ada.post("/auth/totp/enroll", password).await.expect(200);
    let code = json!({"code": code_now(&enrolment)});
    ada.post("/auth/totp/confirm", code).await.expect(200);
    let refused = log_in(&caller, ADA, PASSWORD).await;
    refused.problem(401, "totp_required");
    let listed = program.run(&["user", "list"]).ok();
    assert!(listed.contains("confirmed  factor  active"), "{listed}");

    program.run(&["user", "remove-factor", "--email", ADA]).ok();

    log_in(&caller, ADA, PASSWORD).await.expect(200);
    assert_eq!(server.terminate(), Some(0));
    program.remove().await;
}

fn code_now(enrolment: &Value) -> String {
    let url = text(&enrolment["otpauthUrl"]);
    let totp = totp_rs::Totp::from_url(url).expect("an authenticator reads it");
    totp.generate_current().to_string()
}

#[tokio::test]
async fn whoever_is_shut_out_while_they_write_writes_nothing_more() {
    let program = Program::new().await;
    make(&program);
    let mut server = program.serve(&["serve"]);
    let (_, caller) = server.ready().await;
    let (ada, robot) = enter(&caller).await;
    let project = ada.create_project("Mine").await;
    for _ in 0..3 {
        ada.create_node(project, "written").await;
    }

    program.run(&["user", "disable", "--email", ADA]).ok();

    for shut_out in [&ada, &robot] {
        let node = json!({"prompt": "too late", "position": {"x": 0, "y": 0}});
        let written = shut_out.post(&project.nodes(), node).await;
        written.problem(401, "unauthenticated");
    }
    assert_eq!(server.terminate(), Some(0));
    program.remove().await;
}
