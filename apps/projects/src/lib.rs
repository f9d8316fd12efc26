//! Projects, the people on them and what they may do.

pub mod invitations;
pub mod members;
pub mod presets;
pub mod projects;
pub mod transfer;
pub mod viewports;

mod people;
mod setup;

use http::{AppState, Feature};
use utoipa_axum::router::OpenApiRouter;

/// What this crate brings.
#[must_use]
pub fn feature() -> Feature {
    Feature::new("projects")
        .routes(routes)
        .op::<projects::Update>()
        .op::<members::Add>()
        .op::<members::Update>()
        .op::<members::Remove>()
        .job(invitations::mail)
        .job(members::account_deleted)
        .retention(projects::TRASH)
        .start(|platform| {
            Box::pin(async move {
                setup::start(&platform);
                presets::ensure_system(&platform).await
            })
        })
}

fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .merge(projects::routes())
        .merge(transfer::routes())
        .merge(members::routes())
        .merge(invitations::routes())
        .merge(viewports::routes())
        .merge(presets::routes())
}
