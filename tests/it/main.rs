//! The black-box suite: one file for each feature, each speaking to a real server.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test that does not find what it expects has failed"
)]

mod kit;

mod audit;
mod auth;
mod authorization;
mod bad_inputs;
mod bodies;
mod bus;
mod cancelled;
mod cli;
mod context;
mod edges;
mod events;
mod frames;
mod generations;
mod graph;
mod instances;
mod invitations;
mod kit_itself;
mod members;
mod nodes;
mod operations;
mod ops;
mod order;
mod projects;
mod reference;
mod refresh;
mod resend;
mod seed;
mod sockets;
mod state;
mod tokens;
mod users;
mod viewports;
