//! Postgres and Redis for the length of one command.

use std::fs;
use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::Duration;

use anyhow::{Result, bail};

use crate::shell::{folder_on_path, holds_all, step, variable};
use crate::supervise::{Account, Supervised, folder_for, free_port};

pub(crate) const POSTGRES_MISSING: &str =
    "no initdb found; install it with: apt-get install postgresql";
pub(crate) const REDIS_MISSING: &str =
    "no redis-server found; install it with: apt-get install redis-server";

const CONNECTIONS_MAX: u16 = 300;
const PROBE_TIMEOUT: Duration = Duration::from_secs(2);

// One supervised command, so that nothing is left of an initdb that was interrupted either.
const POSTGRES_SETUP: &str = r#"
programs=$1 data=$2
shift 2
"$programs/initdb" -U app -A trust -E UTF8 --no-locale --no-sync -D "$data" || exit
exec "$programs/postgres" -D "$data" "$@"
"#;

// Protocol 3.0, user app, database postgres, preceded by the length of the whole.
const POSTGRES_HELLO: &[u8] = b"\0\0\0\x24\0\x03\0\0user\0app\0database\0postgres\0\0";

/// A service that answers at `url` at least until it is dropped.
#[derive(Debug)]
pub(crate) struct Service {
    pub(crate) url: String,
    /// Nothing for a service that somebody else runs.
    _process: Option<Supervised>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Durability {
    /// A commit is on the disk: for measuring.
    Full,
    /// Fast, and lost with the machine: for tests.
    None,
}

/// `cargo xtask services`.
pub(crate) fn run() -> Result<ExitCode> {
    let postgres = postgres(Durability::None)?;
    let redis = redis()?;
    match &postgres {
        Some(postgres) => println!("TEST_DATABASE_URL={}", postgres.url),
        None => eprintln!("xtask: no Postgres: {POSTGRES_MISSING}"),
    }
    match &redis {
        Some(redis) => println!("TEST_REDIS_URL={}", redis.url),
        None => eprintln!("xtask: no Redis: {REDIS_MISSING}"),
    }
    if postgres.is_none() && redis.is_none() {
        return Ok(ExitCode::FAILURE);
    }
    eprintln!("xtask: running until standard input closes or Ctrl-C");
    io::copy(&mut io::stdin(), &mut io::sink())?;
    Ok(ExitCode::SUCCESS)
}

/// The Postgres that TEST_DATABASE_URL names, else one of its own; `None` when it is not installed.
pub(crate) fn postgres(durability: Durability) -> Result<Option<Service>> {
    if let Some(url) = variable("TEST_DATABASE_URL") {
        return Ok(Some(Service {
            url,
            _process: None,
        }));
    }
    match postgres_folder() {
        Some(programs) => step("starting Postgres", || {
            start_postgres(&programs, durability)
        })
        .map(Some),
        None => Ok(None),
    }
}

/// The Redis that TEST_REDIS_URL names, else one of its own; `None` when it is not installed.
pub(crate) fn redis() -> Result<Option<Service>> {
    if let Some(url) = variable("TEST_REDIS_URL") {
        return Ok(Some(Service {
            url,
            _process: None,
        }));
    }
    match folder_on_path(&["redis-server"]) {
        Some(programs) => step("starting Redis", || start_redis(&programs)).map(Some),
        None => Ok(None),
    }
}

/// Debian keeps the programs off PATH, one folder per version.
fn postgres_folder() -> Option<PathBuf> {
    const PROGRAMS: &[&str] = &["initdb", "postgres"];
    folder_on_path(PROGRAMS).or_else(|| {
        let versions = fs::read_dir("/usr/lib/postgresql").ok()?;
        versions
            .filter_map(|version| {
                let version = version.ok()?;
                let number: u32 = version.file_name().to_str()?.parse().ok()?;
                Some((number, version.path().join("bin")))
            })
            .filter(|(_, folder)| holds_all(folder, PROGRAMS))
            .max()
            .map(|(_, folder)| folder)
    })
}

fn start_postgres(programs: &Path, durability: Durability) -> Result<Service> {
    let account = Account::instead_of_root()?;
    let folder = folder_for(account)?;
    let data = folder.path().join("data");

    let port = free_port()?;
    let mut server = Command::new("sh");
    server
        .args(["-c", POSTGRES_SETUP, "postgres"])
        .arg(programs)
        .arg(&data);
    server
        .args(["-h", "127.0.0.1", "-p", &port.to_string(), "-k"])
        .arg(folder.path());
    server.args(["-c", &format!("max_connections={CONNECTIONS_MAX}")]);
    if durability == Durability::None {
        server.args(["-c", "fsync=off", "-c", "synchronous_commit=off"]);
        server.args(["-c", "full_page_writes=off"]);
    }
    let server = Supervised::start("Postgres", &server, folder, account, "QUIT")?;
    // It answers E, an error, while it starts, and R, the request to authenticate, once it serves.
    server.wait_until(|| probe(port, POSTGRES_HELLO, b"R").is_ok())?;
    Ok(Service {
        url: format!("postgres://app@127.0.0.1:{port}/postgres"),
        _process: Some(server),
    })
}

fn start_redis(programs: &Path) -> Result<Service> {
    let account = Account::instead_of_root()?;
    let folder = folder_for(account)?;
    let port = free_port()?;
    let mut server = Command::new(programs.join("redis-server"));
    server
        .args(["--port", &port.to_string(), "--bind", "127.0.0.1", "--dir"])
        .arg(folder.path());
    server.args(["--save", "", "--appendonly", "no"]);
    let server = Supervised::start("Redis", &server, folder, account, "KILL")?;
    server.wait_until(|| probe(port, b"PING\r\n", b"+PONG").is_ok())?;
    Ok(Service {
        url: format!("redis://127.0.0.1:{port}/"),
        _process: Some(server),
    })
}

/// Whether the server on `port` answers `request` with something that begins with `answer`.
fn probe(port: u16, request: &[u8], answer: &[u8]) -> Result<()> {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
    stream.set_read_timeout(Some(PROBE_TIMEOUT))?;
    stream.write_all(request)?;
    let mut received = vec![0; answer.len()];
    stream.read_exact(&mut received)?;
    if received != answer {
        bail!("another answer");
    }
    Ok(())
}
