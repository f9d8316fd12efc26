//! How an answer is wished for.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub const TEMPERATURE_MAX: f64 = 2.0;
pub const OUTPUT_TOKENS_MAX: u32 = 1_000_000;

/// How freely a model chooses its words: 0 to 2.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "f64", into = "f64")]
#[schema(value_type = f64, minimum = 0.0, maximum = 2.0)]
pub struct Temperature(f64);

impl Temperature {
    #[must_use]
    pub fn get(self) -> f64 {
        self.0
    }
}

impl TryFrom<f64> for Temperature {
    type Error = String;

    fn try_from(value: f64) -> Result<Self, String> {
        if (0.0..=TEMPERATURE_MAX).contains(&value) {
            // Negative zero would have another fingerprint than zero.
            Ok(Self(value + 0.0))
        } else {
            Err(format!("must be a number from 0 to {TEMPERATURE_MAX}"))
        }
    }
}

impl From<Temperature> for f64 {
    fn from(value: Temperature) -> Self {
        value.0
    }
}

/// How many tokens an answer may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "u32", into = "u32")]
#[schema(value_type = u32, minimum = 1, maximum = 1_000_000)]
pub struct OutputTokens(u32);

impl OutputTokens {
    #[must_use]
    pub fn get(self) -> u32 {
        self.0
    }
}

impl TryFrom<u32> for OutputTokens {
    type Error = String;

    fn try_from(value: u32) -> Result<Self, String> {
        if (1..=OUTPUT_TOKENS_MAX).contains(&value) {
            Ok(Self(value))
        } else {
            Err(format!("must be a number from 1 to {OUTPUT_TOKENS_MAX}"))
        }
    }
}

impl From<OutputTokens> for u32 {
    fn from(value: OutputTokens) -> Self {
        value.0
    }
}

/// From how much of what is likely a model chooses: 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "f64", into = "f64")]
#[schema(value_type = f64, minimum = 0.0, maximum = 1.0)]
pub struct TopP(f64);

impl TopP {
    #[must_use]
    pub fn get(self) -> f64 {
        self.0
    }
}

impl TryFrom<f64> for TopP {
    type Error = String;

    fn try_from(value: f64) -> Result<Self, String> {
        if (0.0..=1.0).contains(&value) {
            Ok(Self(value + 0.0))
        } else {
            Err("must be a number from 0 to 1".to_owned())
        }
    }
}

impl From<TopP> for f64 {
    fn from(value: TopP) -> Self {
        value.0
    }
}
