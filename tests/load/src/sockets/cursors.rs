//! Every cursor that was sent, and who saw it when.
//!
//! A position carries its own story: x is when it was sent, y says by whom, and counts.

use crate::{frames, histogram::Histogram};

use super::guests::Guest;

/// y is the sender's number times this, plus a counter from 1.
const COUNTER_MAX: u64 = 100_000;
/// x is in microseconds and must stay a position that the server takes.
const CLOCK_WRAP_US: u64 = 1_000_000_000;
/// A position that did not arrive was replaced, rather than lost, if a newer one followed so soon;
/// or a little later, if others were late by as much.
const REPLACED_WITHIN_US: u64 = 250_000;

pub(crate) struct Cursors {
    senders: Vec<Sender>,
    people: Vec<Person>,
    measuring: bool,
    /// From people on the same instance, and from those on another.
    pub(crate) latency: [Histogram; 2],
    pub(crate) counts: Counts,
    /// How long after positions that did not arrive the next was sent, where that was long.
    pauses: Vec<u64>,
    /// How late the latest of all was.
    slowest: u64,
}

#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Counts {
    pub(crate) delivered: u64,
    /// Never sent on, because a newer position of the same sender came first.
    pub(crate) superseded: u64,
    pub(crate) lost: u64,
    pub(crate) doubled: u64,
    pub(crate) disordered: u64,
    /// From a room that the receiver is not in.
    pub(crate) strayed: u64,
}

struct Sender {
    person: usize,
    room: usize,
    instance: usize,
    /// Which of the movers of its room it is.
    slot: usize,
    /// When each position was sent.
    sent: Vec<u64>,
}

struct Person {
    room: usize,
    instance: usize,
    /// The last position seen of each mover of the room.
    seen: Vec<u64>,
}

impl Cursors {
    /// `movers` are places among the guests.
    pub(crate) fn new(guests: &[Guest], movers: &[usize]) -> Self {
        let mut slots = vec![0; guests.len()];
        let mut senders = Vec::new();
        for (person, guest) in movers.iter().filter_map(|at| Some((*at, guests.get(*at)?))) {
            let Some(slot) = slots.get_mut(guest.room) else {
                continue;
            };
            senders.push(Sender {
                person,
                room: guest.room,
                instance: guest.instance,
                slot: *slot,
                sent: Vec::new(),
            });
            *slot += 1;
        }
        let people = guests.iter().map(|guest| Person {
            room: guest.room,
            instance: guest.instance,
            seen: vec![0; slots.get(guest.room).copied().unwrap_or_default()],
        });
        Self {
            senders,
            people: people.collect(),
            measuring: false,
            latency: Default::default(),
            counts: Counts::default(),
            pauses: Vec::new(),
            slowest: 0,
        }
    }

    /// From here on latencies are kept.
    pub(crate) fn measure(&mut self) {
        self.measuring = true;
        self.latency = Default::default();
    }

    pub(crate) fn stop_measuring(&mut self) {
        self.measuring = false;
    }

    /// The next position of a sender.
    pub(super) fn send(&mut self, sender: usize, now: u64) -> Option<(u64, u64)> {
        let sent = &mut self.senders.get_mut(sender)?.sent;
        sent.push(now);
        let counter = sent.len() as u64;
        let y = sender as u64 * COUNTER_MAX + counter;
        (counter < COUNTER_MAX).then_some((now % CLOCK_WRAP_US, y))
    }

    /// A frame with everybody's place may repeat what is known already.
    pub(super) fn hear(&mut self, person: usize, text: &[u8], now: u64) {
        let repeats = memchr::memmem::find(text, br#""full":true"#).is_some();
        for (x, y) in frames::positions(text) {
            self.see(person, x, y, now, repeats);
        }
    }

    fn see(&mut self, at: usize, x: u64, y: u64, now: u64, repeats: bool) {
        let counter = y % COUNTER_MAX;
        let sender = self.senders.get((y / COUNTER_MAX) as usize);
        let (Some(sender), Some(person)) = (sender, self.people.get_mut(at)) else {
            self.counts.strayed += 1;
            return;
        };
        if sender.person == at {
            return;
        }
        let seen = person.seen.get_mut(sender.slot);
        let (true, Some(seen)) = (sender.room == person.room, seen) else {
            self.counts.strayed += 1;
            return;
        };
        if counter <= *seen {
            self.counts.doubled += u64::from(counter == *seen && !repeats);
            self.counts.disordered += u64::from(counter < *seen);
            return;
        }
        sender.missing(*seen, counter - 1, &mut self.counts, &mut self.pauses);
        *seen = counter;
        self.counts.delivered += 1;
        let elapsed = (now % CLOCK_WRAP_US + CLOCK_WRAP_US - x) % CLOCK_WRAP_US;
        self.slowest = self.slowest.max(elapsed);
        if self.measuring {
            let [same, other] = &mut self.latency;
            let latency = if sender.instance == person.instance {
                same
            } else {
                other
            };
            latency.record(elapsed);
        }
    }

    /// Whether everybody has seen where everybody else is now.
    pub(crate) fn settled(&self) -> bool {
        self.pairs().all(|(sender, seen)| seen == sender.last())
    }

    /// Counts what will not come any more.
    pub(crate) fn finish(&mut self) {
        let (mut counts, mut pauses) = (self.counts, std::mem::take(&mut self.pauses));
        for (sender, seen) in self.pairs() {
            sender.missing(seen, sender.last(), &mut counts, &mut pauses);
        }
        let replaced_within = REPLACED_WITHIN_US + self.slowest;
        let replaced = pauses.iter().filter(|pause| **pause <= replaced_within);
        let replaced = replaced.count();
        counts.superseded += replaced as u64;
        counts.lost += (pauses.len() - replaced) as u64;
        self.counts = counts;
    }

    /// Each mover with what each other person in the room saw last.
    fn pairs(&self) -> impl Iterator<Item = (&Sender, u64)> {
        self.senders.iter().flat_map(|sender| {
            let others = self
                .people
                .iter()
                .enumerate()
                .filter(|(at, person)| person.room == sender.room && *at != sender.person);
            others.filter_map(move |(_, person)| Some((sender, *person.seen.get(sender.slot)?)))
        })
    }
}

impl Sender {
    fn last(&self) -> u64 {
        self.sent.len() as u64
    }

    /// The positions after `seen`, up to and with `until`, did not arrive.
    fn missing(&self, seen: u64, until: u64, counts: &mut Counts, pauses: &mut Vec<u64>) {
        for counter in seen..until {
            let sent = |at: u64| self.sent.get(at as usize).copied();
            match (sent(counter), sent(counter + 1)) {
                (Some(sent), Some(next)) if next - sent > REPLACED_WITHIN_US => {
                    pauses.push(next - sent);
                }
                (Some(_), Some(_)) => counts.superseded += 1,
                _ => counts.lost += 1,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STEP_US: u64 = 50_000;

    fn two_people_one_moving(sent: u64) -> (Cursors, Vec<String>) {
        let guests = [Guest::at(0), Guest::at(0)];
        let mut cursors = Cursors::new(&guests, &[0]);
        cursors.measure();
        let frames = (1..=sent)
            .filter_map(|step| cursors.send(0, step * STEP_US))
            .map(|(x, y)| frames::cursor("p", x, y));
        let frames = frames.collect();
        (cursors, frames)
    }

    #[test]
    fn a_position_that_arrives_once_and_in_order_is_delivered() {
        let (mut cursors, frames) = two_people_one_moving(3);
        for (frame, now) in frames.iter().zip([60_000, 110_000, 160_000]) {
            cursors.hear(1, frame.as_bytes(), now);
            cursors.hear(0, frame.as_bytes(), now);
        }
        assert!(cursors.settled());
        cursors.finish();

        assert_eq!(cursors.counts.delivered, 3);
        assert_eq!(cursors.counts.lost + cursors.counts.superseded, 0);
        assert_eq!(cursors.latency[0].max().as_millis(), 10);
        assert_eq!(cursors.latency[1].count(), 0);
    }

    #[test]
    fn what_was_replaced_is_told_from_what_was_lost() {
        let (mut cursors, frames) = two_people_one_moving(4);
        cursors.hear(1, frames[1].as_bytes(), 0);
        assert!(!cursors.settled());
        cursors.finish();

        assert_eq!(cursors.counts.superseded, 2, "the first and the third");
        assert_eq!(cursors.counts.lost, 1, "the last");
    }

    #[test]
    fn a_gap_before_a_pause_is_a_loss_unless_everything_was_late() {
        for (late, lost) in [(0, 1), (STEP_US, 0)] {
            let (mut cursors, _) = two_people_one_moving(1);
            let at = 2 * STEP_US + REPLACED_WITHIN_US;
            let (x, y) = cursors.send(0, at).unwrap();
            cursors.hear(1, frames::cursor("p", x, y).as_bytes(), at + late);
            cursors.finish();

            assert_eq!(cursors.counts.lost, lost);
            assert_eq!(cursors.counts.superseded, 1 - lost);
        }
    }

    #[test]
    fn repetitions_disorder_and_strangers_are_noticed() {
        let (mut cursors, frames) = two_people_one_moving(2);
        for frame in [&frames[1], &frames[1], &frames[0]] {
            cursors.hear(1, frame.as_bytes(), 0);
        }
        cursors.hear(1, frames::cursor("p", 1, 5 * COUNTER_MAX + 1).as_bytes(), 0);

        let counts = cursors.counts;
        assert_eq!(
            (counts.doubled, counts.disordered, counts.strayed),
            (1, 1, 1)
        );
    }
}
