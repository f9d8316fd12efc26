//! An answer while it is written, for as long as the client listens.

use agents::TaskEnd;
use generation::AnswerEnd;
use kernel::{OpId, Result, error::chain};
use platform::{
    Ctx, OpKey, ops,
    streams::{Chunk, Followed},
};
use protocol::{
    generations::{RunError, RunState, TokenCounts},
    ops::{OpRequest, fingerprint},
    tasks::TaskStatus,
};
use serde_json::{Value, json};
use tokio::sync::mpsc::Receiver;

use super::{
    ask::{Asked, Work},
    error::said,
};

/// What comes next of an answer.
#[derive(Debug)]
pub(super) enum Step {
    Words(String),
    Whole(Option<TokenCounts>),
    /// In the form of OpenAI's errors.
    Failed(Value),
}

#[derive(Debug)]
enum Source {
    Answer(Receiver<Followed<AnswerEnd>>),
    Task(Receiver<Followed<TaskEnd>>),
}

enum Ended {
    Answer(AnswerEnd),
    Task(TaskEnd),
}

impl Source {
    async fn next(&mut self) -> Option<Followed<Ended>> {
        Some(match self {
            Self::Answer(followed) => match followed.recv().await? {
                Followed::Chunk(chunk) => Followed::Chunk(chunk),
                Followed::End(end) => Followed::End(Ended::Answer(end)),
            },
            Self::Task(followed) => match followed.recv().await? {
                Followed::Chunk(chunk) => Followed::Chunk(chunk),
                Followed::End(end) => Followed::End(Ended::Task(end)),
            },
        })
    }
}

#[derive(Debug)]
pub(super) struct Answer {
    ctx: Ctx,
    asked: Asked,
    followed: Source,
    /// What came so far.
    pub(super) text: String,
    /// What is told once the words are.
    whole: Option<TokenCounts>,
    is_whole: bool,
    run: Run,
}

impl Answer {
    pub(super) async fn begin(ctx: Ctx, asked: Asked) -> Result<Self> {
        let run = Run {
            ctx: ctx.clone(),
            asked,
            is_over: false,
        };
        let project = asked.end.project;
        let followed = match asked.work {
            Work::Answer(generation) => {
                Source::Answer(generation::follow(ctx.clone(), project, generation, None).await?)
            }
            Work::Task(task) => Source::Task(agents::follow(ctx.clone(), project, task).await?),
        };
        Ok(Self {
            ctx,
            asked,
            followed,
            text: String::new(),
            whole: None,
            is_whole: false,
            run,
        })
    }

    pub(super) async fn next(&mut self) -> Step {
        if self.is_whole {
            return Step::Whole(self.whole.take());
        }
        loop {
            match self.followed.next().await {
                Some(Followed::Chunk(chunk)) => match self.take(&chunk) {
                    Some(words) if words.is_empty() => {}
                    Some(words) => return Step::Words(words),
                    None => return Step::Failed(begun_anew()),
                },
                Some(Followed::End(end)) => {
                    self.run.is_over = true;
                    return match end {
                        Ended::Answer(end) => self.end(end).await,
                        Ended::Task(end) => self.end_of_task(end),
                    };
                }
                None => return Step::Failed(lost()),
            }
        }
    }

    /// What a chunk adds. A text that begins anew may repeat what was sent; one that says something else
    /// cannot be taken back.
    fn take(&mut self, chunk: &Chunk) -> Option<String> {
        let known = self.text.get(chunk.from.bytes..)?;
        let words = chunk.text.strip_prefix(known);
        let words = words.or_else(|| known.starts_with(&chunk.text).then_some(""))?;
        self.text.push_str(words);
        Some(words.to_owned())
    }

    async fn end(&self, end: AnswerEnd) -> Step {
        match end.state {
            RunState::Completed => Step::Whole(self.tokens().await),
            RunState::Failed => Step::Failed(failed(end.error)),
            RunState::Cancelled | RunState::Queued | RunState::Running => Step::Failed(cancelled()),
        }
    }

    /// A task ends with what came of it, which its model may have said before or not.
    fn end_of_task(&mut self, end: TaskEnd) -> Step {
        match end.status {
            TaskStatus::Completed => {
                self.is_whole = true;
                self.whole = Some(end.tokens);
                let result = end.result.unwrap_or_default();
                if self.text.trim_end().ends_with(result.trim()) {
                    return Step::Whole(self.whole.take());
                }
                let gap = if self.text.is_empty() { "" } else { "\n\n" };
                let words = format!("{gap}{result}");
                self.text.push_str(&words);
                Step::Words(words)
            }
            TaskStatus::Waiting => {
                let question = end.question.unwrap_or_default();
                Step::Failed(waits(&question, self.asked))
            }
            TaskStatus::Cancelled => Step::Failed(cancelled()),
            TaskStatus::Failed | TaskStatus::Pending | TaskStatus::Running => {
                Step::Failed(failed(end.error))
            }
        }
    }

    /// What it took, as far as the caller may see costs.
    async fn tokens(&self) -> Option<TokenCounts> {
        let Asked { end, work } = self.asked;
        let Work::Answer(generation) = work else {
            return None;
        };
        let attempt = generation::attempt(&self.ctx, end.project, end.node, generation).await;
        attempt.ok()?.generation.tokens
    }
}

fn begun_anew() -> Value {
    let sentence = "the answer was begun anew by another model; it stands on the canvas";
    said(sentence, "server_error", None, "begun_anew")
}

fn lost() -> Value {
    let sentence = "the answer cannot be followed any further; it stands on the canvas";
    said(sentence, "server_error", None, "stream_lost")
}

fn waits(question: &str, asked: Asked) -> Value {
    let messages = match asked.work {
        Work::Task(task) => {
            let project = asked.end.project;
            format!(", or with `POST /api/v1/projects/{project}/tasks/{task}/messages`")
        }
        Work::Answer(_) => String::new(),
    };
    let sentence = format!(
        "the agent asks: {question} Answer it on the canvas{messages}; the task goes on there"
    );
    said(&sentence, "server_error", None, "waiting")
}

fn cancelled() -> Value {
    let sentence = "somebody cancelled this answer; what came so far stands on the canvas";
    said(sentence, "server_error", None, "cancelled")
}

fn failed(error: Option<RunError>) -> Value {
    let RunError { code, detail } = error.unwrap_or_else(|| RunError {
        code: "failed".to_owned(),
        detail: "the answer failed".to_owned(),
    });
    said(&detail, "server_error", None, &code)
}

/// The run behind an answer: nobody pays for what nobody listens to.
#[derive(Debug)]
struct Run {
    ctx: Ctx,
    asked: Asked,
    is_over: bool,
}

impl Drop for Run {
    fn drop(&mut self) {
        if self.is_over {
            return;
        }
        let (ctx, asked) = (self.ctx.clone(), self.asked);
        let tasks = self.ctx.platform.tasks.clone();
        tasks.spawn(async move {
            // One that has ended meanwhile needs no cancelling.
            if let Err(error) = cancel(&ctx, asked).await {
                tracing::debug!(error = chain(&error), "A run was not cancelled");
            }
        });
    }
}

async fn cancel(ctx: &Ctx, asked: Asked) -> Result<()> {
    let (op, data) = match asked.work {
        Work::Answer(generation) => (
            "generation.cancel",
            json!({"nodeId": asked.end.node, "generation": generation}),
        ),
        Work::Task(task) => ("task.cancel", json!({"taskId": task})),
    };
    let key = OpKey {
        id: OpId::generate(),
        fingerprint: fingerprint(&data).map_err(kernel::Error::internal)?,
    };
    let op = OpRequest {
        id: None,
        op: op.to_owned(),
        data,
    };
    ops::carry_out(ctx, asked.end.project, key, vec![op])
        .await
        .map(drop)
}
