//! What comes with a recording, and the recording itself.

use std::time::Duration;

use axum::extract::{Multipart, multipart::Field};
use bytes::Bytes;
use kernel::{Error, MediaId, NodeId, Permission, ProjectId, Result};
use media::{Sound, broken, parsed};
use platform::Ctx;
use protocol::voice::LanguageCode;
use tokio::time::{Instant, timeout, timeout_at};

use crate::turns::{Turn, turn};

/// How long nothing may come before a recording is given up.
const STALL_MAX: Duration = Duration::from_secs(30);
/// How long all of it may take to come.
const TOTAL_MAX: Duration = Duration::from_secs(300);

/// A recording that is here.
#[derive(Debug)]
pub(crate) struct Recording {
    pub(crate) project: ProjectId,
    pub(crate) node: Option<NodeId>,
    pub(crate) language: Option<LanguageCode>,
    pub(crate) bytes: Bytes,
    pub(crate) sound: Sound,
    pub(crate) turn: Turn,
}

/// What stands before the file in the form, or instead of it.
#[derive(Default)]
struct Said {
    project: Option<ProjectId>,
    node: Option<NodeId>,
    language: Option<LanguageCode>,
    media: Option<MediaId>,
}

pub(crate) async fn receive(ctx: &Ctx, mut form: Multipart) -> Result<Recording> {
    let mut said = Said::default();
    while let Some(field) = form.next_field().await.map_err(|_| broken())? {
        match field.name().unwrap_or_default() {
            "projectId" => said.project = Some(parsed("/projectId", field).await?),
            "nodeId" => said.node = Some(parsed("/nodeId", field).await?),
            "language" => said.language = Some(parsed("/language", field).await?),
            "mediaId" => said.media = Some(parsed("/mediaId", field).await?),
            "file" => {
                let (project, turn) = said.admitted(ctx).await?;
                let bytes = whole(ctx, field).await?;
                let sound = media::sound_of(&bytes)?;
                return Ok(said.recording(project, turn, bytes, sound));
            }
            _ => {
                let sentence =
                    "fields are `projectId`, `nodeId`, `language`, and `file` or `mediaId`";
                return Err(Error::invalid("", sentence));
            }
        }
    }
    let (project, turn) = said.admitted(ctx).await?;
    let missing = || Error::invalid("/file", "must be there, or `mediaId` in its place");
    let media = said.media.ok_or_else(missing)?;
    let bytes_max = ctx.platform.settings.voice.audio_bytes_max;
    let (bytes, sound) = media::sound(ctx, project, media, bytes_max).await?;
    Ok(said.recording(project, turn, bytes, sound))
}

impl Said {
    /// Who may not ask is not listened to.
    async fn admitted(&self, ctx: &Ctx) -> Result<(ProjectId, Turn)> {
        ctx.user_id()?;
        let missing = || Error::invalid("/projectId", "must be there, before the file");
        let project = self.project.ok_or_else(missing)?;
        ctx.project(project, Permission::RUN).await?;
        Ok((project, turn(ctx)?))
    }

    fn recording(self, project: ProjectId, turn: Turn, bytes: Bytes, sound: Sound) -> Recording {
        Recording {
            project,
            node: self.node,
            language: self.language,
            bytes,
            sound,
            turn,
        }
    }
}

async fn whole(ctx: &Ctx, mut field: Field<'_>) -> Result<Bytes> {
    let bytes_max = ctx.platform.settings.voice.audio_bytes_max;
    let until = Instant::now() + TOTAL_MAX;
    let mut whole = Vec::new();
    loop {
        let coming = timeout_at(until, timeout(STALL_MAX, field.chunk())).await;
        let Ok(Ok(came)) = coming else {
            return Err(Error::RequestTimeout);
        };
        let Some(more) = came.map_err(|_| broken())? else {
            return Ok(whole.into());
        };
        if whole.len() + more.len() > bytes_max {
            return Err(Error::PayloadTooLarge { bytes_max });
        }
        whole.extend_from_slice(&more);
    }
}
