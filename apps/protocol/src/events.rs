//! What happened: numbered per project, so that state + events = state.
//!
//! Events come in families. Whoever follows events matches the families one by one, and of those that
//! it cares for each event, so that neither a new family nor a new event is overlooked.

mod effects;
mod family;
mod feature;
mod generations;
mod log;
mod members;
mod nodes;
mod projects;
mod schema;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

use kernel::{Resource, Visibility};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de, ser::SerializeStruct};
use serde_json::value::RawValue;
use utoipa::ToSchema;

pub use effects::SideEffects;
pub use feature::{FeatureEvent, FeatureFamily};
pub use generations::{GenerationEvent, InstructionsEvent, RefreshEvent};
pub use log::{
    ActorView, EVENTS_LIMIT_MAX, EventView, EventsQuery, EventsView, LoggedEvent, ShownEvent,
};
pub use members::{
    InvitationCreated, InvitationEvent, InvitationRevoked, MemberAdded, MemberEvent,
};
pub use nodes::{
    EdgeEvent, EdgeUpdated, NodeEvent, NodeMoved, NodeRestored, NodeUpdated, NodesMoved,
};
pub use projects::{ProjectCreated, ProjectEvent, ProjectUpdated};

/// The word of several events under one number.
const BATCH: &str = "batch";

/// What the events of the families above may hold.
const FAMILIES_HOLD: [Resource; 5] = [
    Resource::Project,
    Resource::Graph,
    Resource::SystemPrompt,
    Resource::Members,
    Resource::Costs,
];

/// One thing that happened to a project. Events and fields are added, never changed.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    Project(ProjectEvent),
    Member(MemberEvent),
    Invitation(InvitationEvent),
    Node(NodeEvent),
    Edge(EdgeEvent),
    Generation(GenerationEvent),
    Refresh(RefreshEvent),
    Instructions(InstructionsEvent),
    /// One that a feature defines in its own crate.
    Feature(FeatureEvent),
    /// Several at once, under one number.
    Batch(BatchEvent),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct BatchEvent {
    #[schema(no_recursion)]
    pub ops: Vec<Event>,
}

impl Event {
    /// The word under which it is stored and sent.
    #[must_use]
    pub fn op(&self) -> &str {
        match self {
            Self::Project(event) => event.op(),
            Self::Member(event) => event.op(),
            Self::Invitation(event) => event.op(),
            Self::Node(event) => event.op(),
            Self::Edge(event) => event.op(),
            Self::Generation(event) => event.op(),
            Self::Refresh(event) => event.op(),
            Self::Instructions(event) => event.op(),
            Self::Feature(event) => event.op(),
            Self::Batch(_) => BATCH,
        }
    }

    /// What happened one by one: the parts of a batch, or the event itself.
    #[must_use]
    pub fn parts(&self) -> &[Self] {
        if let Self::Batch(batch) = self {
            &batch.ops
        } else {
            std::slice::from_ref(self)
        }
    }

    /// The event's `data`, encoded.
    pub fn encode(&self) -> serde_json::Result<Box<RawValue>> {
        match self {
            Self::Project(event) => event.encode(),
            Self::Member(event) => event.encode(),
            Self::Invitation(event) => event.encode(),
            Self::Node(event) => event.encode(),
            Self::Edge(event) => event.encode(),
            Self::Generation(event) => event.encode(),
            Self::Refresh(event) => event.encode(),
            Self::Instructions(event) => event.encode(),
            Self::Feature(event) => Ok(event.data().to_owned()),
            Self::Batch(batch) => serde_json::value::to_raw_value(batch),
        }
    }

    /// Reads an event from its word and its encoded `data`. One of no known family is a feature's.
    pub fn decode(
        op: &str,
        data: &RawValue,
        visible_with: Option<Resource>,
    ) -> serde_json::Result<Self> {
        let text = data.get();
        if op == BATCH {
            return serde_json::from_str(text).map(Self::Batch);
        }
        let known = ProjectEvent::decode(op, text)
            .map(|read| read.map(Self::Project))
            .or_else(|| Some(MemberEvent::decode(op, text)?.map(Self::Member)))
            .or_else(|| Some(InvitationEvent::decode(op, text)?.map(Self::Invitation)))
            .or_else(|| Some(NodeEvent::decode(op, text)?.map(Self::Node)))
            .or_else(|| Some(EdgeEvent::decode(op, text)?.map(Self::Edge)))
            .or_else(|| Some(GenerationEvent::decode(op, text)?.map(Self::Generation)))
            .or_else(|| Some(RefreshEvent::decode(op, text)?.map(Self::Refresh)))
            .or_else(|| Some(InstructionsEvent::decode(op, text)?.map(Self::Instructions)));
        known.unwrap_or_else(|| {
            let event = FeatureEvent::stored(op.to_owned(), data.to_owned(), visible_with);
            Ok(Self::Feature(event))
        })
    }

    /// What of it somebody may see; nothing where that is all hidden. What a family does not say to
    /// be visible is not shown.
    #[must_use]
    pub fn shown_to(&self, visibility: Visibility) -> Option<Cow<'_, Self>> {
        if self.is_whole_for(visibility) {
            return Some(Cow::Borrowed(self));
        }
        let shown = match self {
            Self::Project(event) => event.shown_to(visibility).map(Self::Project),
            Self::Member(event) => event.shown_to(visibility).map(Self::Member),
            Self::Invitation(event) => event.shown_to(visibility).map(Self::Invitation),
            Self::Node(event) => event.shown_to(visibility).map(Self::Node),
            Self::Edge(event) => event.shown_to(visibility).map(Self::Edge),
            Self::Generation(event) => event.shown_to(visibility).map(Self::Generation),
            Self::Refresh(event) => event.shown_to(visibility).map(Self::Refresh),
            Self::Instructions(event) => event.shown_to(visibility).map(Self::Instructions),
            Self::Feature(event) => event.shown_to(visibility).map(Self::Feature),
            Self::Batch(batch) => Some(Self::Batch(batch.shown_to(visibility))),
        };
        shown.map(Cow::Owned)
    }

    /// Whether nothing of it has to be taken out, asked before anything is copied.
    fn is_whole_for(&self, visibility: Visibility) -> bool {
        match self {
            // What is stored with it is not for clients.
            Self::Feature(_) => false,
            Self::Batch(batch) => batch.ops.iter().all(|event| event.is_whole_for(visibility)),
            Self::Project(_)
            | Self::Member(_)
            | Self::Invitation(_)
            | Self::Node(_)
            | Self::Edge(_)
            | Self::Generation(_)
            | Self::Refresh(_)
            | Self::Instructions(_) => FAMILIES_HOLD
                .iter()
                .all(|resource| visibility.covers(*resource)),
        }
    }

    /// Whether after this somebody may see more or less of the project than before.
    #[must_use]
    pub fn changes_access(&self) -> bool {
        match self {
            Self::Project(event) => event.changes_access(),
            Self::Member(event) => event.changes_access(),
            Self::Invitation(event) => event.changes_access(),
            Self::Batch(batch) => batch.ops.iter().any(Self::changes_access),
            Self::Node(_)
            | Self::Edge(_)
            | Self::Generation(_)
            | Self::Refresh(_)
            | Self::Instructions(_)
            | Self::Feature(_) => false,
        }
    }
}

impl BatchEvent {
    /// Each part keeps its place, so that answers to the operations of a batch stay in order.
    fn shown_to(&self, visibility: Visibility) -> Self {
        let shown = |event: &Event| match event.shown_to(visibility) {
            Some(event) => event.into_owned(),
            None => Event::Feature(FeatureEvent::hidden(event.op())),
        };
        Self {
            ops: self.ops.iter().map(shown).collect(),
        }
    }
}

macro_rules! from_families {
    ($($variant:ident($family:ty)),+) => {
        $(
            impl From<$family> for Event {
                fn from(event: $family) -> Self {
                    Self::$variant(event)
                }
            }
        )+
    };
}

from_families!(
    Project(ProjectEvent),
    Member(MemberEvent),
    Invitation(InvitationEvent),
    Node(NodeEvent),
    Edge(EdgeEvent),
    Generation(GenerationEvent),
    Refresh(RefreshEvent),
    Instructions(InstructionsEvent),
    Feature(FeatureEvent)
);

/// As a part of a batch.
impl Serialize for Event {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Project(event) => event.serialize(serializer),
            Self::Member(event) => event.serialize(serializer),
            Self::Invitation(event) => event.serialize(serializer),
            Self::Node(event) => event.serialize(serializer),
            Self::Edge(event) => event.serialize(serializer),
            Self::Generation(event) => event.serialize(serializer),
            Self::Refresh(event) => event.serialize(serializer),
            Self::Instructions(event) => event.serialize(serializer),
            Self::Feature(event) => event.serialize(serializer),
            Self::Batch(batch) => {
                let mut whole = serializer.serialize_struct("Event", 2)?;
                whole.serialize_field("op", BATCH)?;
                whole.serialize_field("data", batch)?;
                whole.end()
            }
        }
    }
}

impl<'de> Deserialize<'de> for Event {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Tagged {
            op: String,
            data: Box<RawValue>,
            #[serde(default)]
            visible_with: Option<Resource>,
        }
        let tagged = Tagged::deserialize(deserializer)?;
        Self::decode(&tagged.op, &tagged.data, tagged.visible_with).map_err(de::Error::custom)
    }
}
