//! The settings of a branch as a row holds them: the preset in a column of its own, since it is asked for who
//! uses one, and the others as JSON.

use entity::node;
use kernel::{NodeId, PresetId, ProjectId, Result};
use platform::db;
use protocol::settings::NodeSettings;
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, JsonValue, QueryFilter, QuerySelect,
};
use uuid::Uuid;

/// What a row says of the branch below it.
pub(super) fn settings_of(
    stored: Option<JsonValue>,
    preset: Option<PresetId>,
) -> Option<Box<NodeSettings>> {
    if stored.is_none() && preset.is_none() {
        return None;
    }
    let stored = stored.and_then(|json| serde_json::from_value(json).ok());
    let settings = NodeSettings {
        preset_id: preset,
        ..stored.unwrap_or_default()
    };
    said(settings)
}

/// What the living nodes of a project say to the branches below them.
pub async fn settings(
    connection: &impl ConnectionTrait,
    project: ProjectId,
) -> Result<Vec<(NodeId, NodeSettings)>> {
    let says_something = Condition::any()
        .add(node::Column::Settings.is_not_null())
        .add(node::Column::PresetId.is_not_null());
    let rows: Vec<(Uuid, Option<JsonValue>, Option<Uuid>)> = node::Entity::find()
        .select_only()
        .columns([
            node::Column::Id,
            node::Column::Settings,
            node::Column::PresetId,
        ])
        .filter(node::Column::ProjectId.eq(project.uuid()))
        .filter(node::Column::DeletedAt.is_null())
        .filter(says_something)
        .into_tuple()
        .all(connection)
        .await
        .map_err(db)?;
    let said = rows.into_iter().filter_map(|(id, stored, preset)| {
        let settings = settings_of(stored, preset.map(Into::into))?;
        Some((id.into(), *settings))
    });
    Ok(said.collect())
}

/// Settings, if they say anything.
pub(super) fn said(settings: NodeSettings) -> Option<Box<NodeSettings>> {
    (!settings.is_empty()).then(|| Box::new(settings))
}

pub(super) fn stored_settings(settings: Option<&NodeSettings>) -> Option<JsonValue> {
    let others = NodeSettings {
        preset_id: None,
        ..settings?.clone()
    };
    (!others.is_empty()).then(|| serde_json::json!(others))
}

pub(super) fn stored_preset(settings: Option<&NodeSettings>) -> Option<Uuid> {
    settings?.preset_id.map(PresetId::uuid)
}
