//! What clients send.

use std::{borrow::Cow, sync::Arc};

use kernel::{NodeId, OpId, ProjectId};
use serde::{Deserialize, de::IgnoredAny};
use serde_json::{Value, value::RawValue};
use utoipa::ToSchema;
use uuid::Uuid;

use super::presence::{Cursor, PresenceUpdate, SELECTION_IDS_MAX, Sight, TYPING_CHARS_MAX};
use crate::strict;

/// What a client may say. It is read by hand, below, since borrowed text needs one pass over all
/// fields; the attributes of serde are for the schema alone.
#[derive(Debug, ToSchema)]
#[serde(tag = "type", rename_all = "camelCase")]
pub enum ClientFrame<'a> {
    /// Says whose socket it is: the first frame, and the only one of its kind.
    Auth {
        /// From `POST /api/v1/auth/ws-ticket`.
        #[schema(value_type = String)]
        ticket: Cow<'a, str>,
    },
    /// Asks to hear of a project, from the start or from what the client has. Again, it begins anew.
    Subscribe {
        project: ProjectId,
        /// With `since`: the epoch of the state that the client has.
        epoch: Option<Uuid>,
        /// With `epoch`: the number of the last event that the client has applied.
        since: Option<i64>,
    },
    /// Asks to hear no more of a project.
    Unsubscribe {
        project: ProjectId,
    },
    Op(OpFrame<'a>),
    /// Says where this person is in a project; fields that are left out stay as they are.
    Presence {
        project: ProjectId,
        #[serde(flatten)]
        update: PresenceUpdate,
    },
    /// Asks for `pong`.
    Ping,
}

/// One change to a project. It may be sent again until it is answered, and counts once.
#[derive(Debug, ToSchema)]
pub struct OpFrame<'a> {
    /// UUIDv7, made by the client; also becomes the id of the node or edge that it makes.
    pub id: OpId,
    pub project: ProjectId,
    #[schema(value_type = String)]
    pub op: Cow<'a, str>,
    /// What the operation takes.
    #[schema(value_type = Object)]
    pub data: &'a RawValue,
}

/// Why a frame was not understood, with what could be read of it, so that its sender knows which
/// frame is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FrameFault {
    pub is_json: bool,
    pub detail: String,
    pub id: Option<OpId>,
    pub project: Option<ProjectId>,
}

/// The fields of all frames, so that one pass reads any of them.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Fields<'a> {
    #[serde(borrow)]
    r#type: Cow<'a, str>,
    #[serde(borrow)]
    ticket: Option<Cow<'a, str>>,
    project: Option<ProjectId>,
    epoch: Option<Uuid>,
    since: Option<i64>,
    id: Option<OpId>,
    #[serde(borrow)]
    op: Option<Cow<'a, str>>,
    #[serde(borrow)]
    data: Option<&'a RawValue>,
    #[serde(with = "::serde_with::rust::double_option")]
    cursor: Option<Option<Cursor>>,
    // Null clears a cursor; an empty selection clears a selection.
    #[serde(with = "::serde_with::rust::unwrap_or_skip")]
    selection: Option<Vec<NodeId>>,
    #[serde(with = "::serde_with::rust::double_option")]
    editing: Option<Option<NodeId>>,
    #[serde(with = "::serde_with::rust::double_option")]
    view: Option<Option<Sight>>,
    #[serde(with = "::serde_with::rust::double_option")]
    typing: Option<Option<Arc<str>>>,
}

impl<'a> ClientFrame<'a> {
    pub fn parse(text: &'a str) -> Result<Self, FrameFault> {
        // What is no JSON is told apart from what is no object, such as an array that is cut short.
        if !text.trim_start().starts_with('{') {
            let is_json = serde_json::from_str::<IgnoredAny>(text).is_ok();
            let detail = "a frame is one JSON object".to_owned();
            return Err(FrameFault::of(text, is_json, detail));
        }
        let fields = strict::from_str(text)
            .map_err(|error| FrameFault::of(text, error.is_data(), error.to_string()))?;
        Self::from_fields(fields).map_err(|detail| FrameFault::of(text, true, detail))
    }

    fn from_fields(fields: Fields<'a>) -> Result<Self, String> {
        let name = fields.r#type.clone();
        let belonging: &[&str] = match name.as_ref() {
            "auth" => &["ticket"],
            "subscribe" => &["project", "epoch", "since"],
            "unsubscribe" => &["project"],
            "op" => &["id", "project", "op", "data"],
            "presence" => &[
                "project",
                "cursor",
                "selection",
                "editing",
                "view",
                "typing",
            ],
            "ping" => &[],
            "" => return Err("a frame needs a `type`".to_owned()),
            other => return Err(format!("there is no frame of type `{other}`")),
        };
        fields.refuse_others(belonging)?;
        let needed = |field| format!("a frame of type `{name}` needs `{field}`");
        let project = fields.project.ok_or_else(|| needed("project"));
        Ok(match name.as_ref() {
            "auth" => Self::Auth {
                ticket: fields.ticket.ok_or_else(|| needed("ticket"))?,
            },
            "subscribe" => Self::Subscribe {
                project: project?,
                epoch: fields.epoch,
                since: fields.since,
            },
            "unsubscribe" => Self::Unsubscribe { project: project? },
            "op" => Self::Op(OpFrame {
                id: fields.id.ok_or_else(|| needed("id"))?,
                project: project?,
                op: fields.op.ok_or_else(|| needed("op"))?,
                data: fields.data.ok_or_else(|| needed("data"))?,
            }),
            "presence" => Self::Presence {
                project: project?,
                update: fields.presence()?,
            },
            _ => Self::Ping,
        })
    }
}

impl Fields<'_> {
    fn refuse_others(&self, belonging: &[&str]) -> Result<(), String> {
        let there = [
            ("ticket", self.ticket.is_some()),
            ("project", self.project.is_some()),
            ("epoch", self.epoch.is_some()),
            ("since", self.since.is_some()),
            ("id", self.id.is_some()),
            ("op", self.op.is_some()),
            ("data", self.data.is_some()),
            ("cursor", self.cursor.is_some()),
            ("selection", self.selection.is_some()),
            ("editing", self.editing.is_some()),
            ("view", self.view.is_some()),
            ("typing", self.typing.is_some()),
        ];
        let other = there
            .into_iter()
            .find(|(name, is_there)| *is_there && !belonging.contains(name));
        match other {
            Some((name, _)) => Err(format!(
                "a frame of type `{}` has no field `{name}`",
                self.r#type
            )),
            None => Ok(()),
        }
    }

    fn presence(self) -> Result<PresenceUpdate, String> {
        let Self {
            cursor,
            selection,
            editing,
            view,
            typing,
            ..
        } = self;
        if selection
            .as_ref()
            .is_some_and(|ids| ids.len() > SELECTION_IDS_MAX)
        {
            return Err(format!(
                "a selection has at most {SELECTION_IDS_MAX} nodes; send none instead"
            ));
        }
        let line = typing.as_ref().and_then(Option::as_deref);
        if line.is_some_and(|line| line.chars().count() > TYPING_CHARS_MAX) {
            return Err(format!(
                "what is typed is told up to {TYPING_CHARS_MAX} characters; send the end of it"
            ));
        }
        Ok(PresenceUpdate {
            cursor,
            selection,
            editing,
            view,
            typing,
        })
    }
}

impl FrameFault {
    /// Reads the frame once more, without its rules.
    fn of(text: &str, is_json: bool, detail: String) -> Self {
        let value: Value = serde_json::from_str(text).unwrap_or_default();
        let said = |name: &str| value.get(name)?.as_str();
        Self {
            is_json,
            detail,
            id: said("id").and_then(|id| id.parse().ok()),
            project: said("project").and_then(|id| id.parse().ok()),
        }
    }
}

#[cfg(test)]
mod fuzz;

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "01890000-0000-7000-8000-000000000001";

    fn refused(text: &str) -> FrameFault {
        ClientFrame::parse(text).unwrap_err()
    }

    #[test]
    fn what_is_left_out_of_presence_stays_and_what_is_null_goes() {
        let text = format!(r#"{{"type":"presence","project":"{ID}","cursor":null}}"#);
        let Ok(ClientFrame::Presence { update, .. }) = ClientFrame::parse(&text) else {
            panic!("not understood");
        };
        assert_eq!(update.cursor, Some(None));
        assert_eq!(update.editing, None);
        assert_eq!(update.selection, None);
    }

    #[test]
    fn a_field_of_another_frame_is_refused_with_its_name() {
        let text = format!(r#"{{"type":"subscribe","project":"{ID}","ticket":"x"}}"#);
        let fault = refused(&text);
        assert_eq!(
            fault.detail,
            "a frame of type `subscribe` has no field `ticket`"
        );
        assert_eq!(fault.project.map(|id| id.to_string()).as_deref(), Some(ID));
    }

    #[test]
    fn a_refused_operation_is_known_by_its_id() {
        let text = format!(r#"{{"type":"op","id":"{ID}","op":"node.delete","data":{{}}}}"#);
        let fault = refused(&text);
        assert_eq!(fault.detail, "a frame of type `op` needs `project`");
        assert_eq!(fault.id.map(|id| id.to_string()).as_deref(), Some(ID));
    }

    #[test]
    fn repeated_and_unknown_fields_and_what_is_no_json_are_refused() {
        assert!(refused(r#"{"type":"ping","type":"ping"}"#).is_json);
        assert!(refused(r#"{"type":"ping","extra":1}"#).is_json);
        assert!(refused(r#"["ping"]"#).is_json);
        assert!(!refused(r#"{"type":"ping""#).is_json);
        assert!(!refused("").is_json);
    }
}
