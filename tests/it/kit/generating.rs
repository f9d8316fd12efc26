//! Nodes whose answers are asked for and waited for.

use std::{fmt::Display, time::Duration};

use serde_json::{Value, json};

use super::{client::Client, paths::Paths, patiently};

impl Client {
    /// Asks for a node's answer; what came of the wish.
    pub(crate) async fn generate(
        &self,
        project: impl Paths,
        node: impl Display,
        how: Value,
    ) -> Value {
        let path = project.generate(node);
        self.post(&path, how).await.expect(202)
    }

    /// Asks for a node's answer and waits until the node is no longer being written.
    pub(crate) async fn answer(&self, project: impl Paths, node: impl Display) -> Value {
        self.generate(&project, &node, json!({})).await;
        generated(self, &project, &node).await
    }
}

/// The node once it is no longer being written.
pub(crate) async fn generated(client: &Client, project: impl Paths, node: impl Display) -> Value {
    let path = project.node(node);
    let looking = async {
        let mut tick = tokio::time::interval(Duration::from_millis(20));
        loop {
            let now = client.get(&path).await.expect(200);
            if now["status"] != "GENERATING" {
                return now;
            }
            tick.tick().await;
        }
    };
    patiently("the answer", looking).await
}
