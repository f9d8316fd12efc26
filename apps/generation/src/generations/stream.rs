//! Answers being written, as streams: which there are, and how one is followed over HTTP.

use entity::{enums, generation, node};
use kernel::{Error, GenerationId, NodeId, Permission, ProjectId, Result};
use platform::{
    Ctx, Database, access, convert, db,
    streams::{
        Checkpoint, ChunkEnds, Followed, StoredStream, StreamChange, StreamId, StreamSource,
    },
};
use protocol::{
    events::{Event, GenerationEvent},
    frames::About,
    generations::{GenerationChanged, RunError, RunState},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use serde::Serialize;
use serde_json::json;
use tokio::sync::mpsc;
use uuid::Uuid;

use super::row::is_over;

/// Named in messages between instances.
const ANSWER: &str = "answer";

pub(crate) const ANSWERS: StreamSource = StreamSource {
    name: ANSWER,
    frame: "delta",
    list: "generations",
    on_sockets: true,
    open: |database, project| Box::pin(async move { open(&database, project).await }),
    change,
};

pub(super) fn stream_id(id: GenerationId) -> StreamId {
    StreamId {
        source: ANSWER,
        id: id.uuid(),
    }
}

fn about(node: NodeId, id: GenerationId) -> About {
    About::from([("node", json!(node)), ("generation", json!(id))])
}

/// What happens to an answer's stream with an event.
fn change(event: &Event) -> Option<StreamChange> {
    match event {
        Event::Generation(GenerationEvent::Start(changed)) => begun(changed),
        Event::Generation(GenerationEvent::End(changed) | GenerationEvent::Cancel(changed)) => {
            Some(StreamChange::End(stream_id(changed.generation)))
        }
        Event::Generation(GenerationEvent::Select(_))
        | Event::Project(_)
        | Event::Member(_)
        | Event::Invitation(_)
        | Event::Node(_)
        | Event::Edge(_)
        | Event::Refresh(_)
        | Event::Instructions(_)
        | Event::Feature(_)
        | Event::Batch(_) => None,
    }
}

/// An answer that was there already is not written.
fn begun(started: &GenerationChanged) -> Option<StreamChange> {
    let (node, id) = (started.node_id, started.generation);
    (!is_over(started.state)).then(|| StreamChange::Begin(stream_id(id), about(node, id)))
}

/// The runs of a project that are not over.
async fn open(database: &Database, project: ProjectId) -> Result<Vec<Checkpoint>> {
    let rows: Vec<(Uuid, Uuid, i64, String)> = generation::Entity::find()
        .select_only()
        .columns([
            generation::Column::NodeId,
            generation::Column::Id,
            generation::Column::Chunks,
            generation::Column::Text,
        ])
        .filter(generation::Column::ProjectId.eq(project.uuid()))
        .filter(
            generation::Column::State.is_in([enums::RunState::Queued, enums::RunState::Running]),
        )
        .into_tuple()
        .all(database.reader())
        .await
        .map_err(db)?;
    let checkpoint = |(node, id, chunks, text): (Uuid, Uuid, i64, String)| Checkpoint {
        stream: stream_id(id.into()),
        about: about(node.into(), id.into()),
        chunks: u64::try_from(chunks).unwrap_or_default(),
        text,
    };
    Ok(rows.into_iter().map(checkpoint).collect())
}

/// How an answer ended.
#[derive(Clone, Debug, Serialize)]
pub struct AnswerEnd {
    pub state: RunState,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<RunError>,
}

/// Follows a generation from after a chunk, for as long as the caller may read. One that is over and
/// not the node's answer is an attempt like those that are listed.
pub async fn follow(
    ctx: Ctx,
    project: ProjectId,
    id: GenerationId,
    after: Option<u64>,
) -> Result<mpsc::Receiver<Followed<AnswerEnd>>> {
    ctx.project(project, Permission::GRAPH_READ).await?;
    let (row, is_current) = attempt(&ctx, project, id).await?;
    if is_over(convert::run_state(row.state)) && !is_current {
        ctx.project(project, Permission::COSTS_READ).await?;
    }
    let streams = ctx.platform.streams.clone();
    let look = move || {
        let ctx = ctx.clone();
        let read: futures::future::BoxFuture<'static, _> =
            Box::pin(async move { read(&ctx, project, id).await });
        read
    };
    streams.follow(project, stream_id(id), after, look).await
}

async fn read(ctx: &Ctx, project: ProjectId, id: GenerationId) -> Result<StoredStream<AnswerEnd>> {
    access::still_lives(&ctx.platform, &ctx.principal).await?;
    ctx.project(project, Permission::GRAPH_READ).await?;
    let (row, _) = attempt(ctx, project, id).await?;
    let state = convert::run_state(row.state);
    let error = row.error_code.map(|code| RunError {
        code,
        detail: row.error_detail.unwrap_or_default(),
    });
    Ok(StoredStream {
        chunks: u64::try_from(row.chunks).unwrap_or_default(),
        text: row.text,
        ends: ChunkEnds::kept(row.chunk_ends.unwrap_or_default()),
        end: is_over(state).then_some(AnswerEnd { state, error }),
    })
}

/// An attempt at the answer of a node that lives, and whether it is that answer.
async fn attempt(
    ctx: &Ctx,
    project: ProjectId,
    id: GenerationId,
) -> Result<(generation::Model, bool)> {
    let row = generation::Entity::find_by_id((project.uuid(), id.uuid()))
        .one(ctx.reader())
        .await
        .map_err(db)?
        .ok_or(Error::NotFound("generation"))?;
    let current: Option<Uuid> = node::Entity::find_by_id((project.uuid(), row.node_id))
        .select_only()
        .column(node::Column::GenerationId)
        .filter(node::Column::DeletedAt.is_null())
        .into_tuple()
        .one(ctx.reader())
        .await
        .map_err(db)?
        .ok_or(Error::NotFound("generation"))?;
    let is_current = current == Some(row.id);
    Ok((row, is_current))
}

#[cfg(test)]
mod tests {
    use protocol::frames::{DeltaFrame, GenerationSoFar, ServerFrame, StreamFrame, StreamSoFar};

    use super::*;

    /// Sockets write frames of all kinds of streams alike; this one is documented.
    #[test]
    fn frames_of_answers_are_those_that_are_documented() {
        let project = ProjectId::generate();
        let (node, generation) = (NodeId::generate(), GenerationId::generate());
        let about = about(node, generation);
        for from in [None, Some(3)] {
            let written = StreamFrame {
                kind: ANSWERS.frame,
                project,
                about: &about,
                chunk: 4,
                from,
                text: "words",
            };
            let documented = ServerFrame::Delta(DeltaFrame {
                project,
                node,
                generation,
                chunk: 4,
                from,
                text: "words".to_owned(),
            });
            assert_eq!(json!(written).to_string(), json!(documented).to_string());
        }
        for chunks in [0, 5] {
            let written = StreamSoFar::new(about.clone(), chunks, "words".to_owned());
            let documented = GenerationSoFar::new(node, generation, chunks, "words".to_owned());
            assert_eq!(json!(written).to_string(), json!(documented).to_string());
        }
    }
}
