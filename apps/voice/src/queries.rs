use entity::voice_interaction;
use generation::audio;
use kernel::{Error, Permission, ProjectId, Result, VoiceId};
use platform::{Ctx, db};
use protocol::voice::{VoiceInteraction, VoiceOffer};
use sea_orm::EntityTrait;

use crate::row::to_view;

pub(crate) const NO_INTERACTION: Error = Error::NotFound("voice interaction");

/// What this server can hear and read.
pub(crate) fn offer(ctx: &Ctx) -> Result<VoiceOffer> {
    ctx.user_id()?;
    let platform = &ctx.platform;
    let voice = &platform.settings.voice;
    let length = |length: usize| u64::try_from(length).unwrap_or(u64::MAX);
    Ok(VoiceOffer {
        transcription_model: audio::ear(platform)?.map(|model| model.id.to_string()),
        speech_model: audio::reader(platform)?.map(|model| model.id.to_string()),
        voices: voice.voices().map(str::to_owned).collect(),
        audio_bytes_max: length(voice.audio_bytes_max),
        audio_seconds_max: voice.audio_seconds_max,
        speech_chars_max: length(voice.speech_chars_max),
    })
}

pub(crate) async fn get(ctx: &Ctx, id: VoiceId) -> Result<VoiceInteraction> {
    to_view(ctx, own(ctx, id).await?)
}

/// One of the caller's own, as long as they may look at its project. That of anybody else does not exist.
pub(crate) async fn own(ctx: &Ctx, id: VoiceId) -> Result<voice_interaction::Model> {
    let user = ctx.user_id()?;
    let row = voice_interaction::Entity::find_by_id(id.uuid())
        .one(ctx.reader())
        .await
        .map_err(db)?
        .filter(|row| row.user_id == user.uuid())
        .ok_or(NO_INTERACTION)?;
    let project = ProjectId::from_uuid(row.project_id);
    match ctx.project(project, Permission::GRAPH_READ).await {
        Ok(_) => Ok(row),
        Err(Error::NotFound(_)) => Err(NO_INTERACTION),
        Err(error) => Err(error),
    }
}
