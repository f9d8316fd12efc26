//! Generations: asking models for answers, ending that, and the attempts that are kept.

mod active;
mod begin;
mod commands;
mod drafts;
mod end;
mod jobs;
mod keep;
mod queries;
mod routes;
mod row;
mod sent;
mod stream;
mod summary;
mod telling;

pub use commands::{Started, apply_cancel, apply_select, apply_start, prepare, stop_cancelled};
pub(crate) use commands::{answered_before, planned};
pub use drafts::{Draft, drafts};

pub(crate) use active::Active;
pub(crate) use begin::{Begin, begin};
pub(crate) use end::cancel_edited;
pub(crate) use jobs::{RUN, run};
pub(crate) use queries::get;
pub(crate) use routes::routes;
pub(crate) use summary::{SUMMARISE, needed as needed_for_summary, summarise};
