//! Reserving: whatever is asked of a model has its place in every budget before.

use std::sync::Arc;

use entity::{budget, enums::RunState, generation};
use kernel::{Error, Result, UserId};
use platform::{Write, db};
use protocol::generations::TokenCounts;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use super::{
    amount::Amount,
    limits::Limit,
    queries::{Whose, beginning, spent},
};
use crate::{
    context::Contexts,
    generations::needed_for_summary,
    providers::{Model, Usage, estimate},
    setup::Setup,
};

/// Reserves what a call may need at most, or refuses it if a budget has no room for that. What is
/// running counts with all it may yet need, and the project's lock keeps others from counting at the
/// same time.
pub(crate) async fn reserve(
    write: &mut Write,
    by: UserId,
    model: &str,
    usage: Usage,
) -> Result<Amount> {
    let amount = most(write, model, usage).await?;
    check(write, by, amount).await?;
    Ok(amount)
}

/// What has to be reserved for a run that may need more now than when it was asked for, since its
/// context is longer or a fallback dearer: nothing if what there is does, or if the budgets have no
/// room for more.
pub(crate) async fn reserve_more(
    write: &mut Write,
    run: &generation::Model,
    input: u32,
) -> Result<Option<Amount>> {
    let longest = run.max_tokens.unwrap_or_default();
    let usage = Usage {
        input,
        cached: 0,
        output: u32::try_from(longest).unwrap_or_default(),
    };
    let amount = most(write, &run.model, usage).await?;
    let most = Amount {
        tokens: amount.tokens.max(run.reserved_tokens),
        nanos: amount.nanos.max(run.reserved_nanos),
    };
    let more = Amount {
        tokens: most.tokens - run.reserved_tokens,
        nanos: most.nanos - run.reserved_nanos,
    };
    if more == Amount::default() {
        return Ok(None);
    }
    match check(write, run.requested_by.into(), more).await {
        Err(Error::BudgetExceeded(_)) => Ok(None),
        checked => checked.map(|()| Some(most)),
    }
}

/// Whether what was reserved for a run pays for this call, and for summarising its answer.
pub(crate) fn pays_for(run: &generation::Model, model: &Model, usage: Usage) -> bool {
    needed(model, usage).nanos <= run.reserved_nanos
}

/// Refuses an amount that a budget has no room for.
pub(crate) async fn check(write: &mut Write, by: UserId, amount: Amount) -> Result<()> {
    let project = write.project_id()?;
    let budgets = budget::Entity::find()
        .filter(budget::Column::ProjectId.eq(project.uuid()))
        .filter(budget::Column::UserId.is_in([Uuid::nil(), by.uuid()]))
        .all(write.read().await?)
        .await
        .map_err(db)?;
    let now = write.now();
    for budget in budgets {
        let limit = Limit {
            period: budget.period,
            tokens_max: budget.tokens_max,
            nanos_max: budget.nanos_max,
        };
        let (whose, called) = if budget.user_id.is_nil() {
            (Whose::Project(project), "the project's")
        } else {
            (Whose::Member(project, by), "your")
        };
        let since = beginning(budget.period, now);
        let spent = spent(write.read().await?, whose, since).await?;
        limit.check(called, spent, amount)?;
    }
    check_person(write, by, amount).await
}

/// What asking may need, and summarising the answer.
fn needed(model: &Model, usage: Usage) -> Amount {
    let (asked, summarised) = (
        Amount::of(model, usage),
        Amount::of(model, needed_for_summary(model, usage.output)),
    );
    Amount {
        tokens: asked.tokens + summarised.tokens,
        nanos: asked.nanos.saturating_add(summarised.nanos),
    }
}

/// What the dearest of the models that may come to answer needs at most.
async fn most(write: &mut Write, model: &str, usage: Usage) -> Result<Amount> {
    let setup = Setup::of(write)?;
    let fallbacks = &write
        .projection::<Contexts>()
        .await?
        .defaults()
        .fallback_models;
    let names = std::iter::once(model).chain(fallbacks.iter().map(String::as_str));
    let models = names.filter_map(|name| setup.catalog.find(name));
    let amounts = models.map(|model: Arc<Model>| needed(&model, usage));
    let alone = Amount {
        tokens: i64::from(usage.input) + i64::from(usage.output),
        nanos: 0,
    };
    Ok(amounts.fold(alone, |most, amount| Amount {
        tokens: most.tokens.max(amount.tokens),
        nanos: most.nanos.max(amount.nanos),
    }))
}

/// What the operator lets one person spend, wherever they do.
async fn check_person(write: &mut Write, by: UserId, amount: Amount) -> Result<()> {
    let limits = Setup::of(write)?.person_limits;
    if limits.limits().next().is_none() {
        return Ok(());
    }
    let now = write.now();
    write.lock_people().await?;
    let connection = write.read().await?;
    for limit in limits.limits() {
        let since = beginning(limit.period, now);
        let spent = spent(connection, Whose::Person(by), since).await?;
        limit.check("your", spent, amount)?;
    }
    Ok(())
}

/// How much may be sent by what was reserved for a run: what is left beside the answer and its
/// summary, whichever of these models gives them.
pub(crate) fn sendable<'m>(
    run: &generation::Model,
    models: impl IntoIterator<Item = &'m Arc<Model>>,
) -> u32 {
    let longest = run.max_tokens.unwrap_or_default();
    let answer = u32::try_from(longest).unwrap_or_default();
    let summaries = models
        .into_iter()
        .map(|model| Amount::of(model, needed_for_summary(model, answer)).tokens);
    let sent = run.reserved_tokens - longest - summaries.max().unwrap_or_default();
    u32::try_from(sent).unwrap_or_default()
}

/// What a run has cost that ends before its model said so, by estimate. One that had not begun to
/// write costs nothing.
pub(crate) fn begun(
    setup: &Setup,
    run: &generation::Model,
    text: &str,
) -> Option<(TokenCounts, i64)> {
    if run.state != RunState::Running || text.is_empty() {
        return None;
    }
    let name = run.answered_by.as_ref().unwrap_or(&run.model);
    let model = setup.catalog.find(name);
    // With the first words of a text it is kept what was sent.
    let sent = run
        .manifest
        .as_ref()
        .and_then(|sent| sent.get("tokens")?.as_u64());
    let usage = Usage {
        input: u32::try_from(sent?).unwrap_or(u32::MAX),
        cached: 0,
        output: estimate(text),
    };
    let counts = TokenCounts {
        input: usage.input.into(),
        cached: 0,
        output: usage.output.into(),
    };
    Some((counts, model.map_or(0, |model| model.price.nanos(usage))))
}
