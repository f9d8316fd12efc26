//! What belongs to one command of a group, made anew for each.

use std::{
    any::{Any, TypeId},
    collections::HashMap,
};

use chrono::{DateTime, Utc};
use kernel::{Actor, BatchId, Error, ProjectId, Result};
use protocol::events::{BatchEvent, Event, ProjectEvent, SideEffects};
use serde_json::Value;
use uuid::Uuid;

use super::{call::Caller, memory::Projections, record::Record};
use crate::{jobs::Queue, seats::Seat};

/// The project that the current command changes, as it is under the lock.
#[derive(Clone, Debug)]
pub(super) struct Locked {
    pub(super) id: ProjectId,
    pub(super) exists: bool,
    pub(super) head: i64,
    pub(super) epoch: Uuid,
    pub(super) is_public: bool,
    pub(super) deleted: bool,
    /// What all projects of its owner held when it was locked.
    pub(super) owner_bytes: i64,
    /// What this group has added to it since.
    pub(super) added_bytes: i64,
}

impl Locked {
    /// Later commands of the group see what this one did to the project itself.
    pub(super) fn follow(&mut self, event: &Event) {
        match event {
            Event::Project(ProjectEvent::Update(updated)) => {
                self.is_public = updated.is_public.unwrap_or(self.is_public);
            }
            Event::Project(ProjectEvent::Delete {}) => self.deleted = true,
            Event::Project(ProjectEvent::Restore {}) => self.deleted = false,
            Event::Project(ProjectEvent::Create(_))
            | Event::Member(_)
            | Event::Invitation(_)
            | Event::Node(_)
            | Event::Edge(_)
            | Event::Generation(_)
            | Event::Refresh(_)
            | Event::Instructions(_)
            | Event::Feature(_) => {}
            Event::Batch(batch) => batch.ops.iter().for_each(|event| self.follow(event)),
        }
    }
}

/// A command as it runs: who asks, about which project, and what it said so far.
pub(super) struct Current {
    pub(super) caller: Caller,
    pub(super) actor: Option<Actor>,
    /// The place of the agent that acts.
    pub(super) seat: Option<Seat>,
    pub(super) project: Option<Locked>,
    pub(super) projections: Projections,
    /// Whether it wrote anything: from then on a refusal takes the group back.
    pub(super) has_changed: bool,
    pub(super) as_batch: bool,
    pub(super) events: Vec<Event>,
    /// The places of those that say how something is, though nothing changed.
    pub(super) unchanged: Vec<usize>,
    /// What the command left for reactions to read.
    pub(super) notes: Notes,
    /// From which of them on is news to the reaction that runs.
    pub(super) news_from: usize,
    pub(super) effects: SideEffects,
    pub(super) record: Option<Record>,
    /// What was so before events of these places.
    pub(super) was: Vec<(usize, Value)>,
    /// The address of the account that acts.
    pub(super) actor_email: Option<String>,
    /// Whether it said what the audit is to hold, be it nothing.
    pub(super) is_recorded: bool,
    pub(super) jobs: Vec<QueuedJob>,
    /// Jobs that are over with it.
    pub(super) ended_jobs: Vec<Uuid>,
    /// How many rows it asked for and wrote.
    pub(super) rows: u64,
    /// What its projections had looked at before it began.
    pub(super) visits_before: u64,
}

/// What features leave for their own reactions, one of a type.
pub(super) type Notes = HashMap<TypeId, Box<dyn Any + Send + Sync>>;

/// A job that will be stored with the group.
pub(super) struct QueuedJob {
    pub(super) kind: &'static str,
    pub(super) queue: Queue,
    pub(super) priority: i16,
    pub(super) payload: Value,
    pub(super) batch: Option<BatchId>,
    /// At once if nothing is said.
    pub(super) at: Option<DateTime<Utc>>,
}

/// What a command left to be stored at the end of the group.
pub(super) struct Left {
    pub(super) event: Option<Event>,
    pub(super) effects: SideEffects,
    pub(super) record: Option<Record>,
    pub(super) was: Vec<(usize, Value)>,
    pub(super) jobs: Vec<QueuedJob>,
    pub(super) ended_jobs: Vec<Uuid>,
}

impl Current {
    pub(super) fn new(caller: Caller) -> Self {
        Self {
            caller,
            actor: None,
            seat: None,
            project: None,
            projections: Projections::new(),
            has_changed: false,
            as_batch: false,
            events: Vec::new(),
            unchanged: Vec::new(),
            notes: Notes::default(),
            news_from: 0,
            effects: SideEffects::default(),
            record: None,
            was: Vec::new(),
            actor_email: None,
            is_recorded: false,
            jobs: Vec::new(),
            ended_jobs: Vec::new(),
            rows: 0,
            visits_before: 0,
        }
    }

    /// How much it has looked at.
    pub(super) fn visits(&self) -> u64 {
        let looked_at = visits_of(&self.projections);
        self.rows + looked_at.saturating_sub(self.visits_before)
    }

    /// Gets what is remembered of its project.
    pub(super) fn remember(&mut self, projections: Projections) {
        self.visits_before = visits_of(&projections);
        self.projections = projections;
    }

    /// Takes what the command left, and checks that it told the log or the audit.
    pub(super) fn take_left(&mut self) -> Result<Left> {
        let mut events = std::mem::take(&mut self.events);
        let event = match events.len() {
            0 => None,
            1 if !self.as_batch => events.pop(),
            _ => Some(Event::Batch(BatchEvent { ops: events })),
        };
        if self.has_changed && event.is_none() && !self.is_recorded {
            return Err(Error::internal(
                "a command changed something without an audit record",
            ));
        }
        Ok(Left {
            event,
            effects: std::mem::take(&mut self.effects),
            record: self.record.take(),
            was: std::mem::take(&mut self.was),
            jobs: std::mem::take(&mut self.jobs),
            ended_jobs: std::mem::take(&mut self.ended_jobs),
        })
    }
}

fn visits_of(projections: &Projections) -> u64 {
    (projections.values())
        .map(|projection| projection.visited())
        .sum()
}
