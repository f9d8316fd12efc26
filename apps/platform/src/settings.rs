//! Every setting of the server: one struct, read from flags, the environment and `nonlinear.toml`
//! (in that order of strength), checked before anything starts.

mod limits;
mod links;
mod load;
mod models;
mod networks;
mod push;
mod secret;
mod tool_servers;
mod voice;

use std::{net::SocketAddr, path::PathBuf};

use protocol::Email;
use serde::{Deserialize, Serialize};

pub use limits::{RateSettings, RetentionSettings, StorageSettings};
pub use links::LinkSettings;
pub use load::{
    API_TOKEN, API_URL, EffectiveSetting, Loaded, SETTINGS_FILE, api_token, load, mask_password,
};
pub use models::{
    GenerationSettings, ModelEntry, OFFLINE_PROVIDER, OPENAI_PROVIDER, ProviderEntry,
    ProviderSettings,
};
pub use push::PushSettings;
pub use secret::Secret;
pub use tool_servers::ToolServerEntry;
pub use voice::VoiceSettings;

pub use crate::wrong_setting::WrongSetting;

/// The embedded database, in the data folder.
pub(crate) const SQLITE_FILE: &str = "nonlinear.db";

/// All settings with their defaults. In the environment `listen` is `NONLINEAR_LISTEN`, and
/// `rates.enabled` is `NONLINEAR_RATES__ENABLED`. `DATABASE_URL`, `REDIS_URL`, `OPENAI_API_KEY` and
/// `NONLINEAR_MAIL__SMTP_URL` may be given as files: `DATABASE_URL_FILE` names one, and so on.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Where to serve. `PORT` in the environment replaces the port alone.
    pub listen: SocketAddr,
    /// The address people use, such as `https://canvas.example.org`; for links in mails, cookies and
    /// the check of origins. Derived from `listen` if left out.
    pub public_url: Option<String>,
    /// The folder for the embedded database, keys and mails.
    pub data_dir: PathBuf,
    /// `postgres://…` or `sqlite://…`; an SQLite file in `data_dir` if left out. Also `DATABASE_URL`.
    pub database_url: Option<String>,
    /// `redis://…`, to join several instances. Also `REDIS_URL`.
    pub redis_url: Option<String>,
    /// What this process does: any of `api`, `hub`, `worker`, separated by commas.
    pub roles: String,
    /// Whether an empty database gets the demo account and project.
    pub seed_demo: bool,
    /// A file with the server's keys. Several instances must share one; made in `data_dir` if left out.
    pub keys_file: Option<PathBuf>,
    pub log: LogSettings,
    pub database: DatabaseSettings,
    pub auth: AuthSettings,
    pub http: HttpSettings,
    pub rates: RateSettings,
    pub storage: StorageSettings,
    pub links: LinkSettings,
    pub retention: RetentionSettings,
    pub hub: HubSettings,
    pub jobs: JobSettings,
    pub mail: MailSettings,
    pub push: PushSettings,
    pub telemetry: TelemetrySettings,
    pub provider: ProviderSettings,
    /// More who answer prompts: `[[providers]]` in the settings file.
    pub providers: Vec<ProviderEntry>,
    pub generation: GenerationSettings,
    pub voice: VoiceSettings,
    /// MCP servers whose tools agents may be given: `[[tool_servers]]` in the settings file.
    pub tool_servers: Vec<ToolServerEntry>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogSettings {
    /// `text` for people, `json` for machines.
    pub format: LogFormat,
    /// Which lines, in the syntax of tracing's `EnvFilter`.
    pub filter: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    Text,
    Json,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DatabaseSettings {
    /// How many connections this process opens at most.
    pub connections_max: u32,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuthSettings {
    /// Whether anyone may register.
    pub registration: bool,
    /// Whether an e-mail address counts only once its owner confirmed it: until then an account makes
    /// no API tokens, and whoever is named by an address is invited, not added. Where mail is sent
    /// (`mail.smtp_url`) if left out; `nonlinear doctor` says what it means.
    pub confirm_addresses: Option<bool>,
    /// bcrypt's cost, 4 to 16; each step doubles the work. Below 12 is for tests only.
    pub password_cost: u32,
    pub access_token_seconds: u32,
    /// Whose accounts run the server over the API, in sessions: confirmed e-mail addresses, separated by commas.
    pub operators: String,
    /// A session ends when it was not used for this long.
    pub session_idle_days: u32,
    /// A session of a browser whose user does not want to stay logged in ends when it was not used for this long.
    pub short_session_hours: u32,
    /// A session ends after this long whatever happens.
    pub session_days_max: u32,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HttpSettings {
    /// Origins of other sites whose pages may call the API, separated by commas.
    pub cors_origins: String,
    /// Whether a proxy in front sets `X-Forwarded-For`; only then is it believed.
    pub behind_proxy: bool,
    /// Open connections of one network (an IPv4 address, a /64 of IPv6), unless a proxy stands before all of them.
    pub connections_per_network: u32,
}

/// Sockets. How many and how much one account may send is a matter of `rates.enabled`, too.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HubSettings {
    /// Open sockets of one account in this process.
    pub sockets_per_user: u32,
    pub ops_per_second: u32,
    /// Operations that may come at once after a pause.
    pub ops_burst: u32,
    /// Frames of any kind.
    pub messages_per_second: u32,
    pub messages_burst: u32,
    /// Milliseconds between pings.
    pub ping_ms: u64,
    /// A socket that was silent for this many milliseconds is dead.
    pub silence_ms: u64,
    /// A reader that takes nothing of what waits for it for this many milliseconds is put out.
    pub stall_ms: u64,
}

/// Work in the background.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JobSettings {
    /// How many calls of models this process makes at once.
    pub at_once: usize,
    /// How many tasks of agents this process does at once.
    pub tasks_at_once: usize,
    /// How many mails this process sends at once.
    pub mails_at_once: usize,
    /// How many devices this process tells something at once.
    pub pushes_at_once: usize,
    /// How many pages that people link to this process reads at once.
    pub links_at_once: usize,
    /// How many jobs that take moments this process does at once.
    pub short_at_once: usize,
    /// Jobs that are done are forgotten after so many days, never with 0; those that failed, when they are dropped.
    pub keep_done_days: u32,
    /// A job whose worker was not heard of for this many milliseconds goes to another one.
    pub lease_ms: u32,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MailSettings {
    /// `smtp://…` or `smtps://user:password@host`; mails become files in `data_dir` if left out.
    pub smtp_url: Option<String>,
    pub from: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TelemetrySettings {
    /// Where to send traces over OTLP/HTTP, such as `http://127.0.0.1:4318`; nowhere if left out.
    pub otlp_endpoint: Option<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 4000)),
            public_url: None,
            data_dir: PathBuf::from("data"),
            database_url: None,
            redis_url: None,
            roles: "api,hub,worker".to_owned(),
            seed_demo: true,
            keys_file: None,
            log: LogSettings {
                format: LogFormat::Text,
                filter: "info,sqlx=warn,sea_orm=warn,sea_orm_migration=warn".to_owned(),
            },
            database: DatabaseSettings {
                connections_max: 16,
            },
            auth: AuthSettings {
                registration: true,
                confirm_addresses: None,
                password_cost: 12,
                access_token_seconds: 15 * 60,
                operators: String::new(),
                session_idle_days: 7,
                short_session_hours: 12,
                session_days_max: 30,
            },
            http: HttpSettings {
                cors_origins: String::new(),
                behind_proxy: false,
                connections_per_network: 256,
            },
            rates: RateSettings::default(),
            storage: StorageSettings::default(),
            links: LinkSettings::default(),
            retention: RetentionSettings::default(),
            hub: HubSettings {
                sockets_per_user: 10,
                ops_per_second: 30,
                ops_burst: 60,
                messages_per_second: 200,
                messages_burst: 400,
                ping_ms: 20_000,
                silence_ms: 45_000,
                stall_ms: 5_000,
            },
            jobs: JobSettings {
                at_once: 64,
                tasks_at_once: 32,
                mails_at_once: 8,
                pushes_at_once: 8,
                links_at_once: 4,
                short_at_once: 16,
                keep_done_days: 7,
                lease_ms: 30_000,
            },
            mail: MailSettings {
                smtp_url: None,
                from: "NonLinear <no-reply@localhost.localdomain>".to_owned(),
            },
            push: PushSettings::default(),
            telemetry: TelemetrySettings {
                otlp_endpoint: None,
            },
            provider: ProviderSettings::default(),
            providers: Vec::new(),
            generation: GenerationSettings::default(),
            voice: VoiceSettings::default(),
            tool_servers: Vec::new(),
        }
    }
}

/// Which parts of the server run in this process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProcessRoles {
    pub api: bool,
    pub hub: bool,
    pub worker: bool,
}

impl Settings {
    /// What can be told without the bus and mail.
    pub(crate) fn check(&self) -> Result<(), WrongSetting> {
        self.process_roles()?;
        if !(4..=16).contains(&self.auth.password_cost) {
            return Err(WrongSetting::new(
                "auth.password_cost",
                "must be from 4 to 16",
            ));
        }
        if self.database.connections_max < 2 {
            return Err(WrongSetting::new(
                "database.connections_max",
                "must be at least 2",
            ));
        }
        if !(30..=86_400).contains(&self.auth.access_token_seconds) {
            return Err(WrongSetting::new(
                "auth.access_token_seconds",
                "must be from 30 to 86400",
            ));
        }
        let listed = self.auth.operators.split(',');
        let named = listed.filter(|address| !address.trim().is_empty()).count();
        if named != self.operators().len() {
            return Err(WrongSetting::new(
                "auth.operators",
                "must hold e-mail addresses, separated by commas",
            ));
        }
        limits::check(&self.rates, &self.storage, &self.retention)?;
        links::check(&self.links)?;
        push::check(&self.push)?;
        self.check_amounts()?;
        let url = self.database_url();
        if !["postgres://", "postgresql://", "sqlite:"]
            .iter()
            .any(|known| url.starts_with(known))
        {
            return Err(WrongSetting::new(
                "database_url",
                "must begin with postgres:// or sqlite://",
            ));
        }
        if self.redis_url.is_some() && url.starts_with("sqlite:") {
            return Err(WrongSetting::new(
                "redis_url",
                "joins several instances, which SQLite cannot serve; set database_url to Postgres",
            ));
        }
        if self.redis_url.is_some() && self.keys_file.is_none() {
            return Err(WrongSetting::new(
                "keys_file",
                "is needed with redis_url, because all instances must share their keys",
            ));
        }
        if let Some(url) = &self.public_url
            && !(url.starts_with("http://") || url.starts_with("https://"))
        {
            return Err(WrongSetting::new(
                "public_url",
                "must begin with http:// or https://",
            ));
        }
        models::check(&self.provider, &self.providers, &self.generation)?;
        voice::check(&self.voice, &self.provider, &self.providers)?;
        tool_servers::check(&self.tool_servers)
    }

    /// How many connections a network may have, if that is limited here: behind a proxy all are the
    /// proxy's.
    #[must_use]
    pub fn connections_per_network(&self) -> Option<u32> {
        let is_limited = self.rates.enabled && !self.http.behind_proxy;
        is_limited.then_some(self.http.connections_per_network)
    }

    fn check_amounts(&self) -> Result<(), WrongSetting> {
        for (name, amount) in [
            (
                "http.connections_per_network",
                self.http.connections_per_network,
            ),
            ("hub.sockets_per_user", self.hub.sockets_per_user),
            ("hub.ops_per_second", self.hub.ops_per_second),
            ("hub.ops_burst", self.hub.ops_burst),
            ("hub.messages_per_second", self.hub.messages_per_second),
            ("hub.messages_burst", self.hub.messages_burst),
        ] {
            if amount == 0 {
                return Err(WrongSetting::new(name, "must be at least 1"));
            }
        }
        if self.hub.ping_ms == 0 || self.hub.silence_ms < self.hub.ping_ms * 2 {
            return Err(WrongSetting::new(
                "hub.silence_ms",
                "must be at least twice hub.ping_ms, and that at least 1",
            ));
        }
        if self.hub.stall_ms == 0 {
            return Err(WrongSetting::new("hub.stall_ms", "must be at least 1"));
        }
        for (name, places) in [
            ("jobs.at_once", self.jobs.at_once),
            ("jobs.tasks_at_once", self.jobs.tasks_at_once),
            ("jobs.mails_at_once", self.jobs.mails_at_once),
            ("jobs.pushes_at_once", self.jobs.pushes_at_once),
            ("jobs.links_at_once", self.jobs.links_at_once),
            ("jobs.short_at_once", self.jobs.short_at_once),
        ] {
            if places == 0 {
                return Err(WrongSetting::new(name, "must be at least 1"));
            }
        }
        if self.jobs.lease_ms < 300 {
            return Err(WrongSetting::new("jobs.lease_ms", "must be at least 300"));
        }
        Ok(())
    }

    pub fn process_roles(&self) -> Result<ProcessRoles, WrongSetting> {
        let mut roles = ProcessRoles {
            api: false,
            hub: false,
            worker: false,
        };
        for word in self.roles.split(',').map(str::trim) {
            match word {
                "api" => roles.api = true,
                "hub" => roles.hub = true,
                "worker" => roles.worker = true,
                _ => {
                    return Err(WrongSetting::new(
                        "roles",
                        "may hold api, hub and worker only",
                    ));
                }
            }
        }
        Ok(roles)
    }

    #[must_use]
    pub fn database_url(&self) -> String {
        self.database_url
            .clone()
            .unwrap_or_else(|| format!("sqlite://{}", self.data_dir.join(SQLITE_FILE).display()))
    }

    /// The address people use, without a slash at the end.
    #[must_use]
    pub fn public_url(&self) -> String {
        match &self.public_url {
            Some(url) => url.trim_end_matches('/').to_owned(),
            None => format!("http://{}", self.listen),
        }
    }

    /// Where the keys are.
    #[must_use]
    pub fn keys_file(&self) -> PathBuf {
        let given = self.keys_file.clone();
        given.unwrap_or_else(|| self.data_dir.join("keys.toml"))
    }

    /// The addresses of those who run the server, as they are stored.
    #[must_use]
    pub fn operators(&self) -> Vec<String> {
        let listed = self.auth.operators.split(',');
        listed
            .filter_map(|address| Email::try_from(address.trim().to_owned()).ok())
            .map(Into::into)
            .collect()
    }

    /// Whether whoever owns this address, as it is stored, runs the server.
    #[must_use]
    pub fn is_operator(&self, email: &str) -> bool {
        self.operators().iter().any(|listed| listed == email)
    }

    /// Whether an e-mail address counts only once its owner confirmed it.
    #[must_use]
    pub fn confirms_addresses(&self) -> bool {
        let sends_mail = self.mail.smtp_url.is_some();
        self.auth.confirm_addresses.unwrap_or(sends_mail)
    }

    /// Whether people reach the server over TLS.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.public_url().starts_with("https://")
    }
}

#[cfg(test)]
mod tests;
