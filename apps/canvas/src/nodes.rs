//! Nodes: create, read, change, move, delete, restore, and who comes before and after.

mod commands;
mod files;
pub(crate) mod frames;
mod glance;
mod places;
mod queries;
mod reread;
mod routes;
mod row;
mod settings;
mod tags;
mod trash;

pub use commands::{
    AnswerChange, Copy, Create, change_answer, change_summary, create, created, replace_preset,
    store_staleness,
};
pub(crate) use commands::{Delete, Move, Restore, Update};
pub(crate) use files::{Attach, Detach};
pub use frames::held;
pub(crate) use glance::is_end;
pub use glance::{Glance, ends, glances, project_of, search};
pub use places::{Around, LOOKED_AT_MAX, answered};
pub(crate) use queries::living;
pub use queries::{find, get, list, views};
pub(crate) use reread::settle_files;
pub(crate) use routes::routes;
pub use row::{Node, attachments_of};
pub use settings::settings;
pub use tags::given_tags;
pub(crate) use trash::OLD_TRASH;
