//! Every way tokens for servers outside change.

use std::sync::Arc;

use entity::{tool_credential, user};
use kernel::{Error, Permission, ProjectId, Result, UserId};
use platform::{Command, Ctx, Platform, ProjectCommand, Write, db, writer::Record};
use protocol::{events::Event, tool_servers::ToolToken};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QuerySelect,
    QueryTrait, sea_query::Expr,
};
use uuid::Uuid;

use super::{
    Holder,
    queries::{find, held_by},
};
use crate::servers::known;

const SUBJECT: &str = "tool-credential";

/// Keeps a token in place of the one before.
pub(super) async fn put_own(ctx: &Ctx, server: &str, token: &ToolToken) -> Result<()> {
    let (user, _) = ctx.session()?;
    let put = Put::new(&ctx.platform, Holder::Person(user), server, token)?;
    ctx.write_account(user, put).await
}

pub(super) async fn put_for_project(
    ctx: &Ctx,
    project: ProjectId,
    server: &str,
    token: &ToolToken,
) -> Result<()> {
    // Strangers are told that there is no project before they are told which servers there are.
    ctx.project(project, Permission::PROVIDER_CREDENTIALS_WRITE)
        .await?;
    let put = Put::new(&ctx.platform, Holder::Project(project), server, token)?;
    ctx.write(project, put).await.map(drop)
}

pub(super) async fn forget_own(ctx: &Ctx, server: &str) -> Result<()> {
    let (user, _) = ctx.session()?;
    let forget = Forget::new(Holder::Person(user), server);
    ctx.write_account(user, forget).await
}

pub(super) async fn forget_for_project(ctx: &Ctx, project: ProjectId, server: &str) -> Result<()> {
    let forget = Forget::new(Holder::Project(project), server);
    ctx.write(project, forget).await.map(drop)
}

fn require(write: &Write, holder: Holder) -> Result<()> {
    match holder {
        Holder::Person(_) => Ok(()),
        Holder::Project(_) => write.require(Permission::PROVIDER_CREDENTIALS_WRITE),
    }
}

#[derive(Debug)]
struct Put {
    id: Uuid,
    holder: Holder,
    server: String,
    sealed: Vec<u8>,
}

impl Put {
    /// Each token has an id of its own, to which it is sealed and by which answers are remembered.
    fn new(platform: &Platform, holder: Holder, server: &str, token: &ToolToken) -> Result<Self> {
        let server = known(platform, server)?;
        if !server.credential {
            let sentence = "this server wants no token: its tools can be used without one";
            return Err(Error::Conflict(sentence.to_owned()));
        }
        let id = Uuid::now_v7();
        let sealed = platform
            .keys
            .seal(token.expose().as_bytes(), id.as_bytes())?;
        Ok(Self {
            id,
            holder,
            server: server.name,
            sealed,
        })
    }
}

impl Command for Put {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        require(write, self.holder)?;
        remove(write, self.holder, &self.server).await?;
        let now = write.now();
        let (user, project) = match self.holder {
            Holder::Person(user) => (Some(user.uuid()), None),
            Holder::Project(project) => (None, Some(project.uuid())),
        };
        let row = tool_credential::ActiveModel {
            id: Set(self.id),
            server: Set(self.server.clone()),
            user_id: Set(user),
            project_id: Set(project),
            sealed: Set(self.sealed.clone()),
            created_at: Set(now),
            updated_at: Set(now),
        };
        row.insert(write.conn().await?).await.map_err(db)?;
        write.record(Record::new("tool-credential.put", SUBJECT, self.id));
        Ok(())
    }
}

impl ProjectCommand for Put {
    fn replay(&self, _event: &Event) -> Result<()> {
        Ok(())
    }
}

async fn remove(write: &mut Write, holder: Holder, server: &str) -> Result<u64> {
    let removed = tool_credential::Entity::delete_many()
        .filter(held_by(holder))
        .filter(tool_credential::Column::Server.eq(server))
        .exec(write.conn().await?)
        .await
        .map_err(db)?;
    Ok(removed.rows_affected)
}

#[derive(Debug)]
struct Forget {
    holder: Holder,
    server: String,
}

impl Forget {
    fn new(holder: Holder, server: &str) -> Self {
        Self {
            holder,
            server: server.to_owned(),
        }
    }
}

impl Command for Forget {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        require(write, self.holder)?;
        // One can take back a token for a server that is no longer on the list, too.
        let row = find(write.read().await?, self.holder, &self.server).await?;
        let row = row.ok_or(Error::NotFound("token for this server"))?;
        remove(write, self.holder, &self.server).await?;
        write.record(Record::new("tool-credential.delete", SUBJECT, row.id));
        Ok(())
    }
}

impl ProjectCommand for Forget {
    fn replay(&self, _event: &Event) -> Result<()> {
        Ok(())
    }
}

fn system(platform: &Arc<Platform>) -> Ctx {
    Ctx::server(platform.clone())
}

/// Removes the tokens of accounts that were deleted; nothing runs in their name any more.
pub(crate) async fn forget_the_deleted(platform: Arc<Platform>) -> Result<()> {
    let deleted = user::Entity::find()
        .select_only()
        .column(user::Column::Id)
        .filter(user::Column::DeletedAt.is_not_null());
    let left: Vec<Uuid> = tool_credential::Entity::find()
        .select_only()
        .column(tool_credential::Column::UserId)
        .distinct()
        .filter(tool_credential::Column::UserId.in_subquery(deleted.into_query()))
        .into_tuple()
        .all(platform.database.reader())
        .await
        .map_err(db)?;
    for user in left {
        let user = UserId::from_uuid(user);
        system(&platform)
            .write_account(user, ForgetAll { user })
            .await?;
    }
    Ok(())
}

struct ForgetAll {
    user: UserId,
}

impl Command for ForgetAll {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        tool_credential::Entity::delete_many()
            .filter(held_by(Holder::Person(self.user)))
            .exec(write.conn().await?)
            .await
            .map_err(db)?;
        write.record(Record::new(
            "tool-credential.delete",
            "user",
            self.user.uuid(),
        ));
        Ok(())
    }
}

/// Seals one token anew, unless it was replaced meanwhile.
pub(crate) async fn reseal(
    platform: &Arc<Platform>,
    id: Uuid,
    before: Vec<u8>,
    now: Vec<u8>,
) -> Result<()> {
    platform.writer.housekeep(Reseal { id, before, now }).await
}

struct Reseal {
    id: Uuid,
    before: Vec<u8>,
    now: Vec<u8>,
}

impl Command for Reseal {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        tool_credential::Entity::update_many()
            .col_expr(
                tool_credential::Column::Sealed,
                Expr::value(self.now.clone()),
            )
            .filter(tool_credential::Column::Id.eq(self.id))
            .filter(tool_credential::Column::Sealed.eq(self.before.clone()))
            .exec(write.conn().await?)
            .await
            .map_err(db)?;
        write.record(Record::new("tool-credential.reseal", SUBJECT, self.id));
        Ok(())
    }
}
