//! Which features there are.

use http::Feature;
use hub::Features;
use platform::feature::Duplicate;
use protocol::frames::GenerationSoFar;

/// All features of the server. A new one is one line here.
#[must_use]
pub fn all() -> Vec<Feature> {
    vec![
        accounts::feature(),
        projects::feature(),
        canvas::feature(),
        generation::feature(),
        http::ops::feature(),
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
        drafts: |platform, project| {
            Box::pin(async move {
                let drafts = generation::generations::drafts(&platform, project).await?;
                let so_far = |draft: generation::generations::Draft| {
                    GenerationSoFar::new(draft.node, draft.generation, draft.chunks, draft.text)
                };
                Ok(drafts.into_iter().map(so_far).collect())
            })
        },
    }
}
