//! Budgets: what a project and its members may spend, reserved before it is spent.

mod amount;
mod commands;
mod held;
mod limits;
mod queries;
mod reserve;
mod routes;
mod row;
mod spender;

pub use amount::Amount;
pub use held::AnswersOfTask;
pub(crate) use held::{Held, asked_by};
pub(crate) use limits::PersonLimits;
pub use queries::{BudgetUse, used};
pub(crate) use queries::{all, own, spent_of};
pub(crate) use reserve::{begun, check, pays_for, reserve, reserve_more, sendable};
pub(crate) use routes::routes;
pub(crate) use row::to_view;
pub use spender::Spender;
