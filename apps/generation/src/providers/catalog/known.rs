//! What OpenAI itself offers: its own list tells neither sizes nor prices.

use platform::settings::ModelEntry;

struct Known {
    name: &'static str,
    context_tokens: u32,
    output_tokens: u32,
    /// US dollars for a million tokens: sent, cached, answered.
    prices: [f64; 3],
    reasons: bool,
    summaries: bool,
}

const fn known(
    name: &'static str,
    [context_tokens, output_tokens]: [u32; 2],
    prices: [f64; 3],
) -> Known {
    Known {
        name,
        context_tokens,
        output_tokens,
        prices,
        reasons: false,
        summaries: false,
    }
}

impl Known {
    /// Models that reason choose their temperature themselves.
    const fn reasoning(mut self) -> Self {
        self.reasons = true;
        self
    }

    const fn for_summaries(mut self) -> Self {
        self.summaries = true;
        self
    }
}

/// The first answers when nobody was chosen. Other models, or other prices, are a matter of
/// `[[providers]]` in the settings.
const MODELS: [Known; 8] = [
    known("gpt-4.1-mini", [1_047_576, 32_768], [0.4, 0.1, 1.6]),
    known("gpt-4.1-nano", [1_047_576, 32_768], [0.1, 0.025, 0.4]).for_summaries(),
    known("gpt-4.1", [1_047_576, 32_768], [2.0, 0.5, 8.0]),
    known("gpt-4o-mini", [128_000, 16_384], [0.15, 0.075, 0.6]),
    known("gpt-4o", [128_000, 16_384], [2.5, 1.25, 10.0]),
    known("gpt-5", [400_000, 128_000], [1.25, 0.125, 10.0]).reasoning(),
    known("gpt-5-mini", [400_000, 128_000], [0.25, 0.025, 2.0]).reasoning(),
    known("gpt-5-nano", [400_000, 128_000], [0.05, 0.005, 0.4]).reasoning(),
];

pub(super) fn models() -> Vec<ModelEntry> {
    let entry = |known: &Known| {
        let [price_in, price_cached, price_out] = known.prices;
        ModelEntry {
            id: known.name.to_owned(),
            context_tokens: known.context_tokens,
            output_tokens: known.output_tokens,
            price_in,
            price_cached: Some(price_cached),
            price_out,
            summaries: known.summaries,
            temperature: !known.reasons,
            tools: true,
            pictures: Some(true),
        }
    };
    MODELS.iter().map(entry).collect()
}
