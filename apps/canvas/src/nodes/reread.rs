//! What is attached to nodes is settled again once a link says something else, or the time of a file is over.

use entity::node;
use kernel::{MediaId, Result};
use platform::{Write, db};
use protocol::events::{NodeEvent, NodeUpdated};
use sea_orm::{ColumnTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder, sea_query::Expr};

use super::row::{attachments_of, changed_row};

/// Nodes in the trash are settled when they are restored.
pub(crate) async fn settle_files(write: &mut Write) -> Result<()> {
    for file in media::read_again(write)? {
        for row in nodes_with(write, file).await? {
            settle(write, row).await?;
        }
    }
    Ok(())
}

async fn nodes_with(write: &mut Write, file: MediaId) -> Result<Vec<node::Model>> {
    let project = write.project_id()?;
    let named = Expr::cust("CAST(attachments AS TEXT)").like(format!("%{file}%"));
    node::Entity::find()
        .filter(node::Column::ProjectId.eq(project.uuid()))
        .filter(node::Column::DeletedAt.is_null())
        .filter(node::Column::Attachments.is_not_null())
        .filter(named)
        .order_by_asc(node::Column::Id)
        .all(write.read().await?)
        .await
        .map_err(db)
}

async fn settle(write: &mut Write, row: node::Model) -> Result<()> {
    let (project, now) = (write.project_id()?, write.now());
    let before = attachments_of(row.attachments);
    let after = media::settled_again(write.read().await?, project, &before, now).await?;
    if after == before {
        return Ok(());
    }
    let nothing = NodeUpdated::nothing(row.id.into(), row.version + 1, write.now().into());
    let updated = NodeUpdated {
        attachments: Some(after),
        ..nothing
    };
    node::Entity::update(changed_row(project, &updated))
        .exec(write.conn().await?)
        .await
        .map_err(db)?;
    write.emit(NodeEvent::Update(updated));
    Ok(())
}
