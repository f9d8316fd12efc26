use std::collections::HashSet;

use axum::body::Bytes;
use chrono::{DateTime, Utc};
use entity::{media, media_page};
use kernel::{Error, MediaId, Permission, ProjectId, Resource, Result};
use platform::{Ctx, convert, db};
use protocol::{
    Page,
    media::{MediaPage, MediaQuery, MediaView},
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};
use uuid::Uuid;

use super::{
    row::to_view,
    serve::{blob_id, require_scanned},
};
use crate::kinds::{Sound, sound_of};

/// The name of the list, for cursors.
const LIST: &str = "media";

pub(super) const NO_FILE: Error = Error::NotFound("file");

/// A file by its id, wherever it is.
pub(crate) async fn row<C: ConnectionTrait>(connection: &C, id: MediaId) -> Result<media::Model> {
    let row = media::Entity::find_by_id(id.uuid());
    row.one(connection).await.map_err(db)?.ok_or(NO_FILE)
}

/// A file of this project whose time is not over.
pub(crate) async fn of_project<C: ConnectionTrait>(
    connection: &C,
    project: ProjectId,
    id: MediaId,
    now: DateTime<Utc>,
) -> Result<media::Model> {
    let row = row(connection, id).await?;
    Some(row)
        .filter(|row| row.project_id == project.uuid() && !has_expired(row, now))
        .ok_or(NO_FILE)
}

/// Whether its time is over. From then on it is as if it were gone, although the sweep comes later.
pub(super) fn has_expired(row: &media::Model, now: DateTime<Utc>) -> bool {
    row.expires_at.is_some_and(|at| at <= now)
}

/// The same, asked of the database.
pub(super) fn is_in_time(now: DateTime<Utc>) -> Condition {
    Condition::any()
        .add(media::Column::ExpiresAt.is_null())
        .add(media::Column::ExpiresAt.gt(now))
}

/// Of these files of a project, those that are there and whose time is not over.
pub async fn living<C: ConnectionTrait>(
    connection: &C,
    project: ProjectId,
    ids: impl IntoIterator<Item = MediaId>,
    now: DateTime<Utc>,
) -> Result<HashSet<MediaId>> {
    let living: Vec<Uuid> = media::Entity::find()
        .select_only()
        .column(media::Column::Id)
        .filter(media::Column::ProjectId.eq(project.uuid()))
        .filter(media::Column::Id.is_in(ids.into_iter().map(MediaId::uuid)))
        .filter(is_in_time(now))
        .into_tuple()
        .all(connection)
        .await
        .map_err(db)?;
    Ok(living.into_iter().map(MediaId::from_uuid).collect())
}

/// A file that the caller may see. Who may not see its project hears that there is no such file.
pub(super) async fn readable(ctx: &Ctx, id: MediaId) -> Result<media::Model> {
    permitted(ctx, id, Permission::MEDIA_READ).await
}

pub(super) async fn permitted(
    ctx: &Ctx,
    id: MediaId,
    permission: Permission,
) -> Result<media::Model> {
    let found = row(ctx.reader(), id).await;
    let found = found.and_then(|row| {
        let is_there = !has_expired(&row, ctx.now());
        is_there.then_some(row).ok_or(NO_FILE)
    });
    let row = match found {
        // Who is not logged in hears that first.
        Err(Error::NotFound(_)) if ctx.principal.user_id().is_none() => {
            return Err(Error::Unauthenticated);
        }
        row => row?,
    };
    let project = ProjectId::from_uuid(row.project_id);
    match ctx.project(project, permission).await {
        Ok(_) => Ok(row),
        Err(Error::NotFound(_)) => Err(NO_FILE),
        Err(error) => Err(error),
    }
}

/// The bytes of a recording of this project, and what they are.
pub async fn sound(
    ctx: &Ctx,
    project: ProjectId,
    id: MediaId,
    bytes_max: usize,
) -> Result<(Bytes, Sound)> {
    let row = readable(ctx, id).await?;
    if row.project_id != project.uuid() {
        return Err(NO_FILE);
    }
    if usize::try_from(row.size).map_err(Error::internal)? > bytes_max {
        return Err(Error::PayloadTooLarge { bytes_max });
    }
    require_scanned(ctx, &row)?;
    let blob = blob_id(&row.sha256)?;
    let bytes = ctx.platform.blobs.whole(&blob, bytes_max).await?;
    let sound = sound_of(&bytes)?;
    Ok((bytes, sound))
}

/// What the caller sees of a file.
pub(super) async fn shown(ctx: &Ctx, row: media::Model) -> Result<MediaView> {
    let project = ProjectId::from_uuid(row.project_id);
    let access = ctx.project(project, Permission::MEDIA_READ).await?;
    let mut view = to_view(row)?;
    if !access.visibility().covers(Resource::Members) {
        view.user_id = None;
    }
    Ok(view)
}

pub(super) async fn list(ctx: &Ctx, query: MediaQuery) -> Result<Page<MediaView>> {
    let access = ctx
        .project(query.project_id, Permission::MEDIA_READ)
        .await?;
    let platform = &ctx.platform;
    let limit = http::page::limit(query.limit.map(Into::into))?;
    let after: Option<Uuid> = http::page::after(platform, LIST, query.cursor.as_deref())?;
    let mut find = media::Entity::find()
        .filter(media::Column::ProjectId.eq(query.project_id.uuid()))
        .filter(is_in_time(ctx.now()));
    if let Some(kind) = query.r#type {
        find = find.filter(media::Column::Kind.eq(convert::stored_media_type(kind)));
    }
    if let Some(after) = after {
        find = find.filter(media::Column::Id.lt(after));
    }
    let rows = find
        .order_by_desc(media::Column::Id)
        .limit(limit + 1)
        .all(ctx.reader())
        .await
        .map_err(db)?;
    let sees_members = access.visibility().covers(Resource::Members);
    let views: Result<Vec<MediaView>> = rows.into_iter().map(to_view).collect();
    let show = |mut view: MediaView| {
        view.user_id = view.user_id.filter(|_| sees_members);
        view
    };
    http::page::page(platform, LIST, limit, views?, |view| view.id.uuid(), show)
}

/// What is written in a file, or on one of its pages.
pub(super) async fn pages(ctx: &Ctx, id: MediaId, page: Option<u32>) -> Result<Vec<MediaPage>> {
    let row = readable(ctx, id).await?;
    texts(ctx.reader(), MediaId::from_uuid(row.id), page).await
}

pub(crate) async fn texts_of<C: ConnectionTrait>(
    connection: &C,
    id: MediaId,
) -> Result<Vec<MediaPage>> {
    texts(connection, id, None).await
}

async fn texts<C: ConnectionTrait>(
    connection: &C,
    id: MediaId,
    page: Option<u32>,
) -> Result<Vec<MediaPage>> {
    let asked =
        page.map(|page| media_page::Column::Page.eq(i32::try_from(page).unwrap_or(i32::MAX)));
    let rows = media_page::Entity::find()
        .filter(media_page::Column::MediaId.eq(id.uuid()))
        .filter(Condition::all().add_option(asked))
        .order_by_asc(media_page::Column::Page)
        .all(connection)
        .await
        .map_err(db)?;
    let page = |row: media_page::Model| MediaPage {
        page: row.page.unsigned_abs(),
        heading: row.heading,
        text: row.text,
    };
    Ok(rows.into_iter().map(page).collect())
}
