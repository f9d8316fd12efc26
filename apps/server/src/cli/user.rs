//! `nonlinear user`.

use std::{process::ExitCode, sync::Arc};

use accounts::admin::{self, NewUser};
use anyhow::Context;
use platform::{Platform, Settings, keys::random_token};
use protocol::{Email, Password, Username};

use super::User;

pub(crate) async fn run(settings: Settings, what: &User) -> anyhow::Result<ExitCode> {
    let platform = Platform::start(settings, server::features::together()?).await?;
    let done = match what {
        User::Create {
            email,
            username,
            password_stdin,
        } => create(&platform, email, username.as_deref(), *password_stdin).await,
        User::Disable { email } => disable(&platform, email).await,
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
    let (password, made_up) = if password_stdin {
        (one_line()?, false)
    } else {
        (random_token(), true)
    };
    let new = NewUser {
        email: address(email)?,
        password: valid("password", Password::try_from(password.clone()))?,
        username: username
            .map(|username| valid("--username", Username::try_from(username.to_owned())))
            .transpose()?,
        first_name: None,
        last_name: None,
        preferences: None,
        // Whoever runs this vouches for the address.
        verified: true,
    };
    let user = admin::create_user(platform, new).await?;
    println!("made {email} ({user})");
    if made_up {
        println!("password: {password}");
    }
    Ok(())
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

fn address(email: &str) -> anyhow::Result<Email> {
    valid("--email", Email::try_from(email.to_owned()))
}

fn valid<T>(name: &str, parsed: Result<T, String>) -> anyhow::Result<T> {
    parsed.map_err(|detail| anyhow::anyhow!("{name} {detail}"))
}
