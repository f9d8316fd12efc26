//! The black-box suite: one file for each feature, each speaking to a real server.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test that does not find what it expects has failed"
)]

#[expect(dead_code, reason = "the features bring the tests that use all of it")]
mod kit;

mod authorization;
mod bad_inputs;
mod bodies;
mod cancelled;
mod kit_itself;
mod operations;
mod order;
mod reference;
mod resend;
mod seed;
mod state;
