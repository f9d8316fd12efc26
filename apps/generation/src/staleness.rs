//! Staleness: after every change of a project, which generated answers no longer rest on what their
//! context is now, and which do so again. Decided by comparing fingerprints, in the transaction of
//! the change and under its number.

use std::collections::{HashMap, HashSet};

use canvas::nodes::store_staleness;
use kernel::{NodeId, Result};
use platform::{Write, blocking};
use protocol::{
    events::{
        EdgeEvent, Event, GenerationEvent, InstructionsEvent, NodeEvent, ProjectEvent, SideEffects,
    },
    nodes::NodeStatus,
};
use rustc_hash::FxHashMap;

use crate::{
    context::{
        Changed, Compared, Contexts, Inherited, Instructions, Learned, Speaker, Text, compare,
    },
    generations::Active,
};

/// Comparing among more nodes than these takes milliseconds, for which nobody else should wait.
const COMPARED_BESIDE_OTHERS_MAX: usize = 500;

/// Says in the event of a command what it did to the staleness of answers.
pub(crate) async fn settle(write: &mut Write) -> Result<()> {
    if !write.news().iter().any(touches_contexts) {
        return Ok(());
    }
    compare_changed(write).await
}

/// The same, for whoever knows that something changed.
pub(crate) async fn compare_changed(write: &mut Write) -> Result<()> {
    if !has_answers(write).await? {
        return Ok(());
    }
    let contexts = write.known_mut::<Contexts>();
    let changed = contexts.map(Contexts::take_changed).unwrap_or_default();
    let effects = within(write, &changed).await?;
    if effects.is_empty() {
        return Ok(());
    }
    store_staleness(write, &effects).await?;
    write.add_effects(effects);
    Ok(())
}

/// Whether what is outside of the project, such as somebody's instructions, made any answer stale,
/// or fresh again, and nobody has said so yet.
pub(crate) async fn would_change(write: &mut Write) -> Result<bool> {
    if !has_answers(write).await? {
        return Ok(false);
    }
    let effects = within(write, &Changed::Everywhere).await?;
    Ok(!effects.is_empty())
}

/// Whether there is anything to compare; then contexts are remembered.
async fn has_answers(write: &mut Write) -> Result<bool> {
    if !write.projection::<Active>().await?.has_answers {
        return Ok(false);
    }
    write.projection::<Contexts>().await?;
    Ok(true)
}

/// Where answers within this part of the project no longer are what their status says.
async fn within(write: &mut Write, changed: &Changed) -> Result<SideEffects> {
    let contexts = write.projection::<Contexts>().await?;
    let nodes = contexts.within(changed);
    let candidates = Candidates::of(contexts, &nodes);
    if candidates.is_nothing() {
        return Ok(SideEffects::default());
    }
    let speakers: HashSet<Speaker> = candidates.speakers.values().copied().collect();
    let said = Instructions::read(write.read().await?, speakers).await?;
    let known = write.feature::<Learned>();
    let contexts = write.projection::<Contexts>().await?;
    let answers = candidates.systems(contexts, &said);
    if let Some(contexts) = write.known_mut::<Contexts>() {
        known.tell(contexts, answers.keys());
    }
    let contexts = write.projection::<Contexts>().await?;
    let comparing = || compare(contexts, &answers);
    let Compared { fresh, learned } = if nodes.len() > COMPARED_BESIDE_OTHERS_MAX {
        blocking::in_place(comparing)
    } else {
        comparing()
    };
    let mut effects = SideEffects::default();
    for node in answers.into_keys().chain(candidates.otherwise) {
        let status = contexts.facts(node).map(|facts| facts.status);
        match (status, fresh.contains(&node)) {
            (Some(NodeStatus::Completed), false) => effects.stale.push(node),
            (Some(NodeStatus::Stale), true) => effects.fresh.push(node),
            (_, _) => {}
        }
    }
    effects.stale.sort_unstable();
    effects.fresh.sort_unstable();
    known.keep(contexts, &learned);
    if let Some(contexts) = write.known_mut::<Contexts>() {
        contexts.learn(learned);
    }
    Ok(effects)
}

/// The generated answers among some nodes.
#[derive(Default)]
struct Candidates {
    /// Those that are compared, and whose instructions go with each.
    speakers: FxHashMap<NodeId, Speaker>,
    /// Those of which the branch says already that they would be asked otherwise.
    otherwise: Vec<NodeId>,
}

impl Candidates {
    fn of(contexts: &Contexts, nodes: &HashSet<NodeId>) -> Self {
        let inherited = contexts.inherited_by(nodes.iter().copied());
        let nothing = Inherited::default();
        let mut candidates = Self::default();
        for node in nodes {
            let Some(answer) = contexts.answer(*node) else {
                continue;
            };
            if !is_compared(contexts, *node) {
                continue;
            }
            let inherited = inherited.get(node).unwrap_or(&nothing);
            if inherited.under(&answer.under.chosen) == answer.under {
                let speaker = contexts.speaker(inherited, answer.by);
                candidates.speakers.insert(*node, speaker);
            } else {
                candidates.otherwise.push(*node);
            }
        }
        candidates
    }

    fn is_nothing(&self) -> bool {
        self.speakers.is_empty() && self.otherwise.is_empty()
    }

    /// What each of them would be told first.
    fn systems(&self, contexts: &Contexts, said: &Instructions) -> FxHashMap<NodeId, Text> {
        let project = &contexts.defaults().system_prompt;
        let mut systems: HashMap<Speaker, Text> = HashMap::new();
        let speakers = self.speakers.iter();
        speakers
            .map(|(node, speaker)| {
                let system = systems.entry(*speaker).or_insert_with(|| {
                    let branch = contexts.branch_says(*speaker);
                    Text::of(&said.system(project, branch, *speaker))
                });
                (*node, *system)
            })
            .collect()
    }
}

fn is_compared(contexts: &Contexts, node: NodeId) -> bool {
    contexts
        .facts(node)
        .is_some_and(|facts| match facts.status {
            NodeStatus::Completed | NodeStatus::Stale => true,
            // What is being written, or failed, says so first; it is compared when it ends.
            NodeStatus::Idle | NodeStatus::Generating | NodeStatus::Error => false,
        })
}

fn touches_contexts(event: &Event) -> bool {
    match event {
        Event::Project(ProjectEvent::Update(_))
        | Event::Node(NodeEvent::Update(_) | NodeEvent::Delete(_) | NodeEvent::Restore(_))
        | Event::Edge(EdgeEvent::Create(_) | EdgeEvent::Update(_) | EdgeEvent::Delete(_))
        | Event::Generation(
            GenerationEvent::End(_) | GenerationEvent::Cancel(_) | GenerationEvent::Select(_),
        )
        | Event::Instructions(InstructionsEvent::Change {}) => true,
        Event::Batch(batch) => batch.ops.iter().any(touches_contexts),
        // A node that begins has nothing below it.
        Event::Node(NodeEvent::Create(_) | NodeEvent::Move(_))
        | Event::Generation(GenerationEvent::Start(_))
        | Event::Project(
            ProjectEvent::Create(_) | ProjectEvent::Delete {} | ProjectEvent::Restore {},
        )
        | Event::Member(_)
        | Event::Invitation(_)
        | Event::Refresh(_)
        | Event::Feature(_) => false,
    }
}
