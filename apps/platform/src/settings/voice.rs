//! Hearing what people say, and reading to them.

use serde::{Deserialize, Serialize};

use super::models::{ModelEntry, OPENAI_PROVIDER, ProviderEntry, ProviderSettings};
use crate::wrong_setting::WrongSetting;

/// US dollars for a minute, or for a million characters; more is a mistake in the unit.
const PRICE_MAX: f64 = 10_000.0;
const VOICE_CHARS_MAX: usize = 64;

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VoiceSettings {
    /// Who turns speech into text, such as `openai/whisper-1`. With OpenAI's key alone one of its models if left out,
    /// otherwise nobody.
    pub transcription_model: Option<String>,
    /// US dollars for a minute of sound.
    pub transcription_price: f64,
    /// Who reads aloud, such as `openai/tts-1`. With OpenAI's key alone one of its models if left out, otherwise nobody.
    pub speech_model: Option<String>,
    /// US dollars for a million characters.
    pub speech_price: f64,
    /// The voices that can be chosen, separated by commas; the first reads when none is.
    pub voices: String,
    /// How many bytes of sound are taken at once.
    pub audio_bytes_max: usize,
    /// How many seconds of sound are taken at once.
    pub audio_seconds_max: u32,
    /// How many characters are read aloud at once.
    pub speech_chars_max: usize,
    /// How many bytes of sound are made at once.
    pub speech_bytes_max: usize,
    /// How much of this one person may have on its way at once.
    pub at_once_per_person: u32,
    /// How much of this one person may begin a minute.
    pub per_minute: u32,
    /// Milliseconds for all that is asked of a provider at once.
    pub total_ms: u64,
}

impl Default for VoiceSettings {
    fn default() -> Self {
        Self {
            transcription_model: None,
            transcription_price: 0.006,
            speech_model: None,
            speech_price: 15.0,
            voices: "alloy,ash,coral,nova,onyx,sage".to_owned(),
            audio_bytes_max: 25 * 1024 * 1024,
            audio_seconds_max: 900,
            speech_chars_max: 12_000,
            speech_bytes_max: 32 * 1024 * 1024,
            at_once_per_person: 2,
            per_minute: 20,
            total_ms: 300_000,
        }
    }
}

impl VoiceSettings {
    /// The voices, the usual one first.
    pub fn voices(&self) -> impl Iterator<Item = &str> {
        let voices = self.voices.split(',').map(str::trim);
        voices.filter(|voice| !voice.is_empty())
    }
}

pub(super) fn check(
    voice: &VoiceSettings,
    openai: &ProviderSettings,
    providers: &[ProviderEntry],
) -> Result<(), WrongSetting> {
    let has_openai = openai.api_key().is_some() || openai.base_url().is_some();
    let is_provider = |name: &str| {
        name == OPENAI_PROVIDER && has_openai || providers.iter().any(|entry| entry.name == name)
    };
    for (field, model) in [
        ("voice.transcription_model", &voice.transcription_model),
        ("voice.speech_model", &voice.speech_model),
    ] {
        let Some(model) = model else { continue };
        let parts = model
            .split_once('/')
            .filter(|(_, name)| ModelEntry::is_name(name));
        let Some((provider, _)) = parts else {
            return Err(WrongSetting::new(
                field,
                "must be the id of a model, such as openai/whisper-1",
            ));
        };
        if !is_provider(provider) {
            return Err(WrongSetting::new(
                field,
                "names a provider that is not set up; set provider.openai_api_key or add it to providers",
            ));
        }
    }
    for (field, price) in [
        ("voice.transcription_price", voice.transcription_price),
        ("voice.speech_price", voice.speech_price),
    ] {
        // NaN is in no range.
        if !(0.0..=PRICE_MAX).contains(&price) {
            return Err(WrongSetting::new(
                field,
                "must be from 0 to 10000 US dollars",
            ));
        }
    }
    let is_voice = |voice: &str| {
        voice.len() <= VOICE_CHARS_MAX && voice.bytes().all(|byte| byte.is_ascii_graphic())
    };
    if voice.voices().next().is_none() || !voice.voices().all(is_voice) {
        return Err(WrongSetting::new(
            "voice.voices",
            "must hold names of voices, separated by commas",
        ));
    }
    check_amounts(voice)
}

fn check_amounts(voice: &VoiceSettings) -> Result<(), WrongSetting> {
    let amounts = [
        ("voice.audio_bytes_max", voice.audio_bytes_max == 0),
        ("voice.audio_seconds_max", voice.audio_seconds_max == 0),
        ("voice.speech_chars_max", voice.speech_chars_max == 0),
        ("voice.speech_bytes_max", voice.speech_bytes_max == 0),
        ("voice.at_once_per_person", voice.at_once_per_person == 0),
        ("voice.per_minute", voice.per_minute == 0),
        ("voice.total_ms", voice.total_ms == 0),
    ];
    match amounts.iter().find(|(_, is_nothing)| *is_nothing) {
        Some((name, _)) => Err(WrongSetting::new(name, "must be at least 1")),
        None => Ok(()),
    }
}
