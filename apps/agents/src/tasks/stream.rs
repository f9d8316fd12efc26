//! What the model of a task says, as a stream. Only those may follow it who may read agents, so sockets do not tell it.

use entity::agent_task;
use futures::future::BoxFuture;
use kernel::{Permission, ProjectId, Result, TaskId};
use platform::{
    Ctx, access,
    streams::{ChunkEnds, Followed, StoredStream, StreamChange, StreamId, StreamSource},
};
use protocol::{
    events::Event,
    generations::{RunError, TokenCounts},
    tasks::TaskStatus,
};
use serde::Serialize;
use serde_json::json;
use tokio::sync::mpsc;

use super::{
    queries,
    row::{status, waiting_for},
};
use crate::events::{TaskEvent, read as event_of};

/// Named in messages between instances.
const TASK: &str = "task";

pub(crate) const TASKS: StreamSource = StreamSource {
    name: TASK,
    frame: "task",
    list: "tasks",
    on_sockets: false,
    // Sockets alone ask for what is open.
    open: |_, _| Box::pin(std::future::ready(Ok(Vec::new()))),
    change,
};

pub(crate) fn stream_id(task: TaskId) -> StreamId {
    StreamId {
        source: TASK,
        id: task.uuid(),
    }
}

fn change(event: &Event) -> Option<StreamChange> {
    match event_of::<TaskEvent>(event)? {
        TaskEvent::Start(task) => {
            let about = [("task", json!(task.task_id))].into();
            Some(StreamChange::Begin(stream_id(task.task_id), about))
        }
        TaskEvent::Cancel(task) | TaskEvent::End(task) => {
            Some(StreamChange::End(stream_id(task.task_id)))
        }
        TaskEvent::Update(_) | TaskEvent::Step(_) => None,
    }
}

/// How a task ended.
#[derive(Serialize)]
pub(super) struct Ended {
    status: TaskStatus,
}

/// How a task stands once nothing more is to come without a person.
#[derive(Clone, Debug)]
pub struct TaskEnd {
    pub status: TaskStatus,
    /// What came of it.
    pub result: Option<String>,
    pub error: Option<RunError>,
    /// What it waits for.
    pub question: Option<String>,
    pub tokens: TokenCounts,
}

impl TaskEnd {
    fn of(row: &agent_task::Model) -> Option<Self> {
        let status = status(row.status);
        if !status.is_over() && status != TaskStatus::Waiting {
            return None;
        }
        let result = row.result.as_ref().and_then(|result| result.get("text"));
        Some(Self {
            status,
            result: result.and_then(|text| text.as_str()).map(str::to_owned),
            error: row.error_code.clone().map(|code| RunError {
                code,
                detail: row.error_detail.clone().unwrap_or_default(),
            }),
            question: waiting_for(row).map(|waiting| waiting.question),
            tokens: TokenCounts {
                input: row.tokens_in,
                cached: 0,
                output: row.tokens_out,
            },
        })
    }
}

/// Follows what a task says until it is over or waits for a person, for whoever started it.
pub async fn follow_until_it_waits(
    ctx: Ctx,
    project: ProjectId,
    task: TaskId,
) -> Result<mpsc::Receiver<Followed<TaskEnd>>> {
    let streams = ctx.platform.streams.clone();
    let look = move || {
        let ctx = ctx.clone();
        let read: BoxFuture<'static, _> = Box::pin(async move {
            access::still_lives(&ctx.platform, &ctx.principal).await?;
            ctx.project(project, Permission::RUN).await?;
            let row = queries::row_of(ctx.reader(), project, task).await?;
            Ok(StoredStream {
                chunks: u64::try_from(row.chunks).unwrap_or_default(),
                end: TaskEnd::of(&row),
                text: row.said,
                ends: ChunkEnds::default(),
            })
        });
        read
    };
    streams.follow(project, stream_id(task), None, look).await
}

/// Follows what a task says from after a chunk, for as long as the caller may read agents there.
pub(super) async fn follow(
    ctx: Ctx,
    project: ProjectId,
    task: TaskId,
    after: Option<u64>,
) -> Result<mpsc::Receiver<Followed<Ended>>> {
    let streams = ctx.platform.streams.clone();
    let look = move || {
        let ctx = ctx.clone();
        let read: BoxFuture<'static, _> = Box::pin(async move { read(&ctx, project, task).await });
        read
    };
    streams.follow(project, stream_id(task), after, look).await
}

async fn read(ctx: &Ctx, project: ProjectId, task: TaskId) -> Result<StoredStream<Ended>> {
    access::still_lives(&ctx.platform, &ctx.principal).await?;
    ctx.project(project, Permission::AGENTS_READ).await?;
    let row = queries::row_of(ctx.reader(), project, task).await?;
    let status = status(row.status);
    Ok(StoredStream {
        chunks: u64::try_from(row.chunks).unwrap_or_default(),
        text: row.said,
        ends: ChunkEnds::default(),
        end: status.is_over().then_some(Ended { status }),
    })
}
