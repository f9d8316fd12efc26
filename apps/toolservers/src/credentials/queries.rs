use entity::tool_credential::{Column, Entity, Model};
use kernel::{Error, Permission, ProjectId, Result, Scope, UserId};
use platform::{Ctx, Platform, db};
use protocol::tool_servers::{ToolServerView, ToolServers};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};
use uuid::Uuid;

use super::Holder;
use crate::servers::Servers;

pub(super) fn held_by(holder: Holder) -> Condition {
    match holder {
        Holder::Person(user) => Condition::all().add(Column::UserId.eq(user.uuid())),
        Holder::Project(project) => Condition::all().add(Column::ProjectId.eq(project.uuid())),
    }
}

pub(super) async fn find(
    connection: &impl ConnectionTrait,
    holder: Holder,
    server: &str,
) -> Result<Option<Model>> {
    Entity::find()
        .filter(held_by(holder))
        .filter(Column::Server.eq(server))
        .one(connection)
        .await
        .map_err(db)
}

/// The token that a task uses: that of the person in whose name it runs, or else the project's.
pub(crate) async fn token_for(
    platform: &Platform,
    server: &str,
    project: ProjectId,
    person: UserId,
) -> Result<Option<(Uuid, String)>> {
    let reader = platform.database.reader();
    let own = find(reader, Holder::Person(person), server).await?;
    let row = match own {
        Some(row) => row,
        None => match find(reader, Holder::Project(project), server).await? {
            Some(row) => row,
            None => return Ok(None),
        },
    };
    let token = platform.keys.unseal(&row.sealed, row.id.as_bytes())?;
    let token = String::from_utf8(token).map_err(Error::internal)?;
    Ok(Some((row.id, token)))
}

async fn servers_of(ctx: &Ctx, holder: Holder) -> Result<Vec<String>> {
    Entity::find()
        .select_only()
        .column(Column::Server)
        .filter(held_by(holder))
        .order_by_asc(Column::Server)
        .into_tuple()
        .all(ctx.reader())
        .await
        .map_err(db)
}

/// The operator's servers, and whether one has a token for each.
pub(super) async fn list(ctx: &Ctx) -> Result<ToolServers> {
    let user = ctx.user_with_scope(Scope::Agent)?;
    let own = servers_of(ctx, Holder::Person(user)).await?;
    Ok(views(ctx, &own, None))
}

/// The same, for a project.
pub(super) async fn list_in(ctx: &Ctx, project: ProjectId) -> Result<ToolServers> {
    ctx.project(project, Permission::AGENTS_READ).await?;
    let own = match ctx.user_id() {
        Ok(user) => servers_of(ctx, Holder::Person(user)).await?,
        Err(_) => Vec::new(),
    };
    let shared = servers_of(ctx, Holder::Project(project)).await?;
    Ok(views(ctx, &own, Some(&shared)))
}

fn views(ctx: &Ctx, own: &[String], shared: Option<&[String]>) -> ToolServers {
    let servers = ctx.platform.feature::<Servers>();
    let view = |server: &platform::settings::ToolServerEntry| ToolServerView {
        name: server.name.clone(),
        description: server.description.clone(),
        needs_credential: server.credential,
        own_credential: own.contains(&server.name),
        project_credential: shared.map(|shared| shared.contains(&server.name)),
    };
    ToolServers {
        items: servers.all().iter().map(view).collect(),
    }
}
