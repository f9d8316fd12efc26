//! What fits a node of which kind: only questions have answers, and a frame says nothing and is in no other one.

use entity::{enums, node};
use kernel::{Error, Result};
use platform::convert;
use protocol::nodes::{CreateNode, NodeKind, NodeRole, PatchNode};

/// Refuses what a node of this kind cannot have.
pub(super) fn refuse_unfitting(input: &CreateNode) -> Result<()> {
    let answers = input.kind == NodeKind::Prompt && input.role == NodeRole::User;
    if !answers && (input.response.is_some() || input.summary.is_some()) {
        return Err(unanswered("/response"));
    }
    if input.kind != NodeKind::Frame {
        return Ok(());
    }
    if !input.parent_ids.is_empty() {
        return Err(Error::invalid(
            "/parentIds",
            "must be empty: a frame has no edges",
        ));
    }
    if input.frame_id.is_some() {
        return Err(in_a_frame());
    }
    if input.role != NodeRole::User {
        return Err(Error::invalid(
            "/role",
            "must be USER: a frame says nothing",
        ));
    }
    Ok(())
}

fn unanswered(pointer: &'static str) -> Error {
    Error::invalid(pointer, "must be left out: only a question has an answer")
}

fn in_a_frame() -> Error {
    Error::invalid("/frameId", "must be left out: frames do not hold frames")
}

/// Refuses what a node of this kind cannot become.
pub(super) fn refuse_misfit(row: &node::Model, patch: &PatchNode) -> Result<()> {
    let kind = convert::node_kind(row.kind);
    let role = patch.role.unwrap_or(convert::node_role(row.role));
    let answers = kind == NodeKind::Prompt && role == NodeRole::User;
    let has_answer = match &patch.response {
        Some(response) => response.is_some(),
        None => row.response.is_some(),
    };
    if !answers && has_answer {
        return Err(match patch.response {
            Some(_) => unanswered("/response"),
            None => Error::invalid(
                "/role",
                "cannot change while there is an answer; clear it first",
            ),
        });
    }
    if !answers && row.status == enums::NodeStatus::Generating {
        return Err(Error::Generating);
    }
    if kind == NodeKind::Frame && patch.frame_id.flatten().is_some() {
        return Err(in_a_frame());
    }
    if kind == NodeKind::Frame && role != NodeRole::User {
        return Err(Error::invalid(
            "/role",
            "must be USER: a frame says nothing",
        ));
    }
    Ok(())
}
