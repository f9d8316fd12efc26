//! One step of a task after the other.

use std::time::Duration;

use chrono::TimeDelta;
use generation::calls::{self, Meter, ModelCall, ModelSaid};
use kernel::{Error, Result};
use protocol::{generations::RunError, tasks::TaskError};
use serde_json::json;
use tokio::time::sleep;

use super::{
    conversation,
    held::{Next, Run},
    offered,
    saying::Saying,
    tools,
    used::Used,
    writes::{Close, Pay, Wait},
};
use crate::tasks::{Called, End, NewStep, Step};

/// A task that the server failed at so often is given up.
const ATTEMPTS_MAX: i32 = 3;
/// So often it is looked whether a step takes too long.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// The same tool with the same arguments so often in a row: then the agent is told.
const REPEATED_TOLD: usize = 3;
/// So often: then the task ends.
const REPEATED_MAX: usize = 6;

impl Run {
    /// One step: a tool that was asked for and not used yet, or else the model.
    pub(super) async fn step(&mut self) -> Result<Next> {
        if self.platform.stopping.is_cancelled() {
            // Nothing is begun that could not be ended: another worker goes on.
            return Err(Error::Busy);
        }
        if let Some(error) = self.exhausted() {
            return self.end(End::Failed(error)).await;
        }
        if let Some(call) = conversation::pending(&self.steps).cloned() {
            return self.use_tool(call).await;
        }
        match conversation::repeated(&self.steps) {
            REPEATED_MAX.. => {
                let detail = format!(
                    "The agent used the same tool with the same arguments {REPEATED_MAX} times in a row."
                );
                return self.end(failed("loop", &detail)).await;
            }
            REPEATED_TOLD if !conversation::was_told(&self.steps) => {
                let text = format!(
                    "You used the same tool with the same arguments {REPEATED_TOLD} times in a row. Its result \
                     will not change: do something else, or finish."
                );
                return self.record(NewStep::free(Step::Note { text })).await;
            }
            _ => {}
        }
        self.ask().await
    }

    /// Ends a task that cannot go on. What may pass is tried again, by this worker or another.
    pub(super) async fn fail(&mut self, error: Error, attempt: i32) -> Result<()> {
        let is_own = matches!(error, Error::Internal(_));
        let may_pass = matches!(error, Error::Unavailable(_) | Error::Busy)
            || (is_own && attempt < ATTEMPTS_MAX);
        if may_pass || self.platform.stopping.is_cancelled() {
            return Err(error);
        }
        let code = http::problem::word(error.code());
        self.end(failed(&code, &error.to_string())).await?;
        Ok(())
    }

    /// What the task has used up, if it has.
    fn exhausted(&self) -> Option<TaskError> {
        let row = &self.row;
        let steps = (row.steps >= row.steps_max)
            .then(|| limit_reached(&format!("{} steps", row.steps_max)));
        self.late().or(steps)
    }

    /// Whether the task may work no longer.
    fn late(&self) -> Option<TaskError> {
        let now = self.platform.clock.now();
        let row = &self.row;
        if row.deadline.is_some_and(|deadline| deadline <= now) {
            return Some(TaskError {
                code: "deadline".to_owned(),
                detail: "The task was not done by its deadline.".to_owned(),
            });
        }
        let began = row.resumed_at.unwrap_or(now);
        (began + TimeDelta::seconds(row.seconds_max) <= now)
            .then(|| limit_reached(&format!("{} seconds", row.seconds_max)))
    }

    /// Waits until the task may work no longer, while a step takes its time.
    async fn time_is_up(&self) -> TaskError {
        loop {
            if let Some(error) = self.late() {
                return error;
            }
            sleep(LOOK_EVERY).await;
        }
    }

    async fn use_tool(&mut self, call: Called) -> Result<Next> {
        let used = tokio::select! {
            used = tools::r#use(self, &call) => used?,
            () = self.ended_elsewhere() => return Ok(Next::Stop),
            error = self.time_is_up() => return self.end(End::Failed(error)).await,
        };
        match used {
            Used::Result(new) => self.record(new).await,
            Used::Finished(result) => self.end(End::Completed(result)).await,
            Used::Waits(waiting) => {
                let wait = Wait {
                    lease: self.lease,
                    task: self.job.task,
                    waiting,
                };
                self.write(wait).await?;
                Ok(Next::Stop)
            }
        }
    }

    async fn ask(&mut self) -> Result<Next> {
        let call = self.call().await?;
        let saying = Saying::new(self);
        let meter = Meter::default();
        let asking = calls::ask(&self.platform, &call, &meter, |words| saying.hear(words));
        let said = tokio::select! {
            said = asking => said?,
            () = saying.tell() => {
                self.pay(&meter).await?;
                return Ok(Next::Stop);
            }
            error = self.time_is_up() => {
                self.pay(&meter).await?;
                return self.end(End::Failed(error)).await;
            }
            () = self.platform.stopping.cancelled() => return Err(Error::Busy),
        };
        let (said_so_far, chunks) = saying.end();
        (self.row.said, self.row.chunks) = (said_so_far, chunks);
        match said {
            Ok(said) => match self.take_answer(said).await? {
                Next::Lost => {
                    self.pay(&meter).await?;
                    Ok(Next::Lost)
                }
                next @ (Next::GoOn | Next::Stop) => Ok(next),
            },
            Err(RunError { code, detail }) => {
                self.pay(&meter).await?;
                self.end(failed(&code, &detail)).await
            }
        }
    }

    /// Counts an answer that nobody heard to its end.
    async fn pay(&self, meter: &Meter) -> Result<()> {
        let Some(used) = meter.used() else {
            return Ok(());
        };
        let pay = Pay {
            lease: self.lease,
            project: self.job.project,
            task: self.job.task,
            used,
        };
        self.platform.writer.housekeep(pay).await
    }

    async fn call(&self) -> Result<ModelCall> {
        let agent = &self.member.agent;
        let (model, fallback) = (agent.model.as_deref(), agent.fallback_model.as_deref());
        let models = calls::chain(&self.platform, self.job.project, model, fallback).await?;
        let outside = offered::offer(self).await?;
        Ok(ModelCall {
            models,
            turns: conversation::turns(&self.member, &self.row, &self.steps, &outside.missing),
            tools: offered::offered(&self.member.place, &outside),
            temperature: Some(agent.temperature),
            top_p: agent.top_p,
            max_tokens: u32::try_from(agent.max_tokens).unwrap_or(u32::MAX),
            left: calls::left(&self.platform, self.job.project, self.job.task).await?,
        })
    }

    async fn take_answer(&mut self, said: ModelSaid) -> Result<Next> {
        let ModelSaid {
            model,
            text,
            calls,
            tokens_in,
            tokens_out,
            nanos,
        } = said;
        // Without a tool to use there is nothing more to do.
        let end = calls.is_empty().then(|| result(&text));
        let new = NewStep {
            step: Step::Model {
                model,
                text,
                calls: Called::all(calls),
            },
            node: None,
            tokens_in,
            tokens_out,
            nanos,
        };
        self.record_and_end(new, end).await
    }

    async fn end(&mut self, end: End) -> Result<Next> {
        let close = Close {
            lease: self.lease,
            task: self.job.task,
            end,
        };
        self.write(close).await?;
        Ok(Next::Stop)
    }
}

/// What a task comes to whose agent asks for nothing more.
fn result(text: &str) -> End {
    if text.trim().is_empty() {
        let detail =
            "The model ended without saying anything. Retry the task, or choose another model.";
        return failed("empty_answer", detail);
    }
    End::Completed(json!({"text": text}))
}

fn limit_reached(what: &str) -> TaskError {
    TaskError {
        code: "limit_reached".to_owned(),
        detail: format!(
            "The task reached its limit of {what}. Retry it with more, or ask for less at once."
        ),
    }
}

fn failed(code: &str, detail: &str) -> End {
    End::Failed(TaskError {
        code: code.to_owned(),
        detail: detail.to_owned(),
    })
}
