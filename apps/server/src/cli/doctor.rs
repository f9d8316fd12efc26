//! `nonlinear doctor`: one line for each thing the server depends on.

use std::{fs, path::Path, process::ExitCode, time::Duration};

use anyhow::{Context, bail};
use kernel::error::chain;
use platform::{Database, Settings, private, settings::mask_password};

const TIMEOUT: Duration = Duration::from_secs(5);
const OPENAI_BASE_URL: &str = "https://api.openai.com/v1";

/// What a check found: how it stands, or that there is nothing to check.
type Finding = anyhow::Result<Option<String>>;

pub(crate) async fn run(settings: &Settings) -> anyhow::Result<ExitCode> {
    let findings = [
        ("data folder", data_folder(&settings.data_dir)),
        ("database", in_time(database(settings)).await),
        ("Redis", in_time(redis(settings)).await),
        ("provider", in_time(provider(settings)).await),
        ("e-mail addresses", Ok(Some(addresses(settings)))),
        ("push", Ok(push(settings))),
    ];
    let mut healthy = true;
    for (name, finding) in findings {
        match finding {
            Ok(Some(text)) => println!("{name}: ok ({text})"),
            Ok(None) => println!("{name}: not configured"),
            Err(error) => {
                healthy = false;
                println!("{name}: failed ({})", chain(error.as_ref()));
            }
        }
    }
    Ok(if healthy {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

async fn in_time(check: impl Future<Output = Finding>) -> Finding {
    match tokio::time::timeout(TIMEOUT, check).await {
        Ok(finding) => finding,
        Err(_) => bail!("no answer within {} s", TIMEOUT.as_secs()),
    }
}

fn data_folder(folder: &Path) -> Finding {
    private::make_folder(folder).context("it cannot be made")?;
    let probe = folder.join(".doctor");
    fs::write(&probe, b"?").context("it cannot be written to")?;
    fs::remove_file(&probe).context("nothing can be removed from it")?;
    Ok(Some(folder.display().to_string()))
}

async fn database(settings: &Settings) -> Finding {
    let database = Database::connect(settings).await?;
    let migrations = database.migrations().await?;
    let missing = migrations.iter().filter(|(_, applied)| !applied).count();
    let engine = database.engine();
    database.close().await;
    if missing > 0 {
        bail!("{missing} migrations are missing; run `nonlinear migrate up`");
    }
    Ok(Some(format!(
        "{engine}, {} migrations applied",
        migrations.len()
    )))
}

async fn redis(settings: &Settings) -> Finding {
    let Some(url) = settings.redis_url.as_deref() else {
        return Ok(None);
    };
    let client = redis::Client::open(url)?;
    let mut connection = client.get_multiplexed_async_connection().await?;
    // Sharded channels are what an old Redis does not have.
    let mut publish = redis::cmd("SPUBLISH");
    publish.arg("nl:doctor").arg("");
    let _listeners: u64 = publish.query_async(&mut connection).await?;
    Ok(Some(mask_password(url)))
}

/// What an address proves here.
fn addresses(settings: &Settings) -> String {
    match (settings.confirms_addresses(), &settings.mail.smtp_url) {
        (true, Some(_)) => "must be confirmed by mail: until then an account makes no API tokens, \
            and sees no invitations but by the mail"
            .to_owned(),
        (true, None) => format!(
            "must be confirmed, but no mail server is set: the mails are files in {}",
            settings.data_dir.join("mail").display()
        ),
        (false, _) => {
            "need no confirmation: whoever registers an address first counts as its owner, \
            makes API tokens and accepts invitations to it; set mail.smtp_url or \
            auth.confirm_addresses where strangers may register"
                .to_owned()
        }
    }
}

/// Where push services reach whoever runs this server.
fn push(settings: &Settings) -> Option<String> {
    if !settings.push.enabled {
        return None;
    }
    Some(match &settings.push.contact {
        Some(contact) => format!("push services are told to write to {contact}"),
        None if settings.is_https() => format!(
            "push.contact is not set: push services are told {}",
            settings.public_url()
        ),
        None => format!(
            "push.contact is not set: push services are told to write to {}, and some refuse \
                what leads nowhere; set it to mailto:… or https://… where people add devices",
            settings.mail.from
        ),
    })
}

async fn provider(settings: &Settings) -> Finding {
    let Some(key) = settings.provider.api_key() else {
        return Ok(None);
    };
    let base = settings.provider.openai_base_url.as_deref();
    let base = base.unwrap_or(OPENAI_BASE_URL).trim_end_matches('/');
    let asking = reqwest::Client::new()
        .get(format!("{base}/models"))
        .bearer_auth(key);
    let status = asking.send().await?.status();
    if !status.is_success() {
        bail!("it answers {status}");
    }
    Ok(Some(base.to_owned()))
}
