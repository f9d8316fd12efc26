//! `nonlinear task`.

mod watch;

use std::process::ExitCode;

use clap::{Args, Subcommand};
use kernel::{NodeId, ProjectId, TaskId};
use protocol::tasks::{StartTask, TaskLimits, TaskMessage, TaskView};

use self::watch::address;
use super::{
    agent::{of_project, valid},
    api::{Api, Called},
    printed::{in_a_line, tell, word},
};

#[derive(Debug, Subcommand)]
pub(crate) enum Task {
    /// Give an agent something to do, and print the task's id.
    Run(NewTask),
    /// Print what a task says while it says it, then its result. Ctrl-C leaves it running.
    Watch(OneTask),
    /// Say something to a task, such as the answer that it waits for.
    Say {
        #[arg(long)]
        project: ProjectId,
        task: TaskId,
        /// Watch it then.
        #[arg(long)]
        watch: bool,
        #[arg(required = true)]
        text: Vec<String>,
    },
    /// End a task.
    Cancel(OneTask),
    /// List tasks, the newest first: id, status, agent, name.
    List {
        #[arg(long)]
        project: ProjectId,
        /// Only those of this agent: its slug or id.
        #[arg(long)]
        agent: Option<String>,
        /// Only those at this node.
        #[arg(long)]
        node: Option<NodeId>,
        /// Only those that are not over.
        #[arg(long)]
        open: bool,
        /// How many at most.
        #[arg(long, default_value_t = 50)]
        limit: usize,
    },
}

#[derive(Debug, Args)]
pub(crate) struct NewTask {
    #[arg(long)]
    project: ProjectId,
    /// An agent of the project: its slug or id.
    #[arg(long)]
    agent: String,
    /// Where the task stands; the whole project if it is left out.
    #[arg(long)]
    node: Option<NodeId>,
    /// Watch it to its end.
    #[arg(long)]
    watch: bool,
    #[arg(required = true)]
    prompt: Vec<String>,
}

#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct OneTask {
    #[arg(long)]
    project: ProjectId,
    task: TaskId,
}

pub(crate) async fn run(called: &Called, what: &Task) -> anyhow::Result<ExitCode> {
    let api = Api::of(called)?;
    match what {
        Task::Run(new) => {
            let start = body(&api, new).await?;
            let path = format!("/projects/{}/tasks", new.project);
            let task: TaskView = api.post(&path, &start).await?;
            begun(called, &api, &task, new.watch).await
        }
        Task::Watch(one) => watch::watch(called, &api, one.project, one.task).await,
        Task::Say {
            project,
            task,
            watch,
            text,
        } => {
            let message = TaskMessage {
                text: valid("TEXT", text.join(" "))?,
            };
            let path = format!("{}/messages", address(*project, task));
            let task: TaskView = api.post(&path, &message).await?;
            begun(called, &api, &task, *watch).await
        }
        Task::Cancel(OneTask { project, task }) => {
            let path = format!("{}/cancel", address(*project, task));
            let task: TaskView = api.ask(&path).await?;
            tell(called.json, &[task], line)?;
            Ok(ExitCode::SUCCESS)
        }
        Task::List {
            project,
            agent,
            node,
            open,
            limit,
        } => {
            let mut query = vec![format!("open={open}")];
            if !open {
                query.clear();
            }
            if let Some(agent) = agent {
                let agent = of_project(&api, *project, agent).await?;
                query.push(format!("agent={}", agent.agent_id));
            }
            query.extend(node.map(|node| format!("node={node}")));
            let path = format!("/projects/{project}/tasks?{}", query.join("&"));
            let tasks: Vec<TaskView> = api.list(path.trim_end_matches('?'), *limit).await?;
            tell(called.json, &tasks, line)?;
            Ok(ExitCode::SUCCESS)
        }
    }
}

async fn body(api: &Api, new: &NewTask) -> anyhow::Result<StartTask> {
    // What is wrong with the prompt is said without asking the server.
    let prompt = valid("PROMPT", new.prompt.join(" "))?;
    Ok(StartTask {
        agent_id: of_project(api, new.project, &new.agent).await?.agent_id,
        node_id: new.node,
        selection: Vec::new(),
        name: None,
        description: None,
        prompt,
        priority: None,
        deadline: None,
        limits: TaskLimits::default(),
        metadata: None,
    })
}

/// Says which task it is; if that is wanted, to its end.
async fn begun(
    called: &Called,
    api: &Api,
    task: &TaskView,
    to_its_end: bool,
) -> anyhow::Result<ExitCode> {
    tell(called.json, &[task], |task| task.id.to_string())?;
    if !to_its_end {
        return Ok(ExitCode::SUCCESS);
    }
    watch::watch(called, api, task.project_id, task.id).await
}

fn line(task: &TaskView) -> String {
    let (agent, name) = (in_a_line(&task.agent_name), in_a_line(&task.name));
    format!("{}  {:<9}  {agent}  {name}", task.id, word(task.status))
}
