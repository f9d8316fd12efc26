//! Notifications: what people are told of what happens while they look elsewhere.
//!
//! A reaction sees what happened, and asks for a job (`making`): who is told of it is found out after the change, so that
//! nobody who changes a project waits for it. What is told is kept (`inbox`), shown on all devices at once (`live`), and
//! mailed and pushed as its reader wants it (`preferences`, `mail`, `push`). Which event tells whom of what stands in `kinds` and `making`.

mod due;
mod hours;
mod inbox;
mod kinds;
mod live;
mod mail;
mod making;
mod mentions;
mod notice;
mod people;
mod preferences;
mod push;
mod queue;
mod sweep;
mod unsubscribe;
mod words;

use entity::{node_mention, notification};
use http::{AppState, Feature};
use platform::purge;
use utoipa_axum::router::OpenApiRouter;

/// What people are told.
#[must_use]
pub fn feature() -> Feature {
    Feature::new("notifications")
        .routes(routes)
        .reaction("notifications", |write| Box::pin(making::notice(write)))
        .job(making::tell)
        .job(making::key_refused)
        .job(mail::send)
        .job(push::due)
        .job(push::send)
        .purge(|write, project| {
            let columns = (notification::Column::ProjectId, notification::Column::Id);
            Box::pin(purge::rows::<notification::Entity>(write, project, columns))
        })
        .purge(|write, project| {
            let columns = (
                node_mention::Column::ProjectId,
                node_mention::Column::NodeId,
            );
            Box::pin(purge::rows::<node_mention::Entity>(write, project, columns))
        })
        .sweep(|platform| Box::pin(async move { sweep::sweep(&platform).await }))
}

fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .merge(inbox::routes())
        .merge(preferences::routes())
        .merge(push::routes())
        .merge(unsubscribe::routes())
}
