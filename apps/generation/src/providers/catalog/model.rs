//! A model that can be asked.

use std::sync::Arc;

use platform::settings::{ModelEntry, OFFLINE_PROVIDER};

use super::price::Price;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Model {
    /// `provider/name`.
    pub(crate) id: Arc<str>,
    pub(crate) provider: Arc<str>,
    /// As the provider calls it; may hold slashes itself.
    pub(crate) name: Arc<str>,
    pub(crate) context_tokens: u32,
    pub(crate) output_tokens: u32,
    pub(crate) price: Price,
    /// Whether it is used to summarise context.
    pub(crate) summarises: bool,
    pub(crate) takes_temperature: bool,
    pub(crate) takes_tools: bool,
    pub(crate) sees_pictures: bool,
}

/// What stands in the names of models that see, of the families that are served most.
const SEEING: [&str; 20] = [
    "gpt-4o",
    "gpt-4.1",
    "gpt-5",
    "o3",
    "o4",
    "claude",
    "gemini",
    "gemma-3",
    "gemma3",
    "llava",
    "pixtral",
    "mistral-small",
    "mistral-medium",
    "vision",
    "-vl",
    "vl-",
    "internvl",
    "llama-4",
    "llama4",
    "moondream",
];

fn sees(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let base = name.rsplit('/').next().unwrap_or(&name);
    SEEING.iter().any(|word| match *word {
        // These are words of their own.
        "o3" | "o4" => base.starts_with(word),
        word => base.contains(word),
    })
}

impl Model {
    pub(super) fn of(provider: &Arc<str>, entry: &ModelEntry) -> Self {
        let ModelEntry {
            id,
            context_tokens,
            output_tokens,
            price_in,
            price_cached,
            price_out,
            summaries,
            temperature,
            tools,
            pictures,
        } = entry;
        Self {
            id: format!("{provider}/{id}").into(),
            provider: provider.clone(),
            name: id.as_str().into(),
            context_tokens: *context_tokens,
            output_tokens: *output_tokens,
            price: Price::from_dollars(*price_in, *price_cached, *price_out),
            summarises: *summaries,
            takes_temperature: *temperature,
            takes_tools: *tools,
            sees_pictures: pictures.unwrap_or_else(|| sees(id)),
        }
    }

    /// Whether it is the one that needs no network, and says so.
    #[must_use]
    pub(crate) fn is_offline(&self) -> bool {
        &*self.provider == OFFLINE_PROVIDER
    }
}
