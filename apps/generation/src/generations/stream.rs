//! Following one generation's text as server-sent events: whatever the bus loses is in the next
//! checkpoint, so nothing is missed, only late.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use axum::response::sse::Event;
use entity::generation;
use kernel::{Error, GenerationId, Permission, ProjectId, Result};
use platform::{
    Ctx,
    bus::{EphemeralKind, Message, Subscription, Topic},
    convert, db,
};
use protocol::{
    frames::DeltaFrame,
    generations::{RunError, RunState},
};
use sea_orm::EntityTrait;
use serde::Serialize;
use tokio::{sync::mpsc, time::interval};
use tokio_util::sync::CancellationToken;

use super::commands::is_over;

/// How often the checkpoint is read, and whether the caller still may.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// A reader that lets more wait than this is let go; it comes back with its last chunk.
const EVENTS_WAITING_MAX: usize = 64;

/// The runs of this process, so that cancelling one here is felt at once.
#[derive(Debug, Default)]
pub(crate) struct Cancels(Mutex<HashMap<GenerationId, CancellationToken>>);

impl Cancels {
    pub(crate) fn register(&self, run: GenerationId) -> CancellationToken {
        let mut runs = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        runs.entry(run).or_default().clone()
    }

    pub(crate) fn forget(&self, run: GenerationId) {
        let mut runs = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        runs.remove(&run);
    }

    pub(crate) fn cancel(&self, run: GenerationId) {
        let runs = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(token) = runs.get(&run) {
            token.cancel();
        }
    }
}

#[derive(Serialize)]
struct End {
    state: RunState,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<RunError>,
}

/// Follows a generation from after a chunk. Where that cannot be found any more, the text begins
/// anew with `from: 0`.
pub(super) async fn follow(
    ctx: Ctx,
    project: ProjectId,
    id: GenerationId,
    after: Option<u64>,
) -> Result<mpsc::Receiver<Event>> {
    ctx.project(project, Permission::GRAPH_READ).await?;
    // Subscribing before reading means that nothing falls between the two.
    let bus = ctx.platform.bus.subscribe(Topic::Project(project));
    let row = read(&ctx, project, id).await?;
    let (sender, receiver) = mpsc::channel(EVENTS_WAITING_MAX);
    let follower = Follower {
        ctx: ctx.clone(),
        project,
        id,
        place: Place::of(&row, after),
        sender,
    };
    ctx.platform.tasks.spawn(follower.run(row, bus));
    Ok(receiver)
}

async fn read(ctx: &Ctx, project: ProjectId, id: GenerationId) -> Result<generation::Model> {
    generation::Entity::find_by_id((project.uuid(), id.uuid()))
        .one(ctx.reader())
        .await
        .map_err(db)?
        .ok_or(Error::NotFound("generation"))
}

fn is_about_answers(event: &protocol::events::Event) -> bool {
    matches!(event, protocol::events::Event::Generation(_))
}

/// How far the reader is.
#[derive(Clone, Copy, Debug, Default)]
struct Place {
    next_chunk: u64,
    bytes: usize,
}

impl Place {
    /// Only at the end of the checkpoint is it known how much text a number of chunks made.
    fn of(row: &generation::Model, after: Option<u64>) -> Self {
        let chunks = u64::try_from(row.chunks).unwrap_or_default();
        match after {
            Some(after) if after.checked_add(1) == Some(chunks) => Self {
                next_chunk: chunks,
                bytes: row.text.len(),
            },
            Some(_) | None => Self::default(),
        }
    }
}

/// Nobody reads any more, or nobody may.
struct Gone;

struct Follower {
    ctx: Ctx,
    project: ProjectId,
    id: GenerationId,
    place: Place,
    sender: mpsc::Sender<Event>,
}

impl Follower {
    async fn run(mut self, row: generation::Model, mut bus: Subscription) {
        let mut look = interval(LOOK_EVERY);
        let stopping = self.ctx.platform.stopping.clone();
        let mut outcome = self.catch_up(&row);
        while matches!(outcome, Ok(false)) {
            outcome = tokio::select! {
                heard = bus.recv() => match heard {
                    Ok(message) => self.hear(&message).await,
                    Err(_) => self.look().await,
                },
                _ = look.tick() => self.look().await,
                () = stopping.cancelled() => Err(Gone),
            };
        }
    }

    /// Whether the end was told.
    async fn hear(&mut self, message: &Message) -> Result<bool, Gone> {
        match message {
            Message::Ephemeral(told) if told.kind == EphemeralKind::Delta => {
                // What cannot be read is in the checkpoint, too.
                let deltas: Vec<DeltaFrame> =
                    serde_json::from_slice(&told.payload).unwrap_or_default();
                for delta in deltas {
                    if delta.generation == self.id && self.take(delta).await? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            Message::Committed(committed)
                if committed
                    .events
                    .iter()
                    .any(|event| event.event.parts().iter().any(is_about_answers)) =>
            {
                self.look().await
            }
            Message::Committed(_) | Message::Ephemeral(_) => Ok(false),
            Message::Head { .. } | Message::Lost => self.look().await,
        }
    }

    async fn take(&mut self, delta: DeltaFrame) -> Result<bool, Gone> {
        let from = delta.from.unwrap_or(delta.chunk);
        if delta.chunk < self.place.next_chunk {
            return Ok(false);
        }
        if from != self.place.next_chunk {
            return self.look().await;
        }
        self.tell(delta.chunk, from, &delta.text)?;
        Ok(false)
    }

    /// Reads the checkpoint, if the caller still may.
    async fn look(&mut self) -> Result<bool, Gone> {
        let access = self.ctx.project(self.project, Permission::GRAPH_READ).await;
        let row = match access {
            Ok(_) => read(&self.ctx, self.project, self.id).await,
            Err(error) => Err(error),
        };
        match row {
            Ok(row) => self.catch_up(&row),
            // A database that is away comes back.
            Err(Error::Unavailable(_) | Error::Busy) => Ok(false),
            Err(_) => Err(Gone),
        }
    }

    fn catch_up(&mut self, row: &generation::Model) -> Result<bool, Gone> {
        let chunks = u64::try_from(row.chunks).unwrap_or_default();
        if chunks > self.place.next_chunk {
            let rest = row.text.get(self.place.bytes..).unwrap_or_default();
            self.tell(chunks - 1, self.place.next_chunk, rest)?;
        }
        let state = convert::run_state(row.state);
        if !is_over(state) {
            return Ok(false);
        }
        let error = row.error_code.clone().map(|code| RunError {
            code,
            detail: row.error_detail.clone().unwrap_or_default(),
        });
        self.send("end", None, &End { state, error })?;
        Ok(true)
    }

    fn tell(&mut self, chunk: u64, from: u64, text: &str) -> Result<(), Gone> {
        #[derive(Serialize)]
        struct Delta<'a> {
            chunk: u64,
            #[serde(skip_serializing_if = "Option::is_none")]
            from: Option<u64>,
            text: &'a str,
        }
        let delta = Delta {
            chunk,
            from: (from != chunk).then_some(from),
            text,
        };
        self.send("delta", Some(chunk), &delta)?;
        self.place = Place {
            next_chunk: chunk + 1,
            bytes: self.place.bytes + text.len(),
        };
        Ok(())
    }

    fn send(&self, name: &str, id: Option<u64>, data: &impl Serialize) -> Result<(), Gone> {
        let event = Event::default().event(name);
        let event = match id {
            Some(id) => event.id(id.to_string()),
            None => event,
        };
        let event = event.json_data(data).map_err(|_| Gone)?;
        self.sender.try_send(event).map_err(|_| Gone)
    }
}
