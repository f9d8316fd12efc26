//! Nodes: create, read, change, move, delete, restore, and who comes before and after.

mod commands;
mod glance;
mod queries;
mod routes;
mod row;
mod trash;

pub use commands::{
    AnswerChange, Copy, Create, change_answer, change_summary, create, created, replace_preset,
    store_staleness,
};
pub(crate) use commands::{Delete, Move, Restore, Update};
pub use glance::{Glance, ends, glances, project_of, search};
pub use queries::{find, get, list};
pub(crate) use queries::{living, views};
pub(crate) use routes::routes;
pub use row::Node;
pub(crate) use trash::OLD_TRASH;
