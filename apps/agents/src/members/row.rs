use entity::{agent, enums, project_agent};
use generation::calls::{dollars, nanos};
use platform::convert;
use protocol::{
    agents::{AgentBudget, AgentMode, AgentStatus, ProjectAgentView},
    budgets::{Dollars, Tokens},
};
use serde::Deserialize;

/// An agent of a project as its members see it: what it is told is its owner's.
pub(super) fn to_view(
    row: project_agent::Model,
    agent: agent::Model,
    status: AgentStatus,
) -> ProjectAgentView {
    let project_agent::Model {
        project_id: _,
        agent_id,
        role,
        mode,
        paused,
        tokens_per_day,
        nanos_per_day,
        tool_servers,
        added_by,
        version,
        created_at: _,
        updated_at: _,
    } = row;
    ProjectAgentView {
        agent_id: agent_id.into(),
        name: agent.name,
        slug: agent.slug,
        r#type: agent.kind,
        icon: agent.icon,
        color: agent.color,
        role: convert::role(role),
        mode: mode_of(mode),
        paused,
        budget: AgentBudget {
            tokens_per_day: tokens_per_day.and_then(|max| Tokens::try_from(max).ok()),
            cost_per_day: nanos_per_day.map(|max| Dollars::stored(dollars(max))),
        },
        tool_servers: servers_of(&tool_servers),
        added_by: added_by.into(),
        status,
        version,
    }
}

/// The servers outside whose tools an agent may use. What cannot be read is as good as none.
pub(crate) fn servers_of(stored: &serde_json::Value) -> Vec<String> {
    Vec::deserialize(stored).unwrap_or_default()
}

fn mode_of(mode: enums::AgentMode) -> AgentMode {
    match mode {
        enums::AgentMode::Apply => AgentMode::Apply,
        enums::AgentMode::Propose => AgentMode::Propose,
    }
}

pub(super) fn stored_mode(mode: AgentMode) -> enums::AgentMode {
    match mode {
        AgentMode::Apply => enums::AgentMode::Apply,
        AgentMode::Propose => enums::AgentMode::Propose,
    }
}

/// Tokens and billionths of a dollar.
pub(super) fn stored_budget(budget: AgentBudget) -> (Option<i64>, Option<i64>) {
    let tokens = budget.tokens_per_day.map(Tokens::get);
    (tokens, budget.cost_per_day.map(|cost| nanos(cost.get())))
}
