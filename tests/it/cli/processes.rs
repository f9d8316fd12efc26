//! Servers in processes of their own.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde_json::json;

use super::{PASSWORD, log_in};
use crate::kit::{Paths, Program, until};

#[tokio::test]
async fn instances_that_start_at_once_on_an_empty_database_all_become_ready() {
    let program = Program::new().await;
    // On SQLite a second process is as many as anybody runs: for a moment, while one replaces the other.
    let instances = if program.database_url().is_some() {
        5
    } else {
        2
    };

    let mut servers: Vec<_> = (0..instances).map(|_| program.serve(&["serve"])).collect();
    let mut callers = Vec::new();
    for server in &mut servers {
        callers.push(server.ready().await.1);
    }

    let status = program.run(&["migrate", "status"]).ok();
    let names: std::collections::BTreeSet<&str> = status.lines().collect();
    assert_eq!(names.len(), status.lines().count(), "{status}");
    assert!(
        status.lines().all(|line| line.starts_with("applied  ")),
        "{status}"
    );
    let body = json!({"email": "ada@example.org", "password": PASSWORD});
    let registered = callers[0].post("/auth/register", body).await;
    registered.expect(201);
    for caller in &callers {
        caller.page("/readyz").await.expect(200);
        // They share their keys and their data.
        let login = log_in(caller, "ada@example.org", PASSWORD)
            .await
            .expect(200);
        let elsewhere = callers[0].logged_in(&login);
        elsewhere.get("/users/me").await.expect(200);
    }
    for server in servers {
        assert_eq!(server.terminate(), Some(0));
    }
    program.remove().await;
}

#[tokio::test]
async fn instances_that_seed_at_once_make_one_demo() {
    let program = Program::new().await;
    let arguments = ["serve", "--set", "seed_demo=true"];

    let mut servers = [program.serve(&arguments), program.serve(&arguments)];
    let (_, caller) = servers[0].ready().await;
    servers[1].ready().await;

    let login = log_in(&caller, "demo@nonlinear.app", "DemoPassword123!").await;
    let demo = caller.logged_in(&login.expect(200));
    assert_eq!(demo.all("/projects", 50).await.len(), 2);
    for server in servers {
        server.terminate();
    }
    program.remove().await;
}

#[tokio::test]
async fn a_server_that_is_told_to_end_finishes_and_keeps_what_it_acknowledged() {
    let program = Program::new().await;
    let mut server = program.serve(&["serve"]);
    let (_, caller) = server.ready().await;
    let body = json!({"email": "ada@example.org", "password": PASSWORD});
    let registered = caller.post("/auth/register", body).await.expect(201);
    let project = caller.logged_in(&registered).create_project("Kept").await;

    let code = server.terminate();

    assert_eq!(code, Some(0));
    let mut server = program.serve(&["serve"]);
    let (_, caller) = server.ready().await;
    // The keys are kept, too: nobody is logged out by a restart.
    let ada = caller.logged_in(&registered);
    let kept = ada.get(&project.path()).await.expect(200);
    assert_eq!(kept["name"], "Kept");
    let log = server.log();
    assert!(
        !log.contains("ada@example.org") && !log.contains(PASSWORD),
        "{log}"
    );
    program.remove().await;
}

#[tokio::test]
async fn an_address_in_use_stops_the_start_before_anything_is_changed() {
    let program = Program::new().await;
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let taken = taken.local_addr().map(|address| (taken, address));
    let (_held, address) = taken.expect("its address");

    let refused = program.run(&["serve", "--listen", &address.to_string()]);

    let refused = refused.refused(2);
    assert!(refused.contains("`listen`"), "{refused}");
    assert!(!program.folder().join("data").exists());
    program.remove().await;
}

#[cfg(unix)]
#[tokio::test]
async fn what_the_server_makes_is_for_its_own_user_alone() {
    use std::os::unix::fs::PermissionsExt;

    let program = Program::new().await;
    let mut server = program.serve(&["serve"]);
    let (_, caller) = server.ready().await;
    let ada = json!({"email": "ada@example.org", "password": "a password for tests"});
    caller.post("/auth/register", ada).await.expect(201);
    let data = program.folder().join("data");
    let files = |folder: &Path| -> Vec<PathBuf> {
        let entries = fs::read_dir(folder).expect("the folder is read");
        entries
            .map(|entry| entry.expect("an entry").path())
            .collect()
    };
    let mails = async || !files(&data.join("mail")).is_empty();
    until("the mail is written", mails).await;

    for path in [vec![data.clone()], files(&data), files(&data.join("mail"))].concat() {
        let about = fs::metadata(&path).expect("it is there");
        let rights = about.permissions().mode() & 0o777;
        let wanted = if about.is_dir() { 0o700 } else { 0o600 };
        assert_eq!(rights, wanted, "{} has {rights:o}", path.display());
    }
    assert_eq!(server.terminate(), Some(0));
    program.remove().await;
}
