//! The list of models, with how they do.

use kernel::{Error, UserId};
use platform::{Ctx, Principal, RequestInfo};
use protocol::models::ModelHealthState;

use super::*;
use crate::{
    models,
    providers::{FailureKind, health},
};

#[tokio::test]
async fn models_are_listed_with_how_they_do_for_whoever_is_logged_in() {
    let bench = Bench::with(&[], |settings| {
        settings.provider.openai_api_key = Some("sk-1".into());
        settings.generation.breaker_failures = 2;
    })
    .await;
    let ctx = Ctx::internal(bench.platform.clone(), UserId::generate());
    let failure = Failure::new(FailureKind::ProviderTimeout);
    for (model, times) in [("openai/gpt-4o", 1), ("openai/gpt-4.1", 2)] {
        for _ in 0..times {
            health::failed(&bench.platform, model, &failure).await;
        }
    }

    let items = models::list(&ctx).await.unwrap().items;

    let model = |id: &str| items.iter().find(|item| item.id == id).unwrap();
    assert!(model("openai/gpt-4.1-mini").is_default);
    assert_eq!(model("openai/gpt-4o-mini").price.cached_input, 0.075);
    assert!(model("offline/echo").is_offline);
    let state = |id: &str| model(id).health.state;
    assert_eq!(state("openai/gpt-4o-mini"), ModelHealthState::Ok);
    assert_eq!(state("openai/gpt-4o"), ModelHealthState::Failing);
    assert_eq!(state("openai/gpt-4.1"), ModelHealthState::Open);
    let health = &model("openai/gpt-4.1").health;
    assert_eq!(health.last_error.as_deref(), Some("provider_timeout"));
    assert_eq!(health.failure_count, 2);

    let platform = bench.platform.clone();
    let nobody = Ctx::new(platform, Principal::Anonymous, RequestInfo::default());
    assert!(matches!(
        models::list(&nobody).await,
        Err(Error::Unauthenticated)
    ));
}
