use entity::{enums, refresh};
use kernel::{Error, Permission, ProjectId, RefreshId, Result};
use platform::{Command, Ctx, ProjectCommand, Write, db};
use protocol::{
    events::{Event, RefreshEvent},
    refresh::{REFRESH_NODES_MAX, Refresh, RefreshStarted},
};
use sea_orm::{ActiveValue::Set, EntityTrait};
use serde_json::json;

use super::progress::{Scope, stale};
use crate::{context::Contexts, generations};

/// Begins to regenerate what is stale; the rest follows from how each generation ends.
#[derive(Debug)]
struct Start {
    id: RefreshId,
    input: Refresh,
}

impl Command for Start {
    type Output = RefreshStarted;

    async fn apply(&self, write: &mut Write) -> Result<RefreshStarted> {
        let id = self.id;
        let input = &self.input;
        write.require(Permission::RUN)?;
        let by = write.user_id()?;
        let scope = match &input.node_ids {
            None => Scope::Everything,
            Some(nodes) if nodes.is_empty() || nodes.len() > REFRESH_NODES_MAX => {
                let detail = format!("must name 1 to {REFRESH_NODES_MAX} nodes");
                return Err(Error::invalid("/nodeIds", detail));
            }
            Some(nodes) => Scope::Nodes(nodes.iter().copied().collect()),
        };
        let contexts = write.projection::<Contexts>().await?;
        if let Scope::Nodes(nodes) = &scope
            && nodes.iter().any(|node| contexts.facts(*node).is_none())
        {
            return Err(Error::NotFound("node"));
        }
        let started = RefreshStarted {
            refresh: id,
            stale: stale(contexts, &scope).len(),
        };
        let row = refresh::ActiveModel {
            project_id: Set(write.project_id()?.uuid()),
            id: Set(id.uuid()),
            requested_by: Set(by.uuid()),
            scope: Set(input.node_ids.as_ref().map(|nodes| json!(nodes))),
            ran: Set(json!([])),
            state: Set(enums::RunState::Running),
            created_at: Set(write.now()),
            finished_at: Set(None),
        };
        refresh::Entity::insert(row)
            .exec_without_returning(write.conn().await?)
            .await
            .map_err(db)?;
        write.emit(RefreshEvent::Start(started.clone()));
        Ok(started)
    }
}

impl ProjectCommand for Start {
    fn replay(&self, event: &Event) -> Result<RefreshStarted> {
        let started = event.parts().iter().find_map(|part| {
            if let Event::Refresh(RefreshEvent::Start(started)) = part {
                Some(started.clone())
            } else {
                None
            }
        });
        started.ok_or(Error::OpReused)
    }
}

pub(super) async fn refresh(
    ctx: &Ctx,
    project: ProjectId,
    input: Refresh,
) -> Result<RefreshStarted> {
    generations::prepare(ctx).await?;
    let op = ctx.request.op.as_ref();
    let id = op.map_or_else(RefreshId::generate, |op| op.id.uuid().into());
    Ok(ctx.write(project, Start { id, input }).await?.output)
}
