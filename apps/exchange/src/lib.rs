//! Whole projects and parts of them, in and out: what a new project begins with (`templates`), copies of projects
//! (`duplicate`), and exports (`export`). Everything is made by the same commands as what people make.

mod duplicate;
mod export;
mod parts;
mod templates;

use http::{AppState, Feature};
use utoipa_axum::router::OpenApiRouter;

/// Templates, copies and exports. It stands before what compares answers, which looks at what is filled in here.
#[must_use]
pub fn feature() -> Feature {
    Feature::new("exchange")
        .routes(routes)
        .reaction("templates", |write| Box::pin(templates::fill(write)))
}

fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .merge(templates::routes())
        .merge(duplicate::routes())
        .merge(export::routes())
}
