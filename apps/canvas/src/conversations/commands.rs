use entity::node_read;
use kernel::{Error, NodeId, Permission, ProjectId, Result, UserId};
use platform::{Command, Ctx, Write, db};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::OnConflict,
};

use crate::nodes;

/// How many answers of one project are remembered as read by one person. The oldest are forgotten.
const READS_MAX: u64 = 2_000;

/// Remembers that the caller has read a node's answer. It is personal, so it is no event.
pub(super) async fn read(ctx: &Ctx, project: ProjectId, node: NodeId) -> Result<()> {
    let access = ctx.project(project, Permission::GRAPH_READ).await?;
    let user = ctx.user_id()?;
    if access.role.is_none() {
        let sentence = "only members have conversations here";
        return Err(Error::Forbidden(sentence.to_owned()));
    }
    access.require(&ctx.principal, Permission::PRESENCE_WRITE)?;
    nodes::find(ctx.reader(), project, node).await?;
    let read = Read {
        project,
        node,
        user,
    };
    ctx.write_account(user, read).await.map(drop)
}

struct Read {
    project: ProjectId,
    node: NodeId,
    user: UserId,
}

impl Command for Read {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        use node_read::Column;
        write.unrecorded("what somebody reads is nobody else's business");
        let row = node_read::ActiveModel {
            user_id: Set(self.user.uuid()),
            project_id: Set(self.project.uuid()),
            node_id: Set(self.node.uuid()),
            read_at: Set(write.now()),
        };
        let replace = OnConflict::columns([Column::UserId, Column::ProjectId, Column::NodeId])
            .update_column(Column::ReadAt)
            .to_owned();
        node_read::Entity::insert(row)
            .on_conflict(replace)
            .exec_without_returning(write.conn().await?)
            .await
            .map_err(db)?;
        self.forget_the_oldest(write).await
    }
}

impl Read {
    async fn forget_the_oldest(&self, write: &mut Write) -> Result<()> {
        use node_read::Column;
        let of_person = || {
            node_read::Entity::find()
                .filter(Column::UserId.eq(self.user.uuid()))
                .filter(Column::ProjectId.eq(self.project.uuid()))
        };
        let first_forgotten = of_person()
            .order_by_desc(Column::ReadAt)
            .offset(READS_MAX)
            .limit(1)
            .one(write.conn().await?)
            .await
            .map_err(db)?;
        let Some(first_forgotten) = first_forgotten else {
            return Ok(());
        };
        node_read::Entity::delete_many()
            .filter(Column::UserId.eq(self.user.uuid()))
            .filter(Column::ProjectId.eq(self.project.uuid()))
            .filter(Column::ReadAt.lte(first_forgotten.read_at))
            .exec(write.conn().await?)
            .await
            .map(drop)
            .map_err(db)
    }
}
