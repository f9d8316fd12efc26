//! Who owns a project.

use entity::user;
use kernel::{Permission, Result, UserId};
use platform::{access::public_name, db};
use protocol::notifications::NotificationType as Type;
use sea_orm::EntityTrait;
use serde_json::json;

use super::super::scene::Scene;
use crate::notice::Notice;

/// Whoever runs the project hears who owns it now; who owned it before is one of them.
pub(in super::super) async fn owned(scene: &Scene<'_>, owner: UserId) -> Result<Vec<Notice>> {
    let person = user::Entity::find_by_id(owner.uuid())
        .one(scene.platform.database.reader())
        .await
        .map_err(db)?;
    let name = person
        .map(|person| public_name(&person))
        .unwrap_or_default();
    let cause = format!("owner:{}:{}", scene.id, scene.seq);
    let data = || json!({"by": name, "userId": owner});
    let told = scene
        .those_who_may(Permission::PROJECT_WRITE)
        .filter(|user| *user != owner)
        .filter_map(|user| scene.tell(user, Type::System, cause.clone(), data()));
    Ok(told.collect())
}
