//! Presets of people who may no longer write in a project.
//!
//! A preset says what others' models are told, so only somebody who may write there may go on changing
//! it. What it says when they leave stays, as a preset of the owner; theirs is theirs alone again.

use kernel::{Permission, Result, UserId};
use platform::Write;
use projects::{presets, projects as rows};
use protocol::events::{Event, MemberEvent};

/// Keeps what the presets of those who leave say now.
pub(crate) async fn keep_presets(write: &mut Write) -> Result<()> {
    let mut leavers: Vec<UserId> = write.news().iter().filter_map(changed_member).collect();
    leavers.retain(|user| !write.may(*user, Permission::GRAPH_WRITE));
    for user in leavers {
        for preset in presets::used_here(write, user).await? {
            let owner = rows::owner(write).await?;
            let copy = presets::copy_for(write, preset, owner).await?;
            rows::replace_preset(write, preset, Some(copy)).await?;
            canvas::nodes::replace_preset(write, preset, Some(copy)).await?;
        }
    }
    Ok(())
}

fn changed_member(event: &Event) -> Option<UserId> {
    match event {
        Event::Member(MemberEvent::Update(updated)) => Some(updated.user_id),
        Event::Member(MemberEvent::Remove(removed)) => Some(removed.user_id),
        Event::Member(MemberEvent::Add(_))
        | Event::Project(_)
        | Event::Invitation(_)
        | Event::Node(_)
        | Event::Edge(_)
        | Event::Generation(_)
        | Event::Refresh(_)
        | Event::Instructions(_)
        | Event::Feature(_)
        | Event::Batch(_) => None,
    }
}
