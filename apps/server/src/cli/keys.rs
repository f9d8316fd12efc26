//! `nonlinear keys`.

use std::{path::Path, process::ExitCode, sync::Arc};

use anyhow::bail;
use platform::{
    Platform, Settings, idempotency,
    keys::{KeyFile, Kind},
};

use super::{KeyKind, Keys};

pub(crate) async fn run(settings: Settings, what: &Keys) -> anyhow::Result<ExitCode> {
    let file = settings.keys_file();
    let platform = Platform::start(settings, server::features::together()?).await?;
    // Two that change the file at once would each lose what the other did.
    let _alone = match what {
        Keys::List => None,
        Keys::Add { .. } | Keys::Use { .. } | Keys::Reseal | Keys::Drop { .. } => {
            Some(KeyFile::lock(&file)?)
        }
    };
    let done = match what {
        Keys::List => list(&platform, &file).await,
        Keys::Add { kind } => add(&file, (*kind).into()),
        Keys::Use { kind, id } => put_first(&file, (*kind).into(), id),
        Keys::Reseal => reseal(&platform).await,
        Keys::Drop { kind, id } => drop_key(&platform, &file, (*kind).into(), id).await,
    };
    platform.stop().await;
    for line in done? {
        println!("{line}");
    }
    Ok(ExitCode::SUCCESS)
}

type Lines = anyhow::Result<Vec<String>>;

async fn list(platform: &Platform, file: &Path) -> Lines {
    let keys = KeyFile::read(file)?;
    let mut lines = Vec::new();
    for kind in Kind::ALL {
        for (place, id) in keys.ids(kind).into_iter().enumerate() {
            let stands = if place == 0 { "used" } else { "accepted" };
            let made = made_with(platform, kind, id).await?.join(", ");
            let line = format!("{kind:<7}  {id:<8}  {stands:<8}  {made}");
            lines.push(line.trim_end().to_owned());
        }
    }
    lines.extend(lost(platform, &keys).await?);
    Ok(lines)
}

/// Says how many passwords fit nothing any more, because a server went on with a pepper that was dropped.
async fn lost(platform: &Platform, keys: &KeyFile) -> kernel::Result<Option<String>> {
    let mut lost = accounts::keys::passwords(platform).await?;
    for id in keys.ids(Kind::Pepper) {
        lost = lost.saturating_sub(accounts::keys::passwords_with(platform, id).await?);
    }
    Ok((lost > 0).then(|| {
        format!("pepper   of no key that is here: passwords: {lost}; help them with `nonlinear user reset`")
    }))
}

/// What is still made with a key, in words.
async fn made_with(platform: &Platform, kind: Kind, id: &str) -> kernel::Result<Vec<String>> {
    let counts = match kind {
        Kind::Pepper => vec![(
            "passwords",
            accounts::keys::passwords_with(platform, id).await?,
        )],
        Kind::Sealing => vec![
            (
                "second factors",
                accounts::keys::factors_with(platform, id).await?,
            ),
            (
                "tokens for tool servers",
                toolservers::keys::sealed_with(platform, id).await?,
            ),
            ("mails", accounts::keys::mails_with(platform, id).await?),
            (
                "invitations",
                projects::invitations::derived_with(platform, id).await?,
            ),
            (
                "kept answers",
                idempotency::sealed_with(platform, id).await?,
            ),
        ],
        // Access tokens are stored nowhere, and end by themselves.
        Kind::Signing => Vec::new(),
    };
    let made = counts.into_iter().filter(|(_, count)| *count > 0);
    Ok(made
        .map(|(what, count)| format!("{what}: {count}"))
        .collect())
}

fn add(file: &Path, kind: Kind) -> Lines {
    let mut keys = KeyFile::read(file)?;
    let id = keys.add(kind)?;
    keys.write(file)?;
    Ok(vec![format!(
        "added the {kind} key {id}: start every instance anew, then `nonlinear keys use {kind} {id}`"
    )])
}

fn put_first(file: &Path, kind: Kind, id: &str) -> Lines {
    let mut keys = KeyFile::read(file)?;
    keys.put_first(kind, id)?;
    keys.write(file)?;
    Ok(vec![format!(
        "the {kind} key {id} is used by every instance that is started from now on: start them all anew \
         before `nonlinear user reset`, `nonlinear keys reseal` or `nonlinear keys drop`"
    )])
}

async fn reseal(platform: &Arc<Platform>) -> Lines {
    let factors = accounts::keys::reseal_factors(platform).await?;
    let tokens = toolservers::keys::reseal(platform).await?;
    Ok(vec![format!(
        "sealed anew: second factors: {factors}, tokens for tool servers: {tokens}"
    )])
}

async fn drop_key(platform: &Platform, file: &Path, kind: Kind, id: &str) -> Lines {
    let mut keys = KeyFile::read(file)?;
    keys.remove(kind, id)?;
    let made = made_with(platform, kind, id).await?;
    if !made.is_empty() {
        bail!("the {kind} key {id} is in use ({})", made.join(", "));
    }
    keys.write(file)?;
    Ok(vec![format!("dropped the {kind} key {id}")])
}

impl From<KeyKind> for Kind {
    fn from(kind: KeyKind) -> Self {
        match kind {
            KeyKind::Pepper => Self::Pepper,
            KeyKind::Sealing => Self::Sealing,
            KeyKind::Signing => Self::Signing,
        }
    }
}
