//! Every operation that was sent, when it was acknowledged, and when everybody had it.
//!
//! What is sent moves a node, so that its position can say who sent it, and count.

use crate::{frames, histogram::Histogram};

use super::guests::Guest;

/// y is the editor's number times this, plus a counter from 1.
const COUNTER_MAX: u64 = 100_000;

pub(crate) struct Ops {
    /// What each editor has sent.
    editors: Vec<Vec<Sent>>,
    /// How many people each guest's room has.
    audience: Vec<u32>,
    measuring: bool,
    /// From sending to the acknowledgement.
    pub(crate) ack: Histogram,
    /// From sending to each person who sees it.
    pub(crate) delivery: Histogram,
    /// From sending to the last person who sees it.
    pub(crate) everyone: Histogram,
    pub(crate) counts: Counts,
    /// Operations that somebody in the room has not seen.
    pub(crate) unfinished: u64,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Counts {
    pub(crate) sent: u64,
    pub(crate) acked: u64,
    pub(crate) refused: u64,
    pub(crate) gaps: u64,
    pub(crate) doubled: u64,
    pub(crate) first_refusal: Option<String>,
}

struct Sent {
    at: u64,
    unseen_by: u32,
}

impl Ops {
    pub(crate) fn new(guests: &[Guest], editors: usize) -> Self {
        let audience = |guest: &Guest| {
            let others = guests.iter().filter(|other| other.room == guest.room);
            others.count() as u32
        };
        // Counting is only needed for editors' rooms, and thousands of idle people have none.
        let audience = if editors > 0 {
            guests.iter().map(audience).collect()
        } else {
            Vec::new()
        };
        Self {
            editors: (0..editors).map(|_| Vec::new()).collect(),
            audience,
            measuring: false,
            ack: Histogram::default(),
            delivery: Histogram::default(),
            everyone: Histogram::default(),
            counts: Counts::default(),
            unfinished: 0,
        }
    }

    pub(crate) fn measure(&mut self) {
        self.measuring = true;
        self.ack = Histogram::default();
        self.delivery = Histogram::default();
        self.everyone = Histogram::default();
    }

    pub(crate) fn stop_measuring(&mut self) {
        self.measuring = false;
    }

    /// The position that the next operation of an editor moves its node to.
    pub(super) fn send(&mut self, editor: usize, person: usize, now: u64) -> Option<(u64, u64)> {
        let unseen_by = self.audience.get(person).copied()?;
        let sent = self.editors.get_mut(editor)?;
        sent.push(Sent { at: now, unseen_by });
        self.counts.sent += 1;
        self.unfinished += 1;
        let counter = sent.len() as u64;
        (counter < COUNTER_MAX).then_some((counter, editor as u64 * COUNTER_MAX + counter))
    }

    pub(super) fn acknowledged(&mut self, sent_at: u64, now: u64) {
        self.counts.acked += 1;
        if self.measuring {
            self.ack.record(now - sent_at);
        }
    }

    pub(super) fn refused(&mut self, text: &[u8]) {
        self.counts.refused += 1;
        let refusal = || String::from_utf8_lossy(text).into_owned();
        self.counts.first_refusal.get_or_insert_with(refusal);
    }

    /// Follows the numbers from `seq`, and returns the one that was reached.
    pub(super) fn hear(&mut self, text: &[u8], mut seq: u64, now: u64) -> u64 {
        for number in frames::numbers(text) {
            self.counts.doubled += u64::from(number <= seq);
            self.counts.gaps += u64::from(number > seq + 1);
            seq = seq.max(number);
        }
        for (_, y) in frames::positions(text) {
            let editor = self.editors.get_mut((y / COUNTER_MAX) as usize);
            let place = (y % COUNTER_MAX).checked_sub(1);
            let sent = editor
                .zip(place)
                .and_then(|(sent, at)| sent.get_mut(at as usize));
            let Some(sent) = sent else { continue };
            let Some(unseen_by) = sent.unseen_by.checked_sub(1) else {
                continue;
            };
            sent.unseen_by = unseen_by;
            self.unfinished -= u64::from(unseen_by == 0);
            if self.measuring {
                self.delivery.record(now - sent.at);
                if unseen_by == 0 {
                    self.everyone.record(now - sent.at);
                }
            }
        }
        seq
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(seq: u64, at: (u64, u64)) -> String {
        format!(
            r#"{{"seq":{seq},"data":{{"positions":[{{"id":"n","x":{},"y":{}}}]}}}}"#,
            at.0, at.1
        )
    }

    #[test]
    fn an_operation_is_finished_when_the_last_person_has_it() {
        let guests = [Guest::at(0), Guest::at(0), Guest::at(1)];
        let mut ops = Ops::new(&guests, 1);
        ops.measure();
        let moved = ops.send(0, 0, 1_000).unwrap();
        let text = event(8, moved);

        assert_eq!(ops.hear(text.as_bytes(), 7, 1_500), 8);
        assert_eq!((ops.unfinished, ops.everyone.count()), (1, 0));
        assert_eq!(ops.hear(text.as_bytes(), 7, 3_000), 8);

        assert_eq!(ops.unfinished, 0);
        assert_eq!(ops.everyone.max().as_micros(), 2_000);
        assert_eq!((ops.counts.gaps, ops.counts.doubled), (0, 0));
    }

    #[test]
    fn gaps_and_repetitions_in_the_numbers_are_noticed() {
        let mut ops = Ops::new(&[Guest::at(0)], 0);
        let seq = ops.hear(br#"{"seq":3},{"seq":5},{"seq":5}"#, 2, 0);

        assert_eq!(seq, 5);
        assert_eq!((ops.counts.gaps, ops.counts.doubled), (1, 1));
    }
}
