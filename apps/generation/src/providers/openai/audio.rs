//! Sound to text and text to sound, as OpenAI's endpoints for audio have them.

use std::{fmt, pin::Pin};

use axum::http::header::CONTENT_TYPE;
use bytes::Bytes;
use futures::{Stream, StreamExt};
use reqwest::{
    Method, Response,
    multipart::{Form, Part},
};
use serde::Deserialize;
use serde_json::json;

use super::{Endpoint, transport};
use crate::providers::failure::{Failure, FailureKind, Said};

/// Bytes of one event, or of an answer that comes whole.
const ANSWER_BYTES_MAX: usize = 1024 * 1024;
/// What sound is made as: its parts can follow each other in one file.
const SOUND: &str = "mp3";
const SOUND_TYPE: &str = "audio/mpeg";

/// Sound that is to become text.
#[derive(Clone, Debug)]
pub struct Clip {
    pub bytes: Bytes,
    /// By its ending the provider knows what it is.
    pub filename: String,
    pub mime: &'static str,
    /// By its two letters, if it is known.
    pub language: Option<String>,
}

/// What comes back.
#[derive(Clone, Debug, PartialEq)]
pub enum Heard {
    Words(String),
    End {
        /// All of it, which may correct what came before.
        text: String,
        /// How much the provider counted.
        seconds: Option<f64>,
    },
}

type Bodies = Pin<Box<dyn Stream<Item = reqwest::Result<Bytes>> + Send>>;

/// A text on its way. Dropping it closes the connection.
pub(crate) struct Transcript {
    body: Bodies,
    /// Whether it comes in events, or whole.
    is_stream: bool,
    /// What came and was not read yet.
    rest: Vec<u8>,
    is_over: bool,
}

/// Sound on its way. Dropping it closes the connection.
pub(crate) struct Sound {
    body: Bodies,
    pub(crate) mime: String,
}

impl fmt::Debug for Transcript {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transcript").finish_non_exhaustive()
    }
}

impl fmt::Debug for Sound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sound").finish_non_exhaustive()
    }
}

impl Endpoint {
    pub(crate) async fn transcribe(&self, model: &str, clip: &Clip) -> Result<Transcript, Failure> {
        let answer = match self.send(model, clip, true).await {
            // Some tell a text only whole, and refuse to be asked for more.
            Err(failure) if matches!(failure.status, Some(400 | 422)) => {
                self.send(model, clip, false).await?
            }
            answer => answer?,
        };
        Ok(Transcript {
            is_stream: content_type(&answer).contains("event-stream"),
            body: answer.bytes_stream().boxed(),
            rest: Vec::new(),
            is_over: false,
        })
    }

    async fn send(&self, model: &str, clip: &Clip, as_stream: bool) -> Result<Response, Failure> {
        let unsendable = |_| Failure::new(FailureKind::RequestRejected);
        let length = u64::try_from(clip.bytes.len()).unwrap_or(u64::MAX);
        let file = Part::stream_with_length(clip.bytes.clone(), length)
            .file_name(clip.filename.clone())
            .mime_str(clip.mime)
            .map_err(unsendable)?;
        let mut form = Form::new()
            .text("model", model.to_owned())
            .text("response_format", "json");
        if let Some(language) = &clip.language {
            form = form.text("language", language.clone());
        }
        if as_stream {
            form = form.text("stream", "true");
        }
        let request = self.request(Method::POST, "/audio/transcriptions");
        let request = request.ok_or_else(|| Failure::new(FailureKind::ProviderUnavailable))?;
        answered(request.multipart(form.part("file", file))).await
    }

    pub(crate) async fn read_aloud(
        &self,
        model: &str,
        voice: &str,
        text: &str,
    ) -> Result<Sound, Failure> {
        let asked = json!({
            "model": model, "voice": voice, "input": text, "response_format": SOUND,
        });
        let request = self.request(Method::POST, "/audio/speech");
        let request = request.ok_or_else(|| Failure::new(FailureKind::ProviderUnavailable))?;
        let answer = answered(request.json(&asked)).await?;
        let mime = content_type(&answer).to_owned();
        if ["json", "html", "text/"]
            .iter()
            .any(|word| mime.contains(word))
        {
            return Err(Failure::new(FailureKind::ProviderProtocol)
                .saying("The provider sent something that is no sound."));
        }
        let is_sound = mime.starts_with("audio/");
        Ok(Sound {
            body: answer.bytes_stream().boxed(),
            mime: if is_sound {
                mime
            } else {
                SOUND_TYPE.to_owned()
            },
        })
    }
}

async fn answered(request: reqwest::RequestBuilder) -> Result<Response, Failure> {
    let answer = request.send().await;
    let answer = answer.map_err(|_| Failure::new(FailureKind::ProviderUnavailable))?;
    if answer.status().is_success() {
        return Ok(answer);
    }
    Err(transport::refusal(answer).await)
}

/// Without what stands after a semicolon.
fn content_type(answer: &Response) -> &str {
    let value = answer.headers().get(CONTENT_TYPE);
    let value = value
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    value.split(';').next().unwrap_or_default().trim()
}

fn broke() -> Failure {
    Failure::new(FailureKind::ProviderUnavailable).saying("The connection to the provider broke.")
}

impl Sound {
    pub(crate) async fn next(&mut self) -> Option<Result<Bytes, Failure>> {
        let piece = self.body.next().await?;
        Some(piece.map_err(|_| broke()))
    }
}

impl Transcript {
    /// What was heard next; the last is an end or a failure.
    pub(crate) async fn next(&mut self) -> Option<Result<Heard, Failure>> {
        if self.is_over {
            return None;
        }
        let heard = if self.is_stream {
            self.event().await
        } else {
            self.whole().await
        };
        self.is_over = !matches!(heard, Ok(Heard::Words(_)));
        Some(heard)
    }

    /// Reads some more; false when that was all.
    async fn read(&mut self) -> Result<bool, Failure> {
        let Some(piece) = self.body.next().await else {
            return Ok(false);
        };
        let piece = piece.map_err(|_| broke())?;
        if self.rest.len() + piece.len() > ANSWER_BYTES_MAX {
            return Err(Failure::new(FailureKind::TooLarge));
        }
        self.rest.extend_from_slice(&piece);
        Ok(true)
    }

    async fn whole(&mut self) -> Result<Heard, Failure> {
        while self.read().await? {}
        let no_text = Failure::new(FailureKind::ProviderProtocol);
        let said: Whole = serde_json::from_slice(&self.rest).map_err(|_| no_text.clone())?;
        if let Some(error) = &said.error {
            return Err(Failure::said(error));
        }
        let text = said.text.ok_or(no_text)?;
        let seconds = said.usage.and_then(|usage| usage.seconds).or(said.duration);
        Ok(Heard::End { text, seconds })
    }

    async fn event(&mut self) -> Result<Heard, Failure> {
        loop {
            while let Some(line) = self.line() {
                if let Some(heard) = heard(&line)? {
                    return Ok(heard);
                }
            }
            if !self.read().await? {
                return Err(Failure::new(FailureKind::ProviderProtocol)
                    .saying("The provider's answer has no end."));
            }
        }
    }

    fn line(&mut self) -> Option<Vec<u8>> {
        let end = self.rest.iter().position(|byte| *byte == b'\n')?;
        Some(self.rest.drain(..=end).collect())
    }
}

/// An answer that comes whole, and the last event of a stream.
#[derive(Deserialize)]
struct Whole {
    text: Option<String>,
    duration: Option<f64>,
    usage: Option<Counted>,
    error: Option<Said>,
}

#[derive(Deserialize)]
struct Counted {
    seconds: Option<f64>,
}

#[derive(Deserialize)]
struct Told {
    #[serde(rename = "type", default)]
    kind: String,
    delta: Option<String>,
    #[serde(flatten)]
    whole: Whole,
}

/// What a line of a stream says, if it says something.
fn heard(line: &[u8]) -> Result<Option<Heard>, Failure> {
    let Some(data) = line.strip_prefix(b"data:") else {
        return Ok(None);
    };
    let data = data.trim_ascii();
    if data == b"[DONE]" {
        return Ok(None);
    }
    let told: Told =
        serde_json::from_slice(data).map_err(|_| Failure::new(FailureKind::ProviderProtocol))?;
    if let Some(error) = &told.whole.error {
        return Err(Failure::said(error));
    }
    Ok(match (told.kind.as_str(), told.delta, told.whole.text) {
        ("transcript.text.delta", Some(words), _) if !words.is_empty() => Some(Heard::Words(words)),
        ("transcript.text.done", _, Some(text)) => {
            let counted = told.whole.usage.and_then(|usage| usage.seconds);
            let seconds = counted.or(told.whole.duration);
            Some(Heard::End { text, seconds })
        }
        // What else there is, such as how sure it is, is not asked for.
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_words_an_end_an_error_or_nothing() {
        let words = br#"data: {"type":"transcript.text.delta","delta":"Rain "}"#;
        assert_eq!(
            heard(words).unwrap(),
            Some(Heard::Words("Rain ".to_owned()))
        );
        let done = br#"data: {"type":"transcript.text.done","text":"Rain.","usage":{"type":"duration","seconds":2}}"#;
        let end = Heard::End {
            text: "Rain.".to_owned(),
            seconds: Some(2.0),
        };
        assert_eq!(heard(done).unwrap(), Some(end));
        let error = br#"data: {"type":"error","error":{"code":"rate_limit_exceeded"}}"#;
        assert_eq!(heard(error).unwrap_err().kind, FailureKind::RateLimited);
        for nothing in [
            &b": keep-alive\n"[..],
            b"data: [DONE]",
            b"\r\n",
            b"event: x",
        ] {
            assert_eq!(heard(nothing).unwrap(), None);
        }
        assert_eq!(
            heard(b"data: <html>").unwrap_err().kind,
            FailureKind::ProviderProtocol
        );
    }
}
