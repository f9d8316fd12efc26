//! Presets: instructions to models under a name.

mod queries;

pub use queries::require_usable;
