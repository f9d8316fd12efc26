//! Viewports: where each person last looked. They are personal, so they are no events.

mod routes;

use entity::project_viewport;
use kernel::{Error, Permission, ProjectId, Result, UserId};
use platform::{Command, Ctx, Write, convert, db};
use protocol::Viewport;
use sea_orm::{ActiveValue::Set, EntityTrait, sea_query::OnConflict};

use crate::projects;
pub(crate) use routes::routes;

/// The caller's own viewport, or the project's if they have none yet.
async fn get(ctx: &Ctx, project: ProjectId) -> Result<Option<Viewport>> {
    let access = ctx.project(project, Permission::PROJECT_READ).await?;
    if let Some(user) = ctx.principal.user_id() {
        let own = project_viewport::Entity::find_by_id((project.uuid(), user.uuid()))
            .one(ctx.reader())
            .await
            .map_err(db)?;
        if let Some(row) = own {
            return Ok(Some(convert::viewport_of(row.x, row.y, row.zoom)));
        }
    }
    Ok(projects::view(ctx.reader(), &access).await?.viewport)
}

/// Remembers where the caller looks.
async fn set(ctx: &Ctx, project: ProjectId, viewport: Viewport) -> Result<Viewport> {
    let access = ctx.project(project, Permission::PROJECT_READ).await?;
    let user = ctx.user_id()?;
    if access.role.is_none() {
        let sentence = "only members have a viewport of their own; keep it on your side";
        return Err(Error::Forbidden(sentence.to_owned()));
    }
    access.require(&ctx.principal, Permission::PRESENCE_WRITE)?;
    let update = Update {
        project,
        user,
        viewport,
    };
    ctx.write_account(user, update).await?;
    Ok(viewport)
}

struct Update {
    project: ProjectId,
    user: UserId,
    viewport: Viewport,
}

impl Command for Update {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        use project_viewport::Column;
        let Self {
            project,
            user,
            viewport,
        } = self;
        let row = project_viewport::ActiveModel {
            project_id: Set(project.uuid()),
            user_id: Set(user.uuid()),
            x: Set(viewport.x.get()),
            y: Set(viewport.y.get()),
            zoom: Set(viewport.zoom.get()),
            updated_at: Set(write.now()),
        };
        let replace = OnConflict::columns([Column::ProjectId, Column::UserId])
            .update_columns([Column::X, Column::Y, Column::Zoom, Column::UpdatedAt])
            .to_owned();
        write.unrecorded("where somebody looks is theirs, and changes all the time");
        project_viewport::Entity::insert(row)
            .on_conflict(replace)
            .exec_without_returning(write.conn().await?)
            .await
            .map(drop)
            .map_err(db)
    }
}
