//! Budgets: what a project and its members may spend on models.

use kernel::UserId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub const BUDGETS_PER_PROJECT_MAX: usize = 1_000;
/// So much that only a mistake in the unit asks for more.
pub const TOKENS_MAX: i64 = 1_000_000_000_000;
pub const DOLLARS_MAX: f64 = 1_000_000.0;

/// Days and months are those of UTC.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "UPPERCASE")]
pub enum BudgetPeriod {
    Day,
    Month,
}

/// A number of tokens, sent and answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "i64", into = "i64")]
#[schema(value_type = i64, minimum = 0, maximum = 1_000_000_000_000_i64)]
pub struct Tokens(i64);

impl Tokens {
    #[must_use]
    pub fn get(self) -> i64 {
        self.0
    }
}

impl TryFrom<i64> for Tokens {
    type Error = String;

    fn try_from(value: i64) -> Result<Self, String> {
        if (0..=TOKENS_MAX).contains(&value) {
            Ok(Self(value))
        } else {
            Err(format!("must be a whole number from 0 to {TOKENS_MAX}"))
        }
    }
}

impl From<Tokens> for i64 {
    fn from(value: Tokens) -> Self {
        value.0
    }
}

/// An amount in US dollars.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "f64", into = "f64")]
#[schema(value_type = f64, minimum = 0.0, maximum = 1_000_000.0)]
pub struct Dollars(f64);

impl Dollars {
    #[must_use]
    pub fn get(self) -> f64 {
        self.0
    }

    /// For what the database gives back.
    #[must_use]
    pub fn stored(value: f64) -> Self {
        Self(value)
    }
}

impl TryFrom<f64> for Dollars {
    type Error = String;

    fn try_from(value: f64) -> Result<Self, String> {
        if (0.0..=DOLLARS_MAX).contains(&value) {
            Ok(Self(value + 0.0))
        } else {
            Err(format!("must be a number from 0 to {DOLLARS_MAX}"))
        }
    }
}

impl From<Dollars> for f64 {
    fn from(value: Dollars) -> Self {
        value.0
    }
}

/// A limit for the whole project, or for one of its members.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Budget {
    /// The member it limits; null for the whole project.
    #[serde(default)]
    #[schema(required)]
    pub user_id: Option<UserId>,
    pub period: BudgetPeriod,
    /// Null for no limit.
    #[serde(default)]
    #[schema(required)]
    pub tokens_max: Option<Tokens>,
    /// Null for no limit.
    #[serde(default)]
    #[schema(required)]
    pub cost_max: Option<Dollars>,
}

/// All budgets of a project: those of the whole first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Budgets {
    #[schema(max_items = 1000)]
    pub items: Vec<Budget>,
}

/// What the operator lets each person spend, in all projects together.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PersonBudget {
    pub period: BudgetPeriod,
    #[schema(required)]
    pub tokens_max: Option<Tokens>,
    #[schema(required)]
    pub cost_max: Option<Dollars>,
}

/// All budgets that hold in a project.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BudgetsView {
    /// Those of the project and its members: those of the whole first.
    pub items: Vec<Budget>,
    /// Those that the operator sets for each person.
    pub per_person: Vec<PersonBudget>,
}
