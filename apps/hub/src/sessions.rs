//! Who is in a project: kept in the database, so that every instance can say, and written seldom.

mod attendance;
mod old;
mod queries;
mod routes;

pub(crate) use attendance::{Attendance, Keeper};
pub(crate) use old::OLD_NOTES;
pub use routes::routes;
