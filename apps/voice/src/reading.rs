//! Text to speech: an answer goes to a provider part by part, and its sound is heard while it is made.

use std::{sync::Arc, time::Duration};

use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse, Response},
};
use entity::{enums::VoiceType, voice_interaction};
use generation::{
    audio::{self, AudioModel},
    calls::Amount,
    estimate_tokens,
};
use kernel::{Error, Permission, Result, VoiceId, error::chain};
use media::length;
use platform::{Ctx, Platform};
use protocol::{
    preferences::Language,
    voice::{Speak, VoiceFault, VoiceInteraction},
};
use serde_json::json;
use tokio::time::timeout;

use crate::{
    begin,
    commands::{Begin, End, KeptSound, Limits, Process},
    queries::own,
    readable,
    row::{has_sound, to_view},
    sounding::{self, Sounding, Sounds},
};

/// Characters that providers take at once.
const PART_CHARS_MAX: usize = 4_000;
/// How often it is looked whether another instance is done.
const LOOK_EVERY: Duration = Duration::from_millis(300);

/// Begins to read an answer aloud. It goes on to its end, whoever listens.
pub(crate) async fn begin(ctx: &Ctx, asked: Speak) -> Result<VoiceInteraction> {
    let project = asked.project_id;
    ctx.project(project, Permission::RUN).await?;
    let (node, text) =
        generation::answer_text(ctx, project, asked.node_id, asked.generation_id).await?;
    let model = audio::reader(&ctx.platform)?;
    let model = begin::set_up(model, "voice.speech_model", "reads aloud")?;
    let voice = voice(ctx, asked.voice)?;
    let language = begin::language(ctx, asked.language).await?;
    let language = language.unwrap_or_else(|| "en".to_owned());
    let text = spoken(ctx, &text, &language)?;
    let begin = Begin {
        id: VoiceId::generate(),
        kind: VoiceType::TextToSpeech,
        node: Some(node),
        generation: asked.generation_id,
        text: Some(text.clone()),
        duration: None,
        language,
        model: model.id.to_string(),
        metadata: json!({"voice": voice}),
        amount: amount(&ctx.platform, &text),
        limits: Limits::of(&ctx.platform),
    };
    let row = ctx.write_as(project, None, begin).await?.output;
    let id = VoiceId::from_uuid(row.id);
    let work = Work {
        platform: ctx.platform.clone(),
        id,
        model,
        voice,
        text,
        sounding: ctx.platform.feature::<Sounds>().begin(id),
    };
    ctx.platform.tasks.spawn(work.run());
    to_view(ctx, row)
}

fn voice(ctx: &Ctx, asked: Option<String>) -> Result<String> {
    let mut voices = ctx.platform.settings.voice.voices();
    let found = match &asked {
        None => voices.next(),
        Some(asked) => voices.find(|voice| voice == asked),
    };
    found.map(str::to_owned).ok_or_else(|| {
        let all: Vec<_> = ctx.platform.settings.voice.voices().collect();
        Error::invalid("/voice", format!("must be one of {}", all.join(", ")))
    })
}

/// What is read of an answer; too much is refused.
fn spoken(ctx: &Ctx, text: &str, language: &str) -> Result<String> {
    let language = if language == begin::code(Language::Fr) {
        Language::Fr
    } else {
        Language::En
    };
    let spoken = readable::spoken(text, language);
    let (chars, max) = (
        spoken.chars().count(),
        ctx.platform.settings.voice.speech_chars_max,
    );
    if chars == 0 {
        return Err(Error::Conflict(
            "there is nothing to read in this answer".to_owned(),
        ));
    }
    if chars > max {
        let sentence = format!(
            "the answer has {chars} characters to read, and at most {max} are read at once; ask for a shorter one, or \
             have `voice.speech_chars_max` raised"
        );
        return Err(Error::invalid("/nodeId", sentence));
    }
    Ok(spoken)
}

fn amount(platform: &Platform, text: &str) -> Amount {
    let chars = u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
    Amount {
        tokens: estimate_tokens(text).into(),
        nanos: audio::price_of_characters(platform, chars),
    }
}

struct Work {
    platform: Arc<Platform>,
    id: VoiceId,
    model: AudioModel,
    voice: String,
    text: String,
    sounding: Arc<Sounding>,
}

impl Work {
    async fn run(self) {
        let platform = &self.platform;
        let mut used = Amount::default();
        let total = Duration::from_millis(platform.settings.voice.total_ms);
        let read = tokio::select! {
            biased;
            () = platform.stopping.cancelled() => Err(VoiceFault::Interrupted),
            read = timeout(total, self.read(&mut used)) => {
                read.unwrap_or(Err(VoiceFault::TooLong))
            }
        };
        self.sounding.end(match read {
            Ok(()) => sounding::End::Whole,
            Err(_) => sounding::End::Broken,
        });
        let (sound, duration) = match read {
            Ok(()) => self.keep().await,
            Err(_) => (None, None),
        };
        let end = End {
            id: self.id,
            fault: read.err(),
            text: None,
            sound,
            duration,
            used,
        };
        if let Err(error) = platform.writer.housekeep(end).await {
            // It is given up later.
            tracing::warn!(error = chain(&error), "The end of {} is lost", self.id);
        }
        platform.feature::<Sounds>().forget(self.id);
    }

    /// Reads part after part. What a provider has begun to read is used up.
    async fn read(&self, used: &mut Amount) -> Result<(), VoiceFault> {
        let platform = &self.platform;
        let begun = platform.writer.housekeep(Process { id: self.id }).await;
        begun.map_err(|_| VoiceFault::Interrupted)?;
        for part in readable::parts(&self.text, PART_CHARS_MAX) {
            let reading = audio::read_aloud(platform, &self.model, &self.voice, &part);
            let mut reading = reading.await?;
            let more = amount(platform, &part);
            used.tokens += more.tokens;
            used.nanos += more.nanos;
            while let Some(piece) = reading.next().await {
                let bytes = self.sounding.push(reading.mime(), piece?);
                if bytes > platform.settings.voice.speech_bytes_max {
                    return Err(VoiceFault::TooLarge);
                }
            }
        }
        Ok(())
    }

    /// Keeps the sound, so that it can be heard again; without, it was heard once.
    async fn keep(&self) -> (Option<KeptSound>, Option<f64>) {
        let (bytes, mime) = self.sounding.whole();
        let Some(mime) = mime.filter(|_| !bytes.is_empty()) else {
            return (None, None);
        };
        let duration = length::seconds(&bytes);
        let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        let now = self.platform.clock.now();
        match self.platform.blobs.put(bytes, now).await {
            Ok(blob) => {
                let kept = KeptSound {
                    blob,
                    mime,
                    bytes: length,
                };
                (Some(kept), duration)
            }
            Err(error) => {
                tracing::warn!(
                    error = chain(&error),
                    "The sound of {} is not kept",
                    self.id
                );
                (None, duration)
            }
        }
    }
}

/// The sound of an interaction: as it is made, or from where it is kept.
pub(crate) async fn sound(ctx: &Ctx, id: VoiceId, headers: &HeaderMap) -> Result<Response> {
    let row = own(ctx, id).await?;
    if let Some(sounding) = ctx.platform.feature::<Sounds>().find(id)
        && has_sound(ctx, &row)
        && let Some(mime) = sounding.mime().await
    {
        let mut response = Body::from_stream(sounding.listen()).into_response();
        let head = response.headers_mut();
        if let Ok(mime) = HeaderValue::from_str(&mime) {
            head.insert(header::CONTENT_TYPE, mime);
        }
        media::safe(head);
        // It is not whole yet, so nobody keeps it.
        head.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        return Ok(response);
    }
    let row = ended(ctx, id).await?;
    let (true, Some(audio), Some(mime)) = (has_sound(ctx, &row), &row.audio, &row.audio_type)
    else {
        return Err(Error::NotFound("sound any more; ask for it once more"));
    };
    let kept = media::Kept {
        blob: media::blob_id(audio)?,
        size: size(&row),
        mime,
        filename: "answer.mp3",
        is_picture: false,
    };
    media::serve(ctx, kept, headers).await
}

fn size(row: &voice_interaction::Model) -> u64 {
    let bytes = row.metadata.as_ref().and_then(|fields| fields.get("bytes"));
    bytes
        .and_then(serde_json::Value::as_u64)
        .unwrap_or_default()
}

/// As it is once it has ended, on whichever instance; for no longer than it may take.
async fn ended(ctx: &Ctx, id: VoiceId) -> Result<voice_interaction::Model> {
    let total = Duration::from_millis(ctx.platform.settings.voice.total_ms);
    let waiting = async {
        let mut tick = tokio::time::interval(LOOK_EVERY);
        loop {
            tick.tick().await;
            let row = own(ctx, id).await?;
            if row.finished_at.is_some() {
                return Ok(row);
            }
        }
    };
    tokio::select! {
        () = ctx.platform.stopping.cancelled() => Err(Error::Busy),
        waited = timeout(total, waiting) => waited.unwrap_or(Err(Error::Busy)),
    }
}
