//! Reading the settings from where they may stand, and saying where each came from.

use std::{fs, path::PathBuf};

use figment::{
    Figment, Metadata, Profile, Provider,
    providers::{Env, Format, Serialized, Toml},
    value::{Dict, Map, Tag, Value},
};

use super::Settings;
use crate::wrong_setting::WrongSetting;

/// The file that is read when none is named and it is there.
pub const SETTINGS_FILE: &str = "nonlinear.toml";
const PREFIX: &str = "NONLINEAR_";
/// Which server the commands call that are programs of the API; no setting of a server.
pub const API_URL: &str = "NONLINEAR_URL";
/// The API token that they call it with.
pub const API_TOKEN: &str = "NONLINEAR_TOKEN";
/// What holds secrets may also stand in a file of its own, named in the environment.
const SECRET_FILES: [(&str, &str); 4] = [
    ("DATABASE_URL", "database_url"),
    ("REDIS_URL", "redis_url"),
    ("OPENAI_API_KEY", "provider.openai_api_key"),
    ("NONLINEAR_MAIL__SMTP_URL", "mail.smtp_url"),
];

/// Settings and where each came from.
#[derive(Debug)]
pub struct Loaded {
    pub settings: Settings,
    figment: Figment,
}

/// Reads the settings: defaults, then the file, then the environment, then `flags`.
///
/// `flags` are dotted names with values as they would stand in the file.
pub fn load(file: Option<PathBuf>, flags: &[(String, String)]) -> Result<Loaded, WrongSetting> {
    if let Some(file) = &file
        && !file.is_file()
    {
        return Err(WrongSetting::in_words(format!(
            "the settings file {} is not there",
            file.display()
        )));
    }
    let file = file.unwrap_or_else(|| PathBuf::from(SETTINGS_FILE));
    let mut figment = Figment::from(Serialized::defaults(Settings::default()))
        .merge(Toml::file(file))
        .merge(customary_environment())
        .merge(
            Env::prefixed(PREFIX)
                .ignore(&["config", "url", "token", "mail__smtp_url_file"])
                .split("__"),
        );
    for single in secret_files()? {
        figment = figment.merge(single);
    }
    for (name, value) in flags {
        figment = figment.merge(flag(name, value));
    }
    let mut settings: Settings = figment
        .extract()
        .map_err(|error| WrongSetting::in_words(sentence(&error)))?;
    if let Some(port) = Env::var("PORT") {
        let port: u16 = port
            .parse()
            .map_err(|_| WrongSetting::new("PORT", "must be a number from 0 to 65535"))?;
        let set_elsewhere = flags.iter().any(|(name, _)| name == "listen")
            || Env::var("NONLINEAR_LISTEN").is_some();
        if !set_elsewhere {
            settings.listen.set_port(port);
        }
    }
    for provider in &mut settings.providers {
        provider.read_key_file()?;
    }
    Ok(Loaded { settings, figment })
}

fn sentence(error: &figment::Error) -> String {
    let name = error.path.join(".");
    let source = error
        .metadata
        .as_ref()
        .map(|metadata| metadata.name.to_string());
    let source = source
        .map(|source| format!(" (from {source})"))
        .unwrap_or_default();
    if name.is_empty() {
        format!("the settings cannot be read{source}: {}", error.kind)
    } else {
        format!("the setting `{name}` is wrong{source}: {}", error.kind)
    }
}

/// The variables that other software uses for the same things.
fn customary_environment() -> Env {
    Env::raw()
        .only(&[
            "DATABASE_URL",
            "REDIS_URL",
            "OPENAI_API_KEY",
            "OPENAI_BASE_URL",
        ])
        .map(|name| match name.as_str().to_ascii_uppercase().as_str() {
            "OPENAI_API_KEY" => "provider.openai_api_key".into(),
            "OPENAI_BASE_URL" => "provider.openai_base_url".into(),
            _ => name.into(),
        })
}

/// The token of commands that are programs of the API.
#[must_use]
pub fn api_token() -> Option<String> {
    let token = Env::var(API_TOKEN)?.trim().to_owned();
    (!token.is_empty()).then_some(token)
}

fn secret_files() -> Result<Vec<Single>, WrongSetting> {
    let mut found = Vec::new();
    for (variable, name) in SECRET_FILES {
        let file_variable = format!("{variable}_FILE");
        let Some(file) = Env::var(&file_variable) else {
            continue;
        };
        let wrong = |sentence: &str| WrongSetting::new(&file_variable, sentence);
        if Env::var(variable).is_some() {
            return Err(wrong(&format!("cannot stand beside {variable}")));
        }
        let text = fs::read_to_string(&file)
            .map_err(|error| wrong(&format!("names {file}, which cannot be read: {error}")))?;
        // Whoever has no such secret may leave the file empty.
        let secret = text.trim();
        if !secret.is_empty() {
            found.push(Single {
                source: format!("file {file}"),
                name: name.to_owned(),
                value: secret.into(),
            });
        }
    }
    Ok(found)
}

/// One flag of the command line, read as a variable would be, so that both accept the same text.
fn flag(name: &str, value: &str) -> Single {
    let value = value
        .parse()
        .unwrap_or_else(|_| Value::String(Tag::Default, value.to_owned()));
    Single {
        source: format!("flag --{}", name.replace(['.', '_'], "-")),
        name: name.to_owned(),
        value,
    }
}

/// One setting from a place of its own.
struct Single {
    source: String,
    name: String,
    value: Value,
}

impl Provider for Single {
    fn metadata(&self) -> Metadata {
        Metadata::named(self.source.clone())
    }

    fn data(&self) -> Result<Map<Profile, Dict>, figment::Error> {
        let nested = figment::util::nest(&self.name, self.value.clone());
        let dict = nested.into_dict().unwrap_or_default();
        Ok(Map::from([(Profile::Default, dict)]))
    }
}

/// One line of `nonlinear config`.
#[derive(Debug)]
pub struct EffectiveSetting {
    pub name: String,
    pub value: String,
    pub source: String,
}

impl Loaded {
    /// Every effective setting with its source; secrets are masked.
    #[must_use]
    pub fn effective(&self) -> Vec<EffectiveSetting> {
        let mut lines = Vec::new();
        if let Ok(value) = Value::serialize(&self.settings) {
            self.collect(String::new(), &value, &mut lines);
        }
        lines
    }

    fn collect(&self, name: String, value: &Value, lines: &mut Vec<EffectiveSetting>) {
        if let Some(dict) = value.as_dict() {
            for (key, value) in dict {
                let name = if name.is_empty() {
                    key.clone()
                } else {
                    format!("{name}.{key}")
                };
                self.collect(name, value, lines);
            }
            return;
        }
        if let Some(values) = value.as_array()
            && !values.is_empty()
        {
            for (place, value) in values.iter().enumerate() {
                self.collect(format!("{name}.{place}"), value, lines);
            }
            return;
        }
        let source = match self.figment.find_metadata(list_name(&name)) {
            Some(metadata) if metadata.name.contains("Settings") => "default".to_owned(),
            Some(metadata) => metadata.name.to_string(),
            None => "default".to_owned(),
        };
        lines.push(EffectiveSetting {
            value: shown(&name, value),
            name,
            source,
        });
    }
}

/// What a setting stands in as a whole: figment knows a list as one value.
fn list_name(name: &str) -> &str {
    let lists = ["providers", "tool_servers"];
    let is_in = |list: &&str| {
        name.strip_prefix(*list)
            .is_some_and(|rest| rest.starts_with('.'))
    };
    lists.into_iter().find(is_in).unwrap_or(name)
}

fn shown(name: &str, value: &Value) -> String {
    let text = match value {
        Value::String(_, text) => text.clone(),
        Value::Empty(..) => return "(none)".to_owned(),
        Value::Bool(_, flag) => flag.to_string(),
        Value::Char(_, letter) => letter.to_string(),
        Value::Num(_, number) => number
            .to_i128()
            .map(|number| number.to_string())
            .or_else(|| number.to_u128().map(|number| number.to_string()))
            .or_else(|| number.to_f64().map(|number| number.to_string()))
            .unwrap_or_default(),
        Value::Dict(..) | Value::Array(..) => return "(none)".to_owned(),
    };
    if name.ends_with("api_key") {
        return "********".to_owned();
    }
    mask_password(&text)
}

const MASK: &str = "********";
/// What a query may say aloud; all else in it may be a secret.
const SHOWN_IN_QUERY: [&str; 6] = [
    "sslmode",
    "application_name",
    "connect_timeout",
    "mode",
    "cache",
    "tls",
];

/// Hides what stands between `:` and `@` in the authority of a URL, and what may be a secret in its
/// query.
#[must_use]
pub fn mask_password(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else {
        return url.to_owned();
    };
    let query = rest.split_once('?').map_or("", |(_, query)| query);
    if query.contains('@') {
        // Nobody can tell whether that is in a password or in the query.
        return format!("{scheme}://{MASK}");
    }
    let Some((credentials, host)) = rest.rsplit_once('@') else {
        return format!("{scheme}://{}", mask_query(rest));
    };
    let user = credentials
        .split_once(':')
        .map_or(credentials, |(user, _)| user);
    format!("{scheme}://{user}:{MASK}@{}", mask_query(host))
}

fn mask_query(address: &str) -> String {
    let Some((place, query)) = address.split_once('?') else {
        return address.to_owned();
    };
    let pairs: Vec<String> = query
        .split('&')
        .map(|pair| match pair.split_once('=') {
            Some((name, _)) if SHOWN_IN_QUERY.contains(&name) => pair.to_owned(),
            Some((name, _)) => format!("{name}={MASK}"),
            None => MASK.to_owned(),
        })
        .collect();
    format!("{place}?{}", pairs.join("&"))
}
