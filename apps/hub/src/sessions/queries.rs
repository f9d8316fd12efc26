use chrono::TimeDelta;
use entity::{user, user_session};
use http::page;
use kernel::{Permission, ProjectId, Result};
use platform::{Ctx, access::public_name, db};
use protocol::{
    Page, Timestamp,
    frames::Cursor,
    page::PageQuery,
    sessions::{SessionCursor, SessionHere},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::Value;
use uuid::Uuid;

const LIST: &str = "sessions";
/// Whoever was not seen for this long is not here, whatever an instance that died has left behind.
pub(super) const SEEN_WITHIN: TimeDelta = TimeDelta::seconds(60);

pub(super) async fn list(
    ctx: &Ctx,
    project: ProjectId,
    query: PageQuery,
) -> Result<Page<SessionHere>> {
    use user_session::Column;
    ctx.project(project, Permission::PRESENCE_READ).await?;
    let limit = page::limit(query.limit)?;
    let after: Option<Uuid> = page::after(&ctx.platform, LIST, query.cursor.as_deref())?;
    let mut select = user_session::Entity::find()
        .filter(Column::ProjectId.eq(project.uuid()))
        .filter(Column::IsActive.eq(true))
        .filter(Column::LastSeen.gt(ctx.now() - SEEN_WITHIN))
        .order_by_asc(Column::UserId)
        .limit(limit + 1);
    if let Some(after) = after {
        select = select.filter(Column::UserId.gt(after));
    }
    let rows = select
        .find_also_related(user::Entity)
        .all(ctx.reader())
        .await
        .map_err(db)?;
    let rows: Vec<(user_session::Model, user::Model)> = rows
        .into_iter()
        .filter_map(|(session, user)| user.map(|user| (session, user)))
        .collect();
    let key = |(session, _): &(user_session::Model, user::Model)| session.user_id;
    page::page(&ctx.platform, LIST, limit, rows, key, to_view)
}

/// What cannot be read was written by another version; it is only a cursor. Older ones do not say when they were noted.
fn read(stored: Value, last_seen: Timestamp) -> Option<SessionCursor> {
    let noted = serde_json::from_value(stored.clone()).ok();
    noted.or_else(|| {
        let cursor: Cursor = serde_json::from_value(stored).ok()?;
        Some(SessionCursor::noted(cursor, last_seen))
    })
}

fn to_view((session, user): (user_session::Model, user::Model)) -> SessionHere {
    let user_session::Model {
        project_id: _,
        user_id,
        cursor,
        is_active,
        joined_at,
        last_seen,
    } = session;
    SessionHere {
        user_id: user_id.into(),
        name: public_name(&user),
        avatar: user.avatar,
        is_active,
        joined_at: joined_at.into(),
        last_seen: last_seen.into(),
        cursor: cursor.and_then(|stored| read(stored, last_seen.into())),
    }
}
