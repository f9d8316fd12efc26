//! Answers: asked for, streamed to everyone, kept as attempts, exact about what they rest on.

mod asking;
mod attempts;
mod disabled;
mod faults;
mod kills;
pub(crate) mod life;
mod staleness;
mod streaming;
mod summaries;
mod waiting;

use std::time::Duration;

use platform::Settings;
use platform::settings::{ModelEntry, ProviderEntry};

use crate::kit::{Provider, TestApp};

/// A server whose provider `scripted` has these models, all at the same price.
pub(crate) async fn with_models(
    provider: &Provider,
    models: &[&str],
    change: impl FnOnce(&mut Settings),
) -> TestApp {
    let entry = ProviderEntry {
        name: "scripted".to_owned(),
        base_url: provider.base_url(),
        api_key: None,
        api_key_file: None,
        models: models
            .iter()
            .map(|name| ModelEntry {
                context_tokens: 1_000,
                output_tokens: 200,
                price_in: 1.0,
                price_cached: Some(0.5),
                price_out: 2.0,
                ..ModelEntry::unknown(name)
            })
            .collect(),
    };
    TestApp::with(|settings| {
        settings.providers = vec![entry];
        change(settings);
    })
    .await
}

/// Short enough for a test, long enough for a busy machine.
const SOON: Duration = Duration::from_millis(300);
