//! What a group looks up once for all its commands.

use std::{collections::HashMap, sync::Arc};

use chrono::{DateTime, Utc};
use entity::{api_token, auth_session, project_event, user};
use kernel::{ProjectId, Result};
use protocol::events::LoggedEvent;
use sea_orm::{ColumnTrait, DatabaseTransaction, EntityTrait, ExprTrait, QueryFilter};
use uuid::Uuid;

use super::{
    call::Subject,
    current::Locked,
    memory::{CATCH_UP_EVENTS_MAX, ProjectMemory, Roster},
    people::{Names, Seen},
    queued::QueuedCommand,
};
use crate::{
    database::db,
    log,
    principal::{Credential, Principal},
    projection::Projection,
    seats::{Seats, seats},
    users::user_is_active,
};

/// Who asks for what in a group: what its shared look-ups need to know of its commands.
pub(super) struct Asked {
    pub(super) principal: Principal,
    pub(super) subject: Subject,
    op: Option<Uuid>,
}

impl Asked {
    pub(super) fn of(queued: &QueuedCommand) -> Self {
        Self {
            principal: queued.caller.principal.clone(),
            subject: queued.subject,
            op: queued.op.as_ref().map(|op| op.id.uuid()),
        }
    }
}

/// Operations that were carried out before, by project, account and op id.
pub(super) type Known = HashMap<(ProjectId, Uuid, Uuid), (Vec<u8>, Arc<LoggedEvent>)>;

/// Brings a memory up to the locked head: nothing to do, the missing events, or a fresh start.
pub(super) async fn refresh(
    transaction: &DatabaseTransaction,
    mut memory: ProjectMemory,
    locked: &Locked,
) -> Result<ProjectMemory> {
    let behind = locked.head - memory.seq;
    let same_log = memory.epoch == locked.epoch && !memory.projections.is_empty();
    if same_log && (1..=CATCH_UP_EVENTS_MAX).contains(&behind) {
        let limit = CATCH_UP_EVENTS_MAX.unsigned_abs();
        for event in log::after(transaction, locked.id, memory.seq, limit).await? {
            for projection in memory.projections.values_mut() {
                log::apply(&event, projection.as_mut());
            }
        }
    } else if !same_log || behind != 0 {
        memory.projections.clear();
        let roster = Roster::read(transaction, locked.id).await?;
        memory
            .projections
            .insert(std::any::TypeId::of::<Roster>(), Box::new(roster));
    }
    memory.seq = locked.head;
    memory.epoch = locked.epoch;
    Ok(memory)
}

/// Which of the callers' credentials still live at this moment, inside the transaction, and the
/// names under which their owners are seen.
pub(super) async fn living(
    transaction: &DatabaseTransaction,
    asked: impl Iterator<Item = &Asked>,
    now: DateTime<Utc>,
) -> Result<Names> {
    let (mut sessions, mut tokens, mut internal) = (Vec::new(), Vec::new(), Vec::new());
    for one in asked {
        if let Principal::User { id, credential, .. } = &one.principal {
            match credential {
                Credential::Session(session) => sessions.push(session.uuid()),
                Credential::Token(token) => tokens.push(token.uuid()),
                Credential::Agent { .. } | Credential::Internal => internal.push(id.uuid()),
            }
        }
    }
    let mut names = Names::new();
    if !sessions.is_empty() {
        let rows = auth_session::Entity::find()
            .filter(auth_session::Column::Id.is_in(distinct(sessions)))
            .filter(auth_session::Column::RevokedAt.is_null())
            .filter(auth_session::Column::ExpiresAt.gt(now))
            .find_also_related(user::Entity)
            .filter(user_is_active())
            .all(transaction)
            .await
            .map_err(db)?;
        names.extend(rows.into_iter().filter_map(|(session, user)| {
            let user = user?;
            let seen = Seen::as_person(&user, Some(session.expires_at));
            Some(((user.id.into(), Some(session.id)), seen))
        }));
    }
    if !tokens.is_empty() {
        let rows = api_token::Entity::find()
            .filter(api_token::Column::Id.is_in(distinct(tokens)))
            .filter(api_token::Column::RevokedAt.is_null())
            .filter(api_token::Column::ExpiresAt.gt(now))
            .find_also_related(user::Entity)
            .filter(user_is_active())
            .all(transaction)
            .await
            .map_err(db)?;
        // What a program does is seen under the name that its token was given.
        names.extend(rows.into_iter().filter_map(|(token, user)| {
            let user = user?;
            let seen = Seen {
                name: token.name,
                email: user.email,
                until: Some(token.expires_at),
            };
            Some(((user.id.into(), Some(token.id)), seen))
        }));
    }
    if !internal.is_empty() {
        let rows = user::Entity::find()
            .filter(user::Column::Id.is_in(distinct(internal)))
            .filter(user_is_active())
            .all(transaction)
            .await
            .map_err(db)?;
        names.extend(
            rows.iter()
                .map(|user| ((user.id.into(), None), Seen::as_person(user, None))),
        );
    }
    Ok(names)
}

/// The places of the agents that act in this group.
pub(super) async fn seated(transaction: &DatabaseTransaction, asked: &[Asked]) -> Result<Seats> {
    let wanted = asked.iter().filter_map(|one| {
        let Subject::Project(project) = one.subject else {
            return None;
        };
        let (agent, task) = one.principal.agent_and_task()?;
        Some((project, agent, task))
    });
    seats(transaction, wanted.collect()).await
}

fn distinct(mut ids: Vec<Uuid>) -> Vec<Uuid> {
    ids.sort_unstable();
    ids.dedup();
    ids
}

/// Finds the operations of this group that were carried out before in a project. Its lock is held: whatever another instance
/// carried out is seen, and nothing comes while this is read.
pub(super) async fn carried_out_before(
    transaction: &DatabaseTransaction,
    project: ProjectId,
    asked: &[Asked],
) -> Result<Known> {
    let (mut actors, mut ops) = (Vec::new(), Vec::new());
    for one in asked {
        if one.subject == Subject::Project(project)
            && let (Some(op), Some(actor)) = (one.op, one.principal.actor_id())
        {
            actors.push(actor);
            ops.push(op);
        }
    }
    if ops.is_empty() {
        return Ok(Known::new());
    }
    let rows = project_event::Entity::find()
        .filter(
            project_event::Column::ProjectId
                .eq(project.uuid())
                .and(project_event::Column::ActorId.is_in(distinct(actors)))
                .and(project_event::Column::OpId.is_in(distinct(ops))),
        )
        .all(transaction)
        .await
        .map_err(db)?;
    rows.into_iter()
        .map(|row| {
            let key = (project, row.actor_id, row.op_id.unwrap_or_default());
            let fingerprint = row.payload_hash.clone().unwrap_or_default();
            Ok((key, (fingerprint, Arc::new(log::read(row)?))))
        })
        .collect()
}
