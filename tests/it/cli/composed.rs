//! What `docker-compose.yml` lets the server do in Postgres and Redis: enough to serve, and no more.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use serde_json::json;
use tempfile::TempDir;
use uuid::Uuid;

use super::{PASSWORD, log_in};
use crate::kit::{Paths, Program, RedisServer, on_postgres, until, variable};

const ADA: &str = "ada@example.org";

/// Secrets as `docker/make-secrets.sh` makes them, in a folder of their own.
struct Secrets(TempDir);

impl Secrets {
    fn make() -> Self {
        let folder = tempfile::tempdir().expect("a folder for secrets");
        let docker = folder.path().join("docker");
        fs::create_dir(&docker).expect("a folder for the script");
        for file in ["make-secrets.sh", "redis.acl"] {
            fs::copy(committed(file), docker.join(file)).expect("it is committed");
        }
        let made = Command::new("sh")
            .arg(docker.join("make-secrets.sh"))
            .status();
        assert!(made.expect("sh is there").success());
        Self(folder)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join("secrets").join(name)
    }

    fn text(&self, name: &str) -> String {
        let text = fs::read_to_string(self.path(name)).expect("it was made");
        text.trim().to_owned()
    }
}

fn committed(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../docker")
        .join(file)
}

/// A Redis with the users of the compose file, and how the server reaches it.
async fn redis(secrets: &Secrets) -> Option<(RedisServer, String)> {
    let users = secrets.path("redis_acl");
    let users = users.to_str().expect("a path is text");
    let redis = RedisServer::start_with(&["--aclfile", users]).await?;
    let url = secrets.text("redis_url");
    let url = url.replace("redis:6379", &redis.address().to_string());
    Some((redis, url))
}

#[tokio::test]
async fn the_servers_user_of_redis_reaches_its_channels_and_nothing_else() {
    let secrets = Secrets::make();
    let Some((redis, url)) = redis(&secrets).await else {
        return;
    };
    let client = redis::Client::open(url).expect("a URL of Redis");
    let mut server = client
        .get_multiplexed_async_connection()
        .await
        .expect("the password counts");

    let heard: Result<u64, _> = redis::cmd("SPUBLISH")
        .arg("nl:0:people")
        .arg("hello")
        .query_async(&mut server)
        .await;
    assert_eq!(heard.expect("this is what it is for"), 0);
    for refused in [
        "SPUBLISH other hello",
        "SSUBSCRIBE other",
        "PUBLISH nl:0:people hello",
        "PSUBSCRIBE nl:*",
        "SET nl:x 1",
        "GET nl:x",
        "KEYS *",
        "FLUSHALL",
        "CONFIG GET *",
        "ACL LIST",
        "CLIENT LIST",
        "DEBUG SLEEP 0",
    ] {
        let mut words = refused.split(' ');
        let mut command = redis::cmd(words.next().expect("a command"));
        for word in words {
            command.arg(word);
        }
        let said: Result<redis::Value, _> = command.query_async(&mut server).await;
        let error = said.expect_err(refused).to_string();
        assert!(
            error.contains("NOPERM") || error.contains("permission"),
            "{refused}: {error}"
        );
    }
    // Without the password there is nothing but the health check.
    assert_eq!(redis.ask("PING").await, "+PONG");
    for refused in ["SPUBLISH nl:0:people hello", "SET x 1", "CONFIG GET *"] {
        let said = redis.ask(refused).await;
        assert!(said.starts_with("-NOPERM"), "{refused}: {said}");
    }
}

/// Runs the file that Postgres runs in its container, as its superuser.
fn make_role(database: &str, role: &str, password: &str) -> Option<Output> {
    let file = committed("postgres-role.sql");
    let mut psql = Command::new("psql");
    psql.args([database, "-v", &format!("role={role}")])
        .args(["-v", &format!("password={password}"), "-f"])
        .arg(file);
    let said = psql.output();
    if said.is_err() {
        eprintln!("not run: psql is not installed");
    }
    said.ok()
}

fn ask(database: &str, statement: &str) -> Output {
    let mut psql = Command::new("psql");
    psql.args([database, "-v", "ON_ERROR_STOP=1", "-Atc", statement]);
    psql.output().expect("psql was there a moment ago")
}

/// The same database as somebody else.
fn with_user(url: &str, user: &str) -> String {
    let (scheme, rest) = url.split_once("://").expect("a URL has a scheme");
    let at = rest.split_once('@').map_or(rest, |(_, at)| at);
    format!("{scheme}://{user}@{at}")
}

#[tokio::test]
async fn two_servers_work_with_the_role_and_the_user_of_the_compose_file() {
    if !on_postgres() {
        return;
    }
    let secrets = Secrets::make();
    let Some((_redis, redis_url)) = redis(&secrets).await else {
        return;
    };
    let program = Program::new().await;
    let superuser = program
        .database_url()
        .expect("it is on Postgres")
        .to_owned();
    let role = format!("it_{}", Uuid::new_v4().simple());
    // Tables of a server that was a superuser are its own afterwards, too.
    program.run(&["migrate", "up"]).ok();
    let password = secrets.text("database_password");
    let Some(made) = make_role(&superuser, &role, &password) else {
        return;
    };
    assert!(made.status.success(), "{made:?}");
    // A second time it changes nothing.
    let again = make_role(&superuser, &role, &password).expect("psql is there");
    assert!(again.status.success(), "{again:?}");

    let own = with_user(&superuser, &role);
    let program = program.with("DATABASE_URL", &own).joined(&redis_url);
    program.run(&["migrate", "down"]).ok();
    let mut servers = [program.serve(&["serve"]), program.serve(&["serve"])];
    let (_, one) = servers[0].ready().await;
    let (_, other) = servers[1].ready().await;
    let make = ["user", "create", "--email", ADA, "--password-stdin"];
    program.tell(PASSWORD, &make).ok();
    let login = log_in(&one, ADA, PASSWORD).await.expect(200);
    let project = one.logged_in(&login).create_project("Whales").await;
    let path = project.path();
    other.logged_in(&login).get(&path).await.expect(200);
    for caller in [&one, &other] {
        until("Redis is reached", async || {
            caller.page("/readyz").await.expect(200)["bus"] == json!("redis")
        })
        .await;
    }

    let rights = "SELECT rolsuper OR rolcreatedb OR rolcreaterole OR rolreplication OR rolbypassrls \
        FROM pg_roles WHERE rolname = current_user";
    let said = ask(&own, rights);
    assert_eq!(
        String::from_utf8_lossy(&said.stdout).trim(),
        "f",
        "{said:?}"
    );
    for refused in [
        "CREATE DATABASE more",
        "CREATE ROLE more",
        "COPY users TO PROGRAM 'cat'",
        "SELECT * FROM pg_authid",
    ] {
        let said = ask(&own, refused);
        assert!(!said.status.success(), "{refused}: {said:?}");
    }
    for server in servers {
        assert_eq!(server.terminate(), Some(0));
    }
    program.remove().await;
    let server = variable("TEST_DATABASE_URL").expect("it is on Postgres");
    let dropped = ask(&server, &format!("DROP ROLE {role}"));
    assert!(dropped.status.success(), "{dropped:?}");
}

#[test]
fn what_is_shipped_closes_the_measurements_and_seeds_no_demo() {
    let proxy = fs::read_to_string(committed("Caddyfile")).expect("it is committed");
    let image = fs::read_to_string(committed("../Dockerfile")).expect("it is committed");

    assert!(proxy.contains("respond /metrics 404"), "{proxy}");
    assert!(image.contains("NONLINEAR_SEED_DEMO=false"), "{image}");
}
