//! Sockets: many people on one canvas, live.

mod access;
mod conformance;
mod convergence;
mod presence;
mod proof;
mod subscriptions;
