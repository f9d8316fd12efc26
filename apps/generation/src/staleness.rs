//! Staleness: after every change of a project, which generated answers no longer rest on what their
//! context is now, and which do so again. Decided by comparing fingerprints, in the transaction of
//! the change and under its number.

use std::collections::{HashMap, HashSet};

use canvas::nodes::store_staleness;
use kernel::{NodeId, Result};
use platform::Write;
use protocol::{
    events::{Event, Staleness},
    nodes::NodeStatus,
};

use crate::{
    context::{Changed, Contexts, Instructions, Speaker, Text, fingerprint, walk},
    generations::Active,
};

/// Says in the event of a command what it did to the staleness of answers.
pub(crate) async fn settle(write: &mut Write) -> Result<()> {
    if !write.events().iter().any(touches_contexts) {
        return Ok(());
    }
    if !has_answers(write).await? {
        return Ok(());
    }
    let contexts = write.known_mut::<Contexts>();
    let changed = contexts.map(Contexts::take_changed).unwrap_or_default();
    let staleness = within(write, &changed).await?;
    if staleness.is_empty() {
        return Ok(());
    }
    store_staleness(write, &staleness).await?;
    write.change_staleness(staleness);
    Ok(())
}

/// Whether what is outside of the project, such as somebody's instructions, made any answer stale,
/// or fresh again, and nobody has said so yet.
pub(crate) async fn would_change(write: &mut Write) -> Result<bool> {
    if !has_answers(write).await? {
        return Ok(false);
    }
    let staleness = within(write, &Changed::Everywhere).await?;
    Ok(!staleness.is_empty())
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
async fn within(write: &mut Write, changed: &Changed) -> Result<Staleness> {
    let contexts = write.projection::<Contexts>().await?;
    let nodes = contexts.within(changed);
    let speakers = nodes.iter().filter_map(|node| contexts.speaker(*node));
    let speakers: HashSet<Speaker> = speakers.collect();
    if speakers.is_empty() {
        return Ok(Staleness::default());
    }
    let said = Instructions::read(write.read().await?, speakers).await?;
    let contexts = write.projection::<Contexts>().await?;
    Ok(compare(contexts, &said, &nodes))
}

fn compare(contexts: &Contexts, said: &Instructions, nodes: &HashSet<NodeId>) -> Staleness {
    let project = &contexts.defaults().system_prompt;
    let mut systems: HashMap<Speaker, Text> = HashMap::new();
    let mut staleness = Staleness::default();
    walk(contexts, nodes, |chain| {
        let node = chain.node();
        let (Some(answer), Some(speaker)) = (contexts.answer(node), contexts.speaker(node)) else {
            return;
        };
        let system = systems
            .entry(speaker)
            .or_insert_with(|| Text::of(&said.system(project, speaker)));
        // A question that no longer fits would be refused: certainly not the same call.
        let now = fingerprint(chain, system, &answer.asked);
        let is_fresh = now.is_ok_and(|now| now == answer.fingerprint);
        match (chain.facts().status, is_fresh) {
            (NodeStatus::Completed, false) => staleness.stale.push(node),
            (NodeStatus::Stale, true) => staleness.fresh.push(node),
            // What is being written, or failed, says so first; it is compared when it ends.
            (
                NodeStatus::Idle
                | NodeStatus::Generating
                | NodeStatus::Completed
                | NodeStatus::Error
                | NodeStatus::Stale,
                _,
            ) => {}
        }
    });
    staleness.stale.sort_unstable();
    staleness.fresh.sort_unstable();
    staleness
}

fn touches_contexts(event: &Event) -> bool {
    match event {
        Event::ProjectUpdate(_)
        | Event::NodeUpdate(_)
        | Event::NodeDelete(_)
        | Event::NodeRestore(_)
        | Event::EdgeCreate(_)
        | Event::EdgeUpdate(_)
        | Event::EdgeDelete(_)
        | Event::GenerationEnd(_)
        | Event::GenerationCancel(_)
        | Event::GenerationSelect(_)
        | Event::InstructionsChange {} => true,
        Event::Batch(batch) => batch.ops.iter().any(touches_contexts),
        // A node that begins has nothing below it.
        Event::NodeCreate(_)
        | Event::NodeMove(_)
        | Event::GenerationStart(_)
        | Event::ProjectCreate(_)
        | Event::ProjectDelete {}
        | Event::ProjectRestore {}
        | Event::MemberAdd(_)
        | Event::MemberUpdate(_)
        | Event::MemberRemove(_)
        | Event::InvitationCreate(_)
        | Event::InvitationRevoke(_)
        | Event::RefreshStart(_)
        | Event::RefreshEnd(_) => false,
    }
}
