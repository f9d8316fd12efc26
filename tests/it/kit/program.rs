//! The built program `nonlinear`, as an operator runs it.

use std::{
    env,
    fs::{self, File},
    io::{BufRead, BufReader, Read, Write},
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, Output, Stdio},
};

use tempfile::TempDir;

use super::{app::files_url, client::Client, database::TestDatabase};

/// A folder to run the program in, with an empty database, and nothing in its environment.
pub(crate) struct Program {
    folder: TempDir,
    database: TestDatabase,
    database_url: Option<String>,
    environment: Vec<(String, String)>,
}

/// What a command said before it ended.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Program {
    pub(crate) async fn new() -> Self {
        let (database, database_url) = TestDatabase::empty().await;
        let mut environment = vec![
            ("NONLINEAR_SEED_DEMO".to_owned(), "false".to_owned()),
            ("NONLINEAR_AUTH__PASSWORD_COST".to_owned(), "4".to_owned()),
            ("NONLINEAR_LISTEN".to_owned(), "127.0.0.1:0".to_owned()),
        ];
        environment.extend(database_url.iter().map(|url| {
            let name = "DATABASE_URL".to_owned();
            (name, url.clone())
        }));
        if let Some(bucket) = files_url() {
            environment.push(("NONLINEAR_STORAGE__FILES_URL".to_owned(), bucket));
            environment.extend(env::vars().filter(|(name, _)| name.starts_with("AWS_")));
        }
        Self {
            folder: tempfile::tempdir().expect("a folder to run in"),
            database,
            database_url,
            environment,
        }
    }

    /// The same with another variable in the environment.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.environment.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The same with servers that are joined with others over Redis.
    pub(crate) fn joined(self, redis_url: &str) -> Self {
        self.with("REDIS_URL", redis_url)
            .with("NONLINEAR_KEYS_FILE", "keys.toml")
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Nothing on SQLite, whose file is in the data folder.
    pub(crate) fn database_url(&self) -> Option<&str> {
        self.database_url.as_deref()
    }

    /// Writes the settings file.
    pub(crate) fn settings(&self, text: &str) {
        let file = self.folder().join("nonlinear.toml");
        fs::write(file, text).expect("the settings are written");
    }

    /// Runs a command to its end.
    pub(crate) fn run(&self, arguments: &[&str]) -> Said {
        let output = self.command(arguments).stdin(Stdio::null()).output();
        Said::of(output.expect("the program is built: cargo build --workspace"))
    }

    /// Runs a command that reads a line.
    pub(crate) fn tell(&self, line: &str, arguments: &[&str]) -> Said {
        let mut child = self
            .command(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program is built: cargo build --workspace");
        let mut stdin = child.stdin.take().expect("it reads");
        writeln!(stdin, "{line}").expect("it listens");
        drop(stdin);
        Said::of(child.wait_with_output().expect("it ends"))
    }

    /// Starts a command, to see what it does meanwhile.
    pub(crate) fn begin(&self, arguments: &[&str]) -> Begun {
        let mut child = self
            .command(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program is built: cargo build --workspace");
        let out = child.stdout.take().expect("it is read");
        let out = BufReader::new(out);
        Begun { child, out }
    }

    /// Starts a server; several may be started before the first is waited for.
    pub(crate) fn serve(&self, arguments: &[&str]) -> Serving {
        self.spawned(Command::new(path()).args(arguments))
    }

    fn spawned(&self, command: &mut Command) -> Serving {
        let log = tempfile::NamedTempFile::new_in(self.folder()).expect("a file for the log");
        let (log, path) = log.keep().expect("the log stays");
        self.prepare(command);
        let child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::from(log))
            .spawn()
            .expect("the program is built: cargo build --workspace");
        let data = self.data();
        Serving {
            child,
            log: path,
            data,
        }
    }

    /// Starts a server whose data folder is a disk of its own with so many MiB; nothing where that is not permitted.
    pub(crate) fn serve_on_a_disk(&self, mebibytes: u32) -> Option<Serving> {
        fs::create_dir_all(self.data()).expect("a folder for the disk");
        let mount = format!("mount -t tmpfs -o size={mebibytes}m,mode=700 tmpfs data");
        let tried = Command::new("unshare")
            .args(["-m", "sh", "-c", &mount])
            .current_dir(self.folder())
            .stderr(Stdio::null())
            .status();
        if !tried.is_ok_and(|tried| tried.success()) {
            return None;
        }
        let script = format!("{mount} && exec \"$0\" serve");
        let mut command = Command::new("unshare");
        command.args(["-m", "sh", "-c", &script]).arg(path());
        Some(self.spawned(&mut command))
    }

    fn data(&self) -> PathBuf {
        self.folder().join("data")
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(path());
        self.prepare(command.args(arguments));
        command
    }

    /// Runs it in the folder, with nothing in its environment but what is set.
    fn prepare(&self, command: &mut Command) {
        command
            .current_dir(self.folder())
            .env_clear()
            .envs(self.environment.iter().cloned());
    }

    pub(crate) async fn remove(self) {
        self.database.remove().await;
    }
}

impl Said {
    fn of(output: Output) -> Self {
        let Output {
            status,
            stdout,
            stderr,
        } = output;
        Self {
            code: status.code(),
            out: String::from_utf8_lossy(&stdout).into_owned(),
            err: String::from_utf8_lossy(&stderr).into_owned(),
        }
    }

    /// What a command that succeeded wrote.
    #[track_caller]
    pub(crate) fn ok(self) -> String {
        assert_eq!(self.code, Some(0), "{self:#?}");
        self.out
    }

    /// The one sentence of a command that failed with this code.
    #[track_caller]
    pub(crate) fn refused(self, code: i32) -> String {
        assert_eq!(self.code, Some(code), "{self:#?}");
        let sentences: Vec<&str> = self.err.lines().collect();
        assert_eq!(sentences.len(), 1, "{self:#?}");
        self.err
    }
}

/// A command that runs.
pub(crate) struct Begun {
    child: Child,
    out: BufReader<ChildStdout>,
}

impl Begun {
    /// The next line that it writes.
    pub(crate) fn line(&mut self) -> String {
        let mut line = String::new();
        self.out.read_line(&mut line).expect("it writes text");
        line.trim_end().to_owned()
    }

    /// What Ctrl-C does.
    pub(crate) fn interrupt(&self) {
        let id = self.child.id().to_string();
        let sent = Command::new("kill").args(["-INT", &id]).status();
        assert!(sent.expect("kill is there").success());
    }

    /// Waits until it ends.
    pub(crate) fn end(mut self) -> Said {
        let mut rest = String::new();
        let read = self.out.read_to_string(&mut rest);
        read.expect("it writes text");
        let ended = self.child.wait_with_output().expect("it ends");
        Said {
            out: rest,
            ..Said::of(ended)
        }
    }
}

/// A server in a process of its own. When it is dropped it is killed.
pub(crate) struct Serving {
    child: Child,
    log: PathBuf,
    data: PathBuf,
}

impl Serving {
    /// Its data folder as it sees it, which may be a disk that nobody else sees.
    pub(crate) fn data(&self) -> PathBuf {
        let seen = self.data.strip_prefix("/").expect("it is absolute");
        PathBuf::from(format!("/proc/{}/root", self.child.id())).join(seen)
    }

    /// Waits until it says where it serves; gives that line and a caller.
    pub(crate) async fn ready(&mut self) -> (String, Client) {
        let out = self.child.stdout.take().expect("it is waited for once");
        let log = self.log.clone();
        let reading = tokio::task::spawn_blocking(move || {
            let mut lines = BufReader::new(out).lines().map_while(Result::ok);
            lines.find(|line| line.contains("is ready: http://"))
        });
        let line = reading.await.expect("reading does not panic");
        let line = line.unwrap_or_else(|| panic!("{}", read(&log)));
        let (_, address) = line.split_once("http://").expect("an address");
        let address = address.split_whitespace().next().unwrap_or_default();
        let address: SocketAddr = address.parse().expect("an address with a port");
        (line, Client::new(reqwest::Client::new(), address))
    }

    /// Asks it to end, as a supervisor does, and waits for its exit code.
    pub(crate) fn terminate(mut self) -> Option<i32> {
        let id = self.child.id().to_string();
        let sent = Command::new("kill").args(["-TERM", &id]).status();
        assert!(sent.expect("kill is there").success());
        let ended = self.child.wait().expect("it is waited for once");
        ended.code()
    }

    /// Stops it where it stands, or lets it go on.
    pub(crate) fn freeze(&self, frozen: bool) {
        let signal = if frozen { "-STOP" } else { "-CONT" };
        let id = self.child.id().to_string();
        let sent = Command::new("kill").args([signal, &id]).status();
        assert!(sent.expect("kill is there").success());
    }

    /// How much memory it has.
    pub(crate) fn memory_kib(&self) -> u64 {
        memory_kib(self.child.id(), "VmRSS:").expect("it runs")
    }

    /// The most memory that it had since it was asked to forget that.
    pub(crate) fn most_memory_kib(&self) -> u64 {
        memory_kib(self.child.id(), MOST_MEMORY).expect("it runs")
    }

    pub(crate) fn forget_most_memory(&self) {
        let file = format!("/proc/{}/clear_refs", self.child.id());
        fs::write(file, "5").expect("its memory is ours to watch");
    }

    pub(crate) fn log(&self) -> String {
        read(&self.log)
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        // One that has ended needs no killing.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The most memory that a process had, as the system names it.
pub(crate) const MOST_MEMORY: &str = "VmHWM:";

/// What the system says of a process's memory; nothing once it has ended.
pub(crate) fn memory_kib(process: u32, line: &str) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let size = status.lines().find_map(|said| said.strip_prefix(line))?;
    size.split_whitespace().next()?.parse().ok()
}

/// Where the built program is.
pub(crate) fn path() -> PathBuf {
    let tests = env::current_exe().expect("a running program has a file");
    let built = tests.parent().and_then(Path::parent);
    let program = built.expect("tests are in a folder of the build");
    program.join("nonlinear")
}

fn read(file: &Path) -> String {
    let mut text = String::new();
    if let Ok(mut file) = File::open(file) {
        let _ = file.read_to_string(&mut text);
    }
    text
}
