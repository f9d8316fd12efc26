//! Who answers prompts, and within which limits.

use std::{collections::HashSet, fs, path::PathBuf};

use reqwest::Url;
use serde::{Deserialize, Deserializer, Serialize, de::Error as _};

use super::secret::Secret;
use crate::wrong_setting::WrongSetting;

/// The provider that `provider.openai_*` sets up.
pub const OPENAI_PROVIDER: &str = "openai";
/// The provider that is always there and needs no network.
pub const OFFLINE_PROVIDER: &str = "offline";
const PROVIDER_NAME_CHARS_MAX: usize = 32;
const MODEL_NAME_CHARS_MAX: usize = 128;
const KEY_BYTES_MAX: usize = 4_096;
/// US dollars for a million tokens; more is a mistake in the unit.
const PRICE_MAX: f64 = 10_000.0;
/// US dollars.
const COST_MAX: f64 = 1_000_000.0;
/// US dollars: far more than somebody asks for by hand, and no ruin if a program does.
const USER_COST_PER_DAY: f64 = 10.0;

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProviderSettings {
    /// Also `OPENAI_API_KEY`.
    pub openai_api_key: Option<Secret>,
    /// Any OpenAI-compatible base URL, such as `http://127.0.0.1:11434/v1`. Also `OPENAI_BASE_URL`.
    pub openai_base_url: Option<String>,
}

impl ProviderSettings {
    /// The key, if there is one: a variable that is set to nothing sets none.
    #[must_use]
    pub fn api_key(&self) -> Option<&str> {
        let key = self.openai_api_key.as_ref().map(Secret::expose);
        key.filter(|key| !key.is_empty())
    }

    #[must_use]
    pub fn base_url(&self) -> Option<&str> {
        let url = self.openai_base_url.as_deref();
        url.filter(|url| !url.is_empty())
    }
}

/// One OpenAI-compatible endpoint and what it offers.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProviderEntry {
    /// The first part of its models' ids: small letters, digits and hyphens.
    pub name: String,
    pub base_url: String,
    #[serde(default)]
    pub api_key: Option<Secret>,
    /// A file that holds the key instead.
    #[serde(default)]
    pub api_key_file: Option<PathBuf>,
    /// What it offers; asked of the endpoint itself if left out.
    #[serde(default)]
    pub models: Vec<ModelEntry>,
}

impl ProviderEntry {
    pub(super) fn read_key_file(&mut self) -> Result<(), WrongSetting> {
        let Some(file) = &self.api_key_file else {
            return Ok(());
        };
        let wrong = |sentence: &str| {
            WrongSetting::new(&format!("providers.{}.api_key_file", self.name), sentence)
        };
        if self.api_key.is_some() {
            return Err(wrong("cannot stand beside api_key"));
        }
        let text = fs::read_to_string(file).map_err(|error| {
            wrong(&format!(
                "names {}, which cannot be read: {error}",
                file.display()
            ))
        })?;
        // Whoever has no such secret may leave the file empty.
        self.api_key = Some(text.trim())
            .filter(|key| !key.is_empty())
            .map(Secret::from);
        Ok(())
    }
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelEntry {
    /// As the provider calls it.
    pub id: String,
    /// What fits into a prompt and its answer together.
    #[serde(default = "context_tokens")]
    pub context_tokens: u32,
    /// What an answer may have at most.
    #[serde(default = "output_tokens")]
    pub output_tokens: u32,
    /// US dollars for a million tokens of the prompt.
    #[serde(default)]
    pub price_in: f64,
    /// The same for tokens the provider remembered from an earlier prompt; as `price_in` if left out.
    #[serde(default)]
    pub price_cached: Option<f64>,
    /// US dollars for a million tokens of the answer.
    #[serde(default)]
    pub price_out: f64,
    /// Whether it is used to summarise context.
    #[serde(default)]
    pub summaries: bool,
    /// Whether it accepts a temperature; models that reason refuse one.
    #[serde(default = "yes")]
    pub temperature: bool,
    /// Whether it can be offered tools; agents have others ask for tools in JSON.
    #[serde(default = "yes")]
    pub tools: bool,
    /// Whether it sees pictures; told from its name if left out.
    #[serde(default)]
    pub pictures: Option<bool>,
}

fn context_tokens() -> u32 {
    32_768
}

fn output_tokens() -> u32 {
    4_096
}

fn yes() -> bool {
    true
}

impl ModelEntry {
    /// A model of which only the name is known.
    #[must_use]
    pub fn unknown(id: &str) -> Self {
        Self {
            id: id.to_owned(),
            context_tokens: context_tokens(),
            output_tokens: output_tokens(),
            price_in: 0.0,
            price_cached: None,
            price_out: 0.0,
            summaries: false,
            temperature: true,
            tools: true,
            pictures: None,
        }
    }

    /// Whether a model can have this name: it stands in URLs, lists and logs.
    #[must_use]
    pub fn is_name(name: &str) -> bool {
        (1..=MODEL_NAME_CHARS_MAX).contains(&name.len())
            && name.bytes().all(|byte| byte.is_ascii_graphic())
    }
}

/// An amount, or a word for there being no limit, since a settings file cannot say null.
fn amount_or_none<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<f64>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Said {
        Amount(f64),
        Word(String),
    }
    match Option::<Said>::deserialize(deserializer)? {
        None => Ok(None),
        Some(Said::Amount(amount)) => Ok(Some(amount)),
        Some(Said::Word(word)) if word == "none" => Ok(None),
        Some(Said::Word(_)) => Err(D::Error::custom("must be an amount or `none`")),
    }
}

/// How answers are made.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GenerationSettings {
    /// Who answers when nobody was chosen, such as `openai/gpt-4.1-mini`; the first there is if left out.
    pub default_model: Option<String>,
    /// Milliseconds until a provider has sent the first byte of an answer.
    pub first_byte_ms: u64,
    /// Milliseconds a provider may be silent within an answer.
    pub idle_ms: u64,
    /// Milliseconds for a whole answer.
    pub total_ms: u64,
    /// How many bytes an answer may have.
    pub output_bytes_max: usize,
    /// Milliseconds before the second try, at most; doubled for each further one.
    pub retry_base_ms: u64,
    /// After so many failures in a row a model is left alone …
    pub breaker_failures: u32,
    /// … for this many milliseconds.
    pub breaker_ms: u64,
    /// How many answers one account may start a minute.
    pub per_minute: u32,
    pub at_once_per_project: u32,
    /// How many tokens one account may use a day, in all projects together; as many as it likes if
    /// left out.
    pub user_tokens_per_day: Option<u64>,
    pub user_tokens_per_month: Option<u64>,
    /// How many US dollars one account may spend a day, in all projects together; `none` for as many as
    /// it likes.
    #[serde(deserialize_with = "amount_or_none")]
    pub user_cost_per_day: Option<f64>,
    #[serde(deserialize_with = "amount_or_none")]
    pub user_cost_per_month: Option<f64>,
    /// Milliseconds between two words of the offline model.
    pub offline_word_ms: u64,
}

impl Default for GenerationSettings {
    fn default() -> Self {
        Self {
            default_model: None,
            first_byte_ms: 60_000,
            idle_ms: 60_000,
            total_ms: 600_000,
            output_bytes_max: 1024 * 1024,
            retry_base_ms: 500,
            breaker_failures: 5,
            breaker_ms: 30_000,
            per_minute: 20,
            at_once_per_project: 5,
            user_tokens_per_day: None,
            user_tokens_per_month: None,
            user_cost_per_day: Some(USER_COST_PER_DAY),
            user_cost_per_month: None,
            offline_word_ms: 15,
        }
    }
}

pub(super) fn check(
    openai: &ProviderSettings,
    providers: &[ProviderEntry],
    generation: &GenerationSettings,
) -> Result<(), WrongSetting> {
    check_key("provider.openai_api_key", openai.openai_api_key.as_ref())?;
    if let Some(url) = openai.base_url() {
        check_url("provider.openai_base_url", url)?;
    }
    let mut names = HashSet::from([OFFLINE_PROVIDER]);
    if openai.api_key().is_some() || openai.base_url().is_some() {
        names.insert(OPENAI_PROVIDER);
    }
    for (place, provider) in providers.iter().enumerate() {
        let wrong = |sentence| {
            Err(WrongSetting::new(
                &format!("providers.{place}.name"),
                sentence,
            ))
        };
        if !is_name_in_a_list(&provider.name) {
            return wrong("must have 1 to 32 small letters, digits and hyphens");
        }
        if !names.insert(&provider.name) {
            return wrong("is the name of another provider already");
        }
        check_provider(&format!("providers.{}", provider.name), provider)?;
    }
    check_default(providers, generation)?;
    check_amounts(generation)
}

pub(super) fn is_name_in_a_list(name: &str) -> bool {
    (1..=PROVIDER_NAME_CHARS_MAX).contains(&name.len())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

fn check_provider(name: &str, provider: &ProviderEntry) -> Result<(), WrongSetting> {
    check_url(&format!("{name}.base_url"), &provider.base_url)?;
    check_key(&format!("{name}.api_key"), provider.api_key.as_ref())?;
    let mut ids = HashSet::new();
    for (place, model) in provider.models.iter().enumerate() {
        let wrong = |field: &str, sentence| {
            Err(WrongSetting::new(
                &format!("{name}.models.{place}.{field}"),
                sentence,
            ))
        };
        if !ModelEntry::is_name(&model.id) {
            return wrong(
                "id",
                "must have 1 to 128 printable characters without spaces",
            );
        }
        if !ids.insert(&model.id) {
            return wrong("id", "is the id of another model already");
        }
        if model.output_tokens == 0 || model.output_tokens >= model.context_tokens {
            return wrong(
                "output_tokens",
                "must be at least 1 and less than context_tokens",
            );
        }
        let prices = [
            ("price_in", model.price_in),
            ("price_cached", model.price_cached.unwrap_or(0.0)),
            ("price_out", model.price_out),
        ];
        for (field, price) in prices {
            // NaN is in no range.
            if !(0.0..=PRICE_MAX).contains(&price) {
                return wrong(field, "must be from 0 to 10000 US dollars");
            }
        }
    }
    Ok(())
}

fn check_url(name: &str, text: &str) -> Result<(), WrongSetting> {
    check_address(name, text)?;
    if text.ends_with('/') {
        return Err(WrongSetting::new(name, "must not end with a slash"));
    }
    Ok(())
}

pub(super) fn check_address(name: &str, text: &str) -> Result<(), WrongSetting> {
    let url = Url::parse(text)
        .ok()
        .filter(|url| ["http", "https"].contains(&url.scheme()) && url.has_host())
        .ok_or_else(|| WrongSetting::new(name, "must begin with http:// or https:// and a host"))?;
    let has_credentials = !url.username().is_empty() || url.password().is_some();
    if has_credentials || url.query().is_some() || url.fragment().is_some() {
        return Err(WrongSetting::new(
            name,
            "must hold neither credentials nor anything after its path",
        ));
    }
    Ok(())
}

/// A key travels in a header, where a line break would be the end of it.
fn check_key(name: &str, key: Option<&Secret>) -> Result<(), WrongSetting> {
    let Some(key) = key.map(Secret::expose) else {
        return Ok(());
    };
    if key.len() > KEY_BYTES_MAX || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(WrongSetting::new(
            name,
            "must have at most 4096 printable characters without spaces or line breaks",
        ));
    }
    Ok(())
}

/// What a provider lists itself is only known once it is asked, so that is not checked here.
fn check_default(
    providers: &[ProviderEntry],
    generation: &GenerationSettings,
) -> Result<(), WrongSetting> {
    let Some(asked) = &generation.default_model else {
        return Ok(());
    };
    let wrong = |sentence| Err(WrongSetting::new("generation.default_model", sentence));
    if !ModelEntry::is_name(asked) {
        return wrong("must be the id of a model, such as openai/gpt-4.1-mini");
    }
    let Some((provider, name)) = asked.split_once('/') else {
        return Ok(());
    };
    let listed = providers.iter().find(|entry| entry.name == provider);
    match listed {
        Some(entry) if !entry.models.is_empty() => {
            if entry.models.iter().any(|model| model.id == name) {
                return Ok(());
            }
            wrong("names a model that its provider does not list")
        }
        Some(_) | None => Ok(()),
    }
}

fn check_amounts(settings: &GenerationSettings) -> Result<(), WrongSetting> {
    let amounts = [
        ("generation.first_byte_ms", settings.first_byte_ms == 0),
        ("generation.idle_ms", settings.idle_ms == 0),
        ("generation.total_ms", settings.total_ms == 0),
        (
            "generation.output_bytes_max",
            settings.output_bytes_max == 0,
        ),
        ("generation.retry_base_ms", settings.retry_base_ms == 0),
        (
            "generation.breaker_failures",
            settings.breaker_failures == 0,
        ),
        ("generation.breaker_ms", settings.breaker_ms == 0),
        ("generation.per_minute", settings.per_minute == 0),
        (
            "generation.at_once_per_project",
            settings.at_once_per_project == 0,
        ),
    ];
    if let Some((name, _)) = amounts.iter().find(|(_, is_nothing)| *is_nothing) {
        return Err(WrongSetting::new(name, "must be at least 1"));
    }
    let costs = [
        ("generation.user_cost_per_day", settings.user_cost_per_day),
        (
            "generation.user_cost_per_month",
            settings.user_cost_per_month,
        ),
    ];
    // NaN is in no range.
    let is_wrong = |cost: &Option<f64>| cost.is_some_and(|cost| !(0.0..=COST_MAX).contains(&cost));
    match costs.iter().find(|(_, cost)| is_wrong(cost)) {
        Some((name, _)) => Err(WrongSetting::new(
            name,
            "must be from 0 to 1000000 US dollars",
        )),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests;
