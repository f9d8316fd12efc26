//! A group: commands that share one transaction and one COMMIT.

use std::time::{Duration, Instant};

use kernel::{Error, Result};

use super::{
    attempt::{Attempt, CommittedGroup, Failed},
    call::Subject,
    lookups::Asked,
    memory::Memory,
    parts::Parts,
    queued::QueuedCommand,
};

/// How many commands share a COMMIT at most: enough to make its cost small, few enough that nobody
/// waits long for the others.
pub(super) const GROUP_COMMANDS_MAX: usize = 128;

/// Longer than Postgres lets a single statement run: a group that has not ended by then waits for a
/// database that is no longer there.
const GROUP_TIME_MAX: Duration = Duration::from_secs(15);

/// What became of a group.
#[derive(Default)]
pub(super) struct Carried {
    /// What each command looked at.
    pub(super) visits: Vec<(Subject, u64)>,
    /// Commands that the group did not come to.
    pub(super) rest: Vec<QueuedCommand>,
}

/// Carries commands out and answers each of them, as many as a group may look at. An error is what
/// all of them were told.
pub(super) async fn carry_out(
    parts: &Parts,
    memory: &mut Memory,
    mut commands: Vec<QueuedCommand>,
) -> Result<Carried> {
    let mut carried = Carried::default();
    while !commands.is_empty() {
        let started = Instant::now();
        let attempt = attempt(parts, memory, &mut commands);
        let outcome = match tokio::time::timeout(GROUP_TIME_MAX, attempt).await {
            Ok(outcome) => outcome,
            Err(late) => Err(Failed::Group(Error::Unavailable(late.into()))),
        };
        match outcome {
            Ok(committed) => {
                carried.rest = commands.split_off(committed.outcomes.len());
                commands
                    .iter()
                    .for_each(|queued| carried.charge(parts, queued));
                metrics::histogram!("nonlinear_group_commands").record(count(commands.len()));
                metrics::histogram!("nonlinear_commit_seconds").record(started.elapsed());
                committed.announce(parts, commands);
                return Ok(carried);
            }
            Err(Failed::One(index, error)) => {
                forget(memory, &commands);
                let refused = commands.remove(index);
                carried.charge(parts, &refused);
                refused.work.answer(Err(error));
            }
            Err(Failed::Group(error)) => {
                forget(memory, &commands);
                fail_all(commands, &error);
                return Err(error);
            }
        }
    }
    Ok(carried)
}

impl Carried {
    fn charge(&mut self, parts: &Parts, queued: &QueuedCommand) {
        let principal = &queued.caller.principal;
        parts
            .visits
            .charge(principal, queued.visits, Instant::now());
        self.visits.push((queued.subject, queued.visits));
    }
}

async fn attempt(
    parts: &Parts,
    memory: &mut Memory,
    commands: &mut [QueuedCommand],
) -> Result<CommittedGroup, Failed> {
    let asked = commands.iter().map(Asked::of).collect();
    let attempt = Attempt::begin(parts, memory, asked).await?;
    attempt.run(commands).await
}

/// What a rolled-back group remembered of its projects is not true.
fn forget(memory: &mut Memory, commands: &[QueuedCommand]) {
    for queued in commands {
        if let Subject::Project(project) = queued.subject {
            memory.projects.remove(&project);
        }
    }
}

#[expect(clippy::as_conversions, reason = "a metric of at most 128")]
fn count(commands: usize) -> f64 {
    commands as f64
}

/// Nobody knows whether a broken COMMIT arrived, so nobody is told that it did: who asked with an op
/// id asks again and finds out.
pub(super) fn fail_all(commands: Vec<QueuedCommand>, error: &Error) {
    let message = kernel::error::chain(error);
    tracing::error!(
        error = message,
        commands = commands.len(),
        "A group of commands failed"
    );
    for queued in commands {
        let error = if matches!(error, Error::Unavailable(_)) {
            Error::Unavailable(message.clone().into())
        } else {
            Error::internal(message.clone())
        };
        queued.work.answer(Err(error));
    }
}
