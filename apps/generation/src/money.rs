//! Money is counted in billionths of a US dollar, and shown in dollars.

const NANOS_PER_DOLLAR: f64 = 1e9;

#[expect(
    clippy::as_conversions,
    reason = "what is shown need not be exact to the billionth"
)]
pub(crate) fn dollars(nanos: i64) -> f64 {
    nanos as f64 / NANOS_PER_DOLLAR
}
