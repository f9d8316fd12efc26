use http::page;
use kernel::{Error, Permission, ProjectId, RefreshId, Result};
use platform::{
    Ctx,
    batches::{self, Place},
};
use protocol::{Page, page::PageQuery, refresh::RefreshView};

use super::{REFRESH, row::to_view};

const LIST: &str = "refreshes";

pub(super) async fn get(ctx: &Ctx, project: ProjectId, id: RefreshId) -> Result<RefreshView> {
    ctx.project(project, Permission::GRAPH_READ).await?;
    let batch = id.uuid().into();
    let row = batches::find(ctx.reader(), project, REFRESH, batch).await?;
    row.map(to_view).ok_or(Error::NotFound("refresh"))
}

/// The refreshes of a project, the newest first.
pub(super) async fn list(
    ctx: &Ctx,
    project: ProjectId,
    query: PageQuery,
) -> Result<Page<RefreshView>> {
    ctx.project(project, Permission::GRAPH_READ).await?;
    let limit = page::limit(query.limit)?;
    let after: Option<Place> = page::after(&ctx.platform, LIST, query.cursor.as_deref())?;
    let rows = batches::list(ctx.reader(), project, REFRESH, after, limit + 1).await?;
    page::page(
        &ctx.platform,
        LIST,
        limit,
        rows,
        |row| (row.created_at, row.id),
        to_view,
    )
}
