//! `nonlinear agent`.

use std::{fs, path::PathBuf, process::ExitCode};

use anyhow::Context;
use clap::{Args, Subcommand};
use kernel::{ProjectId, Role};
use protocol::agents::{
    AGENTS_PER_PROJECT_MAX, AGENTS_PER_USER_MAX, AddAgent, AgentBudget, AgentMode, AgentView,
    CreateAgent, ProjectAgentView,
};
use serde::de::DeserializeOwned;

use super::{
    api::{Answer, Api, CallError, Called},
    printed::{in_a_line, printable, tell, word},
};

const NO_AGENTS: &str =
    "none: make one with `nonlinear agent create`, and add it with `nonlinear agent add`";

#[derive(Debug, Subcommand)]
pub(crate) enum Agent {
    /// List your agents: id, status, slug, name.
    List,
    /// Make an agent, and print its id.
    Create(NewAgent),
    /// Show one of your agents.
    Show {
        /// Its slug or id.
        agent: String,
    },
    /// Add one of your agents to a project.
    Add {
        /// Its slug or id.
        agent: String,
        #[arg(long)]
        project: ProjectId,
        /// Not above your own.
        #[arg(long, default_value = "EDITOR", value_parser = upper::<Role>)]
        role: Role,
        /// APPLY, or PROPOSE: then somebody accepts what it does.
        #[arg(long, default_value = "APPLY", value_parser = upper::<AgentMode>)]
        mode: AgentMode,
        /// A server of the operator's list whose tools it may use; as many as you like.
        #[arg(long = "tool-server")]
        tool_servers: Vec<String>,
    },
    /// Delete one of your agents; it leaves all projects.
    Delete {
        /// Its slug or id.
        agent: String,
    },
}

#[derive(Debug, Args)]
pub(crate) struct NewAgent {
    #[arg(long)]
    name: String,
    /// Such as researcher; other types need --prompt-file.
    #[arg(long)]
    r#type: String,
    /// What it is mentioned by; made from the name if it is left out.
    #[arg(long)]
    slug: Option<String>,
    #[arg(long)]
    description: Option<String>,
    #[arg(long)]
    model: Option<String>,
    /// What it is told; that of its type if it is left out.
    #[arg(long, value_name = "FILE")]
    prompt_file: Option<PathBuf>,
}

/// A word of the API, however it is typed.
fn upper<T: DeserializeOwned>(text: &str) -> Result<T, String> {
    let word = serde_json::Value::String(text.to_uppercase());
    serde_json::from_value(word).map_err(|error| error.to_string())
}

pub(crate) async fn run(called: &Called, what: &Agent) -> anyhow::Result<ExitCode> {
    let api = Api::of(called)?;
    match what {
        Agent::List => {
            let agents: Vec<AgentView> = api.list("/agents", AGENTS_PER_USER_MAX).await?;
            tell(called.json, &agents, line)?;
        }
        Agent::Create(new) => {
            let made: AgentView = api.post("/agents", &body(new)?).await?;
            tell(called.json, &[made], |agent| agent.id.to_string())?;
        }
        Agent::Show { agent } => {
            tell(called.json, &[own(&api, agent).await?], whole)?;
        }
        Agent::Add {
            agent,
            project,
            role,
            mode,
            tool_servers,
        } => {
            let add = AddAgent {
                agent_id: own(&api, agent).await?.id,
                role: *role,
                mode: *mode,
                budget: AgentBudget::default(),
                tool_servers: tool_servers.clone(),
            };
            let path = format!("/projects/{project}/agents");
            let added: ProjectAgentView = api.post(&path, &add).await?;
            tell(called.json, &[added], |agent| {
                format!("{}  {}", agent.agent_id, word(agent.role))
            })?;
        }
        Agent::Delete { agent } => {
            let agent = own(&api, agent).await?;
            api.delete(&format!("/agents/{}", agent.id)).await?;
            tell(called.json, &[agent], |agent| {
                format!("deleted {}", agent.id)
            })?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn body(new: &NewAgent) -> anyhow::Result<CreateAgent> {
    let system_prompt = match &new.prompt_file {
        Some(file) => {
            let text = fs::read_to_string(file);
            Some(text.with_context(|| format!("{} cannot be read", file.display()))?)
        }
        None => None,
    };
    Ok(CreateAgent {
        name: valid("--name", new.name.clone())?,
        slug: optional("--slug", new.slug.clone())?,
        description: optional("--description", new.description.clone())?,
        r#type: valid("--type", new.r#type.clone())?,
        role: None,
        icon: None,
        color: None,
        system_prompt: optional("--prompt-file", system_prompt)?,
        model: optional("--model", new.model.clone())?,
        fallback_model: None,
        context_window_size: None,
        max_tokens: None,
        temperature: None,
        top_p: None,
        config: None,
    })
}

pub(super) fn valid<T: TryFrom<String, Error = String>>(
    flag: &str,
    text: String,
) -> anyhow::Result<T> {
    T::try_from(text).map_err(|detail| anyhow::anyhow!("{flag} {detail}"))
}

fn optional<T: TryFrom<String, Error = String>>(
    flag: &str,
    text: Option<String>,
) -> anyhow::Result<Option<T>> {
    text.map(|text| valid(flag, text)).transpose()
}

/// One of one's own, by slug or id.
async fn own(api: &Api, name: &str) -> Answer<AgentView> {
    let agents: Vec<AgentView> = api.list("/agents", AGENTS_PER_USER_MAX).await?;
    choose(agents, name, |agent| (agent.id.to_string(), &agent.slug))
}

/// One of a project, by slug or id.
pub(super) async fn of_project(
    api: &Api,
    project: ProjectId,
    name: &str,
) -> Answer<ProjectAgentView> {
    let path = format!("/projects/{project}/agents");
    let agents: Vec<ProjectAgentView> = api.list(&path, AGENTS_PER_PROJECT_MAX).await?;
    choose(agents, name, |agent| {
        (agent.agent_id.to_string(), &agent.slug)
    })
}

/// Slugs are a person's own, so that two people may bring agents of one slug into a project.
fn choose<T>(agents: Vec<T>, name: &str, called: impl Fn(&T) -> (String, &String)) -> Answer<T> {
    let is_it = |agent: &T| {
        let (id, slug) = called(agent);
        id == name || slug == name
    };
    let (mut found, others): (Vec<T>, Vec<T>) = agents.into_iter().partition(is_it);
    if found.len() > 1 {
        let ids: Vec<String> = found.iter().map(|agent| called(agent).0).collect();
        let (name, ids) = (in_a_line(name), ids.join(", "));
        return Err(CallError::SeveralAgents { name, ids });
    }
    found.pop().ok_or_else(|| {
        let slugs = others.iter().map(|agent| called(agent).1.as_str());
        let there = match slugs.collect::<Vec<_>>().join(", ") {
            none if none.is_empty() => NO_AGENTS.to_owned(),
            slugs => slugs,
        };
        let name = in_a_line(name);
        CallError::UnknownAgent { name, there }
    })
}

fn line(agent: &AgentView) -> String {
    let (status, name) = (word(agent.status), in_a_line(&agent.name));
    format!("{}  {:<9}  {:<20}  {name}", agent.id, status, agent.slug)
}

fn whole(agent: &AgentView) -> String {
    let said = [
        ("id", agent.id.to_string()),
        ("slug", agent.slug.clone()),
        ("name", in_a_line(&agent.name)),
        ("type", in_a_line(&agent.r#type)),
        ("status", word(agent.status)),
        (
            "model",
            agent
                .model
                .as_deref()
                .unwrap_or("(the project's)")
                .to_owned(),
        ),
        ("prompt version", agent.prompt_version.to_string()),
    ];
    let said = said.map(|(name, value)| format!("{name}: {value}"));
    format!("{}\n\n{}", said.join("\n"), printable(&agent.system_prompt))
}
