//! Reading the event log.

use std::{collections::HashMap, sync::Arc};

use entity::{project, project_event};
use kernel::{Error, ProjectId, Result};
use protocol::events::{ActorView, Event, EventView, Staleness};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use uuid::Uuid;

use crate::{convert, database::db, writer::Projection};

/// The events after `after`, in order, at most `limit`.
pub async fn after(
    connection: &impl ConnectionTrait,
    project: ProjectId,
    after: i64,
    limit: u64,
) -> Result<Vec<Arc<EventView>>> {
    let rows = project_event::Entity::find()
        .filter(project_event::Column::ProjectId.eq(project.uuid()))
        .filter(project_event::Column::Seq.gt(after))
        .order_by_asc(project_event::Column::Seq)
        .limit(limit)
        .all(connection)
        .await
        .map_err(db)?;
    rows.into_iter()
        .map(|row| to_view(row).map(Arc::new))
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

pub(crate) fn to_view(row: project_event::Model) -> Result<EventView> {
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
        staleness,
        at,
    } = row;
    let staleness = staleness
        .map(|stored| serde_json::from_str(&stored))
        .transpose();
    let Staleness { stale, fresh } = staleness.map_err(Error::internal)?.unwrap_or_default();
    Ok(EventView {
        seq,
        op: kind,
        data: serde_json::from_str(&payload).map_err(Error::internal)?,
        actor: ActorView {
            kind: convert::actor_kind(actor_kind),
            id: Some(actor_id),
            name: Some(actor_name),
        },
        op_id: op_id.map(Into::into),
        stale,
        fresh,
        at: at.into(),
    })
}

/// The typed form of a stored event.
pub fn typed(view: &EventView) -> Result<Event> {
    Event::from_stored(&view.op, view.data.clone()).map_err(Error::internal)
}

/// Brings what is remembered of a project past an event.
pub(crate) fn apply<'t>(
    view: &EventView,
    projections: impl Iterator<Item = &'t mut dyn Projection>,
) -> Result<()> {
    let event = typed(view)?;
    let staleness = Staleness {
        stale: view.stale.clone(),
        fresh: view.fresh.clone(),
    };
    for projection in projections {
        projection.apply(&event);
        projection.follow(&staleness);
    }
    Ok(())
}

pub(crate) fn stored_staleness(staleness: &Staleness) -> Option<String> {
    if staleness.is_empty() {
        return None;
    }
    serde_json::to_string(staleness).ok()
}
