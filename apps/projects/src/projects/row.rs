use entity::project;
use kernel::Resource;
use platform::{ProjectAccess, convert};
use protocol::projects::ProjectView;

/// A project as its reader may see it.
pub(super) fn to_view(row: project::Model, access: &ProjectAccess) -> ProjectView {
    let visibility = access.visibility();
    let project::Model {
        id,
        owner_id,
        name,
        description,
        system_prompt,
        is_public,
        is_listed,
        layout,
        public_since_seq: _,
        viewport,
        preset_id,
        model,
        fallback_models,
        head_seq: _,
        epoch: _,
        stored_bytes: _,
        version,
        created_at,
        updated_at,
        deleted_at,
    } = row;
    ProjectView {
        id: id.into(),
        name,
        description,
        system_prompt: visibility
            .covers(Resource::SystemPrompt)
            .then_some(system_prompt),
        owner_id: visibility
            .covers(Resource::Members)
            .then(|| owner_id.into()),
        is_public,
        is_listed,
        layout: layout.map(convert::layout),
        viewport: viewport.and_then(convert::viewport),
        preset_id: preset_id.map(Into::into),
        model,
        fallback_models: fallback_models.map(convert::words).unwrap_or_default(),
        role: access.role,
        rights: access.rights(),
        version,
        created_at: created_at.into(),
        updated_at: updated_at.into(),
        deleted_at: deleted_at.map(Into::into),
    }
}
