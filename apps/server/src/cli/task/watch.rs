//! Watching a task: its words as they come, then what came of it.

use std::{
    fmt::Display,
    io::{self, Write},
    process::ExitCode,
    time::Duration,
};

use anyhow::Context;
use kernel::{ProjectId, TaskId};
use protocol::tasks::{TaskStatus, TaskView};
use serde::Deserialize;
use tokio::time::{sleep, timeout};

use crate::cli::{
    api::{Answer, Api, CallError, Called},
    printed::{printable, tell},
};

/// A stream ends with its task; that the task waits is only seen by looking.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// For words that were said before the task came to rest, and are still on their way.
const LAST_WORDS_WAIT: Duration = Duration::from_millis(500);
const RETRY_AFTER: Duration = Duration::from_secs(2);
/// So often in a row a stream is opened in vain: the time in which a server is replaced.
const ATTEMPTS_MAX: u32 = 30;
/// As a shell has it for who was interrupted.
const INTERRUPTED: u8 = 130;

/// A task failed.
const FAILED: u8 = 1;
const CANCELLED: u8 = 2;
/// It waits for a person.
const WAITING: u8 = 3;

pub(super) fn address(project: ProjectId, task: impl Display) -> String {
    format!("/projects/{project}/tasks/{task}")
}

pub(super) async fn watch(
    called: &Called,
    api: &Api,
    project: ProjectId,
    task: TaskId,
) -> anyhow::Result<ExitCode> {
    let path = address(project, task);
    let again = command("watch", project, task);
    let mut words = Words::new(!called.json);
    let task = tokio::select! {
        task = to_rest(api, &path, &mut words) => {
            task.with_context(|| format!("the task is watched no more; go on with `{again}`"))?
        }
        interrupted = tokio::signal::ctrl_c() => {
            interrupted?;
            words.end_line()?;
            let cancel = command("cancel", project, task);
            eprintln!("the task goes on: watch it with `{again}`, end it with `{cancel}`");
            return Ok(ExitCode::from(INTERRUPTED));
        }
    };
    words.end_line()?;
    if called.json {
        tell(called.json, &[&task], |_| String::new())?;
    } else {
        tell_end(&task, &words.said)?;
    }
    Ok(exit_code(task.status))
}

/// Follows a task until it is over, or waits for somebody.
async fn to_rest(api: &Api, path: &str, words: &mut Words) -> anyhow::Result<TaskView> {
    // A task that is not there is said before anything is waited for.
    let mut task: TaskView = api.get(path).await?;
    if !rests(&task) {
        task = tokio::select! {
            followed = words.follow(api, path) => {
                followed?;
                return Ok(api.get(path).await?);
            }
            task = look_until_it_rests(api, path) => task?,
        };
    }
    // The stream of a task that waits stays open.
    if let Ok(followed) = timeout(LAST_WORDS_WAIT, words.follow(api, path)).await {
        followed?;
    }
    Ok(task)
}

async fn look_until_it_rests(api: &Api, path: &str) -> Answer<TaskView> {
    loop {
        sleep(LOOK_EVERY).await;
        match api.get::<TaskView>(path).await {
            Ok(task) if rests(&task) => return Ok(task),
            Ok(_) => {}
            // Whoever follows the words notices as well, and gives up in time.
            Err(error) if error.passes() => {}
            Err(error) => return Err(error),
        }
    }
}

fn rests(task: &TaskView) -> bool {
    task.status.is_over() || task.status == TaskStatus::Waiting
}

/// How a program that calls this one learns what came of a task.
fn exit_code(status: TaskStatus) -> ExitCode {
    match status {
        TaskStatus::Completed | TaskStatus::Pending | TaskStatus::Running => ExitCode::SUCCESS,
        TaskStatus::Failed => ExitCode::from(FAILED),
        TaskStatus::Cancelled => ExitCode::from(CANCELLED),
        TaskStatus::Waiting => ExitCode::from(WAITING),
    }
}

/// The same command for a task, as it can be typed.
fn command(verb: &str, project: ProjectId, task: TaskId) -> String {
    format!("nonlinear task {verb} --project {project} {task}")
}

/// What a task says.
struct Words {
    are_shown: bool,
    said: String,
    last_chunk: Option<u64>,
}

#[derive(Deserialize)]
struct Delta {
    chunk: u64,
    from: Option<u64>,
    text: String,
}

impl Words {
    fn new(are_shown: bool) -> Self {
        Self {
            are_shown,
            said: String::new(),
            last_chunk: None,
        }
    }

    /// Follows the stream to its end, through breaks of the connection.
    async fn follow(&mut self, api: &Api, path: &str) -> anyhow::Result<()> {
        let mut in_vain = 0;
        loop {
            match self.listen(api, path).await? {
                Heard::End => return Ok(()),
                Heard::Some => in_vain = 0,
                Heard::Nothing(error) => {
                    in_vain += 1;
                    if in_vain == ATTEMPTS_MAX {
                        return Err(error.map_or_else(
                            || anyhow::anyhow!("the server ends the stream again and again"),
                            Into::into,
                        ));
                    }
                }
            }
            sleep(RETRY_AFTER).await;
        }
    }

    /// Shows what comes over one connection.
    async fn listen(&mut self, api: &Api, path: &str) -> anyhow::Result<Heard> {
        let after = self.last_chunk.map(|chunk| format!("?after={chunk}"));
        let stream = format!("{path}/stream{}", after.unwrap_or_default());
        let mut events = match api.stream(&stream).await {
            Ok(events) => events,
            Err(error) if error.passes() => return Ok(Heard::Nothing(Some(error))),
            Err(error) => return Err(error.into()),
        };
        let mut heard = Heard::Nothing(None);
        while let Some(event) = events.next().await {
            match event.name.as_str() {
                "end" => return Ok(Heard::End),
                "delta" => {
                    self.show(serde_json::from_str(&event.data)?)?;
                    heard = Heard::Some;
                }
                // A newer server may say more.
                _ => {}
            }
        }
        Ok(heard)
    }

    fn show(&mut self, delta: Delta) -> io::Result<()> {
        if delta.from == Some(0) && !self.said.is_empty() {
            // It begins anew: its worker was lost before what it said was kept.
            self.end_line()?;
            self.said.clear();
        }
        self.last_chunk = Some(delta.chunk);
        self.said.push_str(&delta.text);
        if !self.are_shown {
            return Ok(());
        }
        let mut out = io::stdout().lock();
        write!(out, "{}", printable(&delta.text))?;
        out.flush()
    }

    fn end_line(&self) -> io::Result<()> {
        if self.are_shown && !self.said.is_empty() && !self.said.ends_with('\n') {
            writeln!(io::stdout().lock())?;
        }
        Ok(())
    }
}

/// What came of one connection.
enum Heard {
    /// The task is over.
    End,
    Some,
    Nothing(Option<CallError>),
}

fn tell_end(task: &TaskView, said: &str) -> io::Result<()> {
    match task.status {
        TaskStatus::Completed => {
            let result = task.result.as_ref().and_then(|result| result.get("text"));
            let result = result.and_then(|text| text.as_str()).unwrap_or_default();
            // A plain answer is the result, and was shown as it came.
            if !said.trim_end().ends_with(result.trim_end()) {
                writeln!(io::stdout().lock(), "{}", printable(result))?;
            }
        }
        TaskStatus::Failed => {
            let why = task.error.as_ref();
            let why = why.map(|error| format!("{} ({})", error.detail, error.code));
            eprintln!("the task failed: {}", printable(&why.unwrap_or_default()));
        }
        TaskStatus::Cancelled => eprintln!("the task was cancelled"),
        TaskStatus::Waiting => tell_question(task),
        TaskStatus::Pending | TaskStatus::Running => {}
    }
    Ok(())
}

fn tell_question(task: &TaskView) {
    let (question, choices) = match &task.waiting_for {
        Some(waiting) => (waiting.question.as_str(), waiting.choices.as_slice()),
        None => ("", [].as_slice()),
    };
    eprintln!("the task asks: {}", printable(question));
    for choice in choices {
        eprintln!("  - {}", printable(choice));
    }
    let say = command("say", task.project_id, task.id);
    eprintln!("answer it with `{say} TEXT`");
}
