//! Why a provider gave no answer, in our own words.

use std::{fmt, time::Duration};

use serde::Deserialize;

/// What went wrong. The words are stable: they stand in tries and in errors of nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum FailureKind {
    RateLimited,
    ProviderUnavailable,
    ProviderRefusedKey,
    RequestRejected,
    ProviderProtocol,
    ProviderTimeout,
    ProviderStalled,
    TooLong,
    TooLarge,
}

impl FailureKind {
    #[must_use]
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::RateLimited => "rate_limited",
            Self::ProviderUnavailable => "provider_unavailable",
            Self::ProviderRefusedKey => "provider_refused_key",
            Self::RequestRejected => "request_rejected",
            Self::ProviderProtocol => "provider_protocol",
            Self::ProviderTimeout => "provider_timeout",
            Self::ProviderStalled => "provider_stalled",
            Self::TooLong => "too_long",
            Self::TooLarge => "too_large",
        }
    }

    /// How often a model is asked that fails like this before it has said anything.
    #[must_use]
    pub(crate) fn tries_max(self) -> u32 {
        match self {
            Self::RateLimited => 4,
            Self::ProviderUnavailable | Self::ProviderTimeout | Self::ProviderStalled => 3,
            Self::ProviderRefusedKey
            | Self::RequestRejected
            | Self::ProviderProtocol
            | Self::TooLong
            | Self::TooLarge => 1,
        }
    }

    /// Whether it says something about the model, and not only about what it was asked.
    #[must_use]
    pub(crate) fn is_the_models_fault(self) -> bool {
        match self {
            Self::RateLimited
            | Self::ProviderUnavailable
            | Self::ProviderRefusedKey
            | Self::ProviderProtocol
            | Self::ProviderTimeout
            | Self::ProviderStalled => true,
            Self::RequestRejected | Self::TooLong | Self::TooLarge => false,
        }
    }

    fn detail(self) -> &'static str {
        match self {
            Self::RateLimited => "The provider takes no more requests for now. Try again later.",
            Self::ProviderUnavailable => "The provider cannot be reached or has a problem.",
            Self::ProviderRefusedKey => {
                "The provider does not accept the key of this server. Its operator must set a valid one."
            }
            Self::RequestRejected => "The provider does not accept this request.",
            Self::ProviderProtocol => "The provider sent something that is no answer.",
            Self::ProviderTimeout => "The provider did not begin to answer in time.",
            Self::ProviderStalled => "The provider stopped in the middle of the answer.",
            Self::TooLong => "The answer took too long and was cut off.",
            Self::TooLarge => "The answer became too large and was cut off.",
        }
    }
}

/// A failed call. Nothing in it was written by a provider, so all of it may be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    pub(crate) kind: FailureKind,
    /// The HTTP status, if the provider gave one.
    pub(crate) status: Option<u16>,
    /// How long the provider wants to be left alone.
    pub(crate) retry_after: Option<Duration>,
    /// A sentence for people.
    pub(crate) detail: &'static str,
}

impl Failure {
    #[must_use]
    pub(crate) fn new(kind: FailureKind) -> Self {
        Self {
            kind,
            status: None,
            retry_after: None,
            detail: kind.detail(),
        }
    }

    #[must_use]
    pub(crate) fn saying(mut self, detail: &'static str) -> Self {
        self.detail = detail;
        self
    }

    /// Whether the same model may be asked again, if it has not said anything yet.
    #[must_use]
    pub(crate) fn is_retryable(&self) -> bool {
        self.kind.tries_max() > 1
    }

    /// The code and the status, as stored with a model's health.
    #[must_use]
    pub(crate) fn label(&self) -> String {
        match self.status {
            Some(status) => format!("{} {status}", self.kind.code()),
            None => self.kind.code().to_owned(),
        }
    }

    /// From an HTTP status and what the provider says about it.
    #[must_use]
    pub(crate) fn refused(status: u16, said: &Said) -> Self {
        let mut failure = match (status, said.is_about()) {
            // Waiting does not fill an account.
            (402, _) | (429, Some(About::Money)) => {
                Self::new(FailureKind::ProviderRefusedKey).saying(
                    "The provider's account has no credit left. The operator of this server must add some.",
                )
            }
            (401 | 403, _) => Self::new(FailureKind::ProviderRefusedKey),
            (429, _) => Self::new(FailureKind::RateLimited),
            (408 | 500..=599, _) => Self::new(FailureKind::ProviderUnavailable),
            (413, _) | (400..=499, Some(About::Length)) => Self::new(FailureKind::RequestRejected)
                .saying("The prompt with its context is too long for this model."),
            (404, _) => Self::new(FailureKind::RequestRejected)
                .saying("The provider does not offer this model."),
            (400..=499, _) => Self::new(FailureKind::RequestRejected),
            _ => Self::new(FailureKind::ProviderProtocol),
        };
        failure.status = Some(status);
        failure
    }

    /// From an error a provider sends instead of a piece of an answer.
    #[must_use]
    pub(crate) fn said(said: &Said) -> Self {
        if let Some(status) = said.status() {
            return Self::refused(status, said);
        }
        match said.is_about() {
            Some(About::Rate) => Self::new(FailureKind::RateLimited),
            Some(About::Money) => Self::refused(402, said),
            Some(About::Length) => Self::refused(413, said),
            Some(About::Server) => Self::new(FailureKind::ProviderUnavailable),
            None => Self::new(FailureKind::ProviderProtocol),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.label(), self.detail)
    }
}

impl std::error::Error for Failure {}

enum About {
    Rate,
    Money,
    Length,
    Server,
}

/// What is read of a provider's error: its words for machines. The rest is nobody's business here.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Said {
    #[serde(deserialize_with = "word")]
    code: Option<String>,
    #[serde(rename = "type", deserialize_with = "word")]
    kind: Option<String>,
}

impl Said {
    /// From the body of a refusal: `{"error":{…}}`, or anything else, which says nothing.
    #[must_use]
    pub(crate) fn read(body: &[u8]) -> Self {
        #[derive(Deserialize)]
        struct Wrapped {
            error: Said,
        }
        serde_json::from_slice::<Wrapped>(body).map_or_else(|_| Self::default(), |it| it.error)
    }

    /// Some providers give an HTTP status as the code.
    fn status(&self) -> Option<u16> {
        let status: u16 = self.code.as_deref()?.parse().ok()?;
        (400..=599).contains(&status).then_some(status)
    }

    fn is_about(&self) -> Option<About> {
        [&self.code, &self.kind]
            .into_iter()
            .flatten()
            .find_map(|word| match word.as_str() {
                "rate_limit_exceeded"
                | "rate_limit_error"
                | "overloaded"
                | "tokens"
                | "requests" => Some(About::Rate),
                "insufficient_quota" | "billing_not_active" | "billing_hard_limit_reached" => {
                    Some(About::Money)
                }
                "context_length_exceeded" | "string_above_max_length" => Some(About::Length),
                "server_error"
                | "internal_server_error"
                | "overloaded_error"
                | "service_unavailable" => Some(About::Server),
                _ => None,
            })
    }
}

/// A word or a number; whatever else stands there says nothing.
fn word<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Loose {
        Word(String),
        Number(u64),
        Other(serde::de::IgnoredAny),
    }
    Ok(match Loose::deserialize(deserializer)? {
        Loose::Word(word) => Some(word),
        Loose::Number(number) => Some(number.to_string()),
        Loose::Other(_) => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(status: u16, body: &str) -> FailureKind {
        Failure::refused(status, &Said::read(body.as_bytes())).kind
    }

    #[test]
    fn a_status_says_what_went_wrong_and_a_code_sharpens_it() {
        use FailureKind::*;

        assert_eq!(refused(429, ""), RateLimited);
        assert_eq!(
            refused(429, r#"{"error":{"code":"insufficient_quota"}}"#),
            ProviderRefusedKey
        );
        assert_eq!(refused(402, "{}"), ProviderRefusedKey);
        assert_eq!(refused(401, "<html>"), ProviderRefusedKey);
        assert_eq!(refused(403, "null"), ProviderRefusedKey);
        assert_eq!(refused(500, ""), ProviderUnavailable);
        assert_eq!(refused(529, ""), ProviderUnavailable);
        assert_eq!(
            refused(400, r#"{"error":{"code":null,"type":7}}"#),
            RequestRejected
        );
        assert_eq!(refused(404, r#"{"error":"no"}"#), RequestRejected);
        assert_eq!(refused(307, ""), ProviderProtocol);
        let long = r#"{"error":{"code":"context_length_exceeded","message":"canary"}}"#;
        let failure = Failure::refused(400, &Said::read(long.as_bytes()));
        assert!(failure.detail.contains("too long"));
        assert!(!format!("{failure} {failure:?}").contains("canary"));
    }

    #[test]
    fn an_error_in_the_stream_is_classified_by_number_or_word() {
        use FailureKind::*;
        let said = |error: &str| Failure::said(&serde_json::from_str(error).unwrap()).kind;

        assert_eq!(said(r#"{"code":429}"#), RateLimited);
        assert_eq!(said(r#"{"code":"502","message":"x"}"#), ProviderUnavailable);
        assert_eq!(said(r#"{"code":"rate_limit_exceeded"}"#), RateLimited);
        assert_eq!(
            said(r#"{"type":"server_error","code":null}"#),
            ProviderUnavailable
        );
        assert_eq!(said(r#"{"code":{"deep":1}}"#), ProviderProtocol);
        assert_eq!(said("{}"), ProviderProtocol);
    }
}
