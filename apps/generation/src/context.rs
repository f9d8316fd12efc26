//! Context: what a model is sent for a node, and the memory that knows it without reading texts.

mod assemble;
mod brief;
mod chain;
mod choice;
mod facts;
mod fingerprint;
mod instructions;
mod memory;
mod plan;
mod projection;
mod queries;
mod read;
mod request;
mod routes;
pub mod sample;

pub(crate) use assemble::{Assembled, assemble};
pub(crate) use brief::brief;
pub(crate) use chain::walk;
pub(crate) use choice::ModelPreference;
pub(crate) use facts::Text;
pub(crate) use fingerprint::Fingerprint;
pub(crate) use instructions::{Instructions, Speaker};
pub(crate) use memory::{Answer, Changed, Contexts};
pub(crate) use plan::{Plan, fingerprint, plan};
pub(crate) use request::ModelRequest;
pub(crate) use routes::routes;

#[cfg(test)]
mod tests;
