//! Tasks: what agents are asked to do, how far they are, and what people say to them meanwhile.

mod commands;
mod leaving;
mod limits;
mod mention;
mod queries;
mod routes;
mod row;
mod start;
mod steps;
mod stream;

pub(crate) use commands::{Cancel, End, cancel_all_of, close, wake_all_of};
pub(crate) use leaving::end_tasks;
pub(crate) use mention::{Mentioned, names};
pub(crate) use queries::{row_of, selection_of};
pub(crate) use routes::routes;
pub(crate) use row::changed;
pub(crate) use start::{Begun, DEPTH_MAX, NEEDED, RunTask, Start};
pub(crate) use steps::{Called, NewStep, Step, append, read_all};
pub(crate) use stream::{TASKS, stream_id};
pub use stream::{TaskEnd, follow_until_it_waits};
