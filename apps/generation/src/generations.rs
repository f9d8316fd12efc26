//! Generations: asking models for answers, ending that, and the attempts that are kept.

mod active;
mod admit;
mod adopt;
mod begin;
mod cancel;
mod cancels;
mod commands;
mod end;
mod jobs;
mod keep;
mod queries;
mod queue;
mod routes;
mod row;
mod said;
mod sent;
mod stream;
mod summary;

pub(crate) use commands::{
    Cancel, Select, Start, answered_before, planned, prepare, stop_cancelled,
};

pub(crate) use active::Active;
pub(crate) use admit::admit;
pub use adopt::{Adopted, adopt, recipes};
pub(crate) use begin::{Asked, Begin, begin};
pub(crate) use cancel::{cancel_edited, cancel_of_person, cancel_of_refresh};
pub(crate) use jobs::run;
pub(crate) use queries::row;
pub use queries::{answer_text, get};
pub(crate) use routes::routes;
pub(crate) use stream::ANSWERS;
pub use stream::{AnswerEnd, follow};
pub(crate) use summary::{needed as needed_for_summary, summarise};
