//! Which features there are.

use http::Feature;
use hub::Features;
use platform::feature::Duplicate;

/// All features of the server. A new one is one line here.
#[must_use]
pub fn all() -> Vec<Feature> {
    vec![
        accounts::feature(),
        projects::feature(),
        media::feature(),
        canvas::feature(),
        changesets::feature(),
        exchange::feature(),
        generation::feature(),
        voice::feature(),
        toolservers::feature(),
        agents::feature(),
        notifications::feature(),
        gateway::feature(),
        http::ops::feature(),
        audit::feature(),
        hub::feature(),
    ]
}

/// The same, for commands that serve nobody.
pub fn together() -> Result<platform::Features, Duplicate> {
    platform::Features::of(&all())
}

/// What sockets need of the features.
pub(crate) fn for_sockets() -> Features {
    Features {
        redeem: |platform, ticket| {
            Box::pin(async move { accounts::auth::redeem_ticket(&platform, &ticket).await })
        },
        snapshot: |ctx, project| {
            Box::pin(async move { canvas::graph::snapshot(&ctx, project).await })
        },
    }
}
