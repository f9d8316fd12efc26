//! Many people on sockets: cursors, operations, rest, and coming back.

mod answers;
mod crowd;
mod cursors;
mod editing;
mod fanout;
mod general;
mod guests;
mod idle;
mod joined;
mod measured;
mod ops;
mod person;
mod records;
mod storm;
mod target;

pub(crate) use answers::{Asked, Counts};
pub(crate) use crowd::Crowd;
pub(crate) use editing::run as ops;
pub(crate) use fanout::run as fanout;
pub(crate) use general::{Arguments, run as general};
pub(crate) use guests::{Party, invite};
pub(crate) use idle::{Arguments as IdleArguments, run as idle};
pub(crate) use joined::run as joined;
pub(crate) use records::Records;
pub(crate) use storm::run as storm;
