//! Presets: instructions to models under a name, the system's own and those of people.

mod commands;
mod queries;
mod routes;
mod row;
mod system;

pub(crate) use commands::delete_all_of;
pub use commands::{PresetChanged, PresetDropped, copy_for};
pub use queries::{preferred_models, require_usable, used_here, users};
pub(crate) use routes::routes;
pub(crate) use system::ensure_system;
