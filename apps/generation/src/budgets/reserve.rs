//! Reserving: whatever is asked of a model has its place in every budget before.

use std::sync::Arc;

use entity::{
    budget,
    enums::{BudgetPeriod, RunState},
    generation, project_agent,
};
use kernel::{Error, Result, UserId};
use platform::{Write, db};
use protocol::generations::TokenCounts;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use super::{
    amount::Amount,
    held::Held,
    limits::Limit,
    queries::{Whose, beginning, spent},
    spender::Spender,
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
    spender: Spender,
    model: &str,
    usage: Usage,
) -> Result<Amount> {
    let amount = most(write, model, usage).await?;
    check(write, spender, amount).await?;
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
    // What its task has left may be on its way to the task's own model.
    if run.task_id.is_some() {
        return Ok(None);
    }
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
    match check(write, Spender::person(run.requested_by.into()), more).await {
        Err(Error::BudgetExceeded(_)) => Ok(None),
        checked => checked.map(|()| Some(most)),
    }
}

/// Whether what was reserved for a run pays for this call, and for summarising its answer.
pub(crate) fn pays_for(run: &generation::Model, model: &Model, usage: Usage) -> bool {
    needed(model, usage).nanos <= run.reserved_nanos
}

/// Refuses an amount that a budget has no room for.
pub(crate) async fn check(write: &mut Write, spender: Spender, amount: Amount) -> Result<()> {
    let project = write.project_id()?;
    let held = match spender.task {
        Some(task) => Some(Held::read(write.read().await?, project, task).await?),
        None => None,
    };
    if let Some(held) = held {
        held.admit(amount)?;
    }
    let needed = Needed {
        amount,
        held,
        way_out: spender.way_out(),
    };
    let mut limits = limits_of_agent(write, spender).await?;
    limits.extend(limits_of_project(write, spender.by).await?);
    for (whose, called, limit) in limits {
        needed.check(write, whose, called, limit).await?;
    }
    check_person(write, spender.by, needed).await
}

/// What is asked of the budgets.
#[derive(Clone, Copy)]
struct Needed {
    amount: Amount,
    /// What the task behind it has reserved in them already.
    held: Option<Held>,
    way_out: &'static str,
}

impl Needed {
    async fn check(
        self,
        write: &mut Write,
        whose: Whose,
        called: &str,
        limit: Limit,
    ) -> Result<()> {
        let since = beginning(limit.period, write.now());
        let spent = spent(write.read().await?, whose, since).await?;
        let amount = self
            .held
            .map_or(self.amount, |held| held.beyond(self.amount, since));
        limit.check(called, spent, amount, self.way_out)
    }
}

type Limits = Vec<(Whose, &'static str, Limit)>;

/// What the agent that spends may spend here in a day.
async fn limits_of_agent(write: &mut Write, spender: Spender) -> Result<Limits> {
    let Some(agent) = spender.agent else {
        return Ok(Vec::new());
    };
    let project = write.project_id()?;
    let place = project_agent::Entity::find_by_id((project.uuid(), agent.uuid()))
        .one(write.read().await?)
        .await
        .map_err(db)?
        .ok_or(Error::NotFound("agent"))?;
    let limit = Limit {
        period: BudgetPeriod::Day,
        tokens_max: place.tokens_per_day,
        nanos_max: place.nanos_per_day,
    };
    let limits = [(Whose::Agent(project, agent), "the agent's", limit)];
    Ok(limits
        .into_iter()
        .filter(|(.., limit)| limit.is_one())
        .collect())
}

async fn limits_of_project(write: &mut Write, by: UserId) -> Result<Limits> {
    let project = write.project_id()?;
    let budgets = budget::Entity::find()
        .filter(budget::Column::ProjectId.eq(project.uuid()))
        .filter(budget::Column::UserId.is_in([Uuid::nil(), by.uuid()]))
        .all(write.read().await?)
        .await
        .map_err(db)?;
    let limits = budgets.into_iter().map(|budget| {
        let limit = Limit {
            period: budget.period,
            tokens_max: budget.tokens_max,
            nanos_max: budget.nanos_max,
        };
        if budget.user_id.is_nil() {
            (Whose::Project(project), "the project's", limit)
        } else {
            (Whose::Member(project, by), "your", limit)
        }
    });
    Ok(limits.collect())
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
async fn check_person(write: &mut Write, by: UserId, needed: Needed) -> Result<()> {
    let limits = Setup::of(write)?.person_limits;
    if limits.limits().next().is_none() {
        return Ok(());
    }
    write.lock_people().await?;
    for limit in limits.limits() {
        needed
            .check(write, Whose::Person(by), "your", *limit)
            .await?;
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
