//! An answer while it is written, for as long as the client listens.

use generation::AnswerEnd;
use kernel::{OpId, Result, error::chain};
use platform::{
    Ctx, OpKey, ops,
    streams::{Chunk, Followed},
};
use protocol::{
    generations::{RunError, RunState, TokenCounts},
    ops::{OpRequest, fingerprint},
};
use serde_json::{Value, json};
use tokio::sync::mpsc::Receiver;

use super::{ask::Asked, error::said};

/// What comes next of an answer.
#[derive(Debug)]
pub(super) enum Step {
    Words(String),
    Whole(Option<TokenCounts>),
    /// In the form of OpenAI's errors.
    Failed(Value),
}

#[derive(Debug)]
pub(super) struct Answer {
    ctx: Ctx,
    asked: Asked,
    followed: Receiver<Followed<AnswerEnd>>,
    /// What came so far.
    pub(super) text: String,
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
        let followed = generation::follow(ctx.clone(), project, asked.generation, None).await?;
        Ok(Self {
            ctx,
            asked,
            followed,
            text: String::new(),
            run,
        })
    }

    pub(super) async fn next(&mut self) -> Step {
        loop {
            match self.followed.recv().await {
                Some(Followed::Chunk(chunk)) => match self.take(&chunk) {
                    Some(words) if words.is_empty() => {}
                    Some(words) => return Step::Words(words),
                    None => return Step::Failed(begun_anew()),
                },
                Some(Followed::End(end)) => {
                    self.run.is_over = true;
                    return self.end(end).await;
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

    /// What it took, as far as the caller may see costs.
    async fn tokens(&self) -> Option<TokenCounts> {
        let Asked { end, generation } = self.asked;
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
    let data = json!({"nodeId": asked.end.node, "generation": asked.generation});
    let key = OpKey {
        id: OpId::generate(),
        fingerprint: fingerprint(&data).map_err(kernel::Error::internal)?,
    };
    let op = OpRequest {
        id: None,
        op: "generation.cancel".to_owned(),
        data,
    };
    ops::carry_out(ctx, asked.end.project, key, vec![op])
        .await
        .map(drop)
}
