//! Push: what people are told reaches the devices that they added, while no page is open as well (Web Push).

mod commands;
mod jobs;
mod message;
mod queries;
mod routes;
mod row;
mod seal;
mod server_key;
mod sweep;
mod way_out;

pub(crate) use jobs::{due, send};
pub(crate) use queries::people;
pub(crate) use routes::routes;
pub(crate) use sweep::RemoveEnded;
