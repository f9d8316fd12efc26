//! Public projects whose owners want them to be found.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entity::{project, user};
use http::page;
use kernel::Result;
use platform::{Ctx, access::public_name, db, like::contains, user_is_active};
use protocol::{
    Page,
    projects::{ListedProject, ListedQuery},
};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, ExprTrait, FromQueryResult, QueryFilter, QueryOrder,
    QuerySelect, QueryTrait, sea_query::Expr,
};
use uuid::Uuid;

use super::queries::search_text;

const LIST: &str = "listed projects";
/// Whoever asks is nobody in particular, so that little is counted for them.
const NODES_COUNTED_MAX: u32 = 1_000;

#[derive(Debug, FromQueryResult)]
struct Row {
    id: Uuid,
    owner_id: Uuid,
    name: String,
    description: Option<String>,
    updated_at: DateTime<Utc>,
    node_count: i64,
}

/// Those changed last first, for everybody.
pub(super) async fn list(ctx: &Ctx, query: ListedQuery) -> Result<Page<ListedProject>> {
    use project::Column;
    let limit = page::limit(query.limit)?;
    let after: Option<(DateTime<Utc>, Uuid)> =
        page::after(&ctx.platform, LIST, query.cursor.as_deref())?;
    let mut wanted = is_listed();
    if let Some(text) = search_text(query.q.as_deref())? {
        wanted = wanted.add(contains(Column::Name, text));
    }
    if let Some((updated_at, id)) = after {
        let same = Column::UpdatedAt.eq(updated_at).and(Column::Id.lt(id));
        wanted = wanted.add(
            Condition::any()
                .add(Column::UpdatedAt.lt(updated_at))
                .add(same),
        );
    }
    let rows = project::Entity::find()
        .select_only()
        .columns([
            Column::Id,
            Column::OwnerId,
            Column::Name,
            Column::Description,
            Column::UpdatedAt,
        ])
        .column_as(Expr::cust(node_count()), "node_count")
        .filter(wanted)
        .order_by_desc(Column::UpdatedAt)
        .order_by_desc(Column::Id)
        .limit(limit + 1)
        .into_model::<Row>()
        .all(ctx.reader())
        .await
        .map_err(db)?;
    let names = names(ctx, &rows).await?;
    let key = |row: &Row| (row.updated_at, row.id);
    page::page(&ctx.platform, LIST, limit, rows, key, |row| {
        view(row, &names)
    })
}

/// What is closed, in the trash, or somebody's who has no account any more is not found from that moment on.
fn is_listed() -> Condition {
    let active = user::Entity::find()
        .select_only()
        .column(user::Column::Id)
        .filter(user_is_active());
    Condition::all()
        .add(project::Column::IsListed.eq(true))
        .add(project::Column::IsPublic.eq(true))
        .add(project::Column::DeletedAt.is_null())
        .add(project::Column::OwnerId.in_subquery(active.into_query()))
}

fn node_count() -> String {
    format!(
        "(SELECT CAST(COUNT(*) AS BIGINT) FROM (SELECT 1 FROM nodes \
         WHERE nodes.project_id = projects.id AND nodes.deleted_at IS NULL \
         LIMIT {NODES_COUNTED_MAX}) AS counted)"
    )
}

async fn names(ctx: &Ctx, rows: &[Row]) -> Result<HashMap<Uuid, String>> {
    let owners = user::Entity::find()
        .filter(user::Column::Id.is_in(rows.iter().map(|row| row.owner_id)))
        .all(ctx.reader())
        .await
        .map_err(db)?;
    let names = owners.iter().map(|owner| (owner.id, public_name(owner)));
    Ok(names.collect())
}

fn view(row: Row, names: &HashMap<Uuid, String>) -> ListedProject {
    ListedProject {
        id: row.id.into(),
        name: row.name,
        description: row.description,
        owner_name: names.get(&row.owner_id).cloned().unwrap_or_default(),
        node_count: u64::try_from(row.node_count).unwrap_or_default(),
        updated_at: row.updated_at.into(),
    }
}
