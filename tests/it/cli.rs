//! The command line, run as an operator runs it.

mod composed;
mod jobs;
mod keys;
mod processes;
mod security;
mod tasks;
mod users;

use std::fs;

use serde_json::{Value, json};

use crate::kit::{Client, Program};

const PASSWORD: &str = "a password for tests";

async fn log_in(caller: &Client, email: &str, password: &str) -> crate::kit::Answer {
    let body = json!({"email": email, "password": password});
    caller.post("/auth/login?tokens=body", body).await
}

/// The line of a setting, with its value and source.
fn line<'a>(config: &'a str, name: &str) -> &'a str {
    let start = format!("{name} = ");
    let line = config.lines().find(|line| line.starts_with(&start));
    line.unwrap_or_else(|| panic!("no {name} in {config}"))
}

#[tokio::test]
async fn config_names_the_source_of_each_setting_and_flags_beat_environment_beats_file() {
    let program = Program::new().await;
    program.settings("data_dir = \"from-file\"\nroles = \"api\"\n[mail]\nfrom = \"file@x.org\"\n");
    let program = program
        .with("NONLINEAR_ROLES", "hub")
        .with("NONLINEAR_DATA_DIR", "from-env");

    let config = program.run(&["config", "--data-dir", "from-flag"]).ok();

    let data_dir = line(&config, "data_dir");
    assert!(
        data_dir.starts_with("data_dir = from-flag  # flag"),
        "{data_dir}"
    );
    let roles = line(&config, "roles");
    assert!(roles.starts_with("roles = hub  # "), "{roles}");
    assert!(roles.contains("environment"), "{roles}");
    let from = line(&config, "mail.from");
    assert!(from.starts_with("mail.from = file@x.org  # "), "{from}");
    assert!(from.contains("TOML"), "{from}");
    assert_eq!(
        line(&config, "auth.session_idle_days"),
        "auth.session_idle_days = 7  # default"
    );
    program.remove().await;
}

#[tokio::test]
async fn config_masks_secrets() {
    let program = Program::new().await;
    let program = program.with("OPENAI_API_KEY", "sk-SECRET").with(
        "NONLINEAR_MAIL__SMTP_URL",
        "smtps://mailer:SECRET@mail.example.org",
    );

    let database = "postgres://app:SECRET@db.example.org/canvas?password=SECRET&sslmode=require";
    let config = program.run(&["config", "--database-url", database]).ok();

    assert!(!config.contains("SECRET"), "{config}");
    let key = line(&config, "provider.openai_api_key");
    assert!(
        key.starts_with("provider.openai_api_key = ********"),
        "{key}"
    );
    let database = line(&config, "database_url");
    assert!(
        database.contains("app:********@db.example.org"),
        "{database}"
    );
    assert!(
        database.contains("?password=********&sslmode=require"),
        "{database}"
    );
    assert!(line(&config, "mail.smtp_url").contains("mailer:********@mail"));
    program.remove().await;
}

#[tokio::test]
async fn secrets_may_stand_in_files_of_their_own() {
    let program = Program::new().await;
    let secret = |name: &str, text: &str| {
        let file = program.folder().join(name);
        fs::write(&file, text).expect("the secret is written");
        file.display().to_string()
    };
    let mail = secret("mail", "smtps://mailer:SECRET@mail.example.org\n");
    let (key, none) = (secret("key", "sk-SECRET\n"), secret("none", "\n"));
    let missing = program.folder().join("missing").display().to_string();

    let program = program
        .with("NONLINEAR_MAIL__SMTP_URL_FILE", &mail)
        .with("OPENAI_API_KEY_FILE", &key)
        .with("REDIS_URL_FILE", &none);
    let config = program.run(&["config"]).ok();

    assert!(!config.contains("SECRET"), "{config}");
    assert_eq!(
        line(&config, "mail.smtp_url"),
        format!("mail.smtp_url = smtps://mailer:********@mail.example.org  # file {mail}")
    );
    assert!(line(&config, "provider.openai_api_key").ends_with(&format!("# file {key}")));
    assert_eq!(line(&config, "redis_url"), "redis_url = (none)  # default");
    let program = program.with("OPENAI_API_KEY", "sk-SECRET");
    let twice = program.run(&["config"]).refused(2);
    assert!(twice.contains("`OPENAI_API_KEY_FILE`"), "{twice}");
    assert!(!twice.contains("SECRET"), "{twice}");
    let program = program.with("NONLINEAR_MAIL__SMTP_URL_FILE", &missing);
    let gone = program.run(&["config"]).refused(2);
    assert!(gone.contains("_FILE`"), "{gone}");
    program.remove().await;
}

#[tokio::test]
async fn a_server_is_asked_for_its_health_from_the_command_line() {
    let program = Program::new().await;
    let mut server = program.serve(&["serve", "--listen", "0.0.0.0:0"]);
    let (line, _) = server.ready().await;
    let port = line.split(':').next_back().expect("a port");
    let here = format!("0.0.0.0:{}", port.trim());

    let healthy = program.run(&["health", "--listen", &here]).ok();
    assert!(healthy.contains("\"status\":\"ready\""), "{healthy}");

    assert_eq!(server.terminate(), Some(0));
    let gone = program.run(&["health", "--listen", &here]).refused(1);
    assert!(gone.contains("no answer"), "{gone}");
    program.remove().await;
}

#[tokio::test]
async fn a_wrong_setting_stops_the_start_with_one_sentence_that_names_it() {
    let program = Program::new().await;

    for (setting, named) in [
        ("auth.password_cost=99", "`auth.password_cost`"),
        ("auth.pasword_cost=12", "pasword_cost"),
        ("roles=api,cook", "`roles`"),
        ("listen=nowhere", "`listen`"),
        ("database_url=mysql://x", "`database_url`"),
        ("rates.enabled=perhaps", "`rates.enabled`"),
        ("public_url=canvas.example.org", "`public_url`"),
        ("mail.from=nobody", "`mail.from`"),
        ("mail.smtp_url=gopher://me:SECRET@x", "`mail.smtp_url`"),
        ("redis_url=http://:SECRET@x", "`redis_url`"),
    ] {
        let sentence = program.run(&["serve", "--set", setting]).refused(2);
        assert!(sentence.contains(named), "{setting}: {sentence}");
        assert!(!sentence.contains("SECRET"), "{sentence}");
    }
    let missing = program.run(&["--config", "missing.toml"]).refused(2);
    assert!(missing.contains("missing.toml"), "{missing}");
    program.settings("lisen = \"127.0.0.1:1\"");
    let typo = program.run(&["serve"]).refused(2);
    assert!(typo.contains("lisen"), "{typo}");
    program.remove().await;
}

#[tokio::test]
async fn migrations_go_up_and_down_and_up_again() {
    let program = Program::new().await;
    let states = |said: String| -> Vec<bool> {
        said.lines()
            .map(|line| line.starts_with("applied  "))
            .collect()
    };

    let before = states(program.run(&["migrate", "status"]).ok());
    let up = program.run(&["migrate", "up"]).ok();
    let again = program.run(&["migrate", "up"]).ok();
    let count = before.len();
    let steps = count.to_string();
    let one_less = states(program.run(&["migrate", "down"]).ok());
    let down = states(program.run(&["migrate", "down", "--steps", &steps]).ok());
    let up_again = program.run(&["migrate", "up"]).ok();

    assert!(count > 0);
    assert_eq!(before, vec![false; count]);
    assert_eq!(states(up.clone()), vec![true; count]);
    assert_eq!(one_less.iter().filter(|applied| !**applied).count(), 1);
    assert_eq!(down, before);
    assert_eq!(again, up);
    assert_eq!(up_again, up);
    assert_eq!(program.run(&["migrate", "status"]).ok(), up);
    program.remove().await;
}

#[tokio::test]
async fn an_account_is_made_and_shut_out_from_the_command_line() {
    let program = Program::new().await;
    let ada = [
        "user",
        "create",
        "--email",
        "ada@example.org",
        "--username",
        "ada",
    ];
    let made = program
        .tell(PASSWORD, &[&ada[..], &["--password-stdin"]].concat())
        .ok();
    let ben = program
        .run(&["user", "create", "--email", "ben@example.org"])
        .ok();
    let mut server = program.serve(&["serve"]);
    let (_, caller) = server.ready().await;

    let login = log_in(&caller, "ada@example.org", PASSWORD)
        .await
        .expect(200);
    let disable = ["user", "disable", "--email", "ada@example.org"];
    program.run(&disable).ok();

    assert!(!made.contains(PASSWORD), "{made}");
    assert_eq!(login["user"]["username"], "ada");
    assert_eq!(login["user"]["emailVerified"], true);
    let (_, password) = ben.split_once("password: ").expect("one was made up");
    log_in(&caller, "ben@example.org", password.trim())
        .await
        .expect(200);
    let refused = log_in(&caller, "ada@example.org", PASSWORD).await;
    let unknown = log_in(&caller, "nobody@example.org", PASSWORD).await;
    assert_eq!(refused.text, unknown.text);
    refused.problem(401, "invalid_credentials");
    let ada = caller.logged_in(&login);
    let written = ada.post("/projects", json!({"name": "Mine"})).await;
    written.problem(401, "unauthenticated");
    let refresh = json!({"refreshToken": login["refreshToken"]});
    let refreshed = caller.post("/auth/refresh", refresh).await;
    refreshed.problem(401, "unauthenticated");
    program.run(&disable).refused(1);
    assert_eq!(server.terminate(), Some(0));
    program.remove().await;
}

#[tokio::test]
async fn an_account_that_cannot_be_is_not_made() {
    let program = Program::new().await;
    let make = |email: &str, password: &str| {
        let arguments = ["user", "create", "--password-stdin", "--email", email];
        program.tell(password, &arguments)
    };
    make("ada@example.org", PASSWORD).ok();

    make("ada@example.org", PASSWORD).refused(1);
    let address = make("nonsense", PASSWORD).refused(1);
    assert!(address.contains("--email"), "{address}");
    let short = make("ben@example.org", "short").refused(1);
    assert!(short.contains("12 characters"), "{short}");
    program.remove().await;
}

#[tokio::test]
async fn openapi_prints_the_document_that_is_committed() {
    let program = Program::new().await;

    let printed = program.run(&["openapi"]).ok();

    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
    let committed = fs::read_to_string(format!("{root}/docs/openapi.json"));
    assert_eq!(printed.trim(), committed.expect("it is committed").trim());
    program.remove().await;
}

#[tokio::test]
async fn the_doctor_finds_a_good_setup_healthy_and_names_what_is_not() {
    let program = Program::new().await;
    let fresh = program.run(&["doctor"]);
    assert_eq!(fresh.code, Some(1), "{fresh:#?}");
    assert!(fresh.out.contains("nonlinear migrate up"), "{}", fresh.out);

    program.run(&["migrate", "up"]).ok();
    let healthy = program.run(&["doctor"]).ok();

    assert!(healthy.contains("data folder: ok"), "{healthy}");
    assert!(healthy.contains("database: ok"), "{healthy}");
    assert!(healthy.contains("Redis: not configured"), "{healthy}");
    let free = "e-mail addresses: ok (need no confirmation";
    assert!(healthy.contains(free), "{healthy}");
    let confirmed = ["doctor", "--set", "auth.confirm_addresses=true"];
    let confirmed = program.run(&confirmed).ok();
    assert!(
        confirmed.contains("(must be confirmed, but no mail server"),
        "{confirmed}"
    );
    let mail = ["doctor", "--set", "mail.smtp_url=smtp://mail.example.org"];
    let mail = program.run(&mail).ok();
    assert!(mail.contains("(must be confirmed by mail"), "{mail}");
    assert!(
        healthy.contains("push: ok (push.contact is not set"),
        "{healthy}"
    );
    let contact = ["doctor", "--set", "push.contact=mailto:ops@example.org"];
    let contact = program.run(&contact).ok();
    assert!(
        contact.contains("told to write to mailto:ops@example.org"),
        "{contact}"
    );
    let none = program.run(&["doctor", "--set", "push.enabled=false"]).ok();
    assert!(none.contains("push: not configured"), "{none}");
    let file = program.folder().join("a-file");
    fs::write(&file, "").expect("a file");
    let bad = program.run(&["doctor", "--data-dir", "a-file"]);
    assert_eq!(bad.code, Some(1), "{bad:#?}");
    assert!(bad.out.contains("data folder: failed"), "{}", bad.out);
    let nowhere = "postgres://app:SECRET@127.0.0.1:1/none";
    let bad = program.run(&["doctor", "--database-url", nowhere]);
    assert_eq!(bad.code, Some(1), "{bad:#?}");
    assert!(bad.out.contains("database: failed"), "{}", bad.out);
    assert!(!format!("{bad:?}").contains("SECRET"), "{bad:#?}");
    program.remove().await;
}

#[tokio::test]
async fn seeding_twice_makes_one_demo() {
    let program = Program::new().await;

    let first = program.run(&["seed"]).ok();
    let second = program.run(&["seed"]).ok();

    assert!(first.contains("demo@nonlinear.app"), "{first}");
    assert!(second.contains("nothing was made"), "{second}");
    let mut server = program.serve(&["serve", "--set", "seed_demo=true"]);
    let (line, caller) = server.ready().await;
    assert!(line.contains("demo@nonlinear.app"), "{line}");
    let login = log_in(&caller, "demo@nonlinear.app", "DemoPassword123!").await;
    let demo = caller.logged_in(&login.expect(200));
    // The tour, in both languages.
    assert_eq!(demo.all("/projects", 50).await.len(), 2);
    program.remove().await;
}

#[tokio::test]
async fn a_database_with_users_is_never_seeded() {
    let program = Program::new().await;
    program
        .run(&["user", "create", "--email", "ada@example.org"])
        .ok();

    let seeded = program.run(&["seed"]).ok();
    let mut server = program.serve(&["serve", "--set", "seed_demo=true"]);
    let (line, caller) = server.ready().await;

    assert!(seeded.contains("nothing was made"), "{seeded}");
    assert!(!line.contains("demo@"), "{line}");
    let login = log_in(&caller, "demo@nonlinear.app", "DemoPassword123!").await;
    login.problem(401, "invalid_credentials");
    let ready: Value = caller.page("/readyz").await.expect(200);
    assert_eq!(ready["status"], "ready");
    program.remove().await;
}
