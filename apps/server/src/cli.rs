//! The command line.

pub(crate) mod agent;
mod api;
pub(crate) mod database;
pub(crate) mod doctor;
pub(crate) mod health;
pub(crate) mod jobs;
pub(crate) mod keys;
mod printed;
pub(crate) mod purge;
pub(crate) mod serve;
pub(crate) mod task;
pub(crate) mod user;

use std::{
    net::{IpAddr, SocketAddr},
    path::PathBuf,
    process::ExitCode,
};

use clap::{Args, Parser, Subcommand, ValueEnum};
use kernel::JobId;
use platform::settings::Loaded;

/// A canvas for non-linear conversations with language models.
#[derive(Debug, Parser)]
#[command(name = "nonlinear", version, about)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
    /// The settings file; `nonlinear.toml` here if it is there.
    #[arg(long, global = true, value_name = "FILE", env = "NONLINEAR_CONFIG")]
    pub(crate) config: Option<PathBuf>,
    #[command(flatten)]
    settings: SettingFlags,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Serve (the default).
    Serve,
    /// Change the database's schema, or show what is applied.
    Migrate {
        #[command(subcommand)]
        to: Migrate,
    },
    /// Make the demo account and project, in a database without accounts.
    Seed,
    /// Make and list accounts, shut people out and let them in, reset what they lost.
    User {
        #[command(subcommand)]
        what: User,
    },
    /// List work in the background, and retry or drop what failed.
    Jobs {
        #[command(subcommand)]
        what: Jobs,
    },
    /// Remove now what is not kept any more, as the server does every hour: done jobs, records of the audit, sessions
    /// that ended, the trash.
    Purge {
        /// Only say how much would go.
        #[arg(long)]
        dry_run: bool,
    },
    /// List the server's keys, and replace them one step after the other: add, use, reseal, drop.
    Keys {
        #[command(subcommand)]
        what: Keys,
    },
    /// Make agents and list them, over the API of a running server.
    Agent {
        #[command(flatten)]
        called: api::Called,
        #[command(subcommand)]
        what: agent::Agent,
    },
    /// Give agents something to do, and watch them do it, over the API of a running server.
    ///
    /// Exit code: 0 completed, 1 failed, 2 cancelled, 3 waiting for a person.
    Task {
        #[command(flatten)]
        called: api::Called,
        #[command(subcommand)]
        what: task::Task,
    },
    /// What the server starts to read one file, with no rights.
    #[command(hide = true)]
    ReadFile { format: String },
    /// Show every effective setting with its source.
    Config,
    /// Print the API document.
    Openapi,
    /// Check what the server depends on.
    Doctor,
    /// Ask the server that runs here with these settings whether it is ready.
    Health,
}

#[derive(Clone, Copy, Debug, Subcommand)]
pub(crate) enum Migrate {
    /// Apply what is missing.
    Up,
    /// Take back the newest.
    Down {
        #[arg(long, default_value_t = 1)]
        steps: u32,
    },
    /// Show what is applied.
    Status,
}

#[derive(Debug, Subcommand)]
pub(crate) enum User {
    /// Make an account; its password is made up and printed unless it is given.
    Create {
        #[arg(long)]
        email: String,
        #[arg(long)]
        username: Option<String>,
        /// Read the password from standard input: one line.
        #[arg(long)]
        password_stdin: bool,
    },
    /// List accounts, oldest first: id, address, whether it is confirmed, second factor, whether it is
    /// disabled, when it was made.
    List {
        /// How many at most.
        #[arg(long, default_value_t = 1_000)]
        limit: u64,
    },
    /// Shut somebody out: their sessions and tokens end at once.
    Disable {
        #[arg(long)]
        email: String,
    },
    /// Let somebody in again who was shut out.
    Enable {
        #[arg(long)]
        email: String,
    },
    /// Turn the second factor off of somebody who lost it.
    RemoveFactor {
        #[arg(long)]
        email: String,
    },
    /// Set somebody's password: their sessions and tokens end at once. It is made up and printed
    /// unless it is given.
    Reset {
        #[arg(long)]
        email: String,
        /// Read the password from standard input: one line.
        #[arg(long)]
        password_stdin: bool,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Keys {
    /// List the keys: kind, id, whether it is used or only accepted, and what is still made with it.
    List,
    /// Make another key. Instances accept it once they were started anew; none uses it yet.
    Add {
        #[arg(value_enum)]
        kind: KeyKind,
    },
    /// Use a key that all instances accept; each does once it was started anew.
    Use {
        #[arg(value_enum)]
        kind: KeyKind,
        id: String,
    },
    /// Seal second factors with the sealing key that is used.
    Reseal,
    /// Forget a key, unless something is still made with it.
    Drop {
        #[arg(value_enum)]
        kind: KeyKind,
        id: String,
    },
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum KeyKind {
    Pepper,
    Sealing,
    Signing,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Jobs {
    /// List jobs, those that were queued last first: id, state, queue, kind, how often it was begun,
    /// when it was queued, and its last error.
    List {
        #[arg(long, value_enum)]
        state: Option<JobState>,
        /// Such as generation.run.
        #[arg(long)]
        kind: Option<String>,
        /// How many at most.
        #[arg(long, default_value_t = 50)]
        limit: u64,
    },
    /// Queue a job that failed again, or all of them.
    Retry(FailedJobs),
    /// Forget a job that failed, or all of them.
    Drop(FailedJobs),
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum JobState {
    Failed,
    Queued,
    Running,
    Done,
}

#[derive(Clone, Copy, Debug, Args)]
#[group(required = true, multiple = false)]
pub(crate) struct FailedJobs {
    id: Option<JobId>,
    #[arg(long)]
    all_failed: bool,
}

/// Settings as flags, stronger than the environment and the settings file.
#[derive(Debug, Args)]
struct SettingFlags {
    /// What this process does: any of api, hub, worker, separated by commas.
    #[arg(long, global = true)]
    roles: Option<String>,
    /// Where to serve, such as 127.0.0.1:4000.
    #[arg(long, global = true)]
    listen: Option<String>,
    /// The folder for the embedded database, keys and mails.
    #[arg(long, global = true)]
    data_dir: Option<String>,
    /// postgres://… or sqlite://…
    #[arg(long, global = true)]
    database_url: Option<String>,
    /// Any setting, such as `--set rates.enabled=false`.
    #[arg(long, global = true, value_name = "NAME=VALUE", value_parser = assignment)]
    set: Vec<(String, String)>,
}

fn assignment(text: &str) -> Result<(String, String), &'static str> {
    let (name, value) = text.split_once('=').ok_or("this is not NAME=VALUE")?;
    Ok((name.trim().to_owned(), value.to_owned()))
}

impl Arguments {
    /// The settings that were given as flags.
    pub(crate) fn flags(&self) -> Vec<(String, String)> {
        let SettingFlags {
            roles,
            listen,
            data_dir,
            database_url,
            set,
        } = &self.settings;
        let named = [
            ("roles", roles),
            ("listen", listen),
            ("data_dir", data_dir),
            ("database_url", database_url),
        ];
        let named = named
            .into_iter()
            .filter_map(|(name, value)| Some((name.to_owned(), value.clone()?)));
        set.iter().cloned().chain(named).collect()
    }
}

/// An address that can be called: nobody can call "all addresses of this machine".
pub(crate) fn callable(mut address: SocketAddr) -> SocketAddr {
    if address.ip().is_unspecified() {
        address.set_ip(IpAddr::from([127, 0, 0, 1]));
    }
    address
}

/// `nonlinear openapi`.
pub(crate) fn openapi() -> anyhow::Result<ExitCode> {
    println!("{}", server::openapi().to_pretty_json()?);
    Ok(ExitCode::SUCCESS)
}

/// `nonlinear config`.
pub(crate) fn config(loaded: &Loaded) -> ExitCode {
    for setting in loaded.effective() {
        println!("{} = {}  # {}", setting.name, setting.value, setting.source);
    }
    ExitCode::SUCCESS
}
