//! Context: what a model is sent for a node, and the memory that knows it without reading texts.

mod assemble;
mod brief;
mod chain;
mod choice;
mod compare;
mod facts;
mod fingerprint;
mod inheriting;
mod instructions;
mod learned;
mod levels;
mod memory;
mod places;
mod plan;
mod projection;
mod queries;
mod read;
mod region;
mod request;
mod resting;
mod routes;
pub mod sample;
mod sequence;
mod settings;

pub(crate) use assemble::{Assembled, assemble, with_pictures};
pub(crate) use brief::brief;
pub(crate) use choice::{ModelPreference, usual};
pub(crate) use compare::{Compared, compare};
pub(crate) use facts::Text;
pub(crate) use fingerprint::Fingerprint;
pub(crate) use instructions::{Instructions, Speaker};
pub(crate) use learned::Learned;
pub(crate) use memory::{Answer, Changed, Contexts};
pub(crate) use plan::{Plan, plan};
pub(crate) use read::under_of;
pub(crate) use request::{ModelRequest, Parameters};
pub(crate) use routes::routes;
pub(crate) use settings::Inherited;

#[cfg(test)]
mod tests;
