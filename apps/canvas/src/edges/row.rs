use entity::edge;
use kernel::ProjectId;
use platform::convert;
use protocol::edges::EdgeView;
use sea_orm::ActiveValue::Set;

pub(crate) fn to_view(row: edge::Model) -> EdgeView {
    let edge::Model {
        project_id: _,
        id,
        source_id,
        target_id,
        policy,
        version,
        created_at,
    } = row;
    EdgeView {
        id: id.into(),
        source_id: source_id.into(),
        target_id: target_id.into(),
        policy: convert::edge_policy(policy),
        version,
        created_at: created_at.into(),
    }
}

/// A new edge as its row.
pub(crate) fn new_row(project: ProjectId, view: &EdgeView) -> edge::ActiveModel {
    edge::ActiveModel {
        project_id: Set(project.uuid()),
        id: Set(view.id.uuid()),
        source_id: Set(view.source_id.uuid()),
        target_id: Set(view.target_id.uuid()),
        policy: Set(convert::stored_edge_policy(view.policy)),
        version: Set(view.version),
        created_at: Set(view.created_at.0),
    }
}
