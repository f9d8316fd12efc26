//! Tasks of agents: whole ones, on a model that does what the test says.

mod bad_inputs;
mod bounds;
mod changes;
mod kills;
mod life;
mod outside;
mod schedules;

use kernel::ProjectId;
use platform::Settings;

use crate::{
    generations::with_models,
    kit::{Client, Provider, TestApp},
};

/// Tools alone are more than what models of other tests take.
pub(super) async fn roomy(provider: &Provider) -> TestApp {
    roomy_with(provider, |_| ()).await
}

async fn roomy_with(provider: &Provider, change: impl FnOnce(&mut Settings)) -> TestApp {
    let roomy = |settings: &mut Settings| {
        change(settings);
        let models = settings.providers.iter_mut();
        for model in models.flat_map(|provider| &mut provider.models) {
            model.context_tokens = 100_000;
        }
    };
    with_models(provider, &["one"], roomy).await
}

/// A server whose only model does what the test says, and a project with an agent.
pub(super) async fn world(provider: &Provider) -> (TestApp, ProjectId, Client, String) {
    let app = roomy(provider).await;
    let (project, owner, []) = app.project([]).await;
    let agent = owner.add_agent(project, "researcher", "EDITOR").await;
    (app, project, owner, agent)
}
