//! Servers that cannot outlive the command that started them.
//!
//! Each server has a small shell as its parent, which reads a pipe whose other end only this
//! process holds. However this process ends, kill -9 included, the pipe closes, and the shell stops
//! the server and removes its folder.

use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use tempfile::TempDir;

const READY_TIMEOUT: Duration = Duration::from_secs(60);
const READY_POLL_INTERVAL: Duration = Duration::from_millis(20);
const LOG_LINES_SHOWN_MAX: usize = 30;

// A shell gives background commands /dev/null as standard input, hence the copy of the pipe as 3.
// A server that ended by itself leaves the file `ended`, and its log until the pipe closes.
// The signal is repeated because it is lost on a server that is still being set up.
const SUPERVISOR: &str = r#"
folder=$1 signal=$2
shift 2
exec 3<&0
"$@" >"$folder/log" 2>&1 </dev/null 3<&- &
server=$!
{
    cat <&3 >/dev/null
    until [ -e "$folder/ended" ] || ! kill -s "$signal" "$server"; do sleep 0.1; done
} &
wait "$server"
: >"$folder/ended"
cat <&3 >/dev/null
rm -rf "$folder"
"#;

/// A running server; dropping it stops it and waits until nothing of it is left.
#[derive(Debug)]
pub(crate) struct Supervised {
    name: &'static str,
    supervisor: Child,
    folder: TempDir,
}

impl Supervised {
    /// Starts `server` as `account`, to be stopped with `stop_signal`. Its log goes to `folder`.
    pub(crate) fn start(
        name: &'static str,
        server: &Command,
        folder: TempDir,
        account: Option<Account>,
        stop_signal: &str,
    ) -> Result<Self> {
        let mut supervisor = Command::new("sh");
        supervisor
            .args(["-c", SUPERVISOR, "supervisor"])
            .arg(folder.path())
            .arg(stop_signal);
        supervisor.arg(server.get_program()).args(server.get_args());
        for (name, value) in server.get_envs() {
            match value {
                Some(value) => supervisor.env(name, value),
                None => supervisor.env_remove(name),
            };
        }
        supervisor
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        // In a process group of its own, the shell does not get the terminal's Ctrl-C.
        supervisor.current_dir(folder.path()).process_group(0);
        if let Some(Account { user, group }) = account {
            supervisor.uid(user).gid(group);
        }
        let supervisor = supervisor
            .spawn()
            .with_context(|| format!("cannot start {name}"))?;
        Ok(Self {
            name,
            supervisor,
            folder,
        })
    }

    /// Returns once `ready` says so; fails when the server ends before.
    pub(crate) fn wait_until(&self, ready: impl Fn() -> bool) -> Result<()> {
        let begun = Instant::now();
        while !ready() {
            if self.folder.path().join("ended").exists() {
                bail!(
                    "{} ended before it was ready:\n{}",
                    self.name,
                    self.end_of_log()
                );
            }
            if begun.elapsed() > READY_TIMEOUT {
                let waited = READY_TIMEOUT.as_secs();
                bail!(
                    "{} is not ready after {waited} s:\n{}",
                    self.name,
                    self.end_of_log()
                );
            }
            sleep(READY_POLL_INTERVAL);
        }
        Ok(())
    }

    pub(crate) fn log(&self) -> PathBuf {
        self.folder.path().join("log")
    }

    fn end_of_log(&self) -> String {
        let log = fs::read(self.log()).unwrap_or_default();
        let log = String::from_utf8_lossy(&log);
        let lines: Vec<&str> = log.lines().collect();
        let end = lines.len().saturating_sub(LOG_LINES_SHOWN_MAX);
        lines.into_iter().skip(end).collect::<Vec<_>>().join("\n")
    }
}

impl Drop for Supervised {
    fn drop(&mut self) {
        drop(self.supervisor.stdin.take());
        // Without the shell there is nothing left to stop.
        if let Err(error) = self.supervisor.wait() {
            eprintln!("xtask: stopping {}: {error}", self.name);
        }
    }
}

/// The account a database server runs as, since Postgres refuses to run as root.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Account {
    user: u32,
    group: u32,
}

impl Account {
    /// `None` unless this process runs as root; then `postgres`, or else `nobody`.
    pub(crate) fn instead_of_root() -> Result<Option<Self>> {
        let answer = Command::new("id")
            .arg("-u")
            .output()
            .context("cannot run id")?;
        if answer.stdout.trim_ascii() != b"0" {
            return Ok(None);
        }
        let accounts = fs::read_to_string("/etc/passwd").context("cannot read /etc/passwd")?;
        ["postgres", "nobody"]
            .iter()
            .find_map(|name| accounts.lines().find_map(|line| Self::parse(line, name)))
            .map(Some)
            .context("running as root, and neither postgres nor nobody is in /etc/passwd")
    }

    fn parse(line: &str, name: &str) -> Option<Self> {
        let mut fields = line.split(':');
        if fields.next()? != name {
            return None;
        }
        let user = fields.nth(1)?.parse().ok()?;
        let group = fields.next()?.parse().ok()?;
        Some(Self { user, group })
    }
}

/// A temporary folder that belongs to `account`.
pub(crate) fn folder_for(account: Option<Account>) -> Result<TempDir> {
    let folder = tempfile::Builder::new().prefix("nonlinear-").tempdir()?;
    if let Some(Account { user, group }) = account {
        chown(folder.path(), Some(user), Some(group)).context("cannot give the folder away")?;
    }
    Ok(folder)
}

/// A port nobody listens on.
pub(crate) fn free_port() -> Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("no free port")?;
    Ok(listener.local_addr()?.port())
}
