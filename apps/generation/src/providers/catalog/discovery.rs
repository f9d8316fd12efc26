//! Asking a provider what it offers.

use std::{
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use futures::StreamExt;
use platform::settings::ModelEntry;
use serde::Deserialize;
use tokio::{
    sync::Mutex,
    time::{Instant, timeout},
};

use super::model::Model;
use crate::providers::{
    failure::{Failure, FailureKind},
    openai::Endpoint,
};

const KNOWN_FOR: Duration = Duration::from_secs(5 * 60);
const FAILURE_KNOWN_FOR: Duration = Duration::from_secs(10);
const ASKING_TIMEOUT: Duration = Duration::from_secs(5);
const LIST_BYTES_MAX: usize = 1024 * 1024;
const MODELS_MAX: usize = 1_000;

pub(super) type Models = Arc<[Arc<Model>]>;

/// What a provider said it offers, and when to ask again.
#[derive(Debug, Default)]
pub(super) struct Discovery {
    said: Mutex<Option<Said>>,
    /// The last list, for those who cannot wait.
    known: RwLock<Option<Models>>,
}

#[derive(Debug)]
struct Said {
    models: Option<Models>,
    ask_again_at: Instant,
}

impl Discovery {
    /// What was said last, without asking.
    pub(super) fn known(&self) -> Option<Models> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.clone()
    }

    /// `None` while the provider cannot say. Whoever comes while it is asked waits for the same answer.
    pub(super) async fn models(&self, provider: &Arc<str>, endpoint: &Endpoint) -> Option<Models> {
        let mut said = self.said.lock().await;
        if let Some(said) = said.as_ref()
            && Instant::now() < said.ask_again_at
        {
            return said.models.clone();
        }
        let asked = timeout(ASKING_TIMEOUT, names(endpoint)).await;
        let names = asked.unwrap_or_else(|_| Err(Failure::new(FailureKind::ProviderTimeout)));
        let (models, known_for) = match names {
            Ok(names) => {
                let model =
                    |name: &String| Arc::new(Model::of(provider, &ModelEntry::unknown(name)));
                (Some(names.iter().map(model).collect()), KNOWN_FOR)
            }
            Err(failure) => {
                tracing::warn!(
                    provider.name = %provider,
                    error = failure.kind.code(),
                    "Models of provider {provider} unknown"
                );
                // What it offered before is the best guess until it can be asked again.
                (said.take().and_then(|said| said.models), FAILURE_KNOWN_FOR)
            }
        };
        self.known
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .clone_from(&models);
        *said = Some(Said {
            models: models.clone(),
            ask_again_at: Instant::now() + known_for,
        });
        models
    }
}

async fn names(endpoint: &Endpoint) -> Result<Vec<String>, Failure> {
    #[derive(Deserialize)]
    struct List {
        data: Vec<Item>,
    }
    #[derive(Deserialize)]
    struct Item {
        id: String,
    }

    let unavailable = || Failure::new(FailureKind::ProviderUnavailable);
    let unreadable = || Failure::new(FailureKind::ProviderProtocol);
    let request = endpoint.get("/models").ok_or_else(unavailable)?;
    let answer = request.send().await.map_err(|_| unavailable())?;
    if !answer.status().is_success() {
        let status = answer.status().as_u16();
        return Err(Failure::refused(status, &Default::default()));
    }
    let mut body = Vec::new();
    let mut pieces = answer.bytes_stream();
    while let Some(piece) = pieces.next().await {
        body.extend(piece.map_err(|_| unavailable())?);
        if body.len() > LIST_BYTES_MAX {
            return Err(Failure::new(FailureKind::TooLarge));
        }
    }
    let list: List = serde_json::from_slice(&body).map_err(|_| unreadable())?;
    let names = list.data.into_iter().map(|item| item.id);
    // Lists name what makes embeddings, too, and that answers no prompt.
    let names = names.filter(|name| ModelEntry::is_name(name) && !name.contains("embed"));
    Ok(names.take(MODELS_MAX).collect())
}
