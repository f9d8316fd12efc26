//! What a group leaves behind besides the commands' own rows: events, audit records and jobs, each
//! kind written with one statement.

use std::mem;

use chrono::{DateTime, Utc};
use entity::{
    audit_record,
    enums::{AuditSeverity, JobState},
    job, project_event,
};
use kernel::{Actor, ActorKind, BatchId, JobId, ProjectId, Result};
use protocol::events::{Event, LoggedEvent};
use sea_orm::ActiveValue::Set;
use serde_json::Value;
use uuid::Uuid;

use super::{
    call::Caller,
    current::{Locked, QueuedJob},
    kept,
    record::Record,
    security::{self, Line},
    statements::Statements,
    weight,
};
use crate::{convert, log, principal::Principal, request::OpKey};

/// The rows that a group will write at its end.
#[derive(Default)]
pub(super) struct Effects {
    pub(super) events: Vec<project_event::ActiveModel>,
    pub(super) audit: Vec<audit_record::ActiveModel>,
    pub(super) jobs: Vec<job::ActiveModel>,
    /// Told, not stored.
    pub(super) security: Vec<Line>,
}

/// Who did it, when, through which request: the same in every row of one command.
pub(super) struct Origin<'a> {
    pub(super) actor: Option<&'a Actor>,
    /// The address of the account that answers for it.
    pub(super) email: Option<&'a str>,
    pub(super) caller: &'a Caller,
    pub(super) at: DateTime<Utc>,
}

impl Origin<'_> {
    fn kind(&self) -> ActorKind {
        self.actor.map_or(ActorKind::System, |actor| actor.kind)
    }
}

/// What the audit says of a change besides who did what.
struct Said {
    severity: AuditSeverity,
    tags: Vec<&'static str>,
    old: Option<Value>,
    new: Option<Value>,
}

impl Said {
    fn of_record(origin: &Origin<'_>, record: &Record) -> Self {
        let kept = |values: &Option<Value>| kept::of_value(&record.action, values.as_ref()?);
        let new = kept(&record.new);
        Self {
            severity: weight::severity(&record.action, new.as_ref()),
            tags: weight::tags(&record.action, origin.kind()),
            old: kept(&record.old),
            new,
        }
    }

    /// A batch matters as much as the part of it that matters most.
    fn of_event(origin: &Origin<'_>, event: &LoggedEvent, was: &[(usize, Value)]) -> Self {
        let is_batch = matches!(event.event, Event::Batch(_));
        let parts = event.event.parts();
        let new = kept::of_event(event.event.op(), event.data.get(), is_batch);
        let alone = new.as_ref().filter(|_| !is_batch);
        let severities = parts.iter().map(|part| weight::severity(part.op(), alone));
        let mut tags = Vec::new();
        for part in parts {
            for tag in weight::tags(part.op(), origin.kind()) {
                if !tags.contains(&tag) {
                    tags.push(tag);
                }
            }
        }
        let was: Vec<(usize, &str, &Value)> = was
            .iter()
            .filter_map(|(place, values)| Some((*place, parts.get(*place)?.op(), values)))
            .collect();
        Self {
            severity: severities.max().unwrap_or(AuditSeverity::Info),
            tags,
            old: kept::of_parts(&was, is_batch),
            new,
        }
    }
}

impl Effects {
    pub(super) fn event(
        &mut self,
        origin: &Origin<'_>,
        project: &Locked,
        event: &LoggedEvent,
        was: &[(usize, Value)],
        op: Option<&OpKey>,
    ) -> Result<()> {
        let (kind, id, name) = match origin.actor {
            Some(actor) => (actor.kind, actor.id, actor.name.clone()),
            None => (ActorKind::System, Uuid::nil(), "NonLinear".to_owned()),
        };
        let op_word = event.event.op().to_owned();
        for part in event.event.parts() {
            self.security(origin, part.op(), Some(project.id.uuid()));
        }
        self.events.push(project_event::ActiveModel {
            project_id: Set(project.id.uuid()),
            seq: Set(event.seq),
            epoch: Set(project.epoch),
            actor_kind: Set(convert::stored_actor_kind(kind)),
            actor_id: Set(id),
            actor_name: Set(name),
            op_id: Set(op.map(|op| op.id.uuid())),
            payload_hash: Set(op.map(|op| op.fingerprint.to_vec())),
            kind: Set(op_word.clone()),
            payload: Set(event.data.get().to_owned()),
            effects: Set(log::stored_effects(event)?),
            at: Set(origin.at),
        });
        let said = Said::of_event(origin, event, was);
        let record = Record::about(op_word, "project", Some(project.id.uuid()));
        self.put(origin, record, said, (Some(project.id), Some(event.seq)));
        Ok(())
    }

    /// What is said of a change that is no event, maybe of a project.
    pub(super) fn audit(
        &mut self,
        origin: &Origin<'_>,
        record: Record,
        project: Option<ProjectId>,
    ) {
        self.security(origin, &record.action, record.subject_id);
        let said = Said::of_record(origin, &record);
        self.put(origin, record, said, (project, None));
    }

    fn put(
        &mut self,
        origin: &Origin<'_>,
        record: Record,
        said: Said,
        (project, seq): (Option<ProjectId>, Option<i64>),
    ) {
        let kind = origin.kind();
        let credential = match &origin.caller.principal {
            Principal::User { credential, .. } => credential.uuid(),
            Principal::Anonymous | Principal::System => None,
        };
        self.audit.push(audit_record::ActiveModel {
            id: Set(Uuid::now_v7()),
            at: Set(origin.at),
            actor_kind: Set(convert::stored_actor_kind(kind)),
            actor_id: Set(origin.actor.map(|actor| actor.id)),
            credential_id: Set(credential),
            action: Set(record.action.into_owned()),
            subject: Set(record.subject.to_owned()),
            subject_id: Set(record.subject_id),
            project_id: Set(project.map(ProjectId::uuid)),
            seq: Set(seq),
            request_id: Set(origin.caller.request.id.as_deref().map(str::to_owned)),
            address: Set(origin
                .caller
                .request
                .address
                .map(|address| address.to_string())),
            detail: Set(record.detail),
            severity: Set(said.severity),
            tags: Set(said.tags.into()),
            old_values: Set(said.old),
            new_values: Set(said.new),
            actor_name: Set(origin.actor.map(|actor| actor.name.clone())),
            actor_email: Set(origin.email.map(str::to_owned)),
            user_agent: Set(origin.caller.request.agent.as_deref().map(str::to_owned)),
        });
    }

    fn security(&mut self, origin: &Origin<'_>, action: &str, subject: Option<Uuid>) {
        let Some(severity) = security::severity(action) else {
            return;
        };
        self.security.push(Line {
            severity,
            action: action.to_owned(),
            actor: origin.actor.map(|actor| actor.id),
            subject,
            address: origin.caller.request.address,
            request: origin.caller.request.id.clone(),
        });
    }

    pub(super) fn job(&mut self, job: QueuedJob, project: Option<ProjectId>, now: DateTime<Utc>) {
        let QueuedJob {
            kind,
            queue,
            priority,
            payload,
            batch,
            at,
        } = job;
        self.jobs.push(job::ActiveModel {
            id: Set(JobId::generate().uuid()),
            kind: Set(kind.to_owned()),
            queue: Set(queue.name().to_owned()),
            priority: Set(priority),
            payload: Set(payload),
            state: Set(JobState::Queued),
            run_at: Set(at.unwrap_or(now)),
            attempts: Set(0),
            lease_until: Set(None),
            fence: Set(None),
            worker: Set(None),
            last_error: Set(None),
            project_id: Set(project.map(ProjectId::uuid)),
            batch_id: Set(batch.map(BatchId::uuid)),
            created_at: Set(now),
            finished_at: Set(None),
        });
    }

    /// Adds what is to be stored to the last statements of the group.
    pub(super) fn store(&mut self, last: &mut Statements) {
        last.insert::<project_event::Entity, _>(mem::take(&mut self.events));
        last.insert::<audit_record::Entity, _>(mem::take(&mut self.audit));
        last.insert::<job::Entity, _>(mem::take(&mut self.jobs));
    }
}
