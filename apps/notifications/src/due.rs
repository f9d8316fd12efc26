//! What waits to reach a person by a way of its own: when it is due, all of it goes together, and once.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use entity::notification::{Column, Entity, Model};
use kernel::{Result, UserId};
use platform::{Write, db};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::Expr};
use uuid::Uuid;

use crate::{
    inbox,
    queue::{MailDue, PushDue},
};

/// What goes at once; what is left follows.
const TAKEN_MAX: u64 = 50;
const HOUR: TimeDelta = TimeDelta::hours(1);
/// What could not go for so long is old news, such as to somebody who wanted none meanwhile.
const NEWS: TimeDelta = TimeDelta::days(3);

/// Whoever is told more in an hour gets the rest together, after it.
const MAILS_PER_HOUR_MAX: usize = 10;
const PUSHES_PER_HOUR_MAX: usize = 30;

/// A way that is followed by a job.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Way {
    Mail,
    Push,
}

impl Way {
    /// When it is due.
    const fn at(self) -> Column {
        match self {
            Self::Mail => Column::MailAt,
            Self::Push => Column::PushAt,
        }
    }

    /// When it went.
    const fn gone_at(self) -> Column {
        match self {
            Self::Mail => Column::MailedAt,
            Self::Push => Column::PushedAt,
        }
    }

    const fn per_hour_max(self) -> usize {
        match self {
            Self::Mail => MAILS_PER_HOUR_MAX,
            Self::Push => PUSHES_PER_HOUR_MAX,
        }
    }

    fn enqueue(self, write: &mut Write, at: DateTime<Utc>, user: UserId) -> Result<()> {
        match self {
            Self::Mail => write.enqueue_at(at, &MailDue { user }).map(drop),
            Self::Push => write.enqueue_at(at, &PushDue { user }).map(drop),
        }
    }
}

/// Asks for what is due then of each person. One job for each and time is enough, however much goes then.
pub(crate) async fn queue(
    write: &mut Write,
    way: Way,
    due: BTreeSet<(Uuid, DateTime<Utc>)>,
) -> Result<()> {
    if due.is_empty() {
        return Ok(());
    }
    let waiting: Vec<(Uuid, Option<DateTime<Utc>>)> = Entity::find()
        .select_only()
        .columns([Column::UserId, way.at()])
        .distinct()
        .filter(Column::UserId.is_in(due.iter().map(|(user, _)| *user)))
        .filter(way.gone_at().is_null())
        .filter(way.at().gt(write.now()))
        .into_tuple()
        .all(write.read().await?)
        .await
        .map_err(db)?;
    for (user, at) in due {
        if !waiting.contains(&(user, Some(at))) {
            way.enqueue(write, at, user.into())?;
        }
    }
    Ok(())
}

/// Takes what is due of a person whose row is locked, so that nobody else takes it. Too much in an hour waits.
pub(crate) async fn take(write: &mut Write, way: Way, user: UserId) -> Result<Vec<Model>> {
    let now = write.now();
    if let Some(later) = later(write, way, user).await? {
        way.enqueue(write, later, user)?;
        return Ok(Vec::new());
    }
    let rows = Entity::find()
        .filter(Column::UserId.eq(user.uuid()))
        .filter(way.at().between(now - NEWS, now))
        .filter(way.gone_at().is_null())
        .filter(Column::Read.eq(false))
        .filter(inbox::visible(now))
        .order_by_asc(Column::Id)
        .limit(TAKEN_MAX)
        .all(write.read().await?)
        .await
        .map_err(db)?;
    if rows.len() == usize::try_from(TAKEN_MAX).unwrap_or(usize::MAX) {
        way.enqueue(write, now, user)?;
    }
    if !rows.is_empty() {
        mark(write, way, rows.iter().map(|row| row.id), Some(now)).await?;
    }
    Ok(rows)
}

/// When the next may go, if there were too many lately.
async fn later(write: &mut Write, way: Way, user: UserId) -> Result<Option<DateTime<Utc>>> {
    let gone: Vec<Option<DateTime<Utc>>> = Entity::find()
        .select_only()
        .column(way.gone_at())
        .distinct()
        .filter(Column::UserId.eq(user.uuid()))
        .filter(way.gone_at().gt(write.now() - HOUR))
        .into_tuple()
        .all(write.read().await?)
        .await
        .map_err(db)?;
    if gone.len() < way.per_hour_max() {
        return Ok(None);
    }
    let first = gone.into_iter().flatten().min();
    Ok(first.map(|first| first + HOUR))
}

/// Notes when something went; nothing if it did not.
pub(crate) async fn mark(
    write: &mut Write,
    way: Way,
    ids: impl IntoIterator<Item = Uuid>,
    at: Option<DateTime<Utc>>,
) -> Result<()> {
    Entity::update_many()
        .col_expr(way.gone_at(), Expr::value(at))
        .filter(Column::Id.is_in(ids))
        .exec(write.conn().await?)
        .await
        .map(drop)
        .map_err(db)
}

/// Where something leads, inside this server.
pub(crate) fn place(row: &Model) -> String {
    use entity::enums::NotificationType;
    match (row.kind, row.project_id, row.node_id) {
        // Who is invited cannot open it yet: the list of projects shows invitations.
        (NotificationType::ProjectInvite, ..) | (_, None, _) => "/".to_owned(),
        (_, Some(project), None) => format!("/projects/{project}"),
        (_, Some(project), Some(node)) => format!("/projects/{project}?node={node}"),
    }
}
