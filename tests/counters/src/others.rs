//! What must be refused: features that get into each other's way.

use std::sync::Arc;

use futures::future::BoxFuture;
use http::Feature;
use kernel::{ProjectId, Result, UserId};
use platform::{Ctx, Platform, Write};
use protocol::events::Event;

use crate::{
    commands::{self, Add, AddToCounter},
    events::CounterEvent,
    routes,
};

/// Another feature with the same operation.
#[must_use]
pub fn another_feature() -> Feature {
    Feature::new("tallies").op::<Add>()
}

/// Another feature with the same route.
#[must_use]
pub fn with_the_same_route() -> Feature {
    Feature::new("lists").routes(routes::routes)
}

/// A reaction that answers whatever another one of its kind says.
pub fn echo<'w>(write: &'w mut Write, name: &'static str) -> BoxFuture<'w, Result<()>> {
    Box::pin(async move {
        let is_heard = write.news().iter().any(|event| match event {
            Event::Feature(event) => event.read::<CounterEvent>().is_some(),
            Event::Project(_)
            | Event::Member(_)
            | Event::Invitation(_)
            | Event::Node(_)
            | Event::Edge(_)
            | Event::Generation(_)
            | Event::Refresh(_)
            | Event::Instructions(_)
            | Event::Batch(_) => false,
        });
        if is_heard {
            commands::add(write, name, 1).await?;
        }
        Ok(())
    })
}

/// Raises a counter as this person, and says what the server would keep to itself.
pub async fn add(platform: &Arc<Platform>, project: ProjectId, user: UserId) -> Result<()> {
    let ctx = Ctx::internal(platform.clone(), user);
    let input = AddToCounter {
        name: "cups".to_owned(),
        by: 1,
        secretly: false,
    };
    ctx.write(project, Add { input }).await.map(drop)
}
