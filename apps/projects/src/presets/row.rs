use entity::preset;
use protocol::presets::PresetView;

/// A preset as whoever may use it sees it.
pub(super) fn to_view(row: preset::Model) -> PresetView {
    let preset::Model {
        id,
        user_id,
        name,
        description,
        icon,
        about,
        behavior,
        commands,
        preferred_model,
        version,
        created_at,
        updated_at,
        deleted_at: _,
    } = row;
    PresetView {
        id: id.into(),
        name,
        description,
        icon,
        about,
        behavior,
        commands,
        preferred_model,
        is_system: user_id.is_none(),
        version,
        created_at: created_at.into(),
        updated_at: updated_at.into(),
    }
}
