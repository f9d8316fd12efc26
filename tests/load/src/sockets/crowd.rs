//! Many people on one thread: one epoll and one queue of what is due.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BinaryHeap},
    os::fd::OwnedFd,
    time::Duration,
};

use anyhow::{Context, Error, Result, ensure};
use rustix::{
    buffer::spare_capacity,
    event::{
        Timespec,
        epoll::{self, CreateFlags, Event, EventData, EventFlags},
    },
    io::Errno,
};

use super::{
    cursors::Cursors,
    guests::{Guest, Party},
    ops::Ops,
    person::{Person, Stage},
    records::Records,
};

/// As many are on their way in at the same time.
const ARRIVING_MAX: usize = 32;
const ARRIVAL_PATIENCE: Duration = Duration::from_secs(120);
const EVENTS_PER_WAIT: usize = 1_024;
const READ_BYTES: usize = 256 * 1024;
/// Who could not get back in tries again after up to so long.
const RETRY_SPREAD: Duration = Duration::from_secs(1);

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Act {
    Move,
    Edit,
    Return { is_retry: bool },
}

/// How editors pace themselves.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Pace {
    PerSecond(f64),
    /// So many are under way, and each acknowledgement is answered by the next.
    InFlight(usize),
}

pub(crate) struct Crowd {
    epoll: OwnedFd,
    people: Vec<Person>,
    due: BinaryHeap<Reverse<(u64, usize, Act)>>,
    pub(crate) records: Records,
    scratch: Vec<u8>,
    events: Vec<Event>,
    random: Random,
    /// How long each waits between two positions; nobody moves without it.
    move_every: Option<u64>,
    edit_every: Option<u64>,
    returns: bool,
}

impl Crowd {
    /// The first people of the party move and edit, evenly in all rooms.
    pub(crate) fn new(guests: Vec<Guest>, party: Party, movers: usize) -> Result<Self> {
        let (movers, editors) = (party.spread(movers), party.spread(party.editors));
        let cursors = Cursors::new(&guests, &movers);
        let ops = Ops::new(&guests, editors.len());
        let mut people: Vec<Person> = guests
            .into_iter()
            .enumerate()
            .map(|(at, guest)| Person::new(at, guest))
            .collect();
        for (sender, at) in movers.into_iter().enumerate() {
            people.get_mut(at).context("no such person")?.sender = Some(sender);
        }
        for (number, at) in editors.into_iter().enumerate() {
            people
                .get_mut(at)
                .context("no such person")?
                .edit_as(number);
        }
        Ok(Self {
            epoll: epoll::create(CreateFlags::CLOEXEC)?,
            people,
            due: BinaryHeap::new(),
            records: Records::new(cursors, ops),
            scratch: vec![0; READ_BYTES],
            events: Vec::with_capacity(EVENTS_PER_WAIT),
            random: Random(17),
            move_every: None,
            edit_every: None,
            returns: false,
        })
    }

    /// Lets everybody in, some at a time.
    pub(crate) fn gather(&mut self) -> Result<()> {
        let end = self.records.now() + micros(ARRIVAL_PATIENCE);
        let mut begun = 0;
        while self.records.live < self.people.len() {
            while begun < self.people.len() && begun - self.records.live < ARRIVING_MAX {
                self.connect(begun, false)?;
                begun += 1;
            }
            ensure!(
                self.records.broken == 0 && self.records.now() < end,
                "{} of {} came in: {}",
                self.records.live,
                self.people.len(),
                self.records.last_break.as_deref().unwrap_or("no answer")
            );
            self.turn(end)?;
        }
        Ok(())
    }

    /// Each moves at its own phase, so that they are not in step.
    pub(crate) fn start_moving(&mut self, per_second: f64) {
        self.move_every = Some(period(per_second));
        self.schedule(Act::Move, period(per_second), |person| {
            person.sender.is_some()
        });
    }

    pub(crate) fn start_editing(&mut self, pace: Pace) -> Result<()> {
        match pace {
            Pace::PerSecond(rate) => {
                self.edit_every = Some(period(rate));
                self.schedule(Act::Edit, period(rate), |person| person.editor.is_some());
            }
            Pace::InFlight(count) => {
                for person in &mut self.people {
                    let Some(editor) = &mut person.editor else {
                        continue;
                    };
                    editor.at_once = true;
                    (0..count).try_for_each(|_| person.edit(&mut self.records))?;
                }
            }
        }
        Ok(())
    }

    pub(crate) fn stop(&mut self) {
        self.move_every = None;
        self.edit_every = None;
        for editor in self
            .people
            .iter_mut()
            .filter_map(|person| person.editor.as_mut())
        {
            editor.at_once = false;
        }
    }

    /// Breaks every connection, and lets everybody come back at a moment of their own within `span`.
    pub(crate) fn scatter(&mut self, span: Duration) {
        self.people.iter_mut().for_each(Person::leave);
        self.records.forget_arrivals();
        self.returns = true;
        self.schedule(Act::Return { is_retry: false }, micros(span), |_| true);
    }

    /// How many have not reached the number that their room has.
    pub(crate) fn behind(&self, heads: &BTreeMap<usize, u64>) -> usize {
        let behind = self.people.iter().filter(|person| person.is_behind(heads));
        behind.count()
    }

    pub(crate) fn run_for(&mut self, span: Duration) -> Result<()> {
        self.run_until(span, |_| false).map(|_| ())
    }

    /// Whether it came so within `patience`.
    pub(crate) fn run_until(
        &mut self,
        patience: Duration,
        so: impl Fn(&Records) -> bool,
    ) -> Result<bool> {
        let end = self.records.now() + micros(patience);
        while self.records.now() < end {
            if so(&self.records) {
                return Ok(true);
            }
            self.turn(end)?;
        }
        Ok(so(&self.records))
    }

    fn schedule(&mut self, act: Act, spread: u64, whom: impl Fn(&Person) -> bool) {
        let now = self.records.now();
        for (at, person) in self.people.iter().enumerate() {
            if whom(person) {
                let due = now + self.random.below(spread);
                self.due.push(Reverse((due, at, act)));
            }
        }
    }

    /// Does what is due, then waits for the next thing to happen and sees to it.
    fn turn(&mut self, end: u64) -> Result<()> {
        let mut now = self.records.now();
        while let Some(Reverse((due, at, act))) = self.due.peek().copied() {
            if due > now {
                break;
            }
            self.due.pop();
            self.act(due, at, act)?;
            now = self.records.now();
        }
        let next = self
            .due
            .peek()
            .map_or(end, |Reverse((due, ..))| end.min(*due));
        let wait = Duration::from_micros(next.saturating_sub(now));
        let wait = Timespec {
            tv_sec: i64::try_from(wait.as_secs())?,
            tv_nsec: wait.subsec_nanos().into(),
        };
        self.events.clear();
        match epoll::wait(&self.epoll, spare_capacity(&mut self.events), Some(&wait)) {
            Ok(_) | Err(Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
        for place in 0..self.events.len() {
            if let Some(Event { flags, data }) = self.events.get(place).copied() {
                self.happened(usize::try_from(data.u64())?, flags);
            }
        }
        Ok(())
    }

    fn act(&mut self, due: u64, at: usize, act: Act) -> Result<()> {
        let every = match act {
            Act::Move => self.move_every,
            Act::Edit => self.edit_every,
            Act::Return { is_retry } => return self.connect(at, is_retry),
        };
        let (Some(every), Some(person)) = (every, self.people.get_mut(at)) else {
            return Ok(());
        };
        self.due.push(Reverse((due + every, at, act)));
        if person.stage != Stage::Live {
            return Ok(());
        }
        self.records.lateness.record(self.records.now() - due);
        let done = match act {
            Act::Edit => person.edit(&mut self.records),
            Act::Move | Act::Return { .. } => person.move_cursor(&mut self.records),
        };
        self.settle(at, done);
        Ok(())
    }

    fn connect(&mut self, at: usize, is_retry: bool) -> Result<()> {
        let now = self.records.now();
        let person = self.people.get_mut(at).context("no such person")?;
        let interest = EventFlags::IN | EventFlags::OUT;
        let connected = person.connect(now, is_retry).and_then(|stream| {
            Ok(epoll::add(
                &self.epoll,
                stream,
                EventData::new_u64(at as u64),
                interest,
            )?)
        });
        self.settle(at, connected);
        Ok(())
    }

    fn happened(&mut self, at: usize, flags: EventFlags) {
        let Some(person) = self.people.get_mut(at) else {
            return;
        };
        let mut done = Ok(());
        if flags.contains(EventFlags::OUT) {
            done = person.writable();
        }
        if done.is_ok() && flags.intersects(EventFlags::IN | EventFlags::HUP | EventFlags::ERR) {
            done = person.readable(&mut self.scratch, &mut self.records);
        }
        self.settle(at, done);
    }

    /// Asks epoll about writing while there is something to write, and mourns a broken connection.
    fn settle(&mut self, at: usize, done: Result<()>) {
        let Some(person) = self.people.get_mut(at) else {
            return;
        };
        let done = done.and_then(|()| {
            let awaits_room = person.has_unsent() || person.stage == Stage::Connecting;
            let Some(stream) = &person.stream else {
                return Ok(());
            };
            if awaits_room != person.awaits_room {
                let interest = if awaits_room {
                    EventFlags::IN | EventFlags::OUT
                } else {
                    EventFlags::IN
                };
                epoll::modify(&self.epoll, stream, EventData::new_u64(at as u64), interest)?;
                person.awaits_room = awaits_room;
            }
            Ok(())
        });
        if let Err(error) = done {
            self.broke(at, &error);
        }
    }

    fn broke(&mut self, at: usize, error: &Error) {
        let Some(person) = self.people.get_mut(at) else {
            return;
        };
        if person.stage == Stage::Live {
            self.records.live -= 1;
        }
        person.leave();
        self.records.broken += 1;
        self.records.last_break = Some(format!("{error:#}"));
        if self.returns {
            let due = self.records.now() + self.random.below(micros(RETRY_SPREAD));
            self.due
                .push(Reverse((due, at, Act::Return { is_retry: true })));
        }
    }
}

/// A fixed sequence, so that runs are alike.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound.max(1)
    }
}

fn period(per_second: f64) -> u64 {
    (1e6 / per_second) as u64
}

fn micros(span: Duration) -> u64 {
    span.as_micros() as u64
}
