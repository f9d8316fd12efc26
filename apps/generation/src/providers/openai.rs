//! A provider that speaks OpenAI's chat completions.

mod audio;
mod calls;
mod events;
mod transport;
mod wire;

use std::{fmt, pin::Pin, sync::Arc, time::Duration};

use async_openai::{Client, config::OpenAIConfig, error::OpenAIError};
use futures::{Stream, StreamExt};
use reqwest::{Method, Url, redirect};
use tokio::time::Instant;

use super::{
    failure::{Failure, FailureKind},
    prompt::{FinishReason, Prompt, ToolCall, Usage},
};
use calls::Calls;
use transport::{Line, Transport};
use wire::{Choice, Chunk, Request};

pub use audio::{Clip, Heard};
pub(crate) use audio::{Sound, Transcript};
pub(crate) use wire::Dialect;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// Where to ask, and with which key.
#[derive(Clone)]
pub(crate) struct Endpoint {
    http: reqwest::Client,
    config: OpenAIConfig,
    base_url: Arc<str>,
    has_key: bool,
    pub(crate) dialect: Dialect,
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Endpoint")
            .field("base_url", &self.base_url)
            .finish_non_exhaustive()
    }
}

impl Endpoint {
    /// `key` must be fit for a header, as the settings make sure.
    pub(crate) fn new(base_url: &str, key: Option<&str>, dialect: Dialect) -> Self {
        let http = reqwest::Client::builder()
            .connect_timeout(CONNECT_TIMEOUT)
            // A redirect could take the key, and what people wrote, anywhere.
            .redirect(redirect::Policy::none())
            .build()
            .unwrap_or_default();
        // Whatever is not set here async-openai would take from the environment.
        let config = OpenAIConfig::new()
            .with_org_id("")
            .with_project_id("")
            .with_api_base(base_url)
            .with_api_key(key.unwrap_or_default());
        Self {
            http,
            config,
            base_url: base_url.into(),
            has_key: key.is_some(),
            dialect,
        }
    }

    /// A request to a page of this provider, with its key.
    pub(crate) fn get(&self, path: &str) -> Option<reqwest::RequestBuilder> {
        self.request(Method::GET, path)
    }

    fn request(&self, method: Method, path: &str) -> Option<reqwest::RequestBuilder> {
        use async_openai::config::Config;

        let url = Url::parse(&self.config.url(path)).ok()?;
        let request = self.http.request(method, url);
        Some(if self.has_key {
            request.headers(self.config.headers())
        } else {
            request
        })
    }

    /// Asks `model`, and returns once the provider has begun to answer.
    pub(crate) async fn open(
        &self,
        model: &str,
        takes_temperature: bool,
        prompt: &Prompt,
    ) -> Result<Reply, Failure> {
        let line = Line::new();
        let transport = Transport {
            http: self.http.clone(),
            has_key: self.has_key,
            line: line.clone(),
        };
        let client =
            Client::build(self.http.clone(), self.config.clone()).with_http_service(transport);
        let request = Request::new(model, self.dialect, takes_temperature, prompt);
        let chunks = client
            .chat()
            .create_stream_byot::<_, Chunk>(request)
            .await
            .map_err(|error| failure(&error))?;
        Ok(Reply {
            chunks,
            line,
            calls: Calls::default(),
            finish: None,
            usage: None,
        })
    }
}

type Chunks = Pin<Box<dyn Stream<Item = Result<Chunk, OpenAIError>> + Send>>;

/// An answer on its way. Dropping it closes the connection.
pub(crate) struct Reply {
    chunks: Chunks,
    line: Arc<Line>,
    calls: Calls,
    finish: Option<FinishReason>,
    /// What was said last: some providers count along.
    usage: Option<Usage>,
}

impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reply")
            .field("line", &self.line)
            .finish_non_exhaustive()
    }
}

impl Reply {
    /// The next text, or `None` when the answer is whole.
    pub(crate) async fn next(&mut self) -> Option<Result<String, Failure>> {
        loop {
            match self.chunk().await {
                Some(Ok(chunk)) => {
                    if let Some(said) = self.take(chunk).transpose() {
                        return Some(said);
                    }
                }
                // Whatever happens after a model has ended its answer takes nothing from it.
                Some(Err(_)) | None if self.finish.is_some() => return None,
                Some(Err(failure)) => return Some(Err(failure)),
                None if self.line.has_ended() => {
                    let failure = Failure::new(FailureKind::ProviderProtocol);
                    return Some(Err(failure.saying("The provider's answer has no end.")));
                }
                None => {
                    // It said that it is done, if not why.
                    self.finish = Some(FinishReason::Other);
                    return None;
                }
            }
        }
    }

    fn take(&mut self, chunk: Chunk) -> Result<Option<String>, Failure> {
        if let Some(said) = &chunk.error {
            return match self.finish {
                Some(_) => Ok(None),
                None => Err(Failure::said(said)),
            };
        }
        self.usage = chunk.usage().or(self.usage);
        let Some(mut choice) = chunk.choices.into_iter().next() else {
            return Ok(None);
        };
        for part in choice.take_calls() {
            self.calls.take(part)?;
        }
        self.finish = choice.finish().or(self.finish);
        Ok(Some(Choice::text(choice)).filter(|text| !text.is_empty()))
    }

    async fn chunk(&mut self) -> Option<Result<Chunk, Failure>> {
        let Self { chunks, line, .. } = self;
        let wanted = line.want();
        let next = chunks.next().await;
        drop(wanted);
        match next {
            Some(Ok(chunk)) => Some(Ok(chunk)),
            Some(Err(error)) => Some(Err(line.broken().unwrap_or_else(|| failure(&error)))),
            None => line.broken().map(Err),
        }
    }

    pub(crate) fn finish(&self) -> Option<FinishReason> {
        self.finish
    }

    /// The tools that it asked for, once it has ended.
    pub(crate) fn take_calls(&mut self) -> Vec<ToolCall> {
        self.calls.all()
    }

    pub(crate) fn usage(&self) -> Option<Usage> {
        self.usage
    }

    /// When the provider last sent anything.
    pub(crate) fn heard_at(&self) -> Option<Instant> {
        self.line.heard_at()
    }
}

/// In our own words: an error of async-openai holds what the provider sent.
fn failure(error: &OpenAIError) -> Failure {
    let unreadable = Failure::new(FailureKind::ProviderProtocol);
    match error {
        OpenAIError::Boxed(error) => match error.downcast_ref::<Failure>() {
            Some(failure) => failure.clone(),
            None => Failure::new(FailureKind::ProviderUnavailable),
        },
        OpenAIError::Reqwest(_) => Failure::new(FailureKind::ProviderUnavailable),
        OpenAIError::ApiError(_)
        | OpenAIError::JSONDeserialize(..)
        | OpenAIError::FileSaveError(_)
        | OpenAIError::FileReadError(_)
        | OpenAIError::StreamError(_)
        | OpenAIError::InvalidArgument(_) => unreadable,
    }
}
