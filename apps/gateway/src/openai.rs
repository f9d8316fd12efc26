//! Branches as models: what a stock OpenAI client sends becomes a node below the one it names, and the
//! answer of that node comes back. People see the turn arrive.

mod answer;
mod ask;
mod branch;
mod chat;
mod error;
mod messages;
mod model;
mod models;
mod responses;
mod routes;
mod shape;

pub(crate) use error::REFUSALS;
pub(crate) use routes::routes;
