use entity::job_batch;
use platform::{batches::failed_ids, convert};
use protocol::refresh::RefreshView;

pub(super) fn to_view(row: job_batch::Model) -> RefreshView {
    let failed = failed_ids(&row);
    let job_batch::Model {
        project_id: _,
        id,
        name,
        requested_by,
        state,
        total_jobs,
        pending_jobs,
        failed_jobs,
        failed_job_ids: _,
        options,
        created_at,
        cancelled_at,
        finished_at,
    } = row;
    RefreshView {
        id: id.into(),
        name,
        state: convert::run_state(state),
        requested_by: requested_by.into(),
        total_jobs,
        pending_jobs,
        failed_jobs,
        failed_job_ids: failed.into_iter().map(Into::into).collect(),
        // What was stored by an older version may lack what is shown now.
        options: serde_json::from_value(options).unwrap_or_default(),
        created_at: created_at.into(),
        cancelled_at: cancelled_at.map(Into::into),
        finished_at: finished_at.map(Into::into),
    }
}
