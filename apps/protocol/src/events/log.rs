//! Events in their place in the log: numbered, with who did it, and what somebody may see of them.

use std::borrow::Cow;

use kernel::{ActorKind, NodeId, OpId, Resource, Visibility};
use serde::{Deserialize, Serialize};
use serde_json::{Value, value::RawValue};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{Event, SideEffects};
use crate::values::Timestamp;

pub const EVENTS_LIMIT_MAX: u64 = 1_000;

/// An event as the log holds it.
#[derive(Clone, Debug)]
pub struct LoggedEvent {
    pub seq: i64,
    pub event: Event,
    /// The event's `data`, encoded once for everybody who may see all of it.
    pub data: Box<RawValue>,
    pub actor: ActorView,
    /// The client's own id for the operation.
    pub op_id: Option<OpId>,
    pub effects: SideEffects,
    pub at: Timestamp,
}

impl LoggedEvent {
    /// What is stored beside the data, so that a feature's event is shown to nobody else later.
    #[must_use]
    pub fn visible_with(&self) -> Option<Resource> {
        match &self.event {
            Event::Feature(event) => event.visible_with(),
            Event::Project(_)
            | Event::Member(_)
            | Event::Invitation(_)
            | Event::Node(_)
            | Event::Edge(_)
            | Event::Generation(_)
            | Event::Refresh(_)
            | Event::Instructions(_)
            | Event::Batch(_) => None,
        }
    }

    /// The event as somebody may see it. The number stays whatever is hidden, so that the log has no
    /// gap.
    #[must_use]
    pub fn shown_to(&self, visibility: Visibility) -> ShownEvent<'_> {
        let data = match self.event.shown_to(visibility) {
            Some(Cow::Borrowed(_)) => Cow::Borrowed(&*self.data),
            // What the server made can be encoded; otherwise it stays hidden.
            Some(Cow::Owned(event)) => Cow::Owned(event.encode().unwrap_or_else(|_| nothing())),
            None => Cow::Owned(nothing()),
        };
        let actor = if visibility.covers(Resource::Members) {
            self.actor.clone()
        } else {
            ActorView {
                kind: self.actor.kind,
                id: None,
                name: None,
            }
        };
        ShownEvent {
            seq: self.seq,
            op: self.event.op(),
            data,
            actor,
            op_id: self.op_id,
            effects: self.effects.shown_to(visibility),
            visible_with: None,
            at: self.at,
        }
    }

    fn whole(&self) -> ShownEvent<'_> {
        ShownEvent {
            seq: self.seq,
            op: self.event.op(),
            data: Cow::Borrowed(&*self.data),
            actor: self.actor.clone(),
            op_id: self.op_id,
            effects: self.effects.clone(),
            visible_with: self.visible_with(),
            at: self.at,
        }
    }
}

impl PartialEq for LoggedEvent {
    fn eq(&self, other: &Self) -> bool {
        let fields = |event: &Self| (event.seq, event.actor.clone(), event.op_id, event.at);
        fields(self) == fields(other) && self.event == other.event && self.effects == other.effects
    }
}

/// Data of which nothing is shown.
pub(super) fn nothing() -> Box<RawValue> {
    RawValue::from_string("{}".to_owned()).unwrap_or_default()
}

/// Between instances the whole event travels, so that each can show it to those who may see it.
impl Serialize for LoggedEvent {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.whole().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for LoggedEvent {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Wire {
            seq: i64,
            op: String,
            data: Box<RawValue>,
            actor: ActorView,
            // Made by a version that knew other ids, it is in the log all the same.
            op_id: Option<Uuid>,
            #[serde(default)]
            stale: Vec<NodeId>,
            #[serde(default)]
            fresh: Vec<NodeId>,
            #[serde(default)]
            visible_with: Option<Resource>,
            at: Timestamp,
        }
        let wire = Wire::deserialize(deserializer)?;
        let event = Event::decode(&wire.op, &wire.data, wire.visible_with)
            .map_err(serde::de::Error::custom)?;
        Ok(Self {
            seq: wire.seq,
            event,
            data: wire.data,
            actor: wire.actor,
            op_id: wire.op_id.map(OpId::from_uuid),
            effects: SideEffects {
                stale: wire.stale,
                fresh: wire.fresh,
            },
            at: wire.at,
        })
    }
}

/// An event on its way out, with no more than its reader may see.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ShownEvent<'a> {
    seq: i64,
    op: &'a str,
    data: Cow<'a, RawValue>,
    actor: ActorView,
    op_id: Option<OpId>,
    #[serde(flatten)]
    effects: SideEffects,
    #[serde(skip_serializing_if = "Option::is_none")]
    visible_with: Option<Resource>,
    at: Timestamp,
}

impl ShownEvent<'_> {
    pub fn to_view(&self) -> serde_json::Result<EventView> {
        let SideEffects { stale, fresh } = self.effects.clone();
        Ok(EventView {
            seq: self.seq,
            op: self.op.to_owned(),
            data: serde_json::from_str(self.data.get())?,
            actor: self.actor.clone(),
            op_id: self.op_id,
            stale,
            fresh,
            at: self.at,
        })
    }
}

/// An event as it leaves the server.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct EventView {
    pub seq: i64,
    pub op: String,
    #[schema(value_type = Object)]
    pub data: Value,
    pub actor: ActorView,
    /// The client's own id for the operation.
    #[schema(required)]
    pub op_id: Option<OpId>,
    /// Nodes whose answers no longer rest on what their context is now.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stale: Vec<NodeId>,
    /// Nodes whose answers do so again.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fresh: Vec<NodeId>,
    pub at: Timestamp,
}

impl EventView {
    /// The event with its type, as a client that reads it would know it.
    pub fn typed(&self) -> serde_json::Result<Event> {
        let data = serde_json::value::to_raw_value(&self.data)?;
        Event::decode(&self.op, &data, None)
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ActorView {
    pub kind: ActorKind,
    /// Null for those who may not see members.
    #[schema(required)]
    pub id: Option<Uuid>,
    #[schema(required)]
    pub name: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct EventsView {
    pub epoch: Uuid,
    /// The number of the last change in the project, whether it is in this answer or not.
    pub head: i64,
    /// Contiguous, in order.
    pub events: Vec<EventView>,
}

/// Which events.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct EventsQuery {
    /// Those after this number.
    #[param(minimum = 0, default = 0)]
    pub after: Option<i64>,
    /// How many at most.
    #[param(minimum = 1, maximum = 1000, default = 200)]
    pub limit: Option<u64>,
}
