//! Tasks of agents: whole ones, on a model that does what the test says.

mod bad_inputs;
mod bounds;
mod changes;
mod kills;
mod life;
mod schedules;

use kernel::ProjectId;

use crate::{
    generations::with_models,
    kit::{Client, Provider, TestApp},
};

/// Tools alone are more than what models of other tests take.
pub(super) async fn roomy(provider: &Provider) -> TestApp {
    let roomy = |settings: &mut platform::Settings| {
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
