//! A run in the hands of this worker, and whether it still is to be done.

use std::{sync::Arc, time::Duration};

use entity::{enums, generation};
use kernel::{GenerationId, ProjectId, Result};
use platform::{Platform, db, jobs::Lease};
use sea_orm::{EntityTrait, QuerySelect};

/// How soon a run is felt to have been ended elsewhere.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// One run in the hands of this worker.
pub(super) struct Run {
    pub(super) platform: Arc<Platform>,
    pub(super) lease: Lease,
    pub(super) project: ProjectId,
    pub(super) row: generation::Model,
}

impl Run {
    pub(super) fn id(&self) -> GenerationId {
        GenerationId::from_uuid(self.row.id)
    }
}

/// Waits until the run was ended in another process, before there is anything to write down.
pub(super) async fn ended_elsewhere(run: &Run) {
    loop {
        tokio::time::sleep(LOOK_EVERY).await;
        // What cannot be read now may be going on.
        if matches!(is_running(run).await, Ok(false)) {
            return;
        }
    }
}

pub(super) fn is_running(run: &Run) -> impl Future<Output = Result<bool>> + use<> {
    let (platform, key) = (run.platform.clone(), (run.row.project_id, run.row.id));
    async move {
        let state = generation::Entity::find_by_id(key)
            .select_only()
            .column(generation::Column::State)
            .into_tuple::<enums::RunState>()
            .one(platform.database.reader())
            .await
            .map_err(db)?;
        Ok(state == Some(enums::RunState::Running))
    }
}
