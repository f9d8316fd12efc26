//! Nodes: create, read, change, move, delete, restore, and who comes before and after.

mod commands;
mod queries;
mod routes;
mod row;

pub use commands::{
    AnswerChange, apply_copy, apply_create, apply_delete, apply_move, apply_restore, apply_update,
    change_answer, change_summary, create, drop_preset, store_staleness,
};
pub use queries::row;
pub(crate) use queries::{living, views};
pub(crate) use routes::routes;
