use std::collections::{BTreeSet, HashMap};

use entity::{node, preset, project};
use http::page;
use kernel::{Error, PresetId, ProjectId, Result, Scope, UserId};
use platform::{Ctx, Write, db};
use protocol::{Page, page::PageQuery, presets::PresetView};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait, Select,
};
use uuid::Uuid;

use super::row::to_view;

const LIST: &str = "presets";

/// The living presets that a person may use: the system's and their own.
pub(super) fn usable(user: Option<UserId>) -> Select<preset::Entity> {
    let mut owners = Condition::any().add(preset::Column::UserId.is_null());
    if let Some(user) = user {
        owners = owners.add(preset::Column::UserId.eq(user.uuid()));
    }
    preset::Entity::find()
        .filter(preset::Column::DeletedAt.is_null())
        .filter(owners)
}

/// Refuses a preset that the caller may not use: one that is not there, or somebody else's.
pub async fn require_usable(write: &mut Write, preset: Option<PresetId>) -> Result<()> {
    let Some(id) = preset else { return Ok(()) };
    let found = usable(write.principal().user_id())
        .filter(preset::Column::Id.eq(id.uuid()))
        .one(write.read().await?)
        .await
        .map_err(db)?;
    found.map(drop).ok_or(Error::NotFound("preset"))
}

pub(super) async fn get(ctx: &Ctx, id: PresetId) -> Result<PresetView> {
    let user = ctx.user_with_scope(Scope::Project)?;
    let row = usable(Some(user))
        .filter(preset::Column::Id.eq(id.uuid()))
        .one(ctx.reader())
        .await
        .map_err(db)?;
    row.map(to_view).ok_or(Error::NotFound("preset"))
}

/// The system's presets, then the caller's own, the oldest first.
pub(super) async fn list(ctx: &Ctx, query: PageQuery) -> Result<Page<PresetView>> {
    let user = ctx.user_with_scope(Scope::Project)?;
    let limit = page::limit(query.limit)?;
    let after: Option<(bool, Uuid)> = page::after(&ctx.platform, LIST, query.cursor.as_deref())?;
    let mut select = usable(Some(user))
        .order_by_asc(preset::Column::UserId.is_not_null())
        .order_by_asc(preset::Column::Id)
        .limit(limit + 1);
    if let Some((is_own, id)) = after {
        let rest = Condition::all()
            .add(preset::Column::Id.gt(id))
            .add(if is_own {
                preset::Column::UserId.is_not_null()
            } else {
                preset::Column::UserId.is_null()
            });
        let own = (!is_own).then(|| preset::Column::UserId.is_not_null());
        select = select.filter(Condition::any().add(rest).add_option(own));
    }
    let rows = select.all(ctx.reader()).await.map_err(db)?;
    page::page(
        &ctx.platform,
        LIST,
        limit,
        rows,
        |row| (row.user_id.is_some(), row.id),
        to_view,
    )
}

/// The models that these presets prefer, as far as they are there and prefer one.
pub async fn preferred_models(
    connection: &impl ConnectionTrait,
    presets: impl IntoIterator<Item = PresetId>,
) -> Result<HashMap<PresetId, String>> {
    let presets: Vec<Uuid> = presets.into_iter().map(PresetId::uuid).collect();
    if presets.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<(Uuid, Option<String>)> = preset::Entity::find()
        .select_only()
        .columns([preset::Column::Id, preset::Column::PreferredModel])
        .filter(preset::Column::Id.is_in(presets))
        .filter(preset::Column::DeletedAt.is_null())
        .into_tuple()
        .all(connection)
        .await
        .map_err(db)?;
    let preferred = rows.into_iter();
    Ok(preferred
        .filter_map(|(id, model)| Some((id.into(), model?)))
        .collect())
}

/// The living presets of a person that the project at hand uses, also at nodes in the trash.
pub async fn used_here(write: &mut Write, user: UserId) -> Result<Vec<PresetId>> {
    let project = write.project_id()?.uuid();
    let whole = project::Entity::find()
        .select_only()
        .column(project::Column::PresetId)
        .filter(project::Column::Id.eq(project))
        .filter(project::Column::PresetId.is_not_null())
        .into_query();
    let at_nodes = node::Entity::find()
        .select_only()
        .column(node::Column::PresetId)
        .filter(node::Column::ProjectId.eq(project))
        .filter(node::Column::PresetId.is_not_null())
        .into_query();
    let used = Condition::any()
        .add(preset::Column::Id.in_subquery(whole))
        .add(preset::Column::Id.in_subquery(at_nodes));
    let ids: Vec<Uuid> = preset::Entity::find()
        .select_only()
        .column(preset::Column::Id)
        .filter(preset::Column::UserId.eq(user.uuid()))
        .filter(preset::Column::DeletedAt.is_null())
        .filter(used)
        .order_by_asc(preset::Column::Id)
        .into_tuple()
        .all(write.read().await?)
        .await
        .map_err(db)?;
    Ok(ids.into_iter().map(Into::into).collect())
}

/// The projects that use a preset, as their own or at a node, also in the trash.
pub async fn users(
    connection: &impl ConnectionTrait,
    preset: PresetId,
) -> Result<BTreeSet<ProjectId>> {
    let whole: Vec<Uuid> = project::Entity::find()
        .select_only()
        .column(project::Column::Id)
        .filter(project::Column::PresetId.eq(preset.uuid()))
        .into_tuple()
        .all(connection)
        .await
        .map_err(db)?;
    let at_nodes: Vec<Uuid> = node::Entity::find()
        .select_only()
        .column(node::Column::ProjectId)
        .distinct()
        .filter(node::Column::PresetId.eq(preset.uuid()))
        .into_tuple()
        .all(connection)
        .await
        .map_err(db)?;
    Ok(whole.into_iter().chain(at_nodes).map(Into::into).collect())
}
