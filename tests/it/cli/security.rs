//! The log of security events, as whoever watches for attacks reads it.

use serde_json::json;

use super::log_in;
use crate::kit::{Paths, Program, until};

const ADA: &str = "ada@example.org";

#[tokio::test]
async fn what_concerns_security_is_logged_with_how_much_it_matters_and_without_secrets() {
    let program = Program::new().await;
    let mut server = program.serve(&["serve"]);
    let (_, caller) = server.ready().await;
    let password = "a password for tests";
    let body = json!({"email": ADA, "password": password});
    let registered = caller.post("/auth/register?tokens=body", body).await;
    let ada = caller.logged_in(&registered.expect(201));
    let body = json!({"email": "ben@example.org", "password": password});
    let ben = caller.post("/auth/register?tokens=body", body).await;
    let ben = caller.logged_in(&ben.expect(201));
    log_in(&caller, ADA, password).await.expect(200);
    log_in(&caller, ADA, "a wrong SECRET").await;
    let token = json!({"name": "robot", "scopes": []});
    let token = ada.post("/users/me/tokens", token).await.expect(201);
    let project = ada.create_project("Whales").await;
    let op = json!({"op": "member.add", "data": {"userId": ben.user_id(), "role": "VIEWER"}});
    let ops = json!({"ops": [op]});
    ada.post(&project.ops(), ops).await.expect(200);
    ben.patch(&project.path(), json!({"name": "Mine"})).await;

    let wanted = [
        ("info", "user.register"),
        ("info", "login"),
        ("warning", "login.failed"),
        ("notice", "token.create"),
        ("notice", "member.add"),
        ("notice", "request.refused"),
    ];
    let all = async || {
        let log = server.log();
        let has = |(severity, action): &(&str, &str)| {
            let said = format!("security.severity=\"{severity}\" security.action=\"{action}\"");
            log.contains(&said)
        };
        wanted.iter().all(has)
    };
    until("every event is logged", all).await;
    let log = server.log();
    for secret in [
        "SECRET",
        password,
        token["token"].as_str().expect("a token"),
    ] {
        assert!(!log.contains(secret), "{log}");
    }
    assert_eq!(server.terminate(), Some(0));
    program.remove().await;
}
