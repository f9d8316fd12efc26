//! Instructions that change elsewhere, in presets and in what people say of themselves: what that
//! means for the answers of each project that carries them.

use std::sync::Arc;

use accounts::users;
use entity::{enums, generation};
use http::Feature;
use kernel::{Error, PresetId, ProjectId, Result};
use platform::{Command, Ctx, Job, JobContext, Platform, ProjectCommand, Queue, Write, db};
use projects::presets;
use protocol::events::{Event, InstructionsEvent};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::staleness;

/// One project compares its answers with what they rest on.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Compare {
    project: ProjectId,
}

impl Job for Compare {
    const KIND: &'static str = "instructions.change";
    const QUEUE: Queue = Queue::Short;
}

/// One project gives up a preset that is no more.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct GiveUp {
    project: ProjectId,
    preset: PresetId,
}

impl Job for GiveUp {
    const KIND: &'static str = "preset.give_up";
    const QUEUE: Queue = Queue::Short;
}

pub(crate) fn jobs(feature: Feature) -> Feature {
    feature
        .job(person_changed)
        .job(preset_changed)
        .job(preset_dropped)
        .job(compare)
        .job(give_up)
}

/// Projects with answers that carry what this person says of themselves.
async fn person_changed(job: users::InstructionsChanged, context: JobContext) -> Result<()> {
    let (platform, user) = (context.platform, job.user);
    let projects: Vec<Uuid> = generation::Entity::find()
        .select_only()
        .column(generation::Column::ProjectId)
        .distinct()
        .filter(generation::Column::RequestedBy.eq(user.uuid()))
        .filter(generation::Column::Origin.eq(enums::GenerationOrigin::Model))
        .into_tuple()
        .all(platform.database.reader())
        .await
        .map_err(db)?;
    let compare = |project: Uuid| Compare {
        project: project.into(),
    };
    queue(&platform, projects.into_iter().map(compare).collect()).await
}

async fn preset_changed(job: presets::PresetChanged, context: JobContext) -> Result<()> {
    let platform = context.platform;
    let projects = presets::users(platform.database.reader(), job.preset).await?;
    let compare = |project| Compare { project };
    queue(&platform, projects.into_iter().map(compare).collect()).await
}

async fn preset_dropped(job: presets::PresetDropped, context: JobContext) -> Result<()> {
    let (platform, preset) = (context.platform, job.preset);
    let projects = presets::users(platform.database.reader(), preset).await?;
    let give_up = |project| GiveUp { project, preset };
    queue(&platform, projects.into_iter().map(give_up).collect()).await
}

/// A job for each project, so that one that cannot be done now holds up no other.
async fn queue<J: Job>(platform: &Platform, jobs: Vec<J>) -> Result<()> {
    if jobs.is_empty() {
        return Ok(());
    }
    platform.writer.housekeep(QueueAll { jobs }).await
}

struct QueueAll<J> {
    jobs: Vec<J>,
}

impl<J: Job> Command for QueueAll<J> {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        write.unrecorded("who changed the instructions left the record");
        self.jobs.iter().try_for_each(|job| write.enqueue(job))
    }
}

fn server(platform: &Arc<Platform>) -> Ctx {
    Ctx::server(platform.clone())
}

/// Says that instructions changed where that makes an answer stale or fresh, and nowhere else.
async fn compare(job: Compare, context: JobContext) -> Result<()> {
    server(&context.platform)
        .write(job.project, SayIfFelt)
        .await
        .map(drop)
}

#[derive(Debug)]
struct SayIfFelt;

impl Command for SayIfFelt {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        if staleness::would_change(write).await? {
            // What it changed follows from this event, under the same number.
            write.emit(InstructionsEvent::Change {});
        }
        Ok(())
    }
}

impl ProjectCommand for SayIfFelt {
    fn replay(&self, _event: &Event) -> Result<()> {
        Err(Error::OpReused)
    }
}

async fn give_up(job: GiveUp, context: JobContext) -> Result<()> {
    let GiveUp { project, preset } = job;
    server(&context.platform)
        .write(project, DropPreset { preset })
        .await
        .map(drop)
}

#[derive(Debug)]
struct DropPreset {
    preset: PresetId,
}

impl Command for DropPreset {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        let preset = self.preset;
        write.unrecorded("nodes in the trash say nothing; who deleted the preset left the record");
        projects::projects::replace_preset(write, preset, None).await?;
        canvas::nodes::replace_preset(write, preset, None).await
    }
}

impl ProjectCommand for DropPreset {
    fn replay(&self, _event: &Event) -> Result<()> {
        Err(Error::OpReused)
    }
}
