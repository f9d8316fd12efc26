//! Speech to text: a recording goes to a provider, and its words come back while it is heard.

use std::{sync::Arc, time::Duration};

use entity::{enums::VoiceType, voice_interaction};
use generation::{
    audio::{self, AudioModel, Clip, Heard},
    calls::Amount,
    estimate_tokens,
};
use kernel::{Error, Result, VoiceId, error::chain};
use media::length;
use platform::{Ctx, Platform};
use protocol::voice::{VoiceFault, VoiceInteraction};
use serde_json::json;
use tokio::{sync::mpsc, time::timeout};

use crate::{
    begin,
    commands::{Begin, End, Limits, Process},
    form::Recording,
    row::to_view,
    turns::Turn,
};

/// Tokens of words that somebody says in a second who is in a hurry.
const TOKENS_PER_SECOND_MAX: f64 = 5.0;
/// Fewer bytes a second than any recording has in which words can be told apart: it says how long one is at most that does
/// not say so itself.
const BYTES_PER_SECOND_MIN: u32 = 2_000;
/// Pieces that wait for whoever asked. Beyond that they are told with the end, which has all of them.
const STEPS_MAX: usize = 256;

/// What whoever asked is told.
#[derive(Debug)]
pub(crate) enum Step {
    Words(String),
    End(Box<VoiceInteraction>),
}

/// Begins to hear a recording. It goes on to its end, whoever listens.
pub(crate) async fn begin(
    ctx: &Ctx,
    recording: Recording,
) -> Result<(VoiceInteraction, mpsc::Receiver<Step>)> {
    let model = audio::ear(&ctx.platform)?;
    let model = begin::set_up(model, "voice.transcription_model", "turns speech into text")?;
    let measured = length::seconds(&recording.bytes);
    let seconds = at_most(ctx, &recording, measured)?;
    let language = begin::language(ctx, recording.language).await?;
    let begin = Begin {
        id: VoiceId::generate(),
        kind: VoiceType::SpeechToText,
        node: recording.node,
        generation: None,
        text: None,
        duration: measured,
        language: language.clone().unwrap_or_else(|| "en".to_owned()),
        model: model.id.to_string(),
        metadata: json!({"bytes": recording.bytes.len()}),
        amount: Amount {
            tokens: tokens(seconds),
            nanos: audio::price_of_seconds(&ctx.platform, seconds),
        },
        limits: Limits::of(&ctx.platform),
    };
    let row = ctx.write_as(recording.project, None, begin).await?.output;
    let clip = Clip {
        bytes: recording.bytes,
        filename: format!("recording.{}", recording.sound.ending),
        mime: recording.sound.mime,
        language,
    };
    let (tell, told) = mpsc::channel(STEPS_MAX);
    let work = Work {
        ctx: ctx.clone(),
        id: row.id.into(),
        model,
        clip,
        seconds,
        tell,
        _turn: recording.turn,
    };
    let view = to_view(ctx, row)?;
    ctx.platform.tasks.spawn(work.run());
    Ok((view, told))
}

/// How long a recording is at most; too long a one is refused.
fn at_most(ctx: &Ctx, recording: &Recording, measured: Option<f64>) -> Result<f64> {
    let max = ctx.platform.settings.voice.audio_seconds_max;
    if let Some(seconds) = measured.filter(|seconds| *seconds > f64::from(max)) {
        let sentence = format!(
            "lasts {seconds:.0} s, and may last {max} s; send it in shorter parts, or have \
             `voice.audio_seconds_max` raised"
        );
        return Err(Error::invalid("/file", sentence));
    }
    let bytes = u32::try_from(recording.bytes.len()).unwrap_or(u32::MAX);
    let guessed = f64::from(bytes) / f64::from(BYTES_PER_SECOND_MIN);
    Ok(measured.unwrap_or(guessed.min(max.into())))
}

#[expect(
    clippy::as_conversions,
    reason = "seconds are bounded by a setting, and a float saturates"
)]
fn tokens(seconds: f64) -> i64 {
    (seconds * TOKENS_PER_SECOND_MAX).ceil() as i64
}

struct Work {
    ctx: Ctx,
    id: VoiceId,
    model: AudioModel,
    clip: Clip,
    /// How long it is at most.
    seconds: f64,
    tell: mpsc::Sender<Step>,
    /// The recording is in memory until this ends.
    _turn: Turn,
}

/// What came so far.
#[derive(Default)]
struct Came {
    text: String,
    /// Whether the provider has heard it, and so counts it.
    is_heard: bool,
    seconds: Option<f64>,
}

impl Work {
    async fn run(self) {
        let platform = self.ctx.platform.clone();
        let mut came = Came::default();
        let total = Duration::from_millis(platform.settings.voice.total_ms);
        let heard = tokio::select! {
            biased;
            () = platform.stopping.cancelled() => Err(VoiceFault::Interrupted),
            heard = timeout(total, self.hear(&platform, &mut came)) => {
                heard.unwrap_or(Err(VoiceFault::TooLong))
            }
        };
        match platform.writer.housekeep(self.end(came, heard.err())).await {
            Ok(Some(row)) => self.tell_end(row).await,
            // Its project is gone.
            Ok(None) => {}
            // It is given up later.
            Err(error) => tracing::warn!(error = chain(&error), "The end of {} is lost", self.id),
        }
    }

    async fn hear(&self, platform: &Arc<Platform>, came: &mut Came) -> Result<(), VoiceFault> {
        let begun = platform.writer.housekeep(Process { id: self.id }).await;
        begun.map_err(|_| VoiceFault::Interrupted)?;
        let mut hearing = audio::hear(platform, &self.model, &self.clip).await?;
        while let Some(heard) = hearing.next().await {
            came.is_heard = true;
            match heard? {
                Heard::Words(words) => {
                    came.text.push_str(&words);
                    // What finds no place is told with the end.
                    let _ = self.tell.try_send(Step::Words(words));
                }
                Heard::End { text, seconds } => {
                    came.text = text;
                    came.seconds = seconds.filter(|seconds| seconds.is_finite() && *seconds >= 0.0);
                }
            }
        }
        Ok(())
    }

    fn end(&self, came: Came, fault: Option<VoiceFault>) -> End {
        let is_heard = came.is_heard && (fault.is_none() || !came.text.is_empty());
        let seconds = came.seconds.unwrap_or(self.seconds);
        let used = if is_heard {
            Amount {
                tokens: estimate_tokens(&came.text).into(),
                nanos: audio::price_of_seconds(&self.ctx.platform, seconds),
            }
        } else {
            Amount::default()
        };
        End {
            id: self.id,
            fault,
            text: Some(came.text.trim().to_owned()),
            sound: None,
            duration: came.seconds,
            used,
        }
    }

    async fn tell_end(&self, row: voice_interaction::Model) {
        if let Ok(view) = to_view(&self.ctx, row) {
            // Whoever asked may have gone.
            let _ = self.tell.send(Step::End(Box::new(view))).await;
        }
    }
}
