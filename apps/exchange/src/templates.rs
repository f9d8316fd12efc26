//! What a new project can begin with: values in code, in every language of the server.

mod all;
mod card;
mod compare_options;
mod fill;
mod learn_subject;
mod plan_with_risks;
mod research_with_sources;
mod routes;
mod tour;
mod write_and_criticise;

pub(crate) use fill::fill;
pub(crate) use routes::routes;
