//! Who can answer a prompt, with sizes and prices.

mod discovery;
mod known;
mod model;
pub(crate) mod price;

use std::sync::{Arc, OnceLock};

use platform::{
    Platform, Settings,
    settings::{ModelEntry, OFFLINE_PROVIDER, OPENAI_PROVIDER},
};

use super::{
    failure::{Failure, FailureKind},
    openai::{Dialect, Endpoint},
};
use discovery::{Discovery, Models};
pub(crate) use model::Model;
pub(crate) use price::Price;

pub(crate) const OPENAI_BASE_URL: &str = "https://api.openai.com/v1";
const OFFLINE_MODEL: &str = "echo";
const OFFLINE_CONTEXT_TOKENS: u32 = 128_000;
const OFFLINE_OUTPUT_TOKENS: u32 = 16_000;

/// All providers of this server; one for each process.
#[derive(Debug)]
pub(crate) struct Catalog {
    providers: Vec<Provider>,
    offline: Arc<Model>,
    default: Option<String>,
}

#[derive(Debug)]
struct Provider {
    name: Arc<str>,
    endpoint: Endpoint,
    offer: Offer,
}

#[derive(Debug)]
enum Offer {
    Listed(Models),
    Discovered(Discovery),
}

#[derive(Default)]
struct Kept(OnceLock<Arc<Catalog>>);

impl Catalog {
    pub(crate) fn of(platform: &Platform) -> Arc<Self> {
        let kept = platform.feature::<Kept>();
        let made = || Arc::new(Self::new(&platform.settings));
        kept.0.get_or_init(made).clone()
    }

    fn new(settings: &Settings) -> Self {
        let listed = settings.providers.iter().map(|entry| {
            let key = entry.api_key.as_ref().map(|key| key.expose());
            let endpoint = Endpoint::new(&entry.base_url, key, dialect(&entry.base_url));
            Provider::new(&entry.name, endpoint, &entry.models)
        });
        let offline = ModelEntry {
            context_tokens: OFFLINE_CONTEXT_TOKENS,
            output_tokens: OFFLINE_OUTPUT_TOKENS,
            summaries: true,
            ..ModelEntry::unknown(OFFLINE_MODEL)
        };
        Self {
            providers: openai(settings).into_iter().chain(listed).collect(),
            offline: Arc::new(Model::of(&OFFLINE_PROVIDER.into(), &offline)),
            default: settings.generation.default_model.clone(),
        }
    }

    /// Asks the providers that were not asked lately what they offer, so that what follows knows.
    pub(crate) async fn warm_up(&self) {
        self.list().await;
    }

    /// The model with this id, or with this name if no other provider has one of that name, as far
    /// as providers said what they offer.
    pub(crate) fn find(&self, asked: &str) -> Option<Arc<Model>> {
        if *self.offline.id == *asked {
            return Some(self.offline.clone());
        }
        if let Some((provider, name)) = self.provider_in(asked)
            && let Some(model) = provider.find(name)
        {
            return Some(model);
        }
        let all = self.providers.iter().flat_map(|it| it.known().to_vec());
        let mut named = all
            .chain([self.offline.clone()])
            .filter(|model| *model.name == *asked);
        match (named.next(), named.next()) {
            (Some(model), None) => Some(model),
            (Some(_) | None, _) => None,
        }
    }

    /// Whether somebody offers a model, or may: a provider that has not said what it offers may offer
    /// anything.
    pub(crate) fn may_offer(&self, asked: &str) -> bool {
        self.find(asked).is_some() || !self.providers.iter().all(Provider::is_known)
    }

    fn provider_in<'a>(&self, id: &'a str) -> Option<(&Provider, &'a str)> {
        let (provider, name) = id.split_once('/')?;
        let provider = self.providers.iter().find(|it| *it.name == *provider)?;
        Some((provider, name))
    }

    /// Who answers when nobody was chosen. It fails only while nothing is known of any provider:
    /// the offline model never takes the place of one that is set up.
    pub(crate) fn default_model(&self) -> Result<Arc<Model>, Failure> {
        if let Some(asked) = &self.default {
            return self.find(asked).ok_or_else(|| {
                Failure::new(FailureKind::RequestRejected)
                    .saying("No provider offers the model that answers by default.")
            });
        }
        for provider in &self.providers {
            if let Some(first) = provider.known().first() {
                return Ok(first.clone());
            }
        }
        if self.providers.is_empty() {
            return Ok(self.offline.clone());
        }
        Err(Failure::new(FailureKind::ProviderUnavailable))
    }

    /// Every model there is, as far as its provider can be asked.
    pub(crate) async fn list(&self) -> Vec<Arc<Model>> {
        let asked = self.providers.iter().map(Provider::models);
        let offers = futures::future::join_all(asked).await;
        let mut models: Vec<Arc<Model>> = offers.iter().flat_map(|offer| offer.to_vec()).collect();
        models.push(self.offline.clone());
        models
    }

    /// Where to ask a provider.
    pub(crate) fn endpoint_of(&self, provider: &str) -> Option<&Endpoint> {
        let provider = self.providers.iter().find(|it| *it.name == *provider)?;
        Some(&provider.endpoint)
    }

    /// Where to ask for this model; nowhere for the offline one.
    pub(crate) fn endpoint(&self, model: &Model) -> Option<&Endpoint> {
        self.endpoint_of(&model.provider)
    }
}

/// The provider that one variable sets up.
fn openai(settings: &Settings) -> Option<Provider> {
    let key = settings.provider.api_key();
    let base_url = settings.provider.base_url();
    let endpoint = |url| Endpoint::new(url, key, dialect(url));
    match base_url.filter(|url| *url != OPENAI_BASE_URL) {
        Some(url) => Some(Provider::new(OPENAI_PROVIDER, endpoint(url), &[])),
        None if key.is_some() || base_url.is_some() => {
            let endpoint = endpoint(OPENAI_BASE_URL);
            Some(Provider::new(OPENAI_PROVIDER, endpoint, &known::models()))
        }
        None => None,
    }
}

fn dialect(base_url: &str) -> Dialect {
    if base_url == OPENAI_BASE_URL {
        Dialect::OpenAi
    } else {
        Dialect::Compatible
    }
}

impl Provider {
    fn new(name: &str, endpoint: Endpoint, models: &[ModelEntry]) -> Self {
        let name: Arc<str> = name.into();
        let offer = if models.is_empty() {
            Offer::Discovered(Discovery::default())
        } else {
            let listed = models.iter().map(|entry| Arc::new(Model::of(&name, entry)));
            Offer::Listed(listed.collect())
        };
        Self {
            name,
            endpoint,
            offer,
        }
    }

    async fn models(&self) -> Models {
        match &self.offer {
            Offer::Listed(models) => models.clone(),
            Offer::Discovered(discovery) => {
                let known = discovery.models(&self.name, &self.endpoint).await;
                known.unwrap_or_default()
            }
        }
    }

    /// Whether it has said what it offers.
    fn is_known(&self) -> bool {
        match &self.offer {
            Offer::Listed(_) => true,
            Offer::Discovered(discovery) => discovery.known().is_some(),
        }
    }

    fn known(&self) -> Models {
        match &self.offer {
            Offer::Listed(models) => models.clone(),
            Offer::Discovered(discovery) => discovery.known().unwrap_or_default(),
        }
    }

    /// While a provider cannot say what it offers, it is believed to offer what it is asked for:
    /// that it is away must be said by a try, not by a model that seems unknown.
    fn find(&self, name: &str) -> Option<Arc<Model>> {
        let known = match &self.offer {
            Offer::Listed(models) => Some(models.clone()),
            Offer::Discovered(discovery) => discovery.known(),
        };
        match known {
            Some(models) => models.iter().find(|model| *model.name == *name).cloned(),
            None if ModelEntry::is_name(name) => {
                Some(Arc::new(Model::of(&self.name, &ModelEntry::unknown(name))))
            }
            None => None,
        }
    }
}

#[cfg(test)]
mod tests;
