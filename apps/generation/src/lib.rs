//! Generation: what a model is sent, who answers, and what the answer rests on.

pub mod audio;
mod budgets;
pub mod calls;
mod closed;
mod context;
mod followups;
mod generations;
mod haste;
mod instructions;
mod leavers;
mod merge;
mod models;
mod money;
mod providers;
mod refresh;
mod setup;
mod siblings;
mod staleness;
mod threads;
mod usage;
mod votes;
mod wish;

/// For those who tell people how much is left.
pub use budgets::{BudgetUse, used as used_budgets};
/// For `benches/` alone.
#[doc(hidden)]
pub use context::sample;
use entity::{answer_vote, generation};
/// For those who bring answers along that were written elsewhere.
pub use generations::{Adopted, adopt, recipes};
/// For those who ask in a person's place, and hand on what is written.
pub use generations::{AnswerEnd, answer_text, follow, get as attempt};
use http::{AppState, Feature};
pub use models::is_offered;
use platform::purge;
pub use providers::estimate as estimate_tokens;
use utoipa_axum::router::OpenApiRouter;

/// Answers: asking for them, keeping them, and knowing when they are out of date.
///
/// The order of the reactions counts: presets are replaced before anything is compared, what was cancelled lets others begin and is compared, and what is stale by then is
/// what a refresh goes on with.
#[must_use]
pub fn feature() -> Feature {
    let feature = Feature::new("generation")
        .routes(routes)
        .op::<generations::Start>()
        .op::<generations::Cancel>()
        .op::<generations::Select>()
        .op::<followups::Add>()
        .op::<votes::Vote>()
        .events::<votes::VoteEvent>()
        .reaction("leavers", |write| Box::pin(leavers::keep_presets(write)))
        .reaction("models", |write| Box::pin(models::refuse_unknown(write)))
        .reaction("cancel", |write| {
            Box::pin(generations::cancel_edited(write))
        })
        .reaction("admit", |write| Box::pin(generations::admit(write)))
        .reaction("staleness", |write| Box::pin(staleness::settle(write)))
        .reaction("refresh", |write| Box::pin(refresh::go_on(write)))
        .observer("cancel", generations::stop_cancelled)
        .stream(generations::ANSWERS)
        .purge(|write, project| {
            let columns = (generation::Column::ProjectId, generation::Column::Id);
            Box::pin(purge::rows::<generation::Entity>(write, project, columns))
        })
        .purge(|write, project| {
            let columns = (answer_vote::Column::ProjectId, answer_vote::Column::Id);
            Box::pin(purge::rows::<answer_vote::Entity>(write, project, columns))
        })
        .job(generations::run)
        .job(generations::summarise)
        .job(refresh::wake)
        .job(closed::account_closed)
        .job(closed::end_of_person)
        .start(|platform| {
            Box::pin(async move {
                setup::start(&platform);
                Ok(())
            })
        });
    instructions::jobs(feature)
}

fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .merge(generations::routes())
        .merge(context::routes())
        .merge(refresh::routes())
        .merge(models::routes())
        .merge(budgets::routes())
        .merge(usage::routes())
        .merge(merge::routes())
        .merge(siblings::routes())
        .merge(followups::routes())
        .merge(threads::routes())
        .merge(votes::routes())
}
