//! The files of projects.

mod address;
mod again;
mod attach;
mod commands;
mod copies;
mod links;
mod queries;
mod receive;
mod room;
mod routes;
mod row;
mod serve;
mod sweep;
mod waiting;

pub use address::{sign, signer};
pub use again::read_again;
pub use attach::{Content, attachments, contents, settled_again};
pub(crate) use commands::{Read, ReadBegan};
pub use copies::copy;
pub(crate) use links::{Led, LinkRead};
pub use queries::{living, sound};
pub(crate) use receive::{NewFile, filename, may_add, stream, too_large, turn};
pub(crate) use room::require_room_to_come;
pub(crate) use routes::routes;
pub use routes::{broken, parsed};
pub use serve::{Kept, blob_id, safe, serve};
pub(crate) use sweep::sweep;
