//! Money is counted in billionths of a US dollar, and shown in dollars.

const NANOS_PER_DOLLAR: f64 = 1e9;
const DECIMALS: usize = 9;

#[expect(
    clippy::as_conversions,
    reason = "what is shown need not be exact to the billionth"
)]
pub fn dollars(nanos: i64) -> f64 {
    nanos as f64 / NANOS_PER_DOLLAR
}

/// Reads the decimal that was meant, where arithmetic on fractions might miss it by one.
pub fn nanos(dollars: f64) -> i64 {
    let decimal = format!("{dollars:.DECIMALS$}");
    decimal.replace('.', "").parse().unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dollars_become_the_nanos_that_were_meant_and_come_back_the_same() {
        for (amount, expected) in [(0.0, 0), (0.29, 290_000_000), (1_000_000.0, 10_i64.pow(15))] {
            assert_eq!(nanos(amount), expected);
            assert_eq!(dollars(expected), amount);
        }
        assert_eq!(nanos(0.000_000_001), 1);
    }
}
