//! Frames that must be refused, each with its answer; the socket goes on unless it is said to close.
//!
//! Others stand beside what they are about. What breaks the WebSocket protocol itself (unmasked,
//! reserved bits, no UTF-8, 65 KiB, binary) is in `sockets::conformance`; an op before `auth` in
//! `sockets::proof`; a `since` above the head, negative or of a foreign epoch, and an op id with other
//! data in `sockets::subscriptions`; an op after removal and an edit of a deleted node in
//! `sockets::access`; ids of another project, alone and among own ones, in `authorization::frames`.

mod limits;

use kernel::{OpId, ProjectId};
use serde_json::{Value, json};

use crate::kit::{Client, Paths, Socket, TestApp};

/// Somebody with a project and a socket that listens to it.
struct Seat {
    app: TestApp,
    owner: Client,
    project: ProjectId,
    socket: Socket,
}

impl Seat {
    async fn take() -> Self {
        Self::in_app(TestApp::start().await).await
    }

    async fn in_app(app: TestApp) -> Self {
        let (project, owner, _) = app.project([]).await;
        let (socket, _) = owner.listen(project).await;
        Self {
            app,
            owner,
            project,
            socket,
        }
    }

    /// Sends a text as it is, which is refused with this code; gives the refusal.
    async fn refused(&mut self, text: &str, code: &str) -> Value {
        self.socket.send_text(text).await;
        let nack = self.socket.next_of("nack").await;
        assert_eq!(nack["code"], code, "{text:.200} was refused with {nack}");
        assert_eq!(nack["retryable"], false);
        self.socket.send(json!({"type": "ping"})).await;
        self.socket.next_of("pong").await;
        nack
    }

    /// Sends an operation with this data as it is, which is refused with this code.
    async fn refused_op(&mut self, op: &str, data: &str, code: &str) {
        let (id, project) = (OpId::generate(), self.project);
        let text = format!(
            r#"{{"type":"op","id":"{id}","project":"{project}","op":"{op}","data":{data}}}"#
        );
        let nack = self.refused(&text, code).await;
        assert_eq!(nack["id"], json!(id), "{text:.200}");
        assert_eq!(nack["project"], json!(project));
    }

    async fn nothing_happened(&self) {
        let path = self.project.nodes();
        assert_eq!(self.owner.all(&path, 50).await, Vec::<Value>::new());
    }
}

#[tokio::test]
async fn an_unknown_type_is_a_nack() {
    let mut seat = Seat::take().await;
    for text in [
        r#"{"type":"nonsense"}"#,
        r#"{"type":"PING"}"#,
        r#"{"type":"pong"}"#,
        r#"{"type":"snapshot"}"#,
        r#"{"type":""}"#,
        r#"{"type":null}"#,
        r#"{"type":1}"#,
        r#"{"type":["ping"]}"#,
        r#"{"type":"\u0000"}"#,
        "{}",
    ] {
        let nack = seat.refused(text, "invalid").await;
        assert_eq!(nack["id"], Value::Null);
    }
    let id = OpId::generate();
    let text = format!(r#"{{"type":"nonsense","id":"{id}"}}"#);
    let nack = seat.refused(&text, "invalid").await;
    assert_eq!(nack["id"], json!(id));
}

#[tokio::test]
async fn what_is_no_json_object_is_a_nack() {
    let mut seat = Seat::take().await;
    for text in [
        "",
        " ",
        "{",
        r#"{"type":"ping""#,
        "nul",
        "'",
        "\u{feff}{}",
        "{}{}",
        r#"{"type":"\ud800"}"#,
    ] {
        seat.refused(text, "bad_json").await;
    }
    for text in [
        "null",
        "1",
        "[]",
        r#""ping""#,
        r#"["ping"]"#,
        r#"[{"type":"ping"}]"#,
    ] {
        seat.refused(text, "invalid").await;
    }
}

#[tokio::test]
async fn a_key_that_stands_twice_is_a_nack() {
    let mut seat = Seat::take().await;
    let project = seat.project;
    for text in [
        r#"{"type":"ping","type":"ping"}"#.to_owned(),
        r#"{"type":"ping","ty\u0070e":"ping"}"#.to_owned(),
        format!(r#"{{"type":"subscribe","project":"{project}","project":"{project}"}}"#),
        format!(r#"{{"type":"presence","project":"{project}","cursor":{{"x":1,"y":1,"x":2}}}}"#),
    ] {
        seat.refused(&text, "invalid").await;
    }
    for data in [
        r#"{"prompt":"a","prompt":"b","position":{"x":0,"y":0}}"#,
        r#"{"prompt":"a","position":{"x":0,"y":0,"x":1}}"#,
        r#"{"prompt":"a","position":{"x":0,"y":0},"metadata":{"k":1,"k":1}}"#,
    ] {
        seat.refused_op("node.create", data, "bad_json").await;
    }
    seat.nothing_happened().await;
}

#[tokio::test]
async fn a_field_too_many_is_a_nack() {
    let mut seat = Seat::take().await;
    let project = seat.project;
    let id = OpId::generate();
    for text in [
        r#"{"type":"ping","extra":1}"#.to_owned(),
        format!(r#"{{"type":"ping","project":"{project}"}}"#),
        format!(r#"{{"type":"subscribe","project":"{project}","ticket":"x"}}"#),
        format!(r#"{{"type":"unsubscribe","project":"{project}","since":1}}"#),
        format!(r#"{{"type":"presence","project":"{project}","id":"{id}"}}"#),
        format!(r#"{{"type":"presence","project":"{project}","cursor":{{"x":1,"y":1,"z":1}}}}"#),
        format!(
            r#"{{"type":"op","id":"{id}","project":"{project}","op":"node.delete","data":{{"id":"{id}"}},"role":"OWNER"}}"#
        ),
    ] {
        seat.refused(&text, "invalid").await;
    }
    for more in [
        r#""id":"01890000-0000-7000-8000-000000000001""#,
        r#""ownerId":null"#,
        r#""llmCost":0"#,
        r#""status":"GENERATING""#,
        r#""provenance":{}"#,
        r#""__proto__":{}"#,
    ] {
        let data = format!(r#"{{"prompt":"a","position":{{"x":0,"y":0}},{more}}}"#);
        seat.refused_op("node.create", &data, "invalid").await;
        let batch = format!(r#"{{"ops":[{{"op":"node.create","data":{data}}}]}}"#);
        seat.refused_op("batch", &batch, "invalid").await;
    }
    seat.nothing_happened().await;
}

#[tokio::test]
async fn a_value_of_another_type_is_a_nack() {
    let mut seat = Seat::take().await;
    let project = seat.project;
    for text in [
        r#"{"type":"subscribe"}"#.to_owned(),
        r#"{"type":"subscribe","project":1}"#.to_owned(),
        r#"{"type":"subscribe","project":"no id"}"#.to_owned(),
        r#"{"type":"unsubscribe","project":null}"#.to_owned(),
        format!(r#"{{"type":"subscribe","project":"{project}","since":"1","epoch":"{project}"}}"#),
        format!(r#"{{"type":"subscribe","project":"{project}","since":1.5,"epoch":"{project}"}}"#),
        format!(r#"{{"type":"subscribe","project":"{project}","since":1,"epoch":"x"}}"#),
        format!(r#"{{"type":"subscribe","project":"{project}","since":99999999999999999999}}"#),
        format!(r#"{{"type":"presence","project":"{project}","cursor":1}}"#),
        format!(r#"{{"type":"presence","project":"{project}","cursor":{{"x":"1","y":1}}}}"#),
        format!(r#"{{"type":"presence","project":"{project}","selection":null}}"#),
        format!(r#"{{"type":"presence","project":"{project}","selection":["x"]}}"#),
        format!(r#"{{"type":"presence","project":"{project}","editing":[]}}"#),
        format!(r#"{{"type":"op","id":"x","project":"{project}","op":"node.delete","data":{{}}}}"#),
        format!(r#"{{"type":"op","id":"{project}","project":"{project}","op":1,"data":{{}}}}"#),
        format!(r#"{{"type":"op","id":"{project}","project":"{project}","op":"node.delete"}}"#),
    ] {
        seat.refused(&text, "invalid").await;
    }
    for (op, data) in [
        ("node.create", "null"),
        ("node.create", "[]"),
        ("node.create", r#"{"prompt":1,"position":{"x":0,"y":0}}"#),
        ("node.move", r#"{"positions":{}}"#),
        ("node.move", r#"{"positions":[]}"#),
        ("node.delete", r#"{"id":"x"}"#),
        ("edge.create", r#"{"sourceId":1,"targetId":2}"#),
        ("node.nonsense", "{}"),
        ("", "{}"),
        (r"\u0000", "{}"),
        ("batch", r#"{"ops":[]}"#),
        ("batch", r#"{"ops":[{"op":"batch","data":{"ops":[]}}]}"#),
        ("batch", "[]"),
    ] {
        seat.refused_op(op, data, "invalid").await;
    }
}

#[tokio::test]
async fn a_position_that_is_no_finite_number_is_a_nack() {
    let mut seat = Seat::take().await;
    let project = seat.project;
    for number in ["1e999", "-1e999", "1e10", "null", "\"1\""] {
        let data = format!(r#"{{"prompt":"a","position":{{"x":{number},"y":0}}}}"#);
        seat.refused_op("node.create", &data, "invalid").await;
    }
    for (number, code) in [
        ("1e999", "bad_json"),
        ("-1e999", "bad_json"),
        ("1e10", "invalid"),
        ("NaN", "bad_json"),
    ] {
        let text = format!(
            r#"{{"type":"presence","project":"{project}","cursor":{{"x":{number},"y":0}}}}"#
        );
        seat.refused(&text, code).await;
    }
    // What is no JSON has no id that could be read.
    for number in ["NaN", "Infinity", "-Infinity", "0x1", "1e", ".5"] {
        let id = OpId::generate();
        let text = format!(
            r#"{{"type":"op","id":"{id}","project":"{project}","op":"node.create","data":{{"prompt":"a","position":{{"x":{number},"y":0}}}}}}"#
        );
        let nack = seat.refused(&text, "bad_json").await;
        assert_eq!(nack["id"], Value::Null);
    }
    seat.nothing_happened().await;
}

#[tokio::test]
async fn nul_and_lone_surrogates_are_a_nack() {
    let mut seat = Seat::take().await;
    for text in [
        r"\u0000",
        r"\ud800",
        r"\udc00",
        r"\ud800\u0041",
        r"\udc00\ud800",
    ] {
        for data in [
            format!(r#"{{"prompt":"a{text}","position":{{"x":0,"y":0}}}}"#),
            format!(r#"{{"prompt":"a","position":{{"x":0,"y":0}},"metadata":{{"{text}":1}}}}"#),
        ] {
            seat.refused_op("node.create", &data, "invalid").await;
        }
    }
    seat.nothing_happened().await;
}

#[tokio::test]
async fn nesting_ten_thousand_deep_is_a_nack() {
    const LEVELS: usize = 10_000;
    let mut seat = Seat::take().await;
    for (open, close) in [("[", "]"), (r#"{"a":"#, "}")] {
        let deep = format!("{}1{}", open.repeat(LEVELS), close.repeat(LEVELS));
        let data =
            format!(r#"{{"prompt":"a","position":{{"x":0,"y":0}},"metadata":{{"a":{deep}}}}}"#);
        seat.refused_op("node.create", &data, "bad_json").await;
        seat.refused(&format!(r#"{{"type":{deep}}}"#), "invalid")
            .await;
    }
    seat.refused(&"[".repeat(LEVELS), "bad_json").await;
    // The first field is refused before its end is missed.
    seat.refused(&r#"{"a":"#.repeat(LEVELS), "invalid").await;
    seat.nothing_happened().await;
}

#[tokio::test]
async fn a_second_auth_is_a_nack() {
    let mut seat = Seat::take().await;
    let ticket = seat.owner.ticket().await;
    let again = json!({"type": "auth", "ticket": ticket}).to_string();

    seat.refused(&again, "bad_request").await;

    // The ticket is not used up by it.
    let mut other = Socket::open(seat.app.address).await;
    other.send_text(&again).await;
    other.next_of("ready").await;
}

#[tokio::test]
async fn presence_without_a_subscription_is_a_nack() {
    let mut seat = Seat::take().await;
    let other = seat.owner.create_project("Other").await;
    let nowhere = ProjectId::generate();
    for project in [other, nowhere] {
        let cursor = json!({"type": "presence", "project": project, "cursor": {"x": 1, "y": 1}});
        let nack = seat.refused(&cursor.to_string(), "bad_request").await;
        assert_eq!(nack["project"], json!(project));
    }
}

#[tokio::test]
async fn an_array_where_an_object_is_wanted_is_a_nack() {
    let mut seat = Seat::take().await;
    let node = seat.owner.create_node(seat.project, "a node").await;
    for (op, data) in [
        ("node.delete", json!([node])),
        ("node.move", json!({"positions": [[node, 1, 2]]})),
        ("project.update", json!([null, "Renamed"])),
        (
            "batch",
            json!([[{"op": "node.delete", "data": {"id": node}}]]),
        ),
    ] {
        seat.refused_op(op, &data.to_string(), "invalid").await;
    }
    let project = seat.project;
    let cursor = format!(r#"{{"type":"presence","project":"{project}","cursor":[1,2,null]}}"#);
    seat.refused(&cursor, "invalid").await;

    let nodes = seat.owner.all(&project.nodes(), 50).await;
    assert_eq!(nodes.len(), 1);
}

#[tokio::test]
async fn an_op_id_that_is_no_uuid_v7_in_lower_case_is_a_nack() {
    let mut seat = Seat::take().await;
    let project = seat.project;
    for id in [
        uuid::Uuid::new_v4().to_string(),
        OpId::generate().to_string().to_uppercase(),
    ] {
        let text = format!(
            r#"{{"type":"op","id":"{id}","project":"{project}","op":"node.create","data":{{"prompt":"?","position":{{"x":0,"y":0}}}}}}"#
        );
        seat.refused(&text, "invalid").await;
    }
    seat.nothing_happened().await;
}
