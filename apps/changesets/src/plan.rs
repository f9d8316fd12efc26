//! Taking changes back, decided without I/O: from what the log says since the first of them follows which
//! operations undo what still stands, and what has to be left.

mod change;
mod facts;
#[cfg(test)]
mod tests;

mod undo;

pub(crate) use change::{Before, Change, Field};
pub(crate) use facts::{By, History};
pub(crate) use undo::{Plan, Undo};
