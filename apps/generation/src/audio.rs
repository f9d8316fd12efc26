//! Asking models that hear and read aloud, for whoever speaks with people. Providers, keys and breakers are those of
//! answers.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use kernel::Result;
use platform::{
    Platform,
    settings::{OPENAI_PROVIDER, Settings},
};
use protocol::voice::VoiceFault;
use tokio::time::timeout;

pub use crate::providers::{Clip, Heard};
use crate::{
    money,
    providers::{Endpoint, Failure, FailureKind, OPENAI_BASE_URL, Sound, Transcript, health},
    setup::Setup,
};

/// What OpenAI offers for those who set up no more than its key.
const USUAL_EAR: &str = "openai/gpt-4o-mini-transcribe";
const USUAL_VOICE: &str = "openai/gpt-4o-mini-tts";
const SECONDS_PER_MINUTE: f64 = 60.0;
const CHARACTERS_OF_PRICE: f64 = 1_000_000.0;

/// A model that hears or reads aloud.
#[derive(Clone, Debug)]
pub struct AudioModel {
    /// `provider/name`.
    pub id: Arc<str>,
    name: String,
    endpoint: Endpoint,
}

/// Who turns speech into text, if anybody does.
pub fn ear(platform: &Platform) -> Result<Option<AudioModel>> {
    let asked = &platform.settings.voice.transcription_model;
    model(platform, asked.as_deref(), USUAL_EAR)
}

/// Who reads aloud, if anybody does.
pub fn reader(platform: &Platform) -> Result<Option<AudioModel>> {
    let asked = &platform.settings.voice.speech_model;
    model(platform, asked.as_deref(), USUAL_VOICE)
}

fn model(platform: &Platform, asked: Option<&str>, usual: &str) -> Result<Option<AudioModel>> {
    let usual = Some(usual).filter(|_| is_openai_itself(&platform.settings));
    let Some((id, (provider, name))) = asked
        .or(usual)
        .and_then(|id| Some((id, id.split_once('/')?)))
    else {
        return Ok(None);
    };
    let setup = Setup::of_platform(platform)?;
    let endpoint = setup.catalog.endpoint_of(provider);
    Ok(endpoint.map(|endpoint| AudioModel {
        id: id.into(),
        name: name.to_owned(),
        endpoint: endpoint.clone(),
    }))
}

/// Others that speak its language may have no such models.
fn is_openai_itself(settings: &Settings) -> bool {
    let has_key = settings.provider.api_key().is_some();
    let elsewhere = settings.provider.base_url();
    let is_other = |name: &str| name == OPENAI_PROVIDER;
    has_key
        && elsewhere.is_none_or(|url| url == OPENAI_BASE_URL)
        && !settings.providers.iter().any(|entry| is_other(&entry.name))
}

/// What so much sound costs, in billionths of a dollar.
pub fn price_of_seconds(platform: &Platform, seconds: f64) -> i64 {
    let price = platform.settings.voice.transcription_price;
    money::nanos(price * seconds.max(0.0) / SECONDS_PER_MINUTE)
}

/// What reading so much costs, in billionths of a dollar.
pub fn price_of_characters(platform: &Platform, characters: u32) -> i64 {
    let price = platform.settings.voice.speech_price;
    money::nanos(price * f64::from(characters) / CHARACTERS_OF_PRICE)
}

/// A text on its way.
#[derive(Debug)]
pub struct Hearing {
    asked: Asked,
    transcript: Transcript,
    bytes: usize,
}

/// Sound on its way.
#[derive(Debug)]
pub struct Reading {
    asked: Asked,
    sound: Sound,
}

/// Who is asked, and how that ends.
#[derive(Clone, Debug)]
struct Asked {
    platform: Arc<Platform>,
    id: Arc<str>,
}

impl Asked {
    async fn first<T>(
        &self,
        opening: impl Future<Output = Result<T, Failure>>,
    ) -> Result<T, VoiceFault> {
        if !health::may_ask(&self.platform, &self.id).await {
            return Err(VoiceFault::ProviderUnavailable);
        }
        let patience = Duration::from_millis(self.platform.settings.generation.first_byte_ms);
        let late = || Err(Failure::new(FailureKind::ProviderTimeout));
        match timeout(patience, opening).await.unwrap_or_else(|_| late()) {
            Ok(opened) => Ok(opened),
            Err(failure) => Err(self.failed(&failure).await),
        }
    }

    /// The next piece, in time.
    async fn next<T>(
        &self,
        next: impl Future<Output = Option<Result<T, Failure>>>,
    ) -> Option<Result<T, VoiceFault>> {
        let patience = Duration::from_millis(self.platform.settings.generation.idle_ms);
        let late = || Some(Err(Failure::new(FailureKind::ProviderStalled)));
        match timeout(patience, next).await.unwrap_or_else(|_| late())? {
            Ok(piece) => Some(Ok(piece)),
            Err(failure) => Some(Err(self.failed(&failure).await)),
        }
    }

    async fn failed(&self, failure: &Failure) -> VoiceFault {
        tracing::warn!(
            model.id = &*self.id,
            error = failure.label(),
            "Model {} failed",
            self.id
        );
        health::failed(&self.platform, &self.id, failure).await;
        fault(failure)
    }

    async fn answered(&self) {
        health::answered(&self.platform, &self.id).await;
    }
}

/// Asks for the text of a sound, and returns once its provider has begun to answer.
pub async fn hear(
    platform: &Arc<Platform>,
    model: &AudioModel,
    clip: &Clip,
) -> Result<Hearing, VoiceFault> {
    let asked = Asked {
        platform: platform.clone(),
        id: model.id.clone(),
    };
    let opening = model.endpoint.transcribe(&model.name, clip);
    let transcript = asked.first(opening).await?;
    Ok(Hearing {
        asked,
        transcript,
        bytes: 0,
    })
}

impl Hearing {
    /// What was heard next; the last is an end or a fault.
    pub async fn next(&mut self) -> Option<Result<Heard, VoiceFault>> {
        let heard = self.asked.next(self.transcript.next()).await?;
        let (Ok(Heard::Words(text)) | Ok(Heard::End { text, .. })) = &heard else {
            return Some(heard);
        };
        let is_end = matches!(&heard, Ok(Heard::End { .. }));
        self.bytes = if is_end { 0 } else { self.bytes } + text.len();
        if self.bytes > self.asked.platform.settings.generation.output_bytes_max {
            let failure = Failure::new(FailureKind::TooLarge);
            return Some(Err(self.asked.failed(&failure).await));
        }
        if is_end {
            self.asked.answered().await;
        }
        Some(heard)
    }
}

/// Asks for a text to be read aloud, and returns once its provider has begun to.
pub async fn read_aloud(
    platform: &Arc<Platform>,
    model: &AudioModel,
    voice: &str,
    text: &str,
) -> Result<Reading, VoiceFault> {
    let asked = Asked {
        platform: platform.clone(),
        id: model.id.clone(),
    };
    let opening = model.endpoint.read_aloud(&model.name, voice, text);
    let sound = asked.first(opening).await?;
    Ok(Reading { asked, sound })
}

impl Reading {
    /// What it is, for whoever plays it.
    #[must_use]
    pub fn mime(&self) -> &str {
        &self.sound.mime
    }

    pub async fn next(&mut self) -> Option<Result<Bytes, VoiceFault>> {
        let piece = self.asked.next(self.sound.next()).await;
        if piece.is_none() {
            self.asked.answered().await;
        }
        piece
    }
}

fn fault(failure: &Failure) -> VoiceFault {
    match failure.kind {
        // A recording can be too large for a provider, too.
        _ if failure.status == Some(413) => VoiceFault::TooLarge,
        FailureKind::RateLimited => VoiceFault::RateLimited,
        FailureKind::ProviderUnavailable => VoiceFault::ProviderUnavailable,
        FailureKind::ProviderRefusedKey => VoiceFault::ProviderRefusedKey,
        FailureKind::RequestRejected => VoiceFault::RequestRejected,
        FailureKind::ProviderProtocol => VoiceFault::ProviderProtocol,
        FailureKind::ProviderTimeout => VoiceFault::ProviderTimeout,
        FailureKind::ProviderStalled => VoiceFault::ProviderStalled,
        FailureKind::TooLong => VoiceFault::TooLong,
        FailureKind::TooLarge => VoiceFault::TooLarge,
    }
}
