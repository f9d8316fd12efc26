//! How much one caller may ask for, and one owner may keep.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::wrong_setting::WrongSetting;

/// Buckets copy no larger files in one step.
const FILE_BYTES_MAX: u64 = 5 * 1024 * 1024 * 1024;

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RateSettings {
    pub enabled: bool,
    /// Requests without an account, per address.
    pub anonymous_per_minute: u32,
    /// Requests of one account.
    pub user_per_minute: u32,
    /// Attempts to prove who one is, per address; and passwords that are entered again, per account.
    pub login_per_minute: u32,
    /// Invitations that one person sends, in all projects together.
    pub invitations_per_sender_per_day: u32,
    /// Invitations that one address is sent, whoever sends them.
    pub invitations_per_address_per_day: u32,
    /// Nodes, edges and rows that one change may look at, also where rates are not enabled. A change of
    /// one thing in the largest project looks at about a quarter of the default.
    pub visits_per_change: u64,
    /// Nodes, edges and rows that the changes of one account may look at.
    pub visits_per_second: u32,
    /// How many of them may be looked at after a pause before the account waits.
    pub visits_burst: u32,
}

/// How much is kept.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StorageSettings {
    /// How many bytes of text, with their history, the projects of one owner may hold together, those in
    /// the trash included.
    pub owner_bytes_max: u64,
    /// Where files are kept: a folder in `data_dir` if left out, or `s3://bucket`, whose credentials, region and
    /// endpoint stand in the environment as `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_REGION` and
    /// `AWS_ENDPOINT`. Several instances on several machines need a bucket, or a folder that they share.
    pub files_url: Option<String>,
    /// The program that reads files in a process of its own: it is given `read-file` and a format. This one if left out.
    pub reader: Option<PathBuf>,
    /// Where ClamAV's daemon listens: `unix:/run/clamav/clamd.ctl` or `tcp:host:3310`. Files are given out once it has
    /// passed them; without it they are not scanned.
    pub scanner: Option<String>,
    /// How many bytes one file may have, 5 GiB at most.
    pub file_bytes_max: u64,
    /// How many bytes the files of one owner's projects may have together.
    pub owner_file_bytes_max: u64,
    /// How many bytes of answers are kept for what one person sent under an `Idempotency-Key` within a day, by each instance.
    pub kept_answer_bytes_max: u64,
    /// How many projects one person may own; with those in the trash, twice as many.
    pub projects_per_owner: u32,
    /// Projects that are in the trash for so many days are removed for good; never with 0.
    pub trash_days: u32,
}

/// For how many days is kept what nobody needs any more; 0 is for ever. Jobs that are done have `jobs.keep_done_days`,
/// projects in the trash `storage.trash_days`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RetentionSettings {
    /// Records of the audit.
    pub audit_days: u32,
    /// Sessions that ended, and notes of who looked at which project.
    pub sessions_days: u32,
    /// Nodes in the trash of a project that is there.
    pub trash_nodes_days: u32,
    /// What people said and had read to them; budgets of a month count it for so long.
    pub voice_days: u32,
}

impl Default for RetentionSettings {
    fn default() -> Self {
        Self {
            audit_days: 365,
            sessions_days: 30,
            trash_nodes_days: 90,
            voice_days: 90,
        }
    }
}

impl Default for RateSettings {
    fn default() -> Self {
        Self {
            enabled: true,
            anonymous_per_minute: 60,
            user_per_minute: 600,
            login_per_minute: 10,
            invitations_per_sender_per_day: 50,
            invitations_per_address_per_day: 5,
            visits_per_change: 4_000_000,
            visits_per_second: 500_000,
            visits_burst: 2_000_000,
        }
    }
}

impl Default for StorageSettings {
    fn default() -> Self {
        Self {
            owner_bytes_max: 1024 * 1024 * 1024,
            files_url: None,
            reader: None,
            scanner: None,
            file_bytes_max: 100 * 1024 * 1024,
            owner_file_bytes_max: 10 * 1024 * 1024 * 1024,
            kept_answer_bytes_max: 256 * 1024 * 1024,
            projects_per_owner: 1_000,
            trash_days: 30,
        }
    }
}

/// The longest month.
const VOICE_DAYS_MIN: u32 = 31;

/// Refuses limits that would let nothing through.
pub(super) fn check(
    rates: &RateSettings,
    storage: &StorageSettings,
    retention: &RetentionSettings,
) -> Result<(), WrongSetting> {
    if (1..VOICE_DAYS_MIN).contains(&retention.voice_days) {
        return Err(WrongSetting::new(
            "retention.voice_days",
            "must be 0, or at least 31: budgets of a month count it",
        ));
    }
    let amounts = [
        ("rates.anonymous_per_minute", rates.anonymous_per_minute),
        ("rates.user_per_minute", rates.user_per_minute),
        ("rates.login_per_minute", rates.login_per_minute),
        (
            "rates.invitations_per_sender_per_day",
            rates.invitations_per_sender_per_day,
        ),
        (
            "rates.invitations_per_address_per_day",
            rates.invitations_per_address_per_day,
        ),
        ("rates.visits_per_second", rates.visits_per_second),
        ("rates.visits_burst", rates.visits_burst),
        ("storage.projects_per_owner", storage.projects_per_owner),
    ];
    let none = amounts.iter().find(|(_, amount)| *amount == 0);
    let none = none.map(|(name, _)| *name);
    let larger = [
        ("rates.visits_per_change", rates.visits_per_change),
        ("storage.owner_bytes_max", storage.owner_bytes_max),
        ("storage.file_bytes_max", storage.file_bytes_max),
        ("storage.owner_file_bytes_max", storage.owner_file_bytes_max),
        (
            "storage.kept_answer_bytes_max",
            storage.kept_answer_bytes_max,
        ),
    ];
    let empty = larger.iter().find(|(_, amount)| *amount == 0);
    if storage.file_bytes_max > FILE_BYTES_MAX {
        return Err(WrongSetting::new(
            "storage.file_bytes_max",
            "must be at most 5368709120, which is 5 GiB",
        ));
    }
    if storage.scanner.as_deref().is_some_and(|at| !is_socket(at)) {
        return Err(WrongSetting::new(
            "storage.scanner",
            "must be unix: and an absolute path, or tcp: and a host with its port",
        ));
    }
    match none.or(empty.map(|(name, _)| *name)) {
        Some(name) => Err(WrongSetting::new(name, "must be at least 1")),
        None => Ok(()),
    }
}

fn is_socket(address: &str) -> bool {
    match address.split_once(':') {
        Some(("unix", path)) => path.starts_with('/'),
        Some(("tcp", rest)) => rest
            .rsplit_once(':')
            .is_some_and(|(host, port)| !host.is_empty() && port.parse::<u16>().is_ok()),
        _ => false,
    }
}
