//! How large nodes are drawn, and where new ones stand so that they cover none. The browser has the same measures
//! (`apps/web/src/project/sizes.ts`); `docs/examples/card-sizes.json` holds both to them.

use std::collections::HashMap;

use entity::node;
use kernel::{NodeId, ProjectId, Result};
use platform::{convert, db};
use protocol::{
    Position,
    nodes::{NodeKind, NodeStatus},
    values::Coordinate,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, JsonValue, QueryFilter,
    QuerySelect, sea_query::Expr,
};
use uuid::Uuid;

use super::queries::IDS_PER_STATEMENT;

/// Between a card and the next one beside it, and between one and what follows below it.
const BESIDE: f64 = 36.0;
const BELOW: f64 = 72.0;
/// So many nodes around are looked at for whether a place is taken.
pub const LOOKED_AT_MAX: usize = 300;

const CARD_WIDTH: f64 = 340.0;
const FRAME: Size = Size {
    width: 800.0,
    height: 480.0,
};
const LETTERS_PER_LINE: f64 = 46.0;
const LINE_HEIGHT: f64 = 21.0;
const PADDING: f64 = 18.0;
const HEADER_HEIGHT: f64 = 38.0;
const TITLE_HEIGHT: f64 = 26.0;
const TAGS_HEIGHT: f64 = 30.0;
const FILES_HEIGHT: f64 = 84.0;
/// Of a card that is its files.
const MEDIA_HEIGHT: f64 = 240.0;
const FOOTER_HEIGHT: f64 = 30.0;
const PROMPT_HEIGHT_MAX: f64 = 192.0;
const NOTE_HEIGHT_MAX: f64 = 400.0;
const ANSWER_HEIGHT_MAX: f64 = 240.0;
/// More than this cannot be seen on a card.
const CHARS_SEEN_MAX: usize = 1_000;

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Size {
    width: f64,
    height: f64,
}

/// What a node takes up of the canvas.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Area {
    x: f64,
    y: f64,
    size: Size,
}

impl Area {
    fn at(position: Position, size: Size) -> Self {
        let (x, y) = (position.x.get(), position.y.get());
        Self { x, y, size }
    }

    fn right(&self) -> f64 {
        self.x + self.size.width
    }

    fn bottom(&self) -> f64 {
        self.y + self.size.height
    }

    fn overlaps(&self, other: &Self) -> bool {
        self.x < other.right()
            && other.x < self.right()
            && self.y < other.bottom()
            && other.y < self.bottom()
    }
}

/// How large a question is drawn once it is answered at length.
#[must_use]
pub fn answered(prompt: &str) -> Size {
    let sized = Sized {
        status: NodeStatus::Generating,
        ..Sized::asking(prompt)
    };
    sized.size()
}

/// The cards around those that something new belongs to.
#[derive(Debug)]
pub struct Around {
    areas: HashMap<NodeId, Area>,
    added: Vec<Area>,
}

impl Around {
    /// Frames are in nobody's way: they hold what stands on them.
    pub async fn read(
        connection: &impl ConnectionTrait,
        project: ProjectId,
        ids: &[NodeId],
    ) -> Result<Self> {
        let mut areas = HashMap::with_capacity(ids.len());
        for chunk in ids.chunks(IDS_PER_STATEMENT) {
            let rows = select()
                .filter(node::Column::ProjectId.eq(project.uuid()))
                .filter(node::Column::Id.is_in(chunk.iter().map(|id| id.uuid())))
                .into_model::<Row>()
                .all(connection)
                .await
                .map_err(db)?;
            areas.extend(rows.iter().map(|row| (row.id.into(), row.area())));
        }
        let added = Vec::new();
        Ok(Self { areas, added })
    }

    /// Room for a card to the right of a node; the next one finds it taken.
    pub fn beside(&mut self, node: NodeId, size: Size) -> Position {
        let wanted = self.areas.get(&node).map_or_else(
            || position(0.0, 0.0),
            |area| position(area.right() + BESIDE, area.y),
        );
        self.take(wanted, size)
    }

    /// Room for a card below the middle of nodes, to the right of those that are there already.
    pub fn below(&mut self, nodes: &[NodeId], children: &[NodeId], size: Size) -> Position {
        let above: Vec<Area> = self.known(nodes).collect();
        let lowest = above.iter().map(Area::bottom).fold(f64::MIN, f64::max);
        let left = above.iter().map(|area| area.x).fold(f64::MAX, f64::min);
        let right = above.iter().map(Area::right).fold(f64::MIN, f64::max);
        let last = self
            .known(children)
            .filter(|child| child.y >= lowest)
            .max_by(|one, other| one.x.total_cmp(&other.x));
        let wanted = match last {
            Some(last) => position(last.right() + BESIDE, last.y),
            None if above.is_empty() => position(0.0, 0.0),
            None => position(
                f64::midpoint(left, right) - size.width / 2.0,
                lowest + BELOW,
            ),
        };
        self.take(wanted, size)
    }

    fn known(&self, nodes: &[NodeId]) -> impl Iterator<Item = Area> {
        nodes.iter().filter_map(|id| self.areas.get(id).copied())
    }

    /// The first place at this height, from here to the right, at which something new covers none of these.
    fn take(&mut self, wanted: Position, size: Size) -> Position {
        let mut row: Vec<&Area> = self.areas.values().chain(&self.added).collect();
        row.sort_by(|one, other| one.x.total_cmp(&other.x));
        let mut area = Area::at(wanted, size);
        for other in row {
            if area.overlaps(other) {
                area.x = other.right() + BESIDE;
            }
        }
        self.added.push(area);
        position(area.x, area.y)
    }
}

/// Within the canvas, whatever was worked out.
fn position(x: f64, y: f64) -> Position {
    let zero = Coordinate::stored(0.0);
    Position { x: zero, y: zero }.moved_by(x.round(), y.round())
}

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    prompt: String,
    response: Option<String>,
    status: entity::enums::NodeStatus,
    kind: entity::enums::NodeKind,
    title: Option<String>,
    tags: Option<JsonValue>,
    attachments: Option<JsonValue>,
    width: Option<f64>,
    height: Option<f64>,
    x: f64,
    y: f64,
}

impl Row {
    fn area(&self) -> Area {
        let sized = Sized {
            prompt: &self.prompt,
            response: self.response.as_deref(),
            status: convert::node_status(self.status),
            kind: convert::node_kind(self.kind),
            has_title: self.title.is_some(),
            has_tags: self
                .tags
                .as_ref()
                .and_then(JsonValue::as_array)
                .is_some_and(|tags| !tags.is_empty()),
            has_files: self.attachments.is_some(),
            width: self.width,
            height: self.height,
        };
        Area {
            x: self.x,
            y: self.y,
            size: sized.size(),
        }
    }
}

fn select() -> sea_orm::Select<node::Entity> {
    let seen = |column: &str| Expr::cust(format!("substr(nodes.{column}, 1, {CHARS_SEEN_MAX})"));
    node::Entity::find()
        .select_only()
        .columns([
            node::Column::Id,
            node::Column::Status,
            node::Column::Kind,
            node::Column::Title,
            node::Column::Tags,
            node::Column::Attachments,
            node::Column::Width,
            node::Column::Height,
            node::Column::X,
            node::Column::Y,
        ])
        .column_as(seen("prompt"), "prompt")
        .column_as(seen("response"), "response")
        .filter(node::Column::DeletedAt.is_null())
        .filter(node::Column::Kind.ne(entity::enums::NodeKind::Frame))
}

/// What the size of a node follows from.
#[derive(Clone, Copy)]
struct Sized<'a> {
    prompt: &'a str,
    response: Option<&'a str>,
    status: NodeStatus,
    kind: NodeKind,
    has_title: bool,
    has_tags: bool,
    has_files: bool,
    width: Option<f64>,
    height: Option<f64>,
}

impl<'a> Sized<'a> {
    fn asking(prompt: &'a str) -> Self {
        Self {
            prompt,
            response: None,
            status: NodeStatus::Idle,
            kind: NodeKind::Prompt,
            has_title: false,
            has_tags: false,
            has_files: false,
            width: None,
            height: None,
        }
    }

    fn size(self) -> Size {
        if self.kind == NodeKind::Frame {
            return Size {
                width: self.width.unwrap_or(FRAME.width),
                height: self.height.unwrap_or(FRAME.height),
            };
        }
        let width = self.width.unwrap_or(CARD_WIDTH);
        let height = self.height.unwrap_or_else(|| self.height_at(width));
        Size { width, height }
    }

    fn height_at(self, width: f64) -> f64 {
        let line = LETTERS_PER_LINE * width / CARD_WIDTH;
        let (prompt_max, files) = match self.kind {
            NodeKind::Media => (NOTE_HEIGHT_MAX, MEDIA_HEIGHT),
            NodeKind::Note => (NOTE_HEIGHT_MAX, FILES_HEIGHT),
            NodeKind::Prompt | NodeKind::Frame => (PROMPT_HEIGHT_MAX, FILES_HEIGHT),
        };
        let mut head = HEADER_HEIGHT + text_height(self.prompt, line).min(prompt_max);
        if self.has_title {
            head += TITLE_HEIGHT;
        }
        if self.has_tags {
            head += TAGS_HEIGHT;
        }
        if self.has_files {
            head += files;
        }
        // An answer has its room from the moment at which it is asked for.
        if self.status == NodeStatus::Generating {
            return head + ANSWER_HEIGHT_MAX + FOOTER_HEIGHT;
        }
        self.response.map_or(head, |response| {
            head + text_height(response, line).min(ANSWER_HEIGHT_MAX) + FOOTER_HEIGHT
        })
    }
}

fn text_height(text: &str, line_letters: f64) -> f64 {
    let seen: String = text.chars().take(CHARS_SEEN_MAX).collect();
    let lines: f64 = seen
        .split('\n')
        .map(|line| {
            let letters = u32::try_from(line.chars().count()).unwrap_or(u32::MAX);
            (f64::from(letters) / line_letters).ceil().max(1.0)
        })
        .sum();
    PADDING + lines * LINE_HEIGHT
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Example {
        of: String,
        prompt: String,
        response: Option<String>,
        status: Option<NodeStatus>,
        kind: Option<NodeKind>,
        title: Option<String>,
        #[serde(default)]
        tags: Vec<String>,
        #[serde(default)]
        attachments: Vec<serde_json::Value>,
        set_width: Option<f64>,
        set_height: Option<f64>,
        width: f64,
        height: f64,
    }

    #[test]
    fn the_server_and_the_browser_draw_nodes_equally_large() {
        let text = include_str!("../../../../docs/examples/card-sizes.json");
        let examples: Vec<Example> = serde_json::from_str(text).expect("examples");
        for example in examples {
            let sized = Sized {
                response: example.response.as_deref(),
                status: example.status.unwrap_or(NodeStatus::Idle),
                kind: example.kind.unwrap_or(NodeKind::Prompt),
                has_title: example.title.is_some(),
                has_tags: !example.tags.is_empty(),
                has_files: !example.attachments.is_empty(),
                width: example.set_width,
                height: example.set_height,
                ..Sized::asking(&example.prompt)
            };
            let Size { width, height } = sized.size();
            assert_eq!(
                (width, height),
                (example.width, example.height),
                "{}",
                example.of
            );
        }
    }

    #[test]
    fn what_is_new_covers_nothing_and_stands_beside_what_was_there() {
        let size = answered("Why?");
        let [one, two] = [NodeId::generate(), NodeId::generate()];
        let areas = [(one, 0.0, 0.0), (two, 500.0, 10.0)]
            .map(|(id, x, y)| (id, Area::at(position(x, y), size)));
        let mut around = Around {
            areas: HashMap::from(areas),
            added: Vec::new(),
        };
        let first = around.take(position(0.0, 0.0), size);
        assert_eq!(first, position(500.0 + size.width + BESIDE, 0.0));
        let below = around.below(&[one], &[], size);
        assert_eq!(below, position(0.0, size.height + BELOW));
        let beside = around.below(&[one], &[], size);
        assert_eq!(beside, position(size.width + BESIDE, size.height + BELOW));
    }
}
