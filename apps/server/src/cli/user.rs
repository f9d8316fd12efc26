//! `nonlinear user`.

use std::{process::ExitCode, sync::Arc};

use accounts::admin::{self, KnownUser, NewUser};
use anyhow::Context;
use platform::{Platform, Settings, keys::random_token};
use protocol::{Email, Password, Username, preferences::PatchPreferences};

use super::User;

pub(crate) async fn run(settings: Settings, what: &User) -> anyhow::Result<ExitCode> {
    let platform = Platform::start(settings, server::features::together()?).await?;
    let done = match what {
        User::Create {
            email,
            username,
            password_stdin,
        } => create(&platform, email, username.as_deref(), *password_stdin).await,
        User::List { limit } => list(&platform, *limit).await,
        User::Disable { email } => disable(&platform, email).await,
        User::Enable { email } => enable(&platform, email).await,
        User::RemoveFactor { email } => remove_factor(&platform, email).await,
        User::Reset {
            email,
            password_stdin,
        } => reset(&platform, email, *password_stdin).await,
    };
    platform.stop().await;
    done.map(|()| ExitCode::SUCCESS)
}

async fn create(
    platform: &Arc<Platform>,
    email: &str,
    username: Option<&str>,
    password_stdin: bool,
) -> anyhow::Result<()> {
    let password = Chosen::new(password_stdin)?;
    let new = NewUser {
        email: address(email)?,
        password: password.parsed()?,
        username: username
            .map(|username| valid("--username", Username::try_from(username.to_owned())))
            .transpose()?,
        first_name: None,
        last_name: None,
        preferences: PatchPreferences::default(),
        // Whoever runs this vouches for the address.
        verified: true,
    };
    let user = admin::create_user(platform, new).await?;
    println!("made {email} ({user})");
    password.tell();
    Ok(())
}

/// A password that an operator gave, or that was made up for want of one.
struct Chosen {
    text: String,
    is_made_up: bool,
}

impl Chosen {
    fn new(from_stdin: bool) -> anyhow::Result<Self> {
        let text = if from_stdin {
            one_line()?
        } else {
            random_token()
        };
        Ok(Self {
            text,
            is_made_up: !from_stdin,
        })
    }

    fn parsed(&self) -> anyhow::Result<Password> {
        valid("password", Password::try_from(self.text.clone()))
    }

    /// Prints it where nobody knows it yet.
    fn tell(&self) {
        if self.is_made_up {
            println!("password: {}", self.text);
        }
    }
}

fn one_line() -> anyhow::Result<String> {
    let mut line = String::new();
    std::io::stdin()
        .read_line(&mut line)
        .context("no password can be read from standard input")?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

async fn disable(platform: &Arc<Platform>, email: &str) -> anyhow::Result<()> {
    admin::disable_user(platform, &address(email)?).await?;
    println!("disabled {email}");
    Ok(())
}

async fn enable(platform: &Arc<Platform>, email: &str) -> anyhow::Result<()> {
    admin::enable_user(platform, &address(email)?).await?;
    println!("enabled {email}");
    Ok(())
}

async fn remove_factor(platform: &Arc<Platform>, email: &str) -> anyhow::Result<()> {
    admin::remove_factor(platform, &address(email)?).await?;
    println!("turned the second factor of {email} off");
    Ok(())
}

async fn reset(platform: &Arc<Platform>, email: &str, password_stdin: bool) -> anyhow::Result<()> {
    let password = Chosen::new(password_stdin)?;
    admin::reset_user(platform, &address(email)?, &password.parsed()?).await?;
    println!("reset {email}");
    password.tell();
    Ok(())
}

async fn list(platform: &Platform, limit: u64) -> anyhow::Result<()> {
    for user in admin::list_users(platform, limit).await? {
        let KnownUser {
            id,
            email,
            is_confirmed,
            has_factor,
            is_disabled,
            created_at,
        } = user;
        let said = [
            if is_confirmed {
                "confirmed"
            } else {
                "unconfirmed"
            },
            if has_factor { "factor" } else { "no-factor" },
            if is_disabled { "disabled" } else { "active" },
        ];
        let made = created_at.format("%Y-%m-%d");
        println!("{id}  {email}  {}  {made}", said.join("  "));
    }
    Ok(())
}

fn address(email: &str) -> anyhow::Result<Email> {
    valid("--email", Email::try_from(email.to_owned()))
}

fn valid<T>(name: &str, parsed: Result<T, String>) -> anyhow::Result<T> {
    parsed.map_err(|detail| anyhow::anyhow!("{name} {detail}"))
}
