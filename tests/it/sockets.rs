//! Sockets: many people on one canvas, live.

mod access;
mod conformance;
mod convergence;
mod database_away;
mod document;
mod instances;
mod joins;
mod kills;
mod presence;
mod proof;
mod strain;
mod subscriptions;
