use chrono::{DateTime, Utc};
use kernel::Result;
use platform::Ctx;
use protocol::models::{ModelHealth, ModelHealthState, ModelList, ModelPrice, ModelView};

use crate::{
    context::usual,
    providers::{Catalog, Health, Model, Price, dollars, healths},
};

/// Every model, in the order of the settings; the offline one last.
pub(crate) async fn list(ctx: &Ctx) -> Result<ModelList> {
    let user = ctx.user_id()?;
    let catalog = Catalog::of(&ctx.platform);
    let models = catalog.list().await;
    // While no provider can say what it offers there is none.
    let default = catalog.default_model().ok();
    let healths = healths(&ctx.platform).await;
    let now = ctx.now();
    let view = |model: &Model| {
        let health = healths.get(&*model.id).cloned().unwrap_or_default();
        let is_default = default.as_ref().is_some_and(|it| it.id == model.id);
        to_view(model, is_default, health_view(health, now))
    };
    let last = usual(ctx.reader(), &catalog, user).await?;
    Ok(ModelList {
        last_model: last.map(|model| model.id.to_string()),
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
        takes_tools,
        sees_pictures,
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
        takes_tools: *takes_tools,
        sees_pictures: *sees_pictures,
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
