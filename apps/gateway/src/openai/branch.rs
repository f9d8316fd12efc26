//! Which of the turns that a client says came before stand on the canvas already.
//!
//! Clients send a conversation whole each time, and name the node it began at or the one it came to. What
//! the branch holds is not added again, wherever it goes on.

use canvas::{
    graph::look,
    nodes::{self, Node, glances},
};
use kernel::{NodeId, Permission, Result};
use platform::{Ctx, ProjectAccess};

use super::{messages::Turn, model::End};

/// How far up a branch is looked at for what a client repeats.
const UP_MAX: usize = 200;
/// How many children of a node are looked at, the newest first.
const CHILDREN_MAX: usize = 100;

/// Where a conversation goes on, and what is not there yet.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) node: NodeId,
    pub(super) missing: Vec<Turn>,
}

pub(super) async fn find(ctx: &Ctx, end: End, before: Vec<Turn>) -> Result<Place> {
    let End { project, node, .. } = end;
    let mut place = Place {
        node,
        missing: before,
    };
    if place.missing.is_empty() {
        return Ok(place);
    }
    let access = ctx.project(project, Permission::GRAPH_READ).await?;
    let above = above(ctx, &access, node).await?;
    place.missing = not_above(&above, place.missing);
    while let Some(turn) = place.missing.first() {
        let Some(child) = child(ctx, &access, place.node, turn).await? else {
            break;
        };
        place.node = child;
        place.missing.remove(0);
    }
    Ok(place)
}

/// The branch that ends here, its end last.
async fn above(ctx: &Ctx, access: &ProjectAccess, end: NodeId) -> Result<Vec<Node>> {
    let ids = look(ctx, access, |graph| {
        let parent = |node: &NodeId| graph.parents(*node).into_iter().next_back();
        let mut ids: Vec<NodeId> = std::iter::successors(Some(end), parent)
            .take(UP_MAX)
            .collect();
        ids.reverse();
        ids
    })
    .await?;
    let mut branch = Vec::with_capacity(ids.len());
    for id in ids {
        branch.push(nodes::find(ctx.reader(), access.project, id).await?);
    }
    Ok(branch)
}

/// The turns that do not stand above: instructions wherever they stand, the others as they followed
/// each other up to the end.
fn not_above(above: &[Node], before: Vec<Turn>) -> Vec<Turn> {
    let instructions: Vec<Turn> = before
        .iter()
        .filter(|turn| turn.is_instruction)
        .cloned()
        .collect();
    let is_instruction = |node: &&Node| instructions.iter().any(|turn| is_same(node, turn));
    let stands = |turn: &Turn| turn.is_instruction && above.iter().any(|node| is_same(node, turn));
    let left: Vec<Turn> = before.into_iter().filter(|turn| !stands(turn)).collect();
    let said: Vec<&Node> = above.iter().filter(|node| !is_instruction(node)).collect();
    let known = (1..=left.len().min(said.len())).rev().find(|count| {
        let end = said.iter().skip(said.len() - count);
        end.zip(&left).all(|(node, turn)| is_same(node, turn))
    });
    left.into_iter().skip(known.unwrap_or_default()).collect()
}

/// A child that says the same.
async fn child(
    ctx: &Ctx,
    access: &ProjectAccess,
    node: NodeId,
    turn: &Turn,
) -> Result<Option<NodeId>> {
    let mut children = look(ctx, access, |graph| graph.children(node)).await?;
    children.sort_unstable_by(|one, other| other.cmp(one));
    children.truncate(CHILDREN_MAX);
    let glances = glances(ctx, access, &children).await?;
    for child in children {
        let begins_alike = glances
            .get(&child)
            .is_some_and(|glance| turn.prompt.trim().starts_with(glance.beginning.trim()));
        if begins_alike {
            let found = nodes::find(ctx.reader(), access.project, child).await?;
            if is_same(&found, turn) {
                return Ok(Some(child));
            }
        }
    }
    Ok(None)
}

/// Clients take blanks away at the ends.
fn is_same(node: &Node, turn: &Turn) -> bool {
    let answer = |text: &Option<String>| text.as_deref().unwrap_or_default().trim().to_owned();
    node.prompt.trim() == turn.prompt.trim() && answer(&node.response) == answer(&turn.answer)
}

#[cfg(test)]
mod tests {
    use kernel::ProjectId;
    use protocol::{
        Position,
        nodes::{NodeKind, NodeRole, NodeStatus},
        values::Coordinate,
    };

    use super::*;

    fn node(prompt: &str, response: Option<&str>) -> Node {
        let zero = Coordinate::stored(0.0);
        Node {
            kind: NodeKind::Prompt,
            role: NodeRole::User,
            project_id: ProjectId::generate(),
            id: NodeId::generate(),
            prompt: prompt.to_owned(),
            response: response.map(str::to_owned),
            summary: None,
            status: NodeStatus::Completed,
            position: Position { x: zero, y: zero },
            llm_model: None,
            generation_id: None,
            is_partial: false,
            version: 1,
            updated_at: Default::default(),
        }
    }

    fn turn(prompt: &str, answer: Option<&str>) -> Turn {
        Turn {
            prompt: prompt.to_owned(),
            answer: answer.map(str::to_owned),
            is_instruction: answer.is_none(),
        }
    }

    #[test]
    fn what_stands_above_is_not_missing_whatever_the_client_sends_of_it() {
        let above = [
            node("root", None),
            node("Be brief.", None),
            node("One?", Some("1")),
            node("Two?", Some("2 ")),
        ];
        let (brief, one, two) = (
            turn("Be brief.", None),
            turn("One?", Some("1")),
            turn("Two?", Some("2")),
        );
        let three = turn("Three?", Some("3"));
        let polite = turn("Be polite.", None);

        let whole = vec![brief.clone(), one.clone(), two.clone()];
        assert!(not_above(&above, whole).is_empty());
        assert!(not_above(&above, vec![two.clone()]).is_empty());
        // What does not lead up to the end was said elsewhere.
        let elsewhere = vec![one.clone()];
        assert_eq!(not_above(&above, elsewhere.clone()), elsewhere);
        let more = vec![brief, two, three.clone()];
        assert_eq!(not_above(&above, more), [three]);
        let other = vec![polite.clone(), one];
        assert_eq!(not_above(&above, other.clone()), other);
        assert_eq!(not_above(&[], vec![polite.clone()]), [polite]);
    }
}
