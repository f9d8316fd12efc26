//! How messages and topics look between instances.
//!
//! A message is a version, a kind, its sender's origin, and what belongs to the kind. Instances of
//! two versions may run side by side for a while: what one cannot read it ignores, and the log
//! makes up for it.

use std::{io, sync::Arc};

use bytes::{Buf, Bytes, TryGetError};
use kernel::ProjectId;
use protocol::events::LoggedEvent;
use uuid::Uuid;

use super::message::{Committed, Ephemeral, EphemeralKind, Message, Origin, Topic};

/// Goes up when the same bytes get another meaning.
const VERSION: u8 = 1;

/// Larger commits are only announced: whoever needs their events reads the log.
pub(super) const EVENTS_BYTES_MAX: usize = 32 * 1024;

const COMMITTED: u8 = b'c';
const HEAD: u8 = b'h';
const LOST: u8 = b'l';
const KINDS: [EphemeralKind; 5] = [
    EphemeralKind::Presence,
    EphemeralKind::PresenceAll,
    EphemeralKind::PresenceAsk,
    EphemeralKind::Delta,
    EphemeralKind::Notification,
];

#[derive(Debug, thiserror::Error)]
pub(super) enum Unreadable {
    #[error("it is too short")]
    Short(#[from] TryGetError),
    #[error("its version is {0}")]
    Version(u8),
    #[error("its kind is {0}")]
    Kind(u8),
    #[error("its events cannot be read")]
    Events(#[from] serde_json::Error),
    #[error("commits are about projects")]
    Topic,
}

/// Names channels. Redis does not keep the channels of its databases apart, so that their number
/// is part of the name: deployments may share a server by using different ones.
#[derive(Clone, Copy, Debug)]
pub(super) struct Channels {
    pub(super) database: i64,
}

impl Channels {
    pub(super) fn of_topic(self, topic: Topic) -> String {
        match topic {
            Topic::Project(project) => format!("nl:{}:p:{project}", self.database),
            Topic::People => format!("nl:{}:people", self.database),
        }
    }

    /// What an instance sends to nobody but itself.
    pub(super) fn of_instance(self, origin: Origin) -> String {
        format!("nl:{}:i:{origin}", self.database)
    }

    pub(super) fn topic(self, channel: &[u8]) -> Option<Topic> {
        let channel = std::str::from_utf8(channel).ok()?;
        let (database, name) = channel.strip_prefix("nl:")?.split_once(':')?;
        if database.parse() != Ok(self.database) {
            return None;
        }
        match name.split_once(':') {
            Some(("p", project)) => project.parse().ok().map(Topic::Project),
            None if name == "people" => Some(Topic::People),
            Some(_) | None => None,
        }
    }
}

pub(super) fn encode(origin: Origin, message: &Message) -> Vec<u8> {
    match message {
        Message::Committed(committed) => encode_committed(origin, committed),
        Message::Head { epoch, seq } => encode_head(origin, *epoch, *seq),
        Message::Ephemeral(ephemeral) => {
            let mut bytes = begun(letter(ephemeral.kind), ephemeral.origin);
            bytes.extend_from_slice(&ephemeral.payload);
            bytes
        }
        Message::Lost => begun(LOST, origin),
    }
}

fn letter(kind: EphemeralKind) -> u8 {
    match kind {
        EphemeralKind::Presence => b'p',
        EphemeralKind::PresenceAll => b'a',
        EphemeralKind::PresenceAsk => b'q',
        EphemeralKind::Delta => b'd',
        EphemeralKind::Notification => b'n',
    }
}

fn begun(kind: u8, origin: Origin) -> Vec<u8> {
    let mut bytes = vec![VERSION, kind];
    bytes.extend_from_slice(&origin.to_be_bytes());
    bytes
}

fn encode_committed(origin: Origin, committed: &Committed) -> Vec<u8> {
    let mut bytes = begun(COMMITTED, origin);
    bytes.extend_from_slice(committed.epoch.as_bytes());
    let mut writer = Limited {
        left: EVENTS_BYTES_MAX,
        bytes,
    };
    match serde_json::to_writer(&mut writer, &committed.events) {
        Ok(()) => writer.bytes,
        Err(_) => {
            let seq = committed.events.last().map_or(0, |event| event.seq);
            encode_head(origin, committed.epoch, seq)
        }
    }
}

fn encode_head(origin: Origin, epoch: Uuid, seq: i64) -> Vec<u8> {
    let mut bytes = begun(HEAD, origin);
    bytes.extend_from_slice(epoch.as_bytes());
    bytes.extend_from_slice(&seq.to_be_bytes());
    bytes
}

/// Stops the writing of what would become too large.
struct Limited {
    left: usize,
    bytes: Vec<u8>,
}

impl io::Write for Limited {
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        let left = self.left.checked_sub(piece.len());
        self.left = left.ok_or(io::ErrorKind::FileTooLarge)?;
        self.bytes.extend_from_slice(piece);
        Ok(piece.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A message that came in, of which only the sender is known yet.
pub(super) struct Incoming {
    pub(super) origin: Origin,
    kind: u8,
    body: Bytes,
}

impl Incoming {
    pub(super) fn read(mut message: Bytes) -> Result<Self, Unreadable> {
        let version = message.try_get_u8()?;
        if version != VERSION {
            return Err(Unreadable::Version(version));
        }
        Ok(Self {
            kind: message.try_get_u8()?,
            origin: message.try_get_u32()?,
            body: message,
        })
    }

    pub(super) fn decode(self, topic: Topic) -> Result<Message, Unreadable> {
        let Self { origin, kind, body } = self;
        match kind {
            COMMITTED => {
                let Topic::Project(project) = topic else {
                    return Err(Unreadable::Topic);
                };
                decode_committed(project, body)
            }
            HEAD => decode_head(body),
            LOST => Ok(Message::Lost),
            _ => {
                let known = KINDS.into_iter().find(|known| letter(*known) == kind);
                Ok(Message::Ephemeral(Arc::new(Ephemeral {
                    origin,
                    kind: known.ok_or(Unreadable::Kind(kind))?,
                    payload: body,
                })))
            }
        }
    }
}

fn decode_committed(project: ProjectId, mut body: Bytes) -> Result<Message, Unreadable> {
    let epoch = Uuid::from_u128(body.try_get_u128()?);
    let events: Vec<Arc<LoggedEvent>> = serde_json::from_slice(&body)?;
    Ok(Message::Committed(Arc::new(Committed {
        project,
        epoch,
        events,
    })))
}

fn decode_head(mut body: Bytes) -> Result<Message, Unreadable> {
    Ok(Message::Head {
        epoch: Uuid::from_u128(body.try_get_u128()?),
        seq: body.try_get_i64()?,
    })
}

#[cfg(test)]
mod fuzz;

#[cfg(test)]
mod tests {
    use kernel::ActorKind;
    use protocol::{
        events::{ActorView, Event, SideEffects},
        values::Timestamp,
    };

    use super::*;

    const ORIGIN: Origin = 77;
    const CHANNELS: Channels = Channels { database: 3 };

    fn event(seq: i64, data: serde_json::Value) -> Arc<LoggedEvent> {
        let data = serde_json::value::to_raw_value(&data).unwrap();
        Arc::new(LoggedEvent {
            seq,
            event: Event::decode("task.note", &data, None).unwrap(),
            data,
            actor: ActorView {
                kind: ActorKind::User,
                id: Some(Uuid::nil()),
                name: Some("Ada".to_owned()),
            },
            op_id: None,
            effects: SideEffects::default(),
            at: Timestamp(chrono::DateTime::UNIX_EPOCH),
        })
    }

    fn committed(events: Vec<Arc<LoggedEvent>>) -> Message {
        Message::Committed(Arc::new(Committed {
            project: ProjectId::from_uuid(Uuid::nil()),
            epoch: Uuid::from_u128(9),
            events,
        }))
    }

    fn there_and_back(message: &Message) -> Message {
        let bytes = encode(ORIGIN, message);
        let incoming = Incoming::read(bytes.into()).unwrap();
        assert_eq!(incoming.origin, ORIGIN);
        let topic = Topic::Project(ProjectId::from_uuid(Uuid::nil()));
        incoming.decode(topic).unwrap()
    }

    #[test]
    fn messages_arrive_as_they_left() {
        let mut messages = vec![
            committed(vec![event(4, serde_json::json!({"x": 0.1, "deep": [{}]}))]),
            Message::Head {
                epoch: Uuid::from_u128(5),
                seq: i64::MAX,
            },
            Message::Lost,
        ];
        messages.extend(KINDS.map(|kind| {
            Message::Ephemeral(Arc::new(Ephemeral {
                origin: ORIGIN,
                kind,
                payload: Bytes::from_static(b"{}"),
            }))
        }));
        for message in messages {
            let arrived = there_and_back(&message);
            assert_eq!(format!("{arrived:?}"), format!("{message:?}"));
        }
    }

    #[test]
    fn a_commit_is_sent_whole_up_to_the_limit_and_announced_above_it() {
        let empty = serde_json::to_vec(&[event(1, "".into())]).unwrap().len();
        let sized = |bytes: usize| committed(vec![event(1, "x".repeat(bytes - empty).into())]);

        let whole = there_and_back(&sized(EVENTS_BYTES_MAX));
        assert!(matches!(whole, Message::Committed(_)));

        let announced = there_and_back(&sized(EVENTS_BYTES_MAX + 1));
        let Message::Head { epoch, seq } = announced else {
            panic!("{announced:?}");
        };
        assert_eq!((epoch, seq), (Uuid::from_u128(9), 1));
    }

    #[test]
    fn what_is_no_message_is_an_error() {
        let topic = Topic::Project(ProjectId::generate());
        let read = |bytes: &[u8], topic| {
            let message = Bytes::copy_from_slice(bytes);
            Incoming::read(message).and_then(|incoming| incoming.decode(topic))
        };
        let commit = encode(ORIGIN, &committed(vec![event(1, "x".into())]));
        for length in 0..commit.len() {
            assert!(read(&commit[..length], topic).is_err(), "{length}");
        }
        assert!(matches!(
            read(&commit, Topic::People),
            Err(Unreadable::Topic)
        ));
        let foreign = [
            &b"hello, is anybody there?"[..],
            &[VERSION, b'?', 0, 0, 0, 0],
        ];
        for bytes in foreign {
            assert!(read(bytes, topic).is_err());
        }
    }

    #[test]
    fn channels_name_their_topic_and_nothing_else_does() {
        let project = ProjectId::generate();
        for topic in [Topic::People, Topic::Project(project)] {
            let channel = CHANNELS.of_topic(topic);
            assert_eq!(CHANNELS.topic(channel.as_bytes()), Some(topic));
            let elsewhere = Channels { database: 4 };
            assert_eq!(elsewhere.topic(channel.as_bytes()), None);
        }
        let own = CHANNELS.of_instance(ORIGIN);
        for channel in [
            own.as_str(),
            "",
            "nl:3:",
            "nl:3:p:",
            "nl:3:people:x",
            "x:3:people",
        ] {
            assert_eq!(CHANNELS.topic(channel.as_bytes()), None, "{channel}");
        }
    }
}
