//! Exports: a project, a branch or a selection, as far as whoever asks may see it.

mod json;
mod markdown;
mod nodes;
mod routes;

pub(crate) use routes::routes;
