//! Usage: what was asked of models, and what that cost.

use kernel::{NodeId, UserId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    budgets::{Budget, BudgetPeriod, Dollars, PersonBudget, Tokens},
    generations::TokenCounts,
    values::Timestamp,
};

/// How many items an answer holds; what is beyond them is summed up in one without a key.
pub const USAGE_ITEMS_MAX: usize = 1_000;

/// What a sum is made for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum UsageBy {
    /// The key is the id of the node.
    Node,
    /// The key is the id of whoever asked.
    Member,
    /// The key is the model that answered, or was to answer.
    #[default]
    Model,
    /// The key is the day in UTC, such as `2026-01-31`.
    Day,
}

/// Which relatives of a node count with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Branch {
    Ancestors,
    Descendants,
    Both,
}

#[derive(Clone, Copy, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct UsageQuery {
    #[param(inline)]
    #[serde(default)]
    pub by: Option<UsageBy>,
    /// Only this node, with its relatives if `branch` is given.
    pub node: Option<NodeId>,
    #[param(inline)]
    pub branch: Option<Branch>,
    /// What was asked at this time or later.
    #[param(value_type = Option<String>, format = DateTime)]
    pub from: Option<Timestamp>,
    /// What was asked before this time.
    #[param(value_type = Option<String>, format = DateTime)]
    pub to: Option<Timestamp>,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct UsageSum {
    /// How often a model was asked: for an answer, by an agent for a step, or to hear and to speak.
    pub generations: i64,
    /// What they counted; those that are running count when they end.
    pub tokens: TokenCounts,
    /// In US dollars.
    pub cost: f64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct UsageItem {
    /// Null for all that is beyond the largest, and, by node, for what belongs to none.
    #[schema(required)]
    pub key: Option<String>,
    #[serde(flatten)]
    pub sum: UsageSum,
}

/// A budget, and what is spent of it. Its fields are named again, since a budget that is sent has no others.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BudgetSpent {
    #[schema(required)]
    pub user_id: Option<UserId>,
    pub period: BudgetPeriod,
    #[schema(required)]
    pub tokens_max: Option<Tokens>,
    #[schema(required)]
    pub cost_max: Option<Dollars>,
    pub spent: Spent,
}

impl BudgetSpent {
    #[must_use]
    pub fn new(budget: Budget, spent: Spent) -> Self {
        let Budget {
            user_id,
            period,
            tokens_max,
            cost_max,
        } = budget;
        Self {
            user_id,
            period,
            tokens_max,
            cost_max,
            spent,
        }
    }
}

/// A limit for the caller, and what is spent of it.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OwnSpent {
    pub period: BudgetPeriod,
    #[schema(required)]
    pub tokens_max: Option<Tokens>,
    #[schema(required)]
    pub cost_max: Option<Dollars>,
    pub spent: Spent,
}

impl OwnSpent {
    #[must_use]
    pub fn new(budget: PersonBudget, spent: Spent) -> Self {
        let PersonBudget {
            period,
            tokens_max,
            cost_max,
        } = budget;
        Self {
            period,
            tokens_max,
            cost_max,
            spent,
        }
    }
}

/// In the period that runs, with all that running generations may yet need.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Spent {
    pub tokens: i64,
    /// In US dollars.
    pub cost: f64,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct UsageView {
    /// The newest day first; else what cost most first.
    pub items: Vec<UsageItem>,
    pub total: UsageSum,
    pub budgets: Vec<BudgetSpent>,
    /// What the operator lets the caller spend in all projects together, and what is spent of it.
    pub own: Vec<OwnSpent>,
}
