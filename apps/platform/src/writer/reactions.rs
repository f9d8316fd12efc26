//! Reactions: what follows, in the same transaction, from what a command did to a project.

use futures::future::BoxFuture;
use kernel::{Error, Result};
use protocol::events::LoggedEvent;

use super::write::Write;
use crate::extensions::Extensions;

/// So often may reactions answer what others said within one command.
const ROUNDS_MAX: usize = 16;

/// Sees what was said since it last looked (`write.news()`), and may say more. Like a command it may
/// run again.
#[derive(Clone, Copy, Debug)]
pub struct Reaction {
    pub name: &'static str,
    pub react: for<'w> fn(&'w mut Write) -> BoxFuture<'w, Result<()>>,
}

/// Hears in this process what was committed. It cannot fail and must not wait.
#[derive(Clone, Copy, Debug)]
pub struct Observer {
    pub name: &'static str,
    pub observe: fn(&Extensions, &LoggedEvent),
}

/// Lets all reactions look, in their order, until none of them says anything that another one has not
/// seen.
pub(super) async fn run(reactions: &[Reaction], write: &mut Write) -> Result<()> {
    let mut seen = vec![0; reactions.len()];
    for _ in 0..ROUNDS_MAX {
        let mut is_quiet = true;
        for (reaction, seen) in reactions.iter().zip(&mut seen) {
            let before = write.events().len();
            if *seen == before {
                continue;
            }
            write.look_from(*seen);
            (reaction.react)(write).await?;
            write.refuse_too_much()?;
            // Its own words are no news to itself.
            *seen = write.events().len();
            is_quiet &= *seen == before;
        }
        if is_quiet {
            return Ok(());
        }
    }
    Err(endless(reactions, write).await)
}

/// Goes one round more, and names those that still speak.
async fn endless(reactions: &[Reaction], write: &mut Write) -> Error {
    let mut names = Vec::new();
    let mut from = write.events().len();
    for reaction in reactions.iter().chain(reactions) {
        write.look_from(from.saturating_sub(1));
        if let Err(error) = (reaction.react)(write).await {
            return error;
        }
        if write.events().len() > from && !names.contains(&reaction.name) {
            names.push(reaction.name);
        }
        from = write.events().len();
    }
    Error::internal(format!(
        "the reactions {} answer each other without end",
        names.join(" and ")
    ))
}
