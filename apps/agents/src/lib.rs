//! Agents: members that work on the graph by themselves, through the same commands as people.
//!
//! An agent belongs to a person (`agents`) and is added to projects (`members`). A task (`tasks`) is one thing that it does
//! there, in the name of whoever started it: a job asks its model and uses tools, step after step (`run`). It may do no more
//! than the weakest of its own role, that of who added it and that of who it acts for, which is asked with each write.

mod agents;
mod events;
mod feedback;
mod members;
mod run;
mod schedules;
mod tasks;

use entity::{agent_step, agent_task};
use http::{AppState, Feature};
use platform::purge;
use utoipa_axum::router::OpenApiRouter;

pub use events::{TaskChanged, TaskEvent, TaskStepped};
pub use members::named;
pub use tasks::{TaskEnd, follow_until_it_waits as follow};

use events::{AgentEvent, ScheduleEvent};

/// Agents, what they do and when.
#[must_use]
pub fn feature() -> Feature {
    Feature::new("agents")
        .routes(routes)
        .op::<tasks::Start>()
        .op::<tasks::Cancel>()
        .events::<AgentEvent>()
        .events::<TaskEvent>()
        .events::<ScheduleEvent>()
        .reaction("triggers", |write| Box::pin(schedules::notice(write)))
        .stream(tasks::TASKS)
        .purge(|write, project| {
            let columns = (agent_step::Column::ProjectId, agent_step::Column::Id);
            Box::pin(purge::rows::<agent_step::Entity>(write, project, columns))
        })
        .purge(|write, project| {
            let columns = (agent_task::Column::ProjectId, agent_task::Column::Id);
            Box::pin(purge::rows::<agent_task::Entity>(write, project, columns))
        })
        .job(run::run)
        .job(tasks::end_tasks)
        .job(schedules::fire)
}

fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .merge(agents::routes())
        .merge(members::routes())
        .merge(tasks::routes())
        .merge(schedules::routes())
        .merge(feedback::routes())
}
