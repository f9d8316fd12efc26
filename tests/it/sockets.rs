//! Sockets: many people on one canvas, live.

mod access;
mod conformance;
mod convergence;
mod document;
mod database_away;
mod instances;
mod kills;
mod presence;
mod proof;
mod strain;
mod subscriptions;
