//! How much is too much, whoever set the limit.

use entity::enums::BudgetPeriod;
use kernel::{Error, Result};
use platform::{convert, settings::GenerationSettings};
use protocol::budgets::{Dollars, PersonBudget, Tokens};

use super::amount::Amount;
use crate::money;

/// What may be spent in a period.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limit {
    pub(super) period: BudgetPeriod,
    pub(super) tokens_max: Option<i64>,
    pub(super) nanos_max: Option<i64>,
}

impl Limit {
    pub(super) fn is_one(&self) -> bool {
        self.tokens_max.is_some() || self.nanos_max.is_some()
    }

    pub(super) fn view(&self) -> PersonBudget {
        PersonBudget {
            period: convert::budget_period(self.period),
            tokens_max: self.tokens_max.and_then(|max| Tokens::try_from(max).ok()),
            cost_max: self
                .nanos_max
                .map(|max| Dollars::stored(money::dollars(max))),
        }
    }

    /// Refuses an amount that there is no room for. `whose` goes before "budget".
    pub(super) fn check(
        &self,
        whose: &str,
        spent: Amount,
        amount: Amount,
        way_out: &str,
    ) -> Result<()> {
        let period = match self.period {
            BudgetPeriod::Day => "day",
            BudgetPeriod::Month => "month",
        };
        if let Some(max) = self.tokens_max
            && spent.tokens.saturating_add(amount.tokens) > max
        {
            let left = max.saturating_sub(spent.tokens).max(0);
            return Err(Error::BudgetExceeded(format!(
                "this may need {} tokens, and {whose} budget has {left} of {max} left for the \
                 {period}; {way_out}, or have the budget raised",
                amount.tokens,
            )));
        }
        if let Some(max) = self.nanos_max
            && spent.nanos.saturating_add(amount.nanos) > max
        {
            let left = money::dollars(max.saturating_sub(spent.nanos).max(0));
            return Err(Error::BudgetExceeded(format!(
                "this may cost {:.4} US dollars, and {whose} budget has {left:.4} of {:.4} left for \
                 the {period}; {way_out}, or have the budget raised",
                money::dollars(amount.nanos),
                money::dollars(max),
            )));
        }
        Ok(())
    }
}

/// What the operator lets one person spend in all projects together.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PersonLimits([Limit; 2]);

impl PersonLimits {
    pub(crate) fn of(settings: &GenerationSettings) -> Self {
        let limit = |period, tokens: Option<u64>, dollars: Option<f64>| Limit {
            period,
            tokens_max: tokens.map(|max| i64::try_from(max).unwrap_or(i64::MAX)),
            nanos_max: dollars.map(money::nanos),
        };
        Self([
            limit(
                BudgetPeriod::Day,
                settings.user_tokens_per_day,
                settings.user_cost_per_day,
            ),
            limit(
                BudgetPeriod::Month,
                settings.user_tokens_per_month,
                settings.user_cost_per_month,
            ),
        ])
    }

    pub(super) fn limits(&self) -> impl Iterator<Item = &Limit> {
        self.0.iter().filter(|limit| limit.is_one())
    }
}
