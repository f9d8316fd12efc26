use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entity::{notification, notification_inbox, project, project_member};
use http::page;
use kernel::{Result, Role, UserId};
use platform::{Ctx, convert, db};
use protocol::notifications::{InboxView, NotificationType, NotificationsQuery, UnreadCount};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, EntityTrait, ExprTrait,
    PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, Query},
};
use uuid::Uuid;

use super::row::to_view;
use crate::kinds;

const LIST: &str = "notifications";

/// What may still be seen: nothing that has expired, and of a project only what the person's role there lets them see now.
pub(crate) fn visible(now: DateTime<Utc>) -> Condition {
    use notification::Column;
    let anywhere = NotificationType::ALL
        .into_iter()
        .filter(|kind| *kind == NotificationType::ProjectInvite)
        .map(kinds::stored);
    let member = Query::select()
        .expr(Expr::value(1))
        .from(project_member::Entity)
        .inner_join(
            project::Entity,
            Expr::col((project::Entity, project::Column::Id))
                .equals((project_member::Entity, project_member::Column::ProjectId)),
        )
        .and_where(
            Expr::col((project_member::Entity, project_member::Column::ProjectId))
                .equals((notification::Entity, Column::ProjectId)),
        )
        .and_where(
            Expr::col((project_member::Entity, project_member::Column::UserId))
                .equals((notification::Entity, Column::UserId)),
        )
        .and_where(project::Column::DeletedAt.is_null())
        .cond_where(by_role())
        .to_owned();
    let living = Query::select()
        .expr(Expr::value(1))
        .from(project::Entity)
        .and_where(
            Expr::col((project::Entity, project::Column::Id))
                .equals((notification::Entity, Column::ProjectId)),
        )
        .and_where(project::Column::DeletedAt.is_null())
        .to_owned();
    let invited = Condition::all()
        .add(Column::Kind.is_in(anywhere))
        .add(Expr::exists(living));
    let there = Condition::any()
        .add(Column::ProjectId.is_null())
        .add(invited)
        .add(Expr::exists(member));
    let fresh = Condition::any()
        .add(Column::ExpiresAt.is_null())
        .add(Column::ExpiresAt.gt(now));
    Condition::all().add(fresh).add(there)
}

/// The policy's table, as the database can ask it.
fn by_role() -> Condition {
    Role::ALL.into_iter().fold(Condition::any(), |any, role| {
        let seen = NotificationType::ALL
            .into_iter()
            .filter(|kind| kinds::may_see(role, *kind))
            .map(kinds::stored);
        let may = project_member::Column::Role
            .eq(convert::stored_role(role))
            .and(notification::Column::Kind.is_in(seen));
        any.add(may)
    })
}

/// How much these people have not read.
pub(crate) async fn unread(
    connection: &impl ConnectionTrait,
    users: &[Uuid],
    now: DateTime<Utc>,
) -> Result<HashMap<Uuid, u64>> {
    let counts: Vec<(Uuid, i64)> = notification::Entity::find()
        .select_only()
        .column(notification::Column::UserId)
        .column_as(notification::Column::Id.count(), "unread")
        .filter(notification::Column::UserId.is_in(users.iter().copied()))
        .filter(notification::Column::Read.eq(false))
        .filter(visible(now))
        .group_by(notification::Column::UserId)
        .into_tuple()
        .all(connection)
        .await
        .map_err(db)?;
    let counts = counts.into_iter();
    Ok(counts
        .map(|(user, unread)| (user, u64::try_from(unread).unwrap_or_default()))
        .collect())
}

/// A page and the count, as they are at one moment.
pub(super) async fn list(ctx: &Ctx, user: UserId, query: NotificationsQuery) -> Result<InboxView> {
    let limit = page::limit(query.limit)?;
    let after: Option<Uuid> = page::after(&ctx.platform, LIST, query.cursor.as_deref())?;
    let now = ctx.now();
    let (rows, count) = ctx
        .platform
        .database
        .consistent(move |transaction| {
            Box::pin(async move {
                let rows = rows(transaction, user, &query, after, limit, now).await?;
                let count = count(transaction, user, now).await?;
                Ok((rows, count))
            })
        })
        .await?;
    let page = page::page(&ctx.platform, LIST, limit, rows, |row| row.id, to_view)?;
    Ok(InboxView {
        items: page.items,
        next_cursor: page.next_cursor,
        count,
    })
}

async fn rows(
    transaction: &DatabaseTransaction,
    user: UserId,
    query: &NotificationsQuery,
    after: Option<Uuid>,
    limit: u64,
    now: DateTime<Utc>,
) -> Result<Vec<notification::Model>> {
    use notification::Column;
    let mut select = notification::Entity::find()
        .filter(Column::UserId.eq(user.uuid()))
        .filter(visible(now))
        .order_by_desc(Column::Id)
        .limit(limit + 1);
    if let Some(unread) = query.unread {
        select = select.filter(Column::Read.eq(!unread));
    }
    if let Some(project) = query.project {
        select = select.filter(Column::ProjectId.eq(project.uuid()));
    }
    if let Some(after) = after {
        select = select.filter(Column::Id.lt(after));
    }
    select.all(transaction).await.map_err(db)
}

async fn count(
    transaction: &DatabaseTransaction,
    user: UserId,
    now: DateTime<Utc>,
) -> Result<UnreadCount> {
    let inbox = notification_inbox::Entity::find_by_id(user.uuid())
        .one(transaction)
        .await
        .map_err(db)?;
    let unread = notification::Entity::find()
        .filter(notification::Column::UserId.eq(user.uuid()))
        .filter(notification::Column::Read.eq(false))
        .filter(visible(now))
        .count(transaction)
        .await
        .map_err(db)?;
    Ok(UnreadCount {
        unread,
        version: inbox.map_or(0, |inbox| inbox.version),
    })
}
