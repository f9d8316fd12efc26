//! One answer of one model, within limits.

use std::{pin::Pin, sync::Arc, time::Duration};

use platform::{Platform, settings::GenerationSettings};
use tokio::time::{Instant, Sleep, sleep_until, timeout_at};

use super::{
    catalog::{Catalog, Model},
    failure::{Failure, FailureKind},
    offline, openai,
    prompt::{FinishReason, Piece, Prompt, ToolCall, Usage},
};

/// Once a model has ended its answer, only its account of tokens is still to come.
const AFTER_FINISH_TIMEOUT: Duration = Duration::from_secs(5);

#[derive(Clone, Debug)]
struct Limits {
    first_byte: Duration,
    idle: Duration,
    total: Duration,
    bytes_max: usize,
}

impl Limits {
    fn of(settings: &GenerationSettings) -> Self {
        Self {
            first_byte: Duration::from_millis(settings.first_byte_ms),
            idle: Duration::from_millis(settings.idle_ms),
            total: Duration::from_millis(settings.total_ms),
            bytes_max: settings.output_bytes_max,
        }
    }
}

/// An answer on its way. Dropping it closes the connection to its provider.
#[derive(Debug)]
pub(crate) struct Answer {
    limits: Limits,
    asked_at: Instant,
    bytes: usize,
    calls: Vec<ToolCall>,
    state: State,
    /// Since when the next piece is waited for, however often that was begun anew.
    waiting_since: Option<Instant>,
    /// Rings when it may be too late for another word.
    alarm: Pin<Box<Sleep>>,
}

/// Since when a model is waited for: for all of its answer, and for its next piece.
#[derive(Clone, Copy, Debug)]
struct Waiting {
    asked_at: Instant,
    since: Instant,
}

#[derive(Debug)]
enum State {
    Speaking(Source),
    /// The usage is told, and this comes last.
    Ending(Result<FinishReason, Failure>),
    Over,
}

#[derive(Debug)]
enum Source {
    OpenAi(Box<openai::Reply>),
    Offline(offline::Reply),
}

/// Asks `model`, and returns once its provider has begun to answer.
pub(crate) async fn open(
    platform: &Arc<Platform>,
    model: &Model,
    prompt: &Prompt,
) -> Result<Answer, Failure> {
    let settings = &platform.settings.generation;
    let limits = Limits::of(settings);
    let asked_at = Instant::now();
    let source = if model.is_offline() {
        let word = Duration::from_millis(settings.offline_word_ms);
        Source::Offline(offline::Reply::new(prompt, word))
    } else {
        let catalog = Catalog::of(platform);
        let endpoint = catalog
            .endpoint(model)
            .ok_or_else(|| Failure::new(FailureKind::ProviderUnavailable))?;
        let opening = endpoint.open(&model.name, model.takes_temperature, prompt);
        let reply = timeout_at(asked_at + limits.first_byte.min(limits.total), opening)
            .await
            .map_err(|_| Failure::new(FailureKind::ProviderTimeout))??;
        Source::OpenAi(Box::new(reply))
    };
    Ok(Answer {
        alarm: Box::pin(sleep_until(asked_at + limits.total)),
        limits,
        asked_at,
        bytes: 0,
        calls: Vec::new(),
        waiting_since: None,
        state: State::Speaking(source),
    })
}

impl Answer {
    /// The next piece; the last is an end or a failure. What came before a failure is kept by whoever
    /// wants it. May be dropped and called again.
    pub(crate) async fn next(&mut self) -> Option<Result<Piece, Failure>> {
        let said = match &mut self.state {
            State::Speaking(source) => {
                // While nobody waits for the next piece, it is not late.
                let waiting = Waiting {
                    asked_at: self.asked_at,
                    since: *self.waiting_since.get_or_insert_with(Instant::now),
                };
                let said = self.limits.next(source, waiting, self.alarm.as_mut()).await;
                self.waiting_since = None;
                said
            }
            State::Ending(_) | State::Over => return self.end(),
        };
        match said {
            Some(Ok(text)) => Some(Ok(Piece::Text(self.within(text)))),
            Some(Err(failure)) => self.finish(Err(failure)),
            None => {
                let finish = match &self.state {
                    State::Speaking(source) => source.finish(),
                    State::Ending(_) | State::Over => None,
                };
                self.finish(Ok(finish.unwrap_or(FinishReason::Other)))
            }
        }
    }

    /// The tools that it asked for, once it has ended.
    pub(crate) fn take_calls(&mut self) -> Vec<ToolCall> {
        std::mem::take(&mut self.calls)
    }

    /// What it failed with, when only that is left to tell.
    pub(crate) fn failure(&self) -> Option<&Failure> {
        match &self.state {
            State::Ending(Err(failure)) => Some(failure),
            State::Ending(Ok(_)) | State::Speaking(_) | State::Over => None,
        }
    }

    /// As much of a text as there is room for.
    fn within(&mut self, mut text: String) -> String {
        let room = self.limits.bytes_max.saturating_sub(self.bytes);
        if text.len() > room {
            text.truncate(text.floor_char_boundary(room));
            self.state = State::Ending(Err(Failure::new(FailureKind::TooLarge)));
        }
        self.bytes += text.len();
        text
    }

    /// Lets go of the provider, tells the usage if it is known, and then the end.
    fn finish(&mut self, end: Result<FinishReason, Failure>) -> Option<Result<Piece, Failure>> {
        let mut before = std::mem::replace(&mut self.state, State::Ending(end));
        if let State::Speaking(Source::OpenAi(reply)) = &mut before {
            self.calls = reply.take_calls();
        }
        match before {
            State::Speaking(source) if let Some(usage) = source.usage() => {
                Some(Ok(Piece::Usage(usage)))
            }
            State::Speaking(_) | State::Ending(_) | State::Over => self.end(),
        }
    }

    fn end(&mut self) -> Option<Result<Piece, Failure>> {
        match std::mem::replace(&mut self.state, State::Over) {
            State::Ending(end) => Some(end.map(Piece::End)),
            State::Speaking(_) | State::Over => None,
        }
    }
}

impl Limits {
    async fn next(
        &self,
        source: &mut Source,
        waiting: Waiting,
        mut alarm: Pin<&mut Sleep>,
    ) -> Option<Result<String, Failure>> {
        let over_at = waiting.asked_at + self.total;
        loop {
            let (late_at, late) = self.patience(source, waiting);
            let at = late_at.min(over_at);
            // Set anew with every word it would cost more than the word. So it may ring too early,
            // also because there were signs of life without words: then it is set again.
            if at < alarm.deadline() || alarm.is_elapsed() {
                alarm.as_mut().reset(at);
            }
            tokio::select! {
                biased;
                said = source.next() => return said,
                () = alarm.as_mut() => {}
            }
            let now = Instant::now();
            let is_late = self.patience(source, waiting).0 <= now;
            if source.finish_told().is_some() && (is_late || now >= over_at) {
                return None;
            }
            if now >= over_at {
                return Some(Err(Failure::new(FailureKind::TooLong)));
            }
            if is_late {
                return Some(Err(Failure::new(late)));
            }
        }
    }

    /// Until when to wait for a sign of life, and what it is if there is none.
    fn patience(&self, source: &Source, waiting: Waiting) -> (Instant, FailureKind) {
        let Some(heard_at) = source.heard_at(waiting.since) else {
            let late_at = waiting.asked_at + self.first_byte;
            return (late_at, FailureKind::ProviderTimeout);
        };
        let patience = match source.finish_told() {
            Some(_) => self.idle.min(AFTER_FINISH_TIMEOUT),
            None => self.idle,
        };
        (
            heard_at.max(waiting.since) + patience,
            FailureKind::ProviderStalled,
        )
    }
}

impl Source {
    async fn next(&mut self) -> Option<Result<String, Failure>> {
        match self {
            Self::OpenAi(reply) => reply.next().await,
            Self::Offline(reply) => reply.next().await.map(Ok),
        }
    }

    fn finish(&self) -> Option<FinishReason> {
        match self {
            Self::OpenAi(reply) => reply.finish(),
            Self::Offline(reply) => Some(reply.finish()),
        }
    }

    /// The end, if it is known before the stream has ended.
    fn finish_told(&self) -> Option<FinishReason> {
        match self {
            Self::OpenAi(reply) => reply.finish(),
            Self::Offline(_) => None,
        }
    }

    fn usage(&self) -> Option<Usage> {
        match self {
            Self::OpenAi(reply) => reply.usage(),
            Self::Offline(reply) => Some(reply.usage()),
        }
    }

    /// When there was a sign of life last.
    fn heard_at(&self, waiting_since: Instant) -> Option<Instant> {
        match self {
            Self::OpenAi(reply) => reply.heard_at(),
            Self::Offline(_) => Some(waiting_since),
        }
    }
}
