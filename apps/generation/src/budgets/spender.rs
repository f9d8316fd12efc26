//! Who spends.

use kernel::{AgentId, TaskId, UserId};
use platform::Principal;

/// A person, or an agent in their name.
#[derive(Clone, Copy, Debug)]
pub struct Spender {
    pub by: UserId,
    pub agent: Option<AgentId>,
    /// What has reserved already what an agent asks for.
    pub task: Option<TaskId>,
}

impl Spender {
    pub(crate) fn person(by: UserId) -> Self {
        Self {
            by,
            agent: None,
            task: None,
        }
    }

    pub(crate) fn acting(by: UserId, principal: &Principal) -> Self {
        let (agent, task) = principal.agent_and_task().unzip();
        Self { by, agent, task }
    }

    /// What whoever is refused can do.
    pub(super) fn way_out(self) -> &'static str {
        if self.agent.is_some() && self.task.is_none() {
            "lower the task's limits"
        } else {
            "shorten the context, lower maxTokens, choose a cheaper model"
        }
    }
}
