//! Servers that are killed and started anew, and the provider that outlives them.

use super::{
    client::Client,
    program::{Program, Serving},
    provider::{Provider, Reply},
};

pub(crate) struct Outliving {
    pub(crate) provider: Provider,
    program: Program,
}

impl Outliving {
    /// A model that usually says this, and leases short enough that a test need not wait for them long.
    pub(crate) async fn make(usually: Reply, lease_ms: u64) -> Self {
        let provider = Provider::start().await;
        provider.offer(&["one"]);
        provider.usually(usually);
        let program = Program::new()
            .await
            .with("NONLINEAR_RATES__ENABLED", "false")
            .with("NONLINEAR_JOBS__LEASE_MS", &lease_ms.to_string())
            // The long form takes longer than a token usually lasts.
            .with("NONLINEAR_AUTH__ACCESS_TOKEN_SECONDS", "7200")
            .with("OPENAI_BASE_URL", &provider.base_url());
        Self { provider, program }
    }

    /// Another server.
    pub(crate) async fn rise(&self) -> (Serving, Client) {
        let mut serving = self.program.serve(&["serve"]);
        let (_, client) = serving.ready().await;
        (serving, client)
    }

    pub(crate) async fn remove(self) {
        drop(self.provider);
        self.program.remove().await;
    }
}
