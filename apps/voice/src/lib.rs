//! Speaking with the server: what people say becomes text, and answers are read aloud.
//!
//! Each of them is an interaction: it reserves what it may cost, a provider is asked (`hearing`, `reading`), and what came of
//! it is kept for a while. Whoever asked may have gone away meanwhile.

mod begin;
mod commands;
mod form;
mod hearing;
mod queries;
mod readable;
mod reading;
mod routes;
mod row;
mod sounding;
mod turns;

pub use commands::KeyRefused;
use entity::voice_interaction;
use http::Feature;
use platform::{
    purge,
    retention::{self, Retention},
};
use sea_orm::{ColumnTrait, Condition};

/// Voice.
#[must_use]
pub fn feature() -> Feature {
    Feature::new("voice")
        .routes(routes::routes)
        .job(commands::give_up)
        .retention(KEPT)
        .sweep(|platform| {
            Box::pin(async move { platform.writer.housekeep(commands::ForgetWords).await })
        })
        .purge(|write, project| {
            let columns = (
                voice_interaction::Column::ProjectId,
                voice_interaction::Column::Id,
            );
            Box::pin(purge::rows::<voice_interaction::Entity>(
                write, project, columns,
            ))
        })
}

/// Interactions, with what was said in them.
const KEPT: Retention = Retention {
    what: "what people said and had read to them",
    setting: "retention.voice_days",
    days: |settings| settings.retention.voice_days,
    count: |platform, before| {
        let old = Condition::all().add(voice_interaction::Column::CreatedAt.lt(before));
        Box::pin(async move { retention::count::<voice_interaction::Entity>(&platform, old).await })
    },
    remove: |platform, before| {
        Box::pin(async move {
            let old = Condition::all().add(voice_interaction::Column::CreatedAt.lt(before));
            let reason = "what nobody needs any more";
            let key = voice_interaction::Column::Id;
            retention::remove::<voice_interaction::Entity>(&platform, key, old, reason).await
        })
    },
};
