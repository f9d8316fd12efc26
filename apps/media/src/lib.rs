//! Files and what is in them.
//!
//! A file comes in (`uploads` in parts, `media` at once), is kept once whatever it is called, and is read by a process
//! of its own (`reader`). What it says is then part of the contexts of the nodes that it is attached to (`texts`).

pub mod length;
pub mod reader;
pub mod texts;

mod events;
mod exif;
mod job;
mod kinds;
mod linking;
mod media;
mod reading;
mod scanner;
mod uploads;

use http::{AppState, Feature};
use utoipa_axum::router::OpenApiRouter;

use events::MediaEvent;
pub use kinds::{Sound, sound_of};
/// For those who attach, copy and look into files.
pub use media::{Content, attachments, contents, copy, living, read_again, settled_again, sound};
/// For those who take forms and give bytes out as files are.
pub use media::{Kept, blob_id, broken, parsed, safe, serve, sign, signer};

/// Files.
#[must_use]
pub fn feature() -> Feature {
    Feature::new("media")
        .routes(routes)
        .events::<MediaEvent>()
        .job(reading::read)
        .job(linking::read)
        .sweep(|platform| Box::pin(async move { media::sweep(&platform).await }))
        .sweep(|platform| Box::pin(async move { uploads::sweep(&platform).await }))
}

fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .merge(media::routes())
        .merge(uploads::routes())
}
