//! Keys that are replaced while people have passwords and second factors.

use serde_json::{Value, json};

use super::{PASSWORD, log_in};
use crate::kit::{Client, Paths, Program, text};

const ADA: &str = "ada@example.org";
const BEN: &str = "ben@example.org";

fn make(program: &Program, email: &str) {
    let make = ["user", "create", "--email", email, "--password-stdin"];
    program.tell(PASSWORD, &make).ok();
}

/// Adds a key of this kind and uses it; gives its name.
fn replace(program: &Program, kind: &str) -> String {
    let added = program.run(&["keys", "add", kind]).ok();
    let id = added
        .split_whitespace()
        .find_map(|word| word.strip_suffix(':'));
    let id = id.expect("it says the name").to_owned();
    program.run(&["keys", "use", kind, &id]).ok();
    id
}

/// What is said of one key.
fn stands(program: &Program, kind: &str, id: &str) -> String {
    let listed = program.run(&["keys", "list"]).ok();
    let is_it = |line: &&str| line.split_whitespace().take(2).eq([kind, id]);
    let line = listed.lines().find(is_it);
    let line = line.unwrap_or_else(|| panic!("no {kind} {id} in {listed}"));
    line.split_whitespace()
        .skip(2)
        .collect::<Vec<_>>()
        .join(" ")
}

async fn enrol(caller: &Client, login: &Value) -> Value {
    let person = caller.logged_in(login);
    let password = json!({"password": PASSWORD});
    let enrolled = person.post("/auth/totp/enroll", password).await;
    enrolled.expect(200)
}

async fn confirm(caller: &Client, login: &Value, enrolment: &Value) {
    let url = text(&enrolment["otpauthUrl"]);
    let totp = totp_rs::Totp::from_url(url).expect("an authenticator reads it");
    let code = json!({"code": totp.generate_current().to_string()});
    let person = caller.logged_in(login);
    person.post("/auth/totp/confirm", code).await.expect(200);
}

#[tokio::test]
async fn keys_that_are_added_at_the_same_moment_are_all_there() {
    let program = Program::new().await;
    make(&program, ADA);

    std::thread::scope(|threads| {
        for _ in 0..3 {
            threads.spawn(|| program.run(&["keys", "add", "pepper"]).ok());
        }
    });

    let listed = program.run(&["keys", "list"]).ok();
    let peppers = listed.lines().filter(|line| line.starts_with("pepper"));
    assert_eq!(peppers.count(), 4, "{listed}");
    program.remove().await;
}

#[tokio::test]
async fn passwords_outlive_their_pepper_for_whoever_logs_in_meanwhile() {
    let program = Program::new().await;
    make(&program, ADA);
    make(&program, BEN);
    assert_eq!(stands(&program, "pepper", "first"), "used passwords: 2");
    let used = program.run(&["keys", "drop", "pepper", "first"]).refused(1);
    assert!(used.contains("use another one first"), "{used}");

    let new = replace(&program, "pepper");
    let mut server = program.serve(&["serve"]);
    let (_, caller) = server.ready().await;
    log_in(&caller, ADA, "not her password")
        .await
        .problem(401, "invalid_credentials");
    assert_eq!(stands(&program, "pepper", "first"), "accepted passwords: 2");
    log_in(&caller, ADA, PASSWORD).await.expect(200);

    assert_eq!(stands(&program, "pepper", "first"), "accepted passwords: 1");
    assert_eq!(stands(&program, "pepper", &new), "used passwords: 1");
    let drop = ["keys", "drop", "pepper", "first"];
    let refused = program.run(&drop).refused(1);
    assert!(refused.contains("in use (passwords: 1)"), "{refused}");
    log_in(&caller, BEN, PASSWORD).await.expect(200);
    program.run(&drop).ok();

    assert_eq!(server.terminate(), Some(0));
    let mut server = program.serve(&["serve"]);
    let (_, caller) = server.ready().await;
    for email in [ADA, BEN] {
        log_in(&caller, email, PASSWORD).await.expect(200);
        let wrong = log_in(&caller, email, "not the password").await;
        wrong.problem(401, "invalid_credentials");
    }
    assert_eq!(server.terminate(), Some(0));
    program.remove().await;
}

#[tokio::test]
async fn logins_at_once_with_an_old_pepper_all_count() {
    let program = Program::new().await;
    make(&program, ADA);
    let new = replace(&program, "pepper");
    let mut server = program.serve(&["serve"]);
    let (_, caller) = server.ready().await;

    let logins = (0..3).map(|_| log_in(&caller, ADA, PASSWORD));
    for login in futures::future::join_all(logins).await {
        login.expect(200);
    }

    assert_eq!(stands(&program, "pepper", &new), "used passwords: 1");
    assert_eq!(server.terminate(), Some(0));
    program.remove().await;
}

#[tokio::test]
async fn second_factors_and_tokens_are_sealed_anew_before_their_key_is_dropped() {
    let program = Program::new().await;
    program.settings("[[tool_servers]]\nname = \"mail\"\nurl = \"http://127.0.0.1:9/mcp\"\n");
    make(&program, ADA);
    make(&program, BEN);
    let mut server = program.serve(&["serve"]);
    let (_, caller) = server.ready().await;
    let ada = log_in(&caller, ADA, PASSWORD).await.expect(200);
    let ben = log_in(&caller, BEN, PASSWORD).await.expect(200);
    let of_ada = enrol(&caller, &ada).await;
    let of_ben = enrol(&caller, &ben).await;
    let token = json!({"token": "for-the-server"});
    let path = "/users/me/tool-servers/mail/credential";
    caller.logged_in(&ada).put(path, token).await.expect(204);
    assert_eq!(server.terminate(), Some(0));

    let new = replace(&program, "sealing");
    let mut server = program.serve(&["serve"]);
    let (_, caller) = server.ready().await;
    confirm(&caller, &ada, &of_ada).await;
    let drop = ["keys", "drop", "sealing", "first"];
    let refused = program.run(&drop).refused(1);
    assert!(
        refused.contains("in use (second factors: 2, tokens for tool servers: 1)"),
        "{refused}"
    );
    let said = program.run(&["keys", "reseal"]).ok();
    assert!(
        said.contains("second factors: 2, tokens for tool servers: 1"),
        "{said}"
    );
    let again = program.run(&["keys", "reseal"]).ok();
    assert!(
        again.contains("second factors: 0, tokens for tool servers: 0"),
        "{again}"
    );
    let new = stands(&program, "sealing", &new);
    assert_eq!(new, "used second factors: 2, tokens for tool servers: 1");
    program.run(&drop).ok();
    assert_eq!(server.terminate(), Some(0));

    let mut server = program.serve(&["serve"]);
    let (_, caller) = server.ready().await;
    confirm(&caller, &ben, &of_ben).await;
    let asked = log_in(&caller, ADA, PASSWORD).await;
    asked.problem(401, "totp_required");
    assert_eq!(server.terminate(), Some(0));
    program.remove().await;
}

#[tokio::test]
async fn an_invitation_from_before_its_key_was_replaced_is_accepted_and_holds_the_key() {
    let program = Program::new().await;
    make(&program, ADA);
    make(&program, BEN);
    let mut server = program.serve(&["serve"]);
    let (_, caller) = server.ready().await;
    let login = log_in(&caller, ADA, PASSWORD).await.expect(200);
    let ada = caller.logged_in(&login);
    let project = ada.create_project("Whales").await;
    let invite = json!({"email": BEN, "role": "EDITOR"});
    let path = project.invitations();
    ada.post(&path, invite).await.expect(201);
    assert_eq!(server.terminate(), Some(0));

    let new = replace(&program, "sealing");
    replace(&program, "signing");

    assert_eq!(
        stands(&program, "sealing", "first"),
        "accepted invitations: 1"
    );
    assert_eq!(stands(&program, "sealing", &new), "used");
    let mut server = program.serve(&["serve"]);
    let (_, caller) = server.ready().await;
    // An access token counts that was signed with the key before.
    let ada = caller.logged_in(&login);
    let open = ada.all(&path, 50).await;
    ada.delete(&format!("{path}/{}", text(&open[0]["id"])))
        .await
        .expect(204);
    program.run(&["keys", "drop", "sealing", "first"]).ok();
    assert_eq!(server.terminate(), Some(0));
    program.remove().await;
}
