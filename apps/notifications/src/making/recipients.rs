//! Who is told of each thing, and what.

pub(super) mod invited;
pub(super) mod joined;
pub(super) mod not_answered;
pub(super) mod texts;

mod budgets;
mod owners;
mod tasks;

pub(super) use budgets::spent;
pub(super) use owners::owned;
pub(super) use tasks::{task_over, task_waits};
