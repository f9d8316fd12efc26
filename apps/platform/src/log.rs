//! Reading the event log.

use std::{collections::HashMap, sync::Arc};

use entity::{project, project_event};
use kernel::{Error, OpId, ProjectId, Resource, Result};
use protocol::events::{ActorView, Event, LoggedEvent, SideEffects};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use uuid::Uuid;

use crate::{convert, database::db, projection::AnyProjection};

/// The events after `after`, in order, at most `limit`.
pub async fn after(
    connection: &impl ConnectionTrait,
    project: ProjectId,
    after: i64,
    limit: u64,
) -> Result<Vec<Arc<LoggedEvent>>> {
    let rows = project_event::Entity::find()
        .filter(project_event::Column::ProjectId.eq(project.uuid()))
        .filter(project_event::Column::Seq.gt(after))
        .order_by_asc(project_event::Column::Seq)
        .limit(limit)
        .all(connection)
        .await
        .map_err(db)?;
    rows.into_iter()
        .map(|row| read(row).map(Arc::new))
        .collect()
}

/// What somebody did under the id of an operation, and the fingerprint of what they asked.
pub(crate) async fn of_operation(
    connection: &impl ConnectionTrait,
    project: ProjectId,
    actor: Uuid,
    op: OpId,
) -> Result<Option<(Vec<u8>, LoggedEvent)>> {
    let row = project_event::Entity::find()
        .filter(project_event::Column::ProjectId.eq(project.uuid()))
        .filter(project_event::Column::ActorId.eq(actor))
        .filter(project_event::Column::OpId.eq(op.uuid()))
        .one(connection)
        .await
        .map_err(db)?;
    let Some(row) = row else {
        return Ok(None);
    };
    let fingerprint = row.payload_hash.clone().unwrap_or_default();
    Ok(Some((fingerprint, read(row)?)))
}

/// The events before `before`, the last of them first, at most `limit`.
pub async fn before(
    connection: &impl ConnectionTrait,
    project: ProjectId,
    before: i64,
    limit: u64,
) -> Result<Vec<Arc<LoggedEvent>>> {
    let rows = project_event::Entity::find()
        .filter(project_event::Column::ProjectId.eq(project.uuid()))
        .filter(project_event::Column::Seq.lt(before))
        .order_by_desc(project_event::Column::Seq)
        .limit(limit)
        .all(connection)
        .await
        .map_err(db)?;
    rows.into_iter()
        .map(|row| read(row).map(Arc::new))
        .collect()
}

/// The events with these numbers, in order.
pub async fn at(
    connection: &impl ConnectionTrait,
    project: ProjectId,
    numbers: &[i64],
) -> Result<Vec<Arc<LoggedEvent>>> {
    let rows = project_event::Entity::find()
        .filter(project_event::Column::ProjectId.eq(project.uuid()))
        .filter(project_event::Column::Seq.is_in(numbers.iter().copied()))
        .order_by_asc(project_event::Column::Seq)
        .all(connection)
        .await
        .map_err(db)?;
    rows.into_iter()
        .map(|row| read(row).map(Arc::new))
        .collect()
}

/// Where the log of a project ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    pub epoch: Uuid,
    pub seq: i64,
}

/// The heads of these projects. One that is in the trash has its head, too.
pub async fn heads(
    connection: &impl ConnectionTrait,
    projects: &[ProjectId],
) -> Result<HashMap<ProjectId, Head>> {
    let rows: Vec<(Uuid, Uuid, i64)> = project::Entity::find()
        .select_only()
        .columns([
            project::Column::Id,
            project::Column::Epoch,
            project::Column::HeadSeq,
        ])
        .filter(project::Column::Id.is_in(projects.iter().map(|id| id.uuid())))
        .into_tuple()
        .all(connection)
        .await
        .map_err(db)?;
    Ok(rows
        .into_iter()
        .map(|(id, epoch, seq)| (id.into(), Head { epoch, seq }))
        .collect())
}

/// What stands beside an event's data in the log.
#[derive(Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Beside {
    #[serde(flatten)]
    effects: SideEffects,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    visible_with: Option<Resource>,
}

pub(crate) fn read(row: project_event::Model) -> Result<LoggedEvent> {
    let project_event::Model {
        project_id: _,
        seq,
        epoch: _,
        actor_kind,
        actor_id,
        actor_name,
        op_id,
        payload_hash: _,
        kind,
        payload,
        effects,
        at,
    } = row;
    let beside = effects.map(|stored| serde_json::from_str(&stored));
    let Beside {
        effects,
        visible_with,
    } = beside
        .transpose()
        .map_err(Error::internal)?
        .unwrap_or_default();
    let data = RawValue::from_string(payload).map_err(Error::internal)?;
    Ok(LoggedEvent {
        seq,
        event: Event::decode(&kind, &data, visible_with).map_err(Error::internal)?,
        data,
        actor: ActorView {
            kind: convert::actor_kind(actor_kind),
            id: Some(actor_id),
            name: Some(actor_name),
        },
        op_id: op_id.map(Into::into),
        effects,
        at: at.into(),
    })
}

/// Brings a projection past an event.
pub(crate) fn apply(logged: &LoggedEvent, projection: &mut dyn AnyProjection) {
    projection.follow(&logged.event);
    projection.follow_effects(&logged.effects);
}

pub(crate) fn stored_effects(event: &LoggedEvent) -> Result<Option<String>> {
    let visible_with = event.visible_with();
    if event.effects.is_empty() && visible_with.is_none() {
        return Ok(None);
    }
    let beside = Beside {
        effects: event.effects.clone(),
        visible_with,
    };
    serde_json::to_string(&beside)
        .map(Some)
        .map_err(Error::internal)
}
