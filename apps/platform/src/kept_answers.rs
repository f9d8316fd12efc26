//! How much is kept for whom of what was answered under an `Idempotency-Key`.

use chrono::TimeDelta;
use kernel::UserId;

use crate::{debts::Debts, settings::StorageSettings};

/// How long an answer is kept.
pub(crate) const KEPT: TimeDelta = TimeDelta::hours(24);
/// What a key takes besides its answer.
pub(crate) const KEY_BYTES: u64 = 256;

/// How much is kept for each person: half of it at once, and the other half anew over the time for which answers are kept, so that
/// it is never more than all of it.
#[derive(Debug)]
pub(crate) struct KeptAnswers(pub(crate) Debts<Payer>);

impl KeptAnswers {
    pub(crate) fn new(settings: &StorageSettings) -> Self {
        let half = u32::try_from(settings.kept_answer_bytes_max / 2).unwrap_or(u32::MAX);
        let kept = KEPT.to_std().unwrap_or_default();
        Self(Debts::new(kept / Ord::max(half, 1), half))
    }
}

/// Whose answers they are: all credentials of a person together, or a network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Payer {
    Person(UserId),
    Network(u128),
}
