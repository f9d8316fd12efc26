//! From the table's row to what is seen of it.

use chrono::TimeDelta;
use entity::{
    enums::{VoiceStatus, VoiceType},
    voice_interaction,
};
use generation::calls;
use kernel::{Error, Result, VoiceId};
use platform::{Ctx, convert};
use protocol::voice::{VoiceInteraction, VoiceMetadata};

/// What addresses of sound are signed for.
pub(crate) const PURPOSE: &str = "voice address";
/// How long sound that was made can be had; its bytes go a day later, since nothing names them.
const SOUND_KEPT: TimeDelta = TimeDelta::days(1);

pub(crate) fn to_view(ctx: &Ctx, row: voice_interaction::Model) -> Result<VoiceInteraction> {
    let audio_url = has_sound(ctx, &row).then(|| address(ctx, row.id.into()));
    let metadata: Option<VoiceMetadata> = row.metadata.and_then(|stored| {
        let mut stored = stored;
        let fields = stored.as_object_mut()?;
        fields.insert("model".to_owned(), row.model.into());
        fields.insert("cost".to_owned(), calls::dollars(row.cost_nanos).into());
        serde_json::from_value(stored).ok()
    });
    let error = row.error.map(|word| serde_json::from_value(word.into()));
    Ok(VoiceInteraction {
        id: row.id.into(),
        r#type: convert::voice_type(row.kind),
        user_id: row.user_id.into(),
        project_id: row.project_id.into(),
        node_id: row.node_id.map(Into::into),
        generation_id: row.generation_id.map(Into::into),
        text: row.text,
        audio_url: audio_url.transpose()?,
        duration: row.duration,
        status: convert::voice_status(row.status),
        error: error.transpose().map_err(Error::internal)?,
        language: row.language,
        metadata: metadata.unwrap_or_default(),
        created_at: row.created_at.into(),
    })
}

/// Whether there is sound of it, or will be.
pub(crate) fn has_sound(ctx: &Ctx, row: &voice_interaction::Model) -> bool {
    let is_open = match row.status {
        VoiceStatus::Pending | VoiceStatus::Processing => true,
        VoiceStatus::Completed | VoiceStatus::Failed => false,
    };
    let is_read = row.kind == VoiceType::TextToSpeech;
    is_read && (is_open || row.audio.is_some()) && row.created_at + SOUND_KEPT > ctx.now()
}

/// API tokens send their header; a session's address needs none for a while.
fn address(ctx: &Ctx, id: VoiceId) -> Result<String> {
    let path = format!("/api/v1/voice/{id}/audio");
    match media::sign(ctx, PURPOSE, id.uuid()) {
        Ok((token, _)) => Ok(format!("{path}?token={token}")),
        Err(Error::SessionRequired) => Ok(path),
        Err(error) => Err(error),
    }
}
