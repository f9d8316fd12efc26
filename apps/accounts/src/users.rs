//! Users: their profile, preferences and personal instructions, and how an account comes and goes.

mod commands;
mod queries;
mod routes;
mod row;

pub use commands::{
    AccountClosed, AccountDeleted, InstructionsChanged, delete, stop_mails, update,
};
pub use queries::me;

pub(crate) use commands::{Disable, Enable, NewUser, insert, is_time_zone, refuse_taken};
pub(crate) use queries::{all, any, by_email, by_id, disabled};
pub(crate) use routes::routes;
pub(crate) use row::to_view;
