use chrono::{DateTime, Utc};
use kernel::Result;
use platform::Ctx;
use protocol::models::{ModelHealth, ModelHealthState, ModelList, ModelPrice, ModelView};

use crate::providers::{Catalog, Health, Model, Price, dollars, healths};

/// Every model, in the order of the settings; the offline one last.
pub(crate) async fn list(ctx: &Ctx) -> Result<ModelList> {
    ctx.user_id()?;
    let catalog = Catalog::of(&ctx.platform);
    let models = catalog.list().await;
    // While no provider can say what it offers there is none.
    let default = catalog.default_model().await.ok();
    let healths = healths(&ctx.platform).await;
    let now = ctx.now();
    let view = |model: &Model| {
        let health = healths.get(&*model.id).cloned().unwrap_or_default();
        let is_default = default.as_ref().is_some_and(|it| it.id == model.id);
        to_view(model, is_default, health_view(health, now))
    };
    Ok(ModelList {
        items: models.iter().map(|model| view(model)).collect(),
    })
}

fn to_view(model: &Model, is_default: bool, health: ModelHealth) -> ModelView {
    let Model {
        id,
        provider,
        name,
        context_tokens,
        output_tokens,
        price,
        summarises: _,
        takes_temperature,
    } = model;
    let Price {
        input_picos,
        cached_picos,
        output_picos,
    } = *price;
    ModelView {
        id: id.to_string(),
        provider: provider.to_string(),
        name: name.to_string(),
        context_tokens: *context_tokens,
        output_tokens: *output_tokens,
        price: ModelPrice {
            input: dollars(input_picos),
            cached_input: dollars(cached_picos),
            output: dollars(output_picos),
        },
        takes_temperature: *takes_temperature,
        is_default,
        is_offline: model.is_offline(),
        health,
    }
}

fn health_view(health: Health, now: DateTime<Utc>) -> ModelHealth {
    let is_open = health.is_open(now);
    let Health {
        failure_count,
        failures_in_a_row,
        last_error,
        last_failed_at,
        open_until,
    } = health;
    ModelHealth {
        state: match failures_in_a_row {
            _ if is_open => ModelHealthState::Open,
            0 => ModelHealthState::Ok,
            _ => ModelHealthState::Failing,
        },
        failure_count,
        last_error,
        last_failed_at: last_failed_at.map(Into::into),
        open_until: open_until.filter(|_| is_open).map(Into::into),
    }
}

#[cfg(test)]
mod tests {
    use kernel::{Error, UserId};
    use platform::{Platform, Principal, RequestInfo, Settings};

    use super::*;
    use crate::providers::{Failure, FailureKind, note_failure};

    #[tokio::test]
    async fn models_are_listed_with_how_they_do_for_whoever_is_logged_in() {
        let folder = tempfile::tempdir().unwrap();
        let mut settings = Settings {
            data_dir: folder.path().to_owned(),
            ..Settings::default()
        };
        settings.provider.openai_api_key = Some("sk-1".into());
        settings.generation.breaker_failures = 2;
        let platform = Platform::start(settings).await.unwrap();
        let ctx = Ctx::internal(platform.clone(), UserId::generate());
        let failure = Failure::new(FailureKind::ProviderTimeout);
        for (model, times) in [("openai/gpt-4o", 1), ("openai/gpt-4.1", 2)] {
            for _ in 0..times {
                note_failure(&platform, model, &failure).await;
            }
        }

        let items = list(&ctx).await.unwrap().items;

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

        let nobody = Ctx::new(platform, Principal::Anonymous, RequestInfo::default());
        assert!(matches!(list(&nobody).await, Err(Error::Unauthenticated)));
    }
}
