//! The black-box suite: one file for each feature, each speaking to a real server.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test that does not find what it expects has failed"
)]

mod kit;

mod agents;
mod audit;
mod auth;
mod authorization;
mod avatars;
mod bad_inputs;
mod bodies;
mod budgets;
mod bus;
mod cancelled;
mod changesets;
mod cli;
mod compare;
mod context;
mod conversations;
#[path = "../counters/tests.rs"]
mod counters;
mod duplicate;
mod edges;
mod events;
mod export;
mod followups;
mod frames;
mod generations;
mod graph;
mod instances;
mod invitations;
mod jobs;
mod kinds;
mod kit_itself;
mod links;
mod listed;
mod mcp;
mod media;
mod members;
mod merge;
mod nodes;
mod notifications;
mod openai;
mod operations;
mod ops;
mod order;
mod presets;
mod program;
mod projects;
mod public;
mod reference;
mod refresh;
mod resend;
mod seed;
mod settings;
mod siblings;
mod sockets;
mod state;
mod storage;
mod tasks;
mod templates;
mod tokens;
mod transfer;
mod usage;
mod users;
mod viewports;
mod voice;
mod votes;
mod work;
