//! Instructions that change elsewhere, in presets and in what people say of themselves: what that
//! means for the answers of each project that carries them.

use std::sync::Arc;

use accounts::users;
use entity::{enums, generation, user};
use futures::future::BoxFuture;
use http::Feature;
use kernel::{Error, PresetId, ProjectId, Result, UserId};
use platform::{
    Command, Ctx, Platform, Principal, ProjectCommand, RequestInfo, Write, db, jobs::Job,
};
use projects::presets;
use protocol::events::{Event, InstructionsEvent};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::staleness;

/// One project compares its answers with what they rest on.
const COMPARE: &str = "instructions.change";
/// One project gives up a preset that is no more.
const GIVE_UP: &str = "preset.give_up";

#[derive(Clone, Copy, Debug, Deserialize)]
struct OfProject {
    project: ProjectId,
}

#[derive(Clone, Copy, Debug, Deserialize)]
struct GivenUp {
    project: ProjectId,
    preset: PresetId,
}

pub(crate) fn jobs(feature: Feature) -> Feature {
    feature
        .job(users::INSTRUCTIONS, person_changed)
        .job(presets::CHANGED, preset_changed)
        .job(presets::DROPPED, preset_dropped)
        .job(COMPARE, compare)
        .job(GIVE_UP, give_up)
}

fn payload<T: DeserializeOwned>(job: &Job) -> Result<T> {
    serde_json::from_value(job.payload.clone()).map_err(Error::internal)
}

/// Projects with answers that carry what this person says of themselves.
fn person_changed(job: Job) -> BoxFuture<'static, Result<()>> {
    Box::pin(async move {
        let users::Person { user } = payload(&job)?;
        if is_deleted(&job.platform, user).await? {
            presets::delete_all_of(&job.platform, user).await?;
        }
        let projects: Vec<Uuid> = generation::Entity::find()
            .select_only()
            .column(generation::Column::ProjectId)
            .distinct()
            .filter(generation::Column::RequestedBy.eq(user.uuid()))
            .filter(generation::Column::Origin.eq(enums::GenerationOrigin::Model))
            .into_tuple()
            .all(job.platform.database.reader())
            .await
            .map_err(db)?;
        let payloads = projects.iter().map(|project| json!({ "project": project }));
        queue(&job.platform, COMPARE, payloads.collect()).await
    })
}

async fn is_deleted(platform: &Platform, user: UserId) -> Result<bool> {
    let row = user::Entity::find_by_id(user.uuid())
        .one(platform.database.reader())
        .await
        .map_err(db)?;
    Ok(row.is_none_or(|row| row.deleted_at.is_some()))
}

fn preset_changed(job: Job) -> BoxFuture<'static, Result<()>> {
    Box::pin(async move {
        let presets::Preset { preset } = payload(&job)?;
        let projects = presets::users(job.platform.database.reader(), preset).await?;
        let payloads = projects.iter().map(|project| json!({ "project": project }));
        queue(&job.platform, COMPARE, payloads.collect()).await
    })
}

fn preset_dropped(job: Job) -> BoxFuture<'static, Result<()>> {
    Box::pin(async move {
        let presets::Preset { preset } = payload(&job)?;
        let projects = presets::users(job.platform.database.reader(), preset).await?;
        let payloads = projects
            .iter()
            .map(|project| json!({ "project": project, "preset": preset }));
        queue(&job.platform, GIVE_UP, payloads.collect()).await
    })
}

/// A job for each project, so that one that cannot be done now holds up no other.
async fn queue(platform: &Platform, kind: &'static str, payloads: Vec<Value>) -> Result<()> {
    if payloads.is_empty() {
        return Ok(());
    }
    platform.writer.housekeep(Queue { kind, payloads }).await
}

struct Queue {
    kind: &'static str,
    payloads: Vec<Value>,
}

impl Command for Queue {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        write.unrecorded("who changed the instructions left the record");
        for payload in &self.payloads {
            write.enqueue(self.kind, payload.clone());
        }
        Ok(())
    }
}

fn server(platform: &Arc<Platform>) -> Ctx {
    Ctx::new(platform.clone(), Principal::System, RequestInfo::default())
}

/// Says that instructions changed where that makes an answer stale or fresh, and nowhere else.
fn compare(job: Job) -> BoxFuture<'static, Result<()>> {
    Box::pin(async move {
        let OfProject { project } = payload(&job)?;
        server(&job.platform)
            .write(project, SayIfFelt)
            .await
            .map(drop)
    })
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

fn give_up(job: Job) -> BoxFuture<'static, Result<()>> {
    Box::pin(async move {
        let GivenUp { project, preset } = payload(&job)?;
        server(&job.platform)
            .write(project, DropPreset { preset })
            .await
            .map(drop)
    })
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
        projects::projects::drop_preset(write, preset).await?;
        canvas::nodes::drop_preset(write, preset).await
    }
}

impl ProjectCommand for DropPreset {
    fn replay(&self, _event: &Event) -> Result<()> {
        Err(Error::OpReused)
    }
}
