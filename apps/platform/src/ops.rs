//! Operations: commands that clients ask for by a word, alone or in a batch, over REST, a socket or
//! from a job.

mod run;
mod spec;

pub use run::{OpDone, batch, carry_out, done_before, submit};
pub use spec::{Op, OpSpec, Operation, Ops};
