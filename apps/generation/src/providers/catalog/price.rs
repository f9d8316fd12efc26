//! What tokens cost, in whole numbers: sums of money must come out the same everywhere.

use crate::providers::prompt::Usage;

/// How many parts a US dollar for a million tokens has: a millionth of a millionth of a dollar for a token.
const PARTS_PER_DOLLAR_DECIMALS: usize = 6;
const PICOS_PER_NANO: u128 = 1_000;

/// Millionths of a millionth of a US dollar (picodollars) for one token.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Price {
    pub(crate) input_picos: u64,
    pub(crate) cached_picos: u64,
    pub(crate) output_picos: u64,
}

impl Price {
    /// From US dollars for a million tokens.
    #[must_use]
    pub(crate) fn from_dollars(input: f64, cached: Option<f64>, output: f64) -> Self {
        Self {
            input_picos: picos(input),
            cached_picos: picos(cached.unwrap_or(input)),
            output_picos: picos(output),
        }
    }

    /// What this much costs in billionths of a US dollar, rounded up.
    #[must_use]
    pub(crate) fn nanos(&self, usage: Usage) -> i64 {
        let cached = usage.cached.min(usage.input);
        let of = |tokens: u32, picos: u64| u128::from(tokens) * u128::from(picos);
        let sum = of(usage.input - cached, self.input_picos)
            + of(cached, self.cached_picos)
            + of(usage.output, self.output_picos);
        i64::try_from(sum.div_ceil(PICOS_PER_NANO)).unwrap_or(i64::MAX)
    }
}

/// Reads the decimal that was meant, where arithmetic on fractions might miss it by one.
fn picos(dollars: f64) -> u64 {
    let decimal = format!("{dollars:.PARTS_PER_DOLLAR_DECIMALS$}");
    decimal.replace('.', "").parse().unwrap_or_default()
}

/// US dollars for a million tokens, to show.
#[must_use]
pub(crate) fn dollars(picos: u64) -> f64 {
    let parts = 10_u64.pow(6);
    let decimal = format!("{}.{:06}", picos / parts, picos % parts);
    decimal.parse().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prices_are_exact_below_a_nanodollar_and_sums_are_rounded_once() {
        let price = Price::from_dollars(0.15, Some(0.0375), 0.6);
        assert_eq!(
            price,
            Price {
                input_picos: 150_000,
                cached_picos: 37_500,
                output_picos: 600_000
            }
        );
        assert_eq!(dollars(price.cached_picos), 0.0375);

        let usage = Usage {
            input: 11,
            cached: 1,
            output: 2,
        };
        assert_eq!(price.nanos(usage), 10 * 150 + 38 + 2 * 600);
        assert_eq!(price.nanos(Usage::default()), 0);
    }

    #[test]
    fn what_is_cached_costs_the_same_where_no_other_price_is_known() {
        assert_eq!(Price::from_dollars(3.0, None, 15.0).cached_picos, 3_000_000);
        assert_eq!(Price::from_dollars(-0.0, None, f64::NAN), Price::default());
    }

    #[test]
    fn the_largest_sum_has_a_number() {
        let price = Price::from_dollars(10_000.0, None, 10_000.0);
        let usage = Usage {
            input: u32::MAX,
            cached: 0,
            output: u32::MAX,
        };
        assert_eq!(price.nanos(usage), i64::from(u32::MAX) * 2 * 10_000_000);
    }
}
