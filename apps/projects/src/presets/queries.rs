use entity::preset;
use kernel::{Error, PresetId, Result};
use platform::{Write, db};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter};

/// Refuses a preset that the caller may not use: one that is not there, or somebody else's.
pub async fn require_usable(write: &mut Write, preset: Option<PresetId>) -> Result<()> {
    let Some(id) = preset else { return Ok(()) };
    let mut owners = Condition::any().add(preset::Column::UserId.is_null());
    if let Some(user) = write.principal().user_id() {
        owners = owners.add(preset::Column::UserId.eq(user.uuid()));
    }
    let found = preset::Entity::find_by_id(id.uuid())
        .filter(preset::Column::DeletedAt.is_null())
        .filter(owners)
        .one(write.read().await?)
        .await
        .map_err(db)?;
    found.map(drop).ok_or(Error::NotFound("preset"))
}
