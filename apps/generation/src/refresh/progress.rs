//! Going on with refreshes: after every change, what can be run next is.

use std::collections::{BTreeSet, HashSet};

use canvas::nodes;
use chrono::{DateTime, Utc};
use entity::job_batch;
use kernel::{Error, GenerationId, NodeId, Permission, RefreshId, Result, UserId};
use platform::{Write, batches, convert};
use protocol::{
    events::{Event, GenerationEvent, NodeEvent, ProjectEvent, RefreshEvent},
    generations::RunState,
    nodes::NodeStatus,
    refresh::{RefreshEnded, RefreshOptions},
};
use serde_json::{Value, json};

use super::{REFRESH, wake::Wake};
use crate::{
    context::{Answer, Contexts, ModelPreference, ModelRequest, Parameters},
    generations::{Active, Asked, Begin, answered_before, begin, planned},
    haste,
    setup::Setup,
    staleness,
};

/// What a refresh is about.
#[derive(Debug)]
pub(super) enum Scope {
    Everything,
    Nodes(BTreeSet<NodeId>),
}

impl Scope {
    fn contains(&self, node: NodeId) -> bool {
        match self {
            Self::Everything => true,
            Self::Nodes(nodes) => nodes.contains(&node),
        }
    }
}

/// The nodes in scope whose answers are stale.
pub(super) fn stale(contexts: &Contexts, scope: &Scope) -> Vec<NodeId> {
    let is_stale = |node: &NodeId| {
        let facts = contexts.facts(*node);
        facts.is_some_and(|facts| facts.status == NodeStatus::Stale)
    };
    let answers = contexts.answers().map(|(node, _)| node);
    let mut nodes: Vec<NodeId> = answers
        .filter(|node| scope.contains(*node))
        .filter(is_stale)
        .collect();
    nodes.sort_unstable();
    nodes
}

/// Runs what became possible by what a command did, and ends refreshes that have nothing left.
pub(crate) async fn go_on(write: &mut Write) -> Result<()> {
    if !write.news().iter().any(moves_refreshes) {
        return Ok(());
    }
    let active = write.projection::<Active>().await?;
    let mut refreshes: Vec<RefreshId> = active.refreshes.iter().copied().collect();
    refreshes.sort_unstable();
    for id in refreshes {
        go_on_with(write, id).await?;
    }
    Ok(())
}

fn moves_refreshes(event: &Event) -> bool {
    match event {
        Event::Refresh(RefreshEvent::Start(_))
        | Event::Generation(GenerationEvent::End(_) | GenerationEvent::Cancel(_))
        | Event::Node(NodeEvent::Delete(_))
        | Event::Project(ProjectEvent::Delete {}) => true,
        Event::Batch(batch) => batch.ops.iter().any(moves_refreshes),
        Event::Refresh(RefreshEvent::End(_))
        | Event::Generation(GenerationEvent::Start(_) | GenerationEvent::Select(_))
        | Event::Node(
            NodeEvent::Create(_)
            | NodeEvent::Update(_)
            | NodeEvent::Move(_)
            | NodeEvent::Restore(_),
        )
        | Event::Project(
            ProjectEvent::Create(_) | ProjectEvent::Update(_) | ProjectEvent::Restore {},
        )
        | Event::Member(_)
        | Event::Invitation(_)
        | Event::Edge(_)
        | Event::Instructions(_)
        | Event::Feature(_) => false,
    }
}

/// A refresh as it goes on.
pub(super) struct Going {
    id: RefreshId,
    by: UserId,
    scope: Scope,
    /// Each node is run once: a model that never says the same twice must not run for ever.
    ran: Vec<NodeId>,
    /// Those that there is nothing more to do about, for now.
    done: Vec<NodeId>,
    /// When it goes on by itself, if whoever asked has had as many answers as a minute allows.
    goes_on_at: Option<DateTime<Utc>>,
}

impl Going {
    pub(super) fn of(row: &job_batch::Model) -> Result<Self> {
        let options = row.options.clone();
        let options: RefreshOptions = serde_json::from_value(options).map_err(Error::internal)?;
        Ok(Self {
            id: row.id.into(),
            by: row.requested_by.into(),
            scope: match options.node_ids {
                None => Scope::Everything,
                Some(nodes) => Scope::Nodes(nodes.into_iter().collect()),
            },
            ran: options.ran,
            done: Vec::new(),
            goes_on_at: options.goes_on_at.map(|at| at.0),
        })
    }

    /// As it is kept with the batch.
    fn options(&self, left: &[NodeId]) -> Value {
        let node_ids = match &self.scope {
            Scope::Everything => None,
            Scope::Nodes(nodes) => Some(nodes.iter().copied().collect()),
        };
        json!(RefreshOptions {
            node_ids,
            ran: self.ran.clone(),
            left: left.to_vec(),
            goes_on_at: self.goes_on_at.map(Into::into),
        })
    }

    /// Waits until there is room for another answer. It wakes once, however often that is found out.
    fn wait_until(&mut self, write: &mut Write, at: DateTime<Utc>) -> Result<()> {
        if self.goes_on_at.is_some_and(|known| known > write.now()) {
            return Ok(());
        }
        self.goes_on_at = Some(at);
        let project = write.project_id()?;
        write.enqueue_at(
            at,
            &Wake {
                project,
                refresh: self.id,
            },
        )
    }
}

/// Goes on with one refresh, if it is not over.
pub(super) async fn go_on_with(write: &mut Write, id: RefreshId) -> Result<()> {
    let project = write.project_id()?;
    let row = batches::find(write.read().await?, project, REFRESH, id.uuid().into()).await?;
    match row.filter(|row| row.finished_at.is_none()) {
        Some(row) => advance(write, row).await,
        None => Ok(()),
    }
}

async fn advance(write: &mut Write, row: job_batch::Model) -> Result<()> {
    let mut going = Going::of(&row)?;
    // Whoever asked may be no member any more, or one who may not spend.
    let may_run = write.may(going.by, Permission::RUN);
    let over = write
        .events()
        .iter()
        .any(|event| matches!(event, Event::Project(ProjectEvent::Delete {})));
    if !may_run || over {
        return finish(write, &going, RunState::Cancelled, Vec::new()).await;
    }
    write.projection::<Contexts>().await?;
    // An answer that is taken from an attempt changes at once what is stale, and what is ready.
    let mut is_hasty = false;
    loop {
        let mut answered = false;
        for node in ready(write, &going) {
            match Box::pin(run(write, &going, node)).await? {
                Outcome::Running => going.ran.push(node),
                Outcome::AnsweredBefore => {
                    going.done.push(node);
                    answered = true;
                }
                Outcome::Left => going.done.push(node),
                Outcome::TooSoon(at) => {
                    is_hasty = true;
                    going.wait_until(write, at)?;
                    break;
                }
            }
        }
        if !answered {
            break;
        }
        staleness::compare_changed(write).await?;
    }
    let contexts = write.projection::<Contexts>().await?;
    let left = stale(contexts, &going.scope);
    let active = write.projection::<Active>().await?;
    let is_running = going.ran.iter().any(|node| active.runs.contains_key(node));
    let waits_for_others = write.known::<Contexts>().is_some_and(|contexts| {
        let below = contexts.graph().below(active_nodes(write));
        let below: HashSet<NodeId> = below.into_iter().collect();
        left.iter().any(|node| below.contains(node))
    });
    if !is_hasty {
        going.goes_on_at = None;
    }
    if is_running || waits_for_others || is_hasty {
        return batches::keep(write, going.id.uuid().into(), going.options(&[])).await;
    }
    let state = if left.is_empty() {
        RunState::Completed
    } else {
        RunState::Failed
    };
    finish(write, &going, state, left).await
}

fn active_nodes(write: &Write) -> HashSet<NodeId> {
    write
        .known::<Active>()
        .map(|active| active.runs.keys().copied().collect())
        .unwrap_or_default()
}

/// The stale nodes in scope with nothing before them that is stale there, being written, or failed.
fn ready(write: &Write, going: &Going) -> Vec<NodeId> {
    let Some(contexts) = write.known::<Contexts>() else {
        return Vec::new();
    };
    let stale: HashSet<NodeId> = stale(contexts, &going.scope).into_iter().collect();
    let active = active_nodes(write);
    let failed = going.ran.iter().copied().filter(|node| {
        let facts = contexts.facts(*node);
        facts.is_some_and(|facts| facts.status == NodeStatus::Error)
    });
    let hold_up = stale.iter().copied().chain(active).chain(failed);
    let held_up: HashSet<NodeId> = contexts.graph().below(hold_up).into_iter().collect();
    let is_new = |node: &NodeId| !going.ran.contains(node) && !going.done.contains(node);
    let mut ready: Vec<NodeId> = stale.difference(&held_up).copied().filter(is_new).collect();
    ready.sort_unstable();
    ready
}

/// Begins to regenerate a node as its answer was made.
async fn run(write: &mut Write, going: &Going, node: NodeId) -> Result<Outcome> {
    let contexts = write.projection::<Contexts>().await?;
    let Some(answer) = contexts.answer(node) else {
        return Ok(Outcome::Left);
    };
    let answer = answer.clone();
    let asked = again(write, going.by, node, &answer).await?;
    let project = write.project_id()?;
    let row = nodes::find(write.read().await?, project, node).await?;
    // There is no question any more.
    if row.prompt.trim().is_empty() {
        return Ok(Outcome::Left);
    }
    let plan = match planned(write, node, going.by, &asked.request).await {
        Err(Error::ContextTooLarge { .. }) => return Ok(Outcome::Left),
        plan => plan?,
    };
    if Box::pin(answered_before(write, &row, &plan))
        .await?
        .is_some()
    {
        return Ok(Outcome::AnsweredBefore);
    }
    // What there is no room for stays stale, and the end of the refresh says so.
    if write.require_room().is_err() {
        return Ok(Outcome::Left);
    }
    if let Some(at) = haste::room_at(write, going.by).await? {
        return Ok(Outcome::TooSoon(at));
    }
    let run = Begin {
        id: GenerationId::generate(),
        by: going.by,
        asked,
        refresh: Some(going.id),
        tokens: plan.tokens,
    };
    match begin(write, &row, run).await {
        // What cannot be paid stays stale, and the end of the refresh says so.
        Err(Error::BudgetExceeded(_)) => Ok(Outcome::Left),
        begun => begun.map(|()| Outcome::Running),
    }
}

/// Who is asked again, and how: as before, but for what the branch says otherwise since then.
async fn again(write: &mut Write, by: UserId, node: NodeId, before: &Answer) -> Result<Asked> {
    let setup = Setup::of(write)?;
    let contexts = write.projection::<Contexts>().await?;
    let inherited = contexts.inherited(node);
    let under = inherited.under(&before.under.chosen);
    let model = if under.model == before.under.model {
        setup.catalog.find(&before.asked.model)
    } else {
        None
    };
    let model = match model {
        Some(model) => model,
        // Models come and go, and branches change their mind.
        None => {
            let wishes = ModelPreference::of(contexts, &inherited, by);
            wishes.choose(write.read().await?, &setup, None).await?
        }
    };
    let parameters = Parameters {
        temperature: changed(
            (under.temperature, before.under.temperature),
            before.asked.temperature,
        ),
        top_p: changed((under.top_p, before.under.top_p), before.asked.top_p),
        max_tokens: changed(
            (under.max_tokens, before.under.max_tokens),
            Some(before.asked.max_tokens),
        ),
    };
    Ok(Asked {
        request: ModelRequest::of(&model, parameters),
        under,
    })
}

/// What a branch says now, if that is something else than it said then; else what was asked.
fn changed<T: PartialEq>((now, then): (Option<T>, Option<T>), asked: Option<T>) -> Option<T> {
    if now == then { asked } else { now }
}

/// What became of the wish to regenerate a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    Running,
    /// An attempt had answered exactly this: no model is asked.
    AnsweredBefore,
    /// Whoever asked has had as many as a minute allows, and may have more from this moment on.
    TooSoon(DateTime<Utc>),
    Left,
}

pub(super) async fn finish(
    write: &mut Write,
    going: &Going,
    state: RunState,
    left: Vec<NodeId>,
) -> Result<()> {
    let stored = convert::stored_run_state(state);
    let options = going.options(&left);
    batches::finish(write, going.id.uuid().into(), stored, options).await?;
    write.emit(RefreshEvent::End(RefreshEnded {
        refresh: going.id,
        state,
        ran: going.ran.len(),
        left,
    }));
    Ok(())
}
