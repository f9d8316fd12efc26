//! Presets: instructions to models under a name, the system's own and those of people.

mod commands;
mod queries;
mod routes;
mod row;
mod system;

pub use commands::{PresetChanged, PresetDropped, copy_for, delete_all_of};
pub use queries::{preferred_models, require_usable, used_here, users};
pub(crate) use routes::routes;
pub(crate) use system::ensure_system;
