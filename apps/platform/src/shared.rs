//! What readers share: something derived from a project's state, one copy for all of them, that
//! catches up from the log. Writers remember theirs under the project's lock.

use std::{fmt, sync::Arc};

use entity::project;
use kernel::{Error, ProjectId, Result};
use moka::sync::Cache;
use sea_orm::{DatabaseTransaction, EntityTrait, QuerySelect};
use tokio::sync::{RwLock, RwLockReadGuard};
use uuid::Uuid;

use crate::{access::ProjectAccess, ctx::Ctx, database::db, log, projection::Projection};

const SHARED_MAX: u64 = 128;
const CATCH_UP_EVENTS_MAX: i64 = 2_000;

type Place<T> = Arc<RwLock<Option<Current<T>>>>;

struct Shared<T: Projection>(Cache<ProjectId, Place<T>>);

impl<T: Projection> fmt::Debug for Shared<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Shared")
            .field(&self.0.entry_count())
            .finish()
    }
}

impl<T: Projection> Default for Shared<T> {
    fn default() -> Self {
        Self(Cache::new(SHARED_MAX))
    }
}

/// Something shared, and the place in the log up to which it is true.
#[derive(Debug)]
pub struct Current<T> {
    epoch: Uuid,
    pub seq: i64,
    pub projection: T,
}

impl<T> Current<T> {
    fn covers(&self, access: &ProjectAccess) -> bool {
        self.epoch == access.epoch && self.seq >= access.head
    }
}

impl Ctx {
    /// Looks at what is shared of a project, at least as new as `access` is.
    pub async fn shared<T: Projection, R>(
        &self,
        access: &ProjectAccess,
        look: impl Fn(&Current<T>) -> R + Send,
    ) -> Result<R> {
        let shared = self.platform.feature::<Shared<T>>();
        let place = shared.0.get_with(access.project, Arc::default);
        if let Some(current) = covering(&place.read().await, access) {
            return Ok(look(current));
        }
        let mut place = place.write().await;
        // Whoever waited for the same lock may have done the work.
        if !place.as_ref().is_some_and(|current| current.covers(access)) {
            let newer = renew(self, access, place.take()).await?;
            *place = Some(newer);
        }
        place
            .as_ref()
            .map(look)
            .ok_or_else(|| Error::internal("what was just read is gone"))
    }
}

fn covering<'a, T>(
    place: &'a RwLockReadGuard<'_, Option<Current<T>>>,
    access: &ProjectAccess,
) -> Option<&'a Current<T>> {
    place.as_ref().filter(|current| current.covers(access))
}

async fn renew<T: Projection>(
    ctx: &Ctx,
    access: &ProjectAccess,
    old: Option<Current<T>>,
) -> Result<Current<T>> {
    let near = |current: &Current<T>| {
        current.epoch == access.epoch && access.head - current.seq <= CATCH_UP_EVENTS_MAX
    };
    if let Some(mut current) = old.filter(near) {
        let limit = CATCH_UP_EVENTS_MAX.unsigned_abs();
        for event in log::after(ctx.reader(), access.project, current.seq, limit).await? {
            log::apply(&event, &mut current.projection);
            current.seq = event.seq;
        }
        return Ok(current);
    }
    let project = access.project;
    ctx.platform
        .database
        .consistent(move |tx| Box::pin(read(tx, project)))
        .await
}

async fn read<T: Projection>(
    transaction: &DatabaseTransaction,
    project: ProjectId,
) -> Result<Current<T>> {
    let (seq, epoch) = project::Entity::find_by_id(project.uuid())
        .select_only()
        .columns([project::Column::HeadSeq, project::Column::Epoch])
        .into_tuple()
        .one(transaction)
        .await
        .map_err(db)?
        .ok_or(Error::NotFound("project"))?;
    Ok(Current {
        epoch,
        seq,
        projection: T::read(transaction, project).await?,
    })
}
