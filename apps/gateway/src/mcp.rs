//! The canvas as an MCP server: streamable HTTP, each request for itself.

mod form;
mod metadata;
mod refusal;
mod resources;
mod routes;
mod server;
mod tools;

pub(crate) use routes::routes;
