//! `nonlinear jobs`.

use std::process::ExitCode;

use platform::{
    Platform, Settings,
    jobs::{self, Filter, ListedJob, Which},
};

use super::{FailedJobs, JobState, Jobs};

pub(crate) async fn run(settings: Settings, what: &Jobs) -> anyhow::Result<ExitCode> {
    let platform = Platform::start(settings, server::features::together()?).await?;
    let done = match what {
        Jobs::List { state, kind, limit } => {
            let filter = Filter {
                state: state.map(stored),
                kind: kind.clone(),
                limit: *limit,
            };
            let listed = jobs::list(&platform, filter).await;
            listed.map(|jobs| jobs.iter().map(line).collect())
        }
        Jobs::Retry(which) => {
            let retried = jobs::retry(&platform, named(*which)).await;
            retried.map(|jobs| vec![counted("queued again", jobs)])
        }
        Jobs::Drop(which) => {
            let dropped = jobs::drop_failed(&platform, named(*which)).await;
            dropped.map(|jobs| vec![counted("dropped", jobs)])
        }
    };
    platform.stop().await;
    for line in done? {
        println!("{line}");
    }
    Ok(ExitCode::SUCCESS)
}

fn stored(state: JobState) -> jobs::JobState {
    match state {
        JobState::Failed => jobs::JobState::Failed,
        JobState::Queued => jobs::JobState::Queued,
        JobState::Running => jobs::JobState::Running,
        JobState::Done => jobs::JobState::Done,
    }
}

fn named(which: FailedJobs) -> Which {
    which.id.map_or(Which::AllFailed, Which::One)
}

fn counted(done: &str, jobs: usize) -> String {
    let noun = if jobs == 1 { "job" } else { "jobs" };
    format!("{done}: {jobs} {noun}")
}

/// One job in one line, whatever its error says.
fn line(job: &ListedJob) -> String {
    let error = job.last_error.as_deref().unwrap_or_default();
    format!(
        "{}  {:<7}  {:<5}  {:<20}  {:>2}  {}  {}",
        job.id,
        job.state,
        job.queue,
        job.kind,
        job.attempts,
        job.created_at.format("%Y-%m-%dT%H:%M:%SZ"),
        error.replace(['\n', '\r'], " "),
    )
    .trim_end()
    .to_owned()
}
