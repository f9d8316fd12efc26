//! Agents, and what they are given to do.

use std::{fmt::Display, time::Duration};

use kernel::ProjectId;
use serde_json::{Value, json};

use super::{
    client::{Client, parsed, text},
    paths::Paths,
    patiently,
    provider::{Beat, Reply},
};

impl Reply {
    /// A model that wants these tools, each with its arguments.
    pub(crate) fn calls(calls: &[(&str, Value)]) -> Self {
        let calls: Vec<Value> = calls
            .iter()
            .enumerate()
            .map(|(index, (name, arguments))| {
                let raw = arguments.as_str().map(str::to_owned);
                let arguments = raw.unwrap_or_else(|| arguments.to_string());
                json!({
                    "index": index, "id": format!("call_{index}"), "type": "function",
                    "function": {"name": name, "arguments": arguments},
                })
            })
            .collect();
        Self::Stream(vec![
            Beat::Chunk(json!({"choices": [{"index": 0, "delta": {"tool_calls": calls}}]})),
            Beat::Finish("tool_calls"),
            Beat::Usage(100, 0, 10),
            Beat::Done,
        ])
    }

    /// A model that ends its task.
    pub(crate) fn finish(result: &str) -> Self {
        Self::calls(&[("finish", json!({"result": result}))])
    }
}

impl Client {
    /// An agent of one's own, of this type.
    pub(crate) async fn create_agent(&self, kind: &str) -> String {
        let body = json!({"name": kind, "type": kind});
        let made = self.post("/agents", body).await.expect(201);
        text(&made["id"]).to_owned()
    }

    /// An agent of one's own as a member of a project.
    pub(crate) async fn add_agent(&self, project: ProjectId, kind: &str, role: &str) -> String {
        let agent = self.create_agent(kind).await;
        let body = json!({"agentId": agent, "role": role});
        self.post(&project.agents(), body).await.expect(201);
        agent
    }

    pub(crate) async fn start_task(
        &self,
        project: ProjectId,
        agent: impl Display,
        prompt: &str,
    ) -> String {
        let body = json!({"agentId": agent.to_string(), "prompt": prompt});
        let started = self.post(&project.tasks(), body).await.expect(202);
        text(&started["id"]).to_owned()
    }

    /// The task once it has come to this.
    pub(crate) async fn task_when(
        &self,
        project: ProjectId,
        task: impl Display,
        status: &str,
    ) -> Value {
        let path = project.task(task);
        let looking = async {
            let mut tick = tokio::time::interval(Duration::from_millis(20));
            loop {
                let now = self.get(&path).await.expect(200);
                if now["status"] == status {
                    return now;
                }
                let is_over = ["COMPLETED", "FAILED", "CANCELLED"]
                    .iter()
                    .any(|over| now["status"] == **over);
                assert!(!is_over, "it did not become {status}: {now}");
                tick.tick().await;
            }
        };
        patiently("the task", looking).await
    }

    /// What a task did, as `kind name` or `kind text`.
    /// What a person says to a task.
    pub(crate) async fn say_to(&self, project: ProjectId, task: &str, words: &str) {
        let path = format!("{}/messages", project.task(task));
        self.post(&path, json!({"text": words})).await.expect(201);
    }

    pub(crate) async fn steps_of(&self, project: ProjectId, task: impl Display) -> Vec<Value> {
        let path = format!("{}/steps", project.task(task));
        parsed(&self.get(&path).await.expect(200)["items"])
    }
}
