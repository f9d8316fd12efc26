//! Where a new node stands if nobody says.

use canvas::{graph::look, nodes::glances};
use kernel::{NodeId, Permission, Result};
use protocol::{Position, values::Coordinate};

use crate::{
    call::Call,
    layout::{APART, BELOW},
};

/// So many nodes around are looked at for whether a place is taken.
const LOOKED_AT_MAX: usize = 300;
/// After so many taken places the next one is as good as any.
const TRIES_MAX: usize = 1_000;

/// A free place below these nodes or, without any, beside the one in focus.
pub async fn below(call: &Call, parents: &[NodeId]) -> Result<Position> {
    let access = call
        .ctx
        .project(call.project, Permission::GRAPH_READ)
        .await?;
    let around = parents.first().copied().or(call.focus);
    let near = look(&call.ctx, &access, |graph| {
        graph.nearest(around, LOOKED_AT_MAX)
    });
    let near = near.await?;
    let glances = glances(&call.ctx, &access, &near).await?;
    let at = |node: &NodeId| glances.get(node).map(|glance| glance.position);
    let taken: Vec<Position> = near.iter().filter_map(at).collect();
    let above: Vec<Position> = parents.iter().filter_map(at).collect();
    let start = if above.is_empty() {
        let beside = call.focus.as_ref().and_then(at).or(taken.first().copied());
        beside.unwrap_or_else(origin)
    } else {
        middle(&above).moved_by(0.0, BELOW)
    };
    Ok(free(start, &taken))
}

fn origin() -> Position {
    let zero = Coordinate::stored(0.0);
    Position { x: zero, y: zero }
}

/// The middle of these, at the height of the lowest.
fn middle(of: &[Position]) -> Position {
    let (mut left, mut right, mut lowest) = (f64::MAX, f64::MIN, f64::MIN);
    for position in of {
        let (x, y) = (position.x.get(), position.y.get());
        (left, right, lowest) = (left.min(x), right.max(x), lowest.max(y));
    }
    Position {
        x: Coordinate::stored(f64::midpoint(left, right)),
        y: Coordinate::stored(lowest),
    }
}

/// The first place to the right that nobody stands on.
fn free(start: Position, taken: &[Position]) -> Position {
    let mut place = start;
    for _ in 0..TRIES_MAX {
        if !taken.iter().any(|other| is_on(place, *other)) {
            break;
        }
        place = place.moved_by(APART, 0.0);
    }
    place
}

fn is_on(one: Position, other: Position) -> bool {
    let (across, down) = (one.x.get() - other.x.get(), one.y.get() - other.y.get());
    across.abs() < APART && down.abs() < BELOW
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(x: f64, y: f64) -> Position {
        Position {
            x: Coordinate::stored(x),
            y: Coordinate::stored(y),
        }
    }

    #[test]
    fn a_place_that_is_taken_is_passed_by_to_the_right() {
        let taken = [at(0.0, 0.0), at(500.0, 10.0)];
        assert_eq!(free(at(0.0, 0.0), &taken), at(1_200.0, 0.0));
        assert_eq!(free(at(0.0, BELOW), &taken[..1]), at(0.0, BELOW));
        assert_eq!(middle(&[at(0.0, 5.0), at(100.0, -5.0)]), at(50.0, 5.0));
    }
}
