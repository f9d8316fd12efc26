//! What no type says: which frame answers which, and what codes and limits mean.

use http::extract::JSON_LEVELS_MAX;
use platform::Settings;
use protocol::{
    frames::{FRAME_BYTES_MAX, SELECTION_IDS_MAX},
    ops::OPS_PER_BATCH_MAX,
};
use serde_json::{Value, json};

use crate::{
    outbox::{OUTBOX_BYTES_MAX, OUTBOX_FRAMES_MAX},
    socket::{
        FRAME_TOO_LARGE, GONE, NO_LONGER_ALLOWED, NOT_AUTHENTICATED, NOT_TEXT, NOT_UTF8,
        OPS_IN_FLIGHT_MAX, PROOF_MAX, PROTOCOL_ERROR, PROTOCOL_RESTART, RESTARTING,
        SUBSCRIPTIONS_MAX, TOO_MANY_MESSAGES, TOO_SLOW, TRY_LATER,
    },
};

/// What a client may say, what it is for, and what may be the answer.
pub(super) const ANSWERS: [(&str, &str, &[&str]); 6] = [
    ("auth", "Say whose socket it is.", &["ready", "closing"]),
    (
        "subscribe",
        "Hear of a project: everything that was missed, or the project whole, and then every event.",
        &["snapshot", "tail", "nack", "closing"],
    ),
    (
        "unsubscribe",
        "Hear no more of a project.",
        &["unsubscribed"],
    ),
    (
        "op",
        "Change a project. The answer names the operation's id; answers to several may come in any order.",
        &["ack", "nack"],
    ),
    (
        "presence",
        "Say where one is. There is no answer unless it is refused.",
        &["nack"],
    ),
    ("ping", "See whether the server is there.", &["pong"]),
];

/// What may come without having been asked for.
pub(super) const TOLD: [&str; 9] = [
    "events",
    "presence",
    "delta",
    "notification",
    "notifications.count",
    "snapshot",
    "unsubscribed",
    "nack",
    "closing",
];

/// The codes of refusals. All but `gone` are those of the API, explained at `/problems/{code}`.
pub(super) const NACKS: [(&str, &str); 24] = [
    (
        "bad_request",
        "The frame has no place here, such as a second `auth`. Do not repeat it.",
    ),
    (
        "bad_json",
        "It is not JSON, nested too deeply, or names a key twice.",
    ),
    (
        "unauthenticated",
        "The session has ended; the socket will be closed with 4001.",
    ),
    ("forbidden", "The role in the project does not suffice."),
    (
        "insufficient_scope",
        "Whoever acts was not given the scope that this takes.",
    ),
    (
        "not_found",
        "There is no such project, or it is not for this user. Give it up.",
    ),
    (
        "gone",
        "What the operation names is not there, or no more. Undo it locally.",
    ),
    (
        "conflict",
        "It contradicts what is there; `detail` says how.",
    ),
    (
        "cycle",
        "The edge would close a cycle; `path` lists its nodes.",
    ),
    (
        "generating",
        "The node's answer is being written. Wait, cancel that, or send `whileGenerating` as `CANCEL`.",
    ),
    (
        "version_mismatch",
        "Somebody changed it since. Apply the change to what is there now, under a new id.",
    ),
    (
        "invalid",
        "A field is missing, unknown or not acceptable; `errors` points at each.",
    ),
    ("self_edge", "An edge cannot lead from a node to itself."),
    (
        "op_reused",
        "The id was used for another operation. Use a new id for each.",
    ),
    (
        "limit_reached",
        "There may be no more of these; `detail` names the limit.",
    ),
    (
        "too_much_work",
        "The change would look at more of the project than one change may. Make it in smaller parts.",
    ),
    (
        "storage_full",
        "The projects of this one's owner hold as much text as they may; `detail` says how much.",
    ),
    (
        "precondition_required",
        "Text is changed with the `baseVersion` it was made for.",
    ),
    (
        "budget_exceeded",
        "There is no money or are no tokens left for this; `detail` says of what.",
    ),
    (
        "context_too_large",
        "Instructions and prompt alone are more than the model takes.",
    ),
    (
        "rate_limited",
        "Too many. Send it again after `retryAfterMs`, under the same id.",
    ),
    (
        "internal",
        "A fault of the server. Send it again later, under the same id.",
    ),
    (
        "busy",
        "Too many changes wait for the project. Send it again after `retryAfterMs`, under the same id.",
    ),
    (
        "unavailable",
        "The database cannot be reached. Send it again after `retryAfterMs`, under the same id.",
    ),
];

/// A code with which the server closes.
pub(super) struct CloseCode {
    pub(super) code: u16,
    meaning: &'static str,
    /// Whether a `closing` frame comes before it.
    pub(super) is_announced: bool,
    reaction: Reaction,
}

#[derive(Clone, Copy)]
enum Reaction {
    ComeBack,
    StayAway,
    MendTheClient,
}

pub(super) const CLOSE_CODES: [CloseCode; 12] = [
    ours(
        NOT_AUTHENTICATED,
        "The ticket is missing, unknown or used, or the session has ended.",
        Reaction::StayAway,
    ),
    ours(
        NO_LONGER_ALLOWED,
        "The only project of the socket is no longer for its user.",
        Reaction::StayAway,
    ),
    ours(
        GONE,
        "The only project of the socket was deleted.",
        Reaction::StayAway,
    ),
    ours(
        TOO_SLOW,
        "The client read too slowly, and missed what there was no room for.",
        Reaction::ComeBack,
    ),
    ours(
        PROTOCOL_RESTART,
        "The project was restored and has a new epoch.",
        Reaction::ComeBack,
    ),
    ours(
        TOO_MANY_MESSAGES,
        "The client sent more messages than the limits allow.",
        Reaction::ComeBack,
    ),
    ours(
        RESTARTING,
        "The server restarts; another one may be there already.",
        Reaction::ComeBack,
    ),
    ours(
        TRY_LATER,
        "The account has too many sockets, or the database cannot be read.",
        Reaction::ComeBack,
    ),
    violation(PROTOCOL_ERROR, "A frame broke the WebSocket protocol."),
    violation(NOT_TEXT, "A binary frame: only text is understood."),
    violation(NOT_UTF8, "A text that is not UTF-8."),
    violation(FRAME_TOO_LARGE, "A message larger than `frameBytes`."),
];

const fn ours(code: u16, meaning: &'static str, reaction: Reaction) -> CloseCode {
    CloseCode {
        code,
        meaning,
        is_announced: true,
        reaction,
    }
}

const fn violation(code: u16, meaning: &'static str) -> CloseCode {
    CloseCode {
        code,
        meaning,
        is_announced: false,
        reaction: Reaction::MendTheClient,
    }
}

impl Reaction {
    fn sentence(self) -> &'static str {
        match self {
            Self::ComeBack => "Reconnect with full jitter and resume from the last event.",
            Self::StayAway => "Do not reconnect by yourself.",
            Self::MendTheClient => "Mend the client.",
        }
    }
}

pub(super) fn close_codes() -> Value {
    let close_code = |close: &CloseCode| {
        json!({
            "code": close.code,
            "meaning": close.meaning,
            "announcedByClosing": close.is_announced,
            "reconnect": matches!(close.reaction, Reaction::ComeBack),
            "reaction": close.reaction.sentence(),
        })
    };
    CLOSE_CODES.iter().map(close_code).collect()
}

/// A name, a value, its unit, and what it limits.
type Limit = (&'static str, Value, &'static str, &'static str);

/// What the socket bears as it is configured by itself. `ready` says what holds.
pub(super) fn limits() -> Value {
    let all = fixed_limits().into_iter().chain(set_limits());
    all.map(|(name, value, unit, meaning)| {
        json!({"name": name, "value": value, "unit": unit, "meaning": meaning})
    })
    .collect()
}

fn fixed_limits() -> [Limit; 9] {
    [
        (
            "frameBytes",
            json!(FRAME_BYTES_MAX),
            "bytes",
            "A message of a client, all fragments together. More: close 1009.",
        ),
        (
            "jsonLevels",
            json!(JSON_LEVELS_MAX),
            "levels",
            "Nesting of an operation's data. More: nack `bad_json`.",
        ),
        (
            "authWithin",
            json!(PROOF_MAX.as_secs()),
            "s",
            "Until `auth`. Later: close 4001.",
        ),
        (
            "subscriptions",
            json!(SUBSCRIPTIONS_MAX),
            "projects",
            "Of one socket. More: nack `limit_reached`.",
        ),
        (
            "opsInFlight",
            json!(OPS_IN_FLIGHT_MAX),
            "operations",
            "Not yet answered. More wait unread.",
        ),
        (
            "opsPerBatch",
            json!(OPS_PER_BATCH_MAX),
            "operations",
            "In one `batch`.",
        ),
        (
            "selectionIds",
            json!(SELECTION_IDS_MAX),
            "nodes",
            "In one `selection`.",
        ),
        (
            "outboxFrames",
            json!(OUTBOX_FRAMES_MAX),
            "frames",
            "Events that wait for a client that does not read. More: close 4008.",
        ),
        (
            "outboxBytes",
            json!(OUTBOX_BYTES_MAX),
            "bytes",
            "Of events that wait for a client that does not read. More: close 4008.",
        ),
    ]
}

/// Those that an operator may set otherwise.
fn set_limits() -> [Limit; 7] {
    let hub = Settings::default().hub;
    [
        (
            "socketsPerUser",
            json!(hub.sockets_per_user),
            "sockets",
            "Open at a time. More: close 1013.",
        ),
        (
            "opsPerSecond",
            json!(hub.ops_per_second),
            "operations per second",
            "Of one socket; a subscribe counts as one. More: nack `rate_limited`.",
        ),
        (
            "opsBurst",
            json!(hub.ops_burst),
            "operations",
            "At once, after a while without any.",
        ),
        (
            "messagesPerSecond",
            json!(hub.messages_per_second),
            "messages per second",
            "Of one socket, WebSocket pings and pongs included. More: close 4029.",
        ),
        (
            "messagesBurst",
            json!(hub.messages_burst),
            "messages",
            "At once, after a while without any.",
        ),
        (
            "pingMs",
            json!(hub.ping_ms),
            "ms",
            "Between WebSocket pings of the server.",
        ),
        (
            "silenceMs",
            json!(hub.silence_ms),
            "ms",
            "Without a sign of life, after which the connection is given up.",
        ),
    ]
}
