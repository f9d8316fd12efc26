//! Speaking with the server: what people say as text, and answers read aloud.

use kernel::{GenerationId, NodeId, ProjectId, UserId, VoiceId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Timestamp;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum VoiceType {
    SpeechToText,
    TextToSpeech,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum VoiceStatus {
    /// What it may cost is reserved.
    Pending,
    /// A provider is asked.
    Processing,
    Completed,
    /// `error` says why.
    Failed,
}

/// Why nothing, or not all of it, came of an interaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum VoiceFault {
    /// The provider takes no more for now.
    RateLimited,
    ProviderUnavailable,
    /// Whoever runs the server must set another key.
    ProviderRefusedKey,
    RequestRejected,
    /// What came is no answer, or has no end.
    ProviderProtocol,
    ProviderTimeout,
    ProviderStalled,
    /// It took longer than it may.
    TooLong,
    /// What came is larger than it may be.
    TooLarge,
    /// The server stopped meanwhile.
    Interrupted,
}

impl VoiceFault {
    /// As it is stored.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::RateLimited => "rate_limited",
            Self::ProviderUnavailable => "provider_unavailable",
            Self::ProviderRefusedKey => "provider_refused_key",
            Self::RequestRejected => "request_rejected",
            Self::ProviderProtocol => "provider_protocol",
            Self::ProviderTimeout => "provider_timeout",
            Self::ProviderStalled => "provider_stalled",
            Self::TooLong => "too_long",
            Self::TooLarge => "too_large",
            Self::Interrupted => "interrupted",
        }
    }
}

/// Something that a person said to the server, or had read to them. It is theirs alone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct VoiceInteraction {
    pub id: VoiceId,
    pub r#type: VoiceType,
    pub user_id: UserId,
    pub project_id: ProjectId,
    #[schema(required)]
    pub node_id: Option<NodeId>,
    #[schema(required)]
    pub generation_id: Option<GenerationId>,
    /// What was heard so far, or what is read.
    #[schema(required)]
    pub text: Option<String>,
    /// Where the sound can be had for a day, while it is made as well. For sessions it needs no header for a while, such as
    /// for `<audio>`.
    #[schema(required)]
    pub audio_url: Option<String>,
    /// Seconds.
    #[schema(required)]
    pub duration: Option<f64>,
    pub status: VoiceStatus,
    #[schema(required)]
    pub error: Option<VoiceFault>,
    /// ISO 639-1.
    pub language: String,
    pub metadata: VoiceMetadata,
    pub created_at: Timestamp,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct VoiceMetadata {
    pub model: String,
    /// Who reads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub voice: Option<String>,
    /// Of the sound.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub bytes: Option<u64>,
    /// US dollars; nothing while it is on its way.
    pub cost: f64,
}

/// What is to be read aloud: the answer of a node, or another attempt at it.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Speak {
    pub project_id: ProjectId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub node_id: Option<NodeId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub generation_id: Option<GenerationId>,
    /// One of those that are offered; the first if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub voice: Option<String>,
    /// That of the text; the person's if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<LanguageCode>,
}

/// A language by its two letters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "String", into = "String")]
#[schema(value_type = String, pattern = "^[a-z]{2}$")]
pub struct LanguageCode(String);

impl TryFrom<String> for LanguageCode {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let is_code = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_lowercase());
        is_code
            .then_some(Self(text))
            .ok_or("must be two small letters of ISO 639-1, such as en or fr")
    }
}

impl From<LanguageCode> for String {
    fn from(code: LanguageCode) -> Self {
        code.0
    }
}

/// A server-sent event of a transcription: `begin` with the interaction, `delta` for each piece, and `end` with the
/// interaction.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", tag = "event", content = "data")]
pub enum TranscriptionEvent {
    Begin(VoiceInteraction),
    Delta(VoiceDelta),
    End(VoiceInteraction),
}

/// What was heard next.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct VoiceDelta {
    pub text: String,
}

/// What this server can hear and read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct VoiceOffer {
    /// Who turns speech into text; null if nobody is set up.
    #[schema(required)]
    pub transcription_model: Option<String>,
    /// Who reads aloud; null if nobody is set up.
    #[schema(required)]
    pub speech_model: Option<String>,
    /// The usual one first.
    pub voices: Vec<String>,
    pub audio_bytes_max: u64,
    pub audio_seconds_max: u32,
    pub speech_chars_max: u64,
}
