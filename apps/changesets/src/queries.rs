use std::collections::HashMap;

use entity::{change_set, change_set_item};
use http::page;
use kernel::{ChangeSetId, Error, Permission, ProjectId, Result};
use platform::{Ctx, ProjectAccess, db};
use protocol::{
    Page,
    changesets::{
        ChangeSetMode, ChangeSetView, ChangeSetWithItems, ITEM_BYTES_SHOWN_MAX, ItemState, ItemView,
    },
    page::PageQuery,
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::value::RawValue;
use uuid::Uuid;

use crate::{
    reading,
    row::{Decided, decided, to_view},
};

const LIST: &str = "changesets";

/// Change sets show the graph and who changed it: both are needed, so the public sees none.
async fn access(ctx: &Ctx, project: ProjectId) -> Result<ProjectAccess> {
    let access = ctx.project(project, Permission::MEMBERS_READ).await?;
    access.require(&ctx.principal, Permission::GRAPH_READ)?;
    Ok(access)
}

/// What a task is called begins with what it was asked, which is for those who may read agents.
fn shown(set: ChangeSetView, access: &ProjectAccess) -> ChangeSetView {
    let is_hidden = set.task_id.is_some() && !access.allows(Permission::AGENTS_READ);
    ChangeSetView {
        title: set.title.filter(|_| !is_hidden),
        ..set
    }
}

/// The newest first.
pub(crate) async fn list(
    ctx: &Ctx,
    project: ProjectId,
    query: PageQuery,
) -> Result<Page<ChangeSetView>> {
    let access = access(ctx, project).await?;
    let limit = page::limit(query.limit)?;
    let after: Option<Uuid> = page::after(&ctx.platform, LIST, query.cursor.as_deref())?;
    let mut select = change_set::Entity::find()
        .filter(change_set::Column::ProjectId.eq(project.uuid()))
        .order_by_desc(change_set::Column::Id)
        .limit(limit + 1);
    if let Some(after) = after {
        select = select.filter(change_set::Column::Id.lt(after));
    }
    let rows = select.all(ctx.reader()).await.map_err(db)?;
    let view = |row| to_view(row).map(|set| shown(set, &access));
    let rows: Vec<ChangeSetView> = rows.into_iter().map(view).collect::<Result<_>>()?;
    page::page(
        &ctx.platform,
        LIST,
        limit,
        rows,
        |set| set.id.uuid(),
        |set| set,
    )
}

pub(crate) async fn get(
    ctx: &Ctx,
    project: ProjectId,
    id: ChangeSetId,
) -> Result<ChangeSetWithItems> {
    let access = access(ctx, project).await?;
    let row = change_set::Entity::find_by_id((project.uuid(), id.uuid()))
        .one(ctx.reader())
        .await
        .map_err(db)?
        .ok_or(Error::NotFound("change set"))?;
    let set = shown(to_view(row)?, &access);
    let rows = item_rows(ctx.reader(), project, id).await?;
    let mut items = match set.mode {
        ChangeSetMode::Propose => rows.iter().map(proposed).collect::<Result<_>>()?,
        ChangeSetMode::Apply => applied(ctx, &access, id, &rows).await?,
    };
    cut(&mut items);
    Ok(ChangeSetWithItems { set, items })
}

pub(crate) async fn item_rows(
    connection: &impl ConnectionTrait,
    project: ProjectId,
    set: ChangeSetId,
) -> Result<Vec<change_set_item::Model>> {
    change_set_item::Entity::find()
        .filter(change_set_item::Column::ProjectId.eq(project.uuid()))
        .filter(change_set_item::Column::SetId.eq(set.uuid()))
        .order_by_asc(change_set_item::Column::Number)
        .all(connection)
        .await
        .map_err(db)
}

fn proposed(row: &change_set_item::Model) -> Result<ItemView> {
    let Decided { state, reason } = decided(row);
    let data = row.data.clone().map(RawValue::from_string).transpose();
    Ok(ItemView {
        number: row.number.try_into().map_err(Error::internal)?,
        op: row.op.clone().unwrap_or_default(),
        data: data.map_err(Error::internal)?,
        seq: None,
        id: row.op_id,
        state,
        reason,
    })
}

/// What was done is read out of the log, and what is decided about it out of the rows.
async fn applied(
    ctx: &Ctx,
    access: &ProjectAccess,
    set: ChangeSetId,
    rows: &[change_set_item::Model],
) -> Result<Vec<ItemView>> {
    let project = access.project;
    let decided: HashMap<u32, Decided> = rows
        .iter()
        .filter_map(|row| Some((u32::try_from(row.number).ok()?, decided(row))))
        .collect();
    let members = reading::members(ctx.reader(), project, set).await?;
    let visibility = access.visibility();
    let (mut items, mut bytes) = (Vec::new(), 0);
    reading::for_each_item(ctx.reader(), project, &members, |event, place, _| {
        let number = u32::try_from(items.len() + 1).map_err(Error::internal)?;
        let part = event.event.parts().get(place);
        let part = part.ok_or_else(|| Error::internal("an item without its event"))?;
        let shown = part
            .shown_to(visibility)
            .filter(|_| bytes < ITEM_BYTES_SHOWN_MAX);
        let data = shown.map(|part| part.encode()).transpose();
        let data = data.map_err(Error::internal)?;
        bytes += data.as_ref().map_or(0, |data| data.get().len());
        let decided = decided.get(&number);
        items.push(ItemView {
            number,
            op: part.op().to_owned(),
            data,
            seq: Some(event.seq),
            id: None,
            state: decided.map_or(ItemState::Applied, |decided| decided.state),
            reason: decided.and_then(|decided| decided.reason),
        });
        Ok(())
    })
    .await?;
    Ok(items)
}

/// Leaves out the data that an answer has no room for.
fn cut(items: &mut [ItemView]) {
    let mut bytes = 0;
    for item in items {
        bytes += item.data.as_ref().map_or(0, |data| data.get().len());
        if bytes > ITEM_BYTES_SHOWN_MAX {
            item.data = None;
        }
    }
}
