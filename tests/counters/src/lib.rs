//! A feature that exists only in tests, and shows what a feature is made of: counters of a project that
//! anybody who may edit can raise, and that count the nodes that are made; and cheers that grow while
//! everybody watches.

mod cheers;
mod commands;
mod events;
mod jobs;
mod others;
mod projection;
mod routes;

use http::Feature;

pub use others::{add, another_feature, echo, with_the_same_route};

/// All that the server has to know of it.
#[must_use]
pub fn feature() -> Feature {
    Feature::new("counters")
        .routes(|| routes::routes().merge(cheers::routes()))
        .op::<commands::Add>()
        .op::<cheers::Begin>()
        .op::<cheers::End>()
        .events::<cheers::CheerEvent>()
        .stream(cheers::CHEERS)
        .events::<events::CounterEvent>()
        .reaction("count nodes", |write| {
            Box::pin(commands::count_nodes(write))
        })
        .job(jobs::celebrate)
        .start(|platform| {
            Box::pin(async move { platform.writer.housekeep(commands::MakeTables).await })
        })
}
