//! Asking one model after another until one answers.

use std::{sync::Arc, time::Duration};

use backon::{BackoffBuilder, ExponentialBuilder};
use chrono::{DateTime, Utc};
use platform::Platform;
use protocol::generations::TryView;
use tokio::time::sleep;

use super::{
    catalog::Model,
    failure::{Failure, FailureKind},
    health,
    prompt::{Piece, Prompt, ToolCall},
    stream::{self, Answer},
};

/// A provider that wants to be left alone for longer is left alone altogether.
const RETRY_AFTER_MAX: Duration = Duration::from_secs(60);
/// Between two tries, when the provider did not say how long.
const BACKOFF_MAX: Duration = Duration::from_secs(30);

/// One call of a provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Try {
    pub(crate) model: Arc<str>,
    pub(crate) outcome: Outcome,
    pub(crate) at: DateTime<Utc>,
    /// How long it was waited before.
    pub(crate) waited: Duration,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It has not ended, or nobody waited for its end.
    Unfinished,
    Answered,
    /// It failed too often lately.
    Skipped,
    Failed(Failure),
}

impl Try {
    /// As it is stored and shown.
    #[must_use]
    pub(crate) fn view(&self) -> TryView {
        let (outcome, status) = match &self.outcome {
            Outcome::Unfinished => ("unfinished", None),
            Outcome::Answered => ("answered", None),
            Outcome::Skipped => ("skipped", None),
            Outcome::Failed(failure) => (failure.kind.code(), failure.status),
        };
        TryView {
            model: self.model.to_string(),
            outcome: outcome.to_owned(),
            status,
            at: self.at.into(),
            waited_ms: u64::try_from(self.waited.as_millis()).unwrap_or(u64::MAX),
        }
    }
}

/// Why a model is not asked.
#[derive(Debug)]
pub(crate) enum Unasked {
    /// This one cannot be, such as when nothing fits into its context; another may.
    NotThis(Failure),
    /// None can be.
    Error(kernel::Error),
}

impl From<kernel::Error> for Unasked {
    fn from(error: kernel::Error) -> Self {
        Self::Error(error)
    }
}

/// Why there is no answer.
#[derive(Debug)]
pub(crate) enum Unanswered {
    /// What the last model that was asked came to.
    Failed(Failure),
    Error(kernel::Error),
}

/// One question to a chain of models: `open` until one begins to answer, then `next` until it has ended.
/// Dropping it at any time closes the connection to the provider; until then it knows its tries.
#[derive(Debug)]
pub(crate) struct Asking {
    platform: Arc<Platform>,
    chain: Vec<Arc<Model>>,
    tries: Vec<Try>,
    answering: Option<Answering>,
    calls: Vec<ToolCall>,
}

#[derive(Debug)]
struct Answering {
    model: Arc<Model>,
    answer: Answer,
    /// A piece that came and was not handed out yet.
    held: Option<Result<Piece, Failure>>,
    is_noted: bool,
}

impl Asking {
    pub(crate) fn new(platform: Arc<Platform>, chain: Vec<Arc<Model>>) -> Self {
        Self {
            platform,
            chain,
            tries: Vec::new(),
            answering: None,
            calls: Vec::new(),
        }
    }

    /// What was tried so far.
    #[must_use]
    pub(crate) fn tries(&self) -> &[Try] {
        &self.tries
    }

    /// The tools that were asked for, once the answer has ended.
    pub(crate) fn take_calls(&mut self) -> Vec<ToolCall> {
        std::mem::take(&mut self.calls)
    }

    /// Asks until a model has said something, and returns which. `prompt` is called once for each model
    /// that is asked: what is sent depends on what fits.
    pub(crate) async fn open<F, Fut>(&mut self, mut prompt: F) -> Result<Arc<Model>, Unanswered>
    where
        F: FnMut(Arc<Model>) -> Fut,
        Fut: Future<Output = Result<Prompt, Unasked>>,
    {
        let mut failed = None;
        for model in std::mem::take(&mut self.chain) {
            if !health::may_ask(&self.platform, &model.id).await {
                self.begin(&model, Outcome::Skipped, Duration::ZERO);
                continue;
            }
            let prompt = match prompt(model.clone()).await {
                Ok(prompt) => prompt,
                Err(Unasked::Error(error)) => return Err(Unanswered::Error(error)),
                Err(Unasked::NotThis(failure)) => {
                    self.begin(&model, Outcome::Failed(failure.clone()), Duration::ZERO);
                    failed = Some(failure);
                    continue;
                }
            };
            match self.ask(&model, &prompt).await {
                Ok(()) => return Ok(model),
                Err(failure) => failed = Some(failure),
            }
        }
        Err(Unanswered::Failed(failed.unwrap_or_else(left_alone)))
    }

    /// The next piece of the answer; the last is an end or a failure. Nothing is lost if this is dropped
    /// and called again. A failure here is final: what was said cannot be unsaid.
    pub(crate) async fn next(&mut self) -> Option<Result<Piece, Failure>> {
        let answering = self.answering.as_mut()?;
        if answering.held.is_none() {
            answering.held = Some(answering.answer.next().await?);
        }
        let outcome = match answering.held.as_ref()? {
            Ok(Piece::Text(_) | Piece::Usage(_)) => return answering.held.take(),
            Ok(Piece::End(_)) => Outcome::Answered,
            Err(failure) => Outcome::Failed(failure.clone()),
        };
        if !answering.is_noted {
            answering.is_noted = true;
            let model = answering.model.id.clone();
            self.note(&model, outcome).await;
        }
        let mut answering = self.answering.take()?;
        self.calls = answering.answer.take_calls();
        answering.held
    }

    /// One model, as often as its failures allow.
    async fn ask(&mut self, model: &Arc<Model>, prompt: &Prompt) -> Result<(), Failure> {
        let base = Duration::from_millis(self.platform.settings.generation.retry_base_ms);
        let mut pauses = pauses(base);
        let mut waited = Duration::ZERO;
        let mut made = 0;
        loop {
            self.begin(model, Outcome::Unfinished, waited);
            let failure = match begun(&self.platform, model, prompt).await {
                Ok(answering) => {
                    self.answering = Some(answering);
                    return Ok(());
                }
                Err(failure) => failure,
            };
            self.note(&model.id, Outcome::Failed(failure.clone())).await;
            made += 1;
            if !failure.is_retryable() || made >= failure.kind.tries_max() {
                return Err(failure);
            }
            let unasked = pauses.next().unwrap_or(BACKOFF_MAX);
            let Some(pause) = pause(&failure, base, unasked) else {
                return Err(failure);
            };
            sleep(pause).await;
            waited = pause;
            if health::is_open(&self.platform, &model.id).await {
                return Err(failure);
            }
        }
    }

    fn begin(&mut self, model: &Model, outcome: Outcome, waited: Duration) {
        self.tries.push(Try {
            model: model.id.clone(),
            outcome,
            at: self.platform.clock.now(),
            waited,
        });
    }

    /// Says how the last try ended, here and for everybody.
    async fn note(&mut self, model: &str, outcome: Outcome) {
        if let Some(tried) = self.tries.last_mut() {
            tried.outcome = outcome.clone();
        }
        match &outcome {
            Outcome::Answered => health::answered(&self.platform, model).await,
            Outcome::Failed(failure) => {
                tracing::warn!(
                    model.id = model,
                    error = failure.label(),
                    "Model {model} failed"
                );
                health::failed(&self.platform, model, failure).await;
            }
            Outcome::Unfinished | Outcome::Skipped => {}
        }
    }
}

/// What there is to say when nobody was asked.
fn left_alone() -> Failure {
    Failure::new(FailureKind::ProviderUnavailable).saying(
        "This model failed again and again and is left alone for a while. Ask again later, or ask \
         another model.",
    )
}

/// An answer that has a first piece.
async fn begun(
    platform: &Arc<Platform>,
    model: &Arc<Model>,
    prompt: &Prompt,
) -> Result<Answering, Failure> {
    let mut answer = stream::open(platform, model, prompt).await?;
    let held = answer.next().await.transpose()?;
    if matches!(held, Some(Piece::Usage(_)))
        && let Some(failure) = answer.failure()
    {
        // Tokens were counted, but nothing was said.
        return Err(failure.clone());
    }
    Ok(Answering {
        model: model.clone(),
        answer,
        held: held.map(Ok),
        is_noted: false,
    })
}

/// Up to twice as long each time, from `base` on, and never twice the same, so that those who failed
/// together do not come back together.
fn pauses(base: Duration) -> impl Iterator<Item = Duration> {
    // With its jitter, a pause is up to twice as long.
    ExponentialBuilder::new()
        .with_min_delay(base / 2)
        .with_max_delay(BACKOFF_MAX / 2)
        .with_jitter()
        .without_max_times()
        .build()
}

/// How long to wait before the next try, which is `unasked` unless the provider asks for another pause;
/// `None` if that is too long to be worth it.
fn pause(failure: &Failure, base: Duration, unasked: Duration) -> Option<Duration> {
    match failure.retry_after {
        Some(after) if after > RETRY_AFTER_MAX => None,
        // Those who were told the same moment should not all come at that moment.
        Some(after) => Some(after + unasked.min(base)),
        None => Some(unasked),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pause_is_what_the_provider_asks_for_or_up_to_twice_as_long_each_time() {
        let base = Duration::from_millis(100);
        let mut failure = Failure::new(FailureKind::RateLimited);
        for (made, unasked) in pauses(base).take(40).enumerate() {
            let most = (base * (1 << made.min(20))).min(BACKOFF_MAX);
            assert!(unasked >= most / 2 && unasked <= most, "{unasked:?}");
            assert_eq!(pause(&failure, base, unasked), Some(unasked));
        }

        failure.retry_after = Some(RETRY_AFTER_MAX);
        let asked = pause(&failure, base, BACKOFF_MAX).unwrap();
        assert_eq!(asked, RETRY_AFTER_MAX + base);
        failure.retry_after = Some(RETRY_AFTER_MAX + base);
        assert_eq!(pause(&failure, base, base), None);
    }
}
