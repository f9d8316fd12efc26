//! Budgets: what a project and its members may spend, reserved before it is spent.

mod commands;

pub(crate) use commands::{Amount, reserve};
