//! Summaries by a model, where its provider is set up for that. Until one is there, and where none
//! can be had, the beginning of the answer stands in for it.

use canvas::nodes::{self, change_summary};
use entity::generation;
use kernel::{Error, GenerationId, NodeId, ProjectId, Result};
use platform::{
    Command, Ctx, Job, JobContext, Platform, ProjectCommand, Queue, Write, db, jobs::Lease,
};
use protocol::{context::MessageRole, events::Event};
use sea_orm::{ActiveValue::Set, EntityTrait};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

use crate::{
    providers::{Asking, Message, Model, Piece, Prompt, Usage, estimate},
    setup::Setup,
};

/// How long a summary may be.
const SUMMARY_TOKENS_MAX: u32 = 160;
const SUMMARY_CHARS_MAX: usize = 2_000;
/// A summary is not worth more than this.
const ATTEMPTS_MAX: i32 = 2;
const INSTRUCTION: &str = "Summarise the following text in at most three sentences, in its own language. \
    Say what it establishes, not that it is a text. Answer with the summary alone.";

/// Summarises one answer.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Summarise {
    pub(super) project: ProjectId,
    pub(super) node: NodeId,
    pub(super) generation: GenerationId,
    pub(super) model: String,
}

impl Job for Summarise {
    const KIND: &'static str = "generation.summarise";
    const QUEUE: Queue = Queue::Runs;
    // Nobody waits for it: the beginning of the answer stands in for it.
    const PRIORITY: i16 = -10;
}

/// How much summarising an answer of this length may need.
pub(crate) fn needed(model: &Model, answer_tokens: u32) -> Usage {
    if !is_asked(model) {
        return Usage::default();
    }
    Usage {
        input: answer_tokens + estimate(INSTRUCTION),
        cached: 0,
        output: SUMMARY_TOKENS_MAX,
    }
}

/// Leaves as much of what was reserved for the run as summarising its answer may need.
pub(super) async fn keep_reserved(
    write: &mut Write,
    id: GenerationId,
    model: &Model,
    answer_tokens: u32,
) -> Result<()> {
    let needed = needed(model, answer_tokens);
    let change = generation::ActiveModel {
        project_id: Set(write.project_id()?.uuid()),
        id: Set(id.uuid()),
        reserved_tokens: Set(i64::from(needed.input) + i64::from(needed.output)),
        reserved_nanos: Set(model.price.nanos(needed)),
        ..Default::default()
    };
    generation::Entity::update(change)
        .exec(write.conn().await?)
        .await
        .map(drop)
        .map_err(db)
}

/// The offline model would only quote.
pub(super) fn is_asked(model: &Model) -> bool {
    model.summarises && !model.is_offline()
}

pub(crate) async fn summarise(job: Summarise, context: JobContext) -> Result<()> {
    let JobContext {
        platform,
        attempt,
        lease,
    } = context;
    let summary = if attempt > ATTEMPTS_MAX {
        None
    } else {
        tokio::select! {
            summary = summary_of(&platform, &job) => summary?,
            // Nothing is kept of half a summary, so another worker begins anew.
            () = platform.stopping.cancelled() => return Err(Error::Busy),
        }
    };
    let ctx = Ctx::server(platform);
    let project = job.project;
    let store = Store {
        lease,
        job,
        summary,
    };
    ctx.write(project, store).await.map(drop)
}

#[derive(Clone, Debug)]
struct Summary {
    text: String,
    usage: Usage,
    nanos: i64,
}

async fn summary_of(platform: &Arc<Platform>, job: &Summarise) -> Result<Option<Summary>> {
    let setup = Setup::of_platform(platform)?;
    setup.catalog.warm_up().await;
    let Some(model) = setup.catalog.find(&job.model) else {
        return Ok(None);
    };
    let key = (job.project.uuid(), job.generation.uuid());
    let row = generation::Entity::find_by_id(key)
        .one(platform.database.reader())
        .await
        .map_err(db)?;
    let Some(row) = row else { return Ok(None) };
    let prompt = prompt(&row.text);
    let sent = prompt.estimate();
    let mut asking = Asking::new(platform.clone(), vec![model.clone()]);
    let opened = asking
        .open(|_| std::future::ready(Ok(prompt.clone())))
        .await;
    // The beginning of the answer stays; a summary is no reason to fail anything.
    if opened.is_err() {
        return Ok(None);
    }
    let (mut text, mut usage) = (String::new(), None);
    while let Some(piece) = asking.next().await {
        match piece {
            Ok(Piece::Text(words)) => text.push_str(&words),
            Ok(Piece::Usage(counted)) => usage = Some(counted),
            Ok(Piece::End(_)) => break,
            Err(_) => return Ok(None),
        }
    }
    let text: String = text.trim().chars().take(SUMMARY_CHARS_MAX).collect();
    let usage = usage.unwrap_or(Usage {
        input: sent,
        cached: 0,
        output: estimate(&text),
    });
    let nanos = model.price.nanos(usage);
    Ok((!text.is_empty()).then_some(Summary { text, usage, nanos }))
}

fn prompt(text: &str) -> Prompt {
    let message = |role, content: &str| Message::new(role, content);
    Prompt {
        messages: [
            message(MessageRole::System, INSTRUCTION),
            message(MessageRole::User, text),
        ]
        .into(),
        temperature: None,
        top_p: None,
        tools: [].into(),
        max_tokens: SUMMARY_TOKENS_MAX,
    }
}

/// Puts the summary in its place, and settles what was reserved for it, whatever came of it.
#[derive(Debug)]
struct Store {
    lease: Lease,
    job: Summarise,
    summary: Option<Summary>,
}

impl Command for Store {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        let lease = self.lease;
        let job = &self.job;
        let summary = self.summary.as_ref();
        write.unrecorded("what it cost belongs to the answer that it summarises");
        if !lease.is_held(write).await? {
            return Ok(());
        }
        let project = job.project;
        let key = (project.uuid(), job.generation.uuid());
        let attempt = generation::Entity::find_by_id(key)
            .one(write.read().await?)
            .await
            .map_err(db)?;
        if let Some(attempt) = attempt {
            charge(write, attempt, summary).await?;
        }
        let Some(summary) = summary else {
            return lease.finish(write).await;
        };
        // Somebody may have asked again meanwhile, or taken the node away.
        match nodes::find(write.read().await?, project, job.node).await {
            Ok(node) if node.generation_id == Some(job.generation) => {
                change_summary(write, &node, &summary.text).await?;
            }
            Ok(_) | Err(Error::NotFound(_)) => {}
            Err(error) => return Err(error),
        }
        lease.finish(write).await
    }
}

impl ProjectCommand for Store {
    fn replay(&self, _event: &Event) -> Result<()> {
        Err(Error::OpReused)
    }
}

async fn charge(
    write: &mut Write,
    attempt: generation::Model,
    summary: Option<&Summary>,
) -> Result<()> {
    let more = |counted: Option<i64>, tokens: u32| {
        Set(Some(counted.unwrap_or_default() + i64::from(tokens)))
    };
    let mut change = generation::ActiveModel {
        project_id: Set(attempt.project_id),
        id: Set(attempt.id),
        reserved_tokens: Set(0),
        reserved_nanos: Set(0),
        ..Default::default()
    };
    if let Some(summary) = summary {
        change.tokens_in = more(attempt.tokens_in, summary.usage.input);
        change.tokens_cached = more(attempt.tokens_cached, summary.usage.cached);
        change.tokens_out = more(attempt.tokens_out, summary.usage.output);
        change.cost_nanos = Set(Some(attempt.cost_nanos.unwrap_or_default() + summary.nanos));
    }
    generation::Entity::update(change)
        .exec(write.conn().await?)
        .await
        .map(drop)
        .map_err(db)
}
