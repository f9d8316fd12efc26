use entity::enums;
use kernel::{Error, Permission, ProjectId, RefreshId, Result, UserId};
use platform::{
    Command, Ctx, JobContext, ProjectCommand, Write,
    batches::{self, NewBatch},
};
use protocol::{
    events::{Event, RefreshEvent},
    generations::RunState,
    refresh::{REFRESH_NODES_MAX, Refresh, RefreshOptions, RefreshStarted},
};
use serde_json::json;

use super::{
    REFRESH,
    progress::{Going, Scope, finish, go_on_with, stale},
    wake::Wake,
};
use crate::{context::Contexts, generations, haste};

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
        write.require_to_grow(Permission::RUN)?;
        let by = write.user_id()?;
        // One for whose first answer there is no room would only wait.
        haste::refuse(write, by).await?;
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
        let options = RefreshOptions {
            node_ids: input.node_ids.clone(),
            ..RefreshOptions::default()
        };
        let batch = NewBatch {
            id: id.uuid().into(),
            name: REFRESH,
            requested_by: by,
            options: json!(options),
        };
        batches::start(write, batch).await?;
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

/// Ends the refreshes of somebody whose account was disabled. Their runs are over by then.
pub(crate) async fn cancel_of_person(write: &mut Write, user: UserId) -> Result<()> {
    let project = write.project_id()?;
    for batch in batches::running(write.read().await?, project, REFRESH).await? {
        let row = batches::find(write.read().await?, project, REFRESH, batch).await?;
        if let Some(row) = row.filter(|row| row.requested_by == user.uuid()) {
            let going = Going::of(&row)?;
            finish(write, &going, RunState::Cancelled, Vec::new()).await?;
        }
    }
    Ok(())
}

/// Ends a refresh, and the runs of it that are not over yet.
#[derive(Debug)]
struct Cancel {
    id: RefreshId,
}

impl Command for Cancel {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        write.require(Permission::RUN)?;
        let project = write.project_id()?;
        let batch = self.id.uuid().into();
        let row = batches::find(write.read().await?, project, REFRESH, batch).await?;
        let row = row.ok_or(Error::NotFound("refresh"))?;
        if row.state != enums::RunState::Running {
            let sentence = "this refresh is over; there is nothing to cancel";
            return Err(Error::Conflict(sentence.to_owned()));
        }
        let going = Going::of(&row)?;
        generations::cancel_of_refresh(write, self.id).await?;
        finish(write, &going, RunState::Cancelled, Vec::new()).await
    }
}

impl ProjectCommand for Cancel {
    fn replay(&self, _event: &Event) -> Result<()> {
        Ok(())
    }
}

pub(super) async fn cancel(ctx: &Ctx, project: ProjectId, id: RefreshId) -> Result<()> {
    ctx.write(project, Cancel { id }).await.map(drop)
}

pub(crate) async fn wake(job: Wake, context: JobContext) -> Result<()> {
    let Wake { project, refresh } = job;
    Ctx::server(context.platform)
        .write(project, GoOn { refresh })
        .await
        .map(drop)
}

#[derive(Debug)]
struct GoOn {
    refresh: RefreshId,
}

impl Command for GoOn {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        write.unrecorded("whoever began the refresh left the record");
        go_on_with(write, self.refresh).await
    }
}

impl ProjectCommand for GoOn {
    fn replay(&self, _event: &Event) -> Result<()> {
        Err(Error::OpReused)
    }
}
