//! The document of the socket is true: `kit::Socket` holds every frame of every test against it, and
//! here every message goes over a socket once.

use std::collections::BTreeSet;

use bytes::Bytes;
use kernel::{ProjectId, Role};
use platform::bus::{EphemeralKind, Topic};
use serde_json::{Value, json};

use crate::kit::{Paths, Socket, TestApp, asyncapi, parsed};

fn node() -> Value {
    json!({"prompt": "Idea", "position": {"x": 1, "y": 2}})
}

/// Lets the server tell what no feature tells yet, in the way that features will.
async fn tell(app: &TestApp, topic: Topic, kind: EphemeralKind, payload: Value) {
    let payload = Bytes::from(payload.to_string());
    app.inside(async move |platform| platform.bus.tell_everyone(topic, kind, payload))
        .await;
}

async fn ask_and_be_refused(socket: &mut Socket, project: ProjectId) {
    let first = socket.done(project, "node.create", node()).await;
    let gone = json!({"id": kernel::NodeId::generate()});
    socket.refused(project, "node.delete", gone).await;
    let batch = json!({"ops": [
        {"op": "node.create", "data": node()},
        {"op": "node.delete", "data": {"id": first["data"]["id"]}},
    ]});
    socket.done(project, "batch", batch).await;
}

#[tokio::test]
async fn every_message_goes_over_a_socket_and_is_as_the_document_says() {
    let app = TestApp::start().await;
    let (project, owner, [editor]) = app.project([Role::Editor]).await;
    let own = editor.create_project("Own").await;
    let (mut socket, first) = editor.listen(project).await;
    socket.subscribe(own).await;

    ask_and_be_refused(&mut socket, project).await;
    socket
        .resume(project, &first["epoch"], parsed(&first["seq"]))
        .await;
    socket.send(json!({"type": "ping"})).await;
    socket.next_of("pong").await;
    let (mut other, _) = owner.listen(project).await;
    other
        .send(json!({"type": "presence", "project": project, "cursor": {"x": 1, "y": 1}}))
        .await;
    socket.next_of("presence").await;
    let node = owner.create_node(project, "Once?").await;
    owner.generate(project, node, json!({})).await;
    socket.next_of("delta").await;
    let note = json!({
        "user": editor.user_id(), "notification": {"id": node},
        "count": {"unread": 1, "version": 1},
    });
    tell(&app, Topic::People, EphemeralKind::Notification, note).await;
    socket.next_of("notification").await;
    socket.next_of("notifications.count").await;
    socket
        .send(json!({"type": "unsubscribe", "project": own}))
        .await;
    socket.next_of("unsubscribed").await;
    let path = project.member(editor.user_id());
    owner.delete(&path).await.expect(204);
    socket.closed().await;

    let seen: BTreeSet<String> = socket.seen.union(&other.seen).cloned().collect();
    let all: BTreeSet<String> = asyncapi::messages().into_iter().collect();
    assert_eq!(seen, all);
}

/// What the server may send, the document names field by field: a field that it does not name fails
/// the test that hears it.
#[test]
fn a_frame_that_is_not_in_the_document_is_noticed() {
    use asyncapi::{Way, message};
    let project = ProjectId::generate();
    let id = kernel::OpId::generate();
    let op = |op: &str, data: Value| json!({"type": "op", "id": id, "project": project, "op": op, "data": data});
    let event = |op: &str, data: Value| {
        json!({"type": "events", "project": project, "events": [{
            "seq": 1, "op": op, "data": data, "opId": null, "at": "2026-01-31T09:30:00.000Z",
            "actor": {"kind": "USER", "id": null, "name": null},
        }]})
    };
    let edge = json!({"id": kernel::EdgeId::generate()});
    let batch = |inner: Value| event("batch", json!({"ops": [inner]}));
    let good = [
        (Way::FromClient, json!({"type": "ping"})),
        (Way::FromClient, op("edge.delete", edge.clone())),
        (Way::FromServer, event("edge.delete", edge.clone())),
        (Way::FromServer, event("member.remove", json!({}))),
        (
            Way::FromServer,
            batch(json!({"op": "edge.delete", "data": edge})),
        ),
    ];
    let mut with_more = event("edge.delete", edge.clone());
    with_more["events"][0]["more"] = json!(1);
    let bad = [
        (Way::FromClient, json!({"type": "ping", "more": 1})),
        (Way::FromClient, json!({"type": "pong"})),
        (Way::FromClient, json!({"type": "auth"})),
        (Way::FromClient, op("edge.delete", node())),
        (Way::FromClient, op("nonsense", json!({}))),
        (
            Way::FromClient,
            op(
                "batch",
                json!({"ops": [{"op": "edge.delete", "data": edge, "more": 1}]}),
            ),
        ),
        (Way::FromServer, json!({"type": "pong", "more": 1})),
        (Way::FromServer, json!({"type": "ping"})),
        (
            Way::FromServer,
            json!({"type": "closing", "code": 1000, "reason": ""}),
        ),
        (
            Way::FromServer,
            json!({"type": "nack", "id": null, "code": "else", "detail": "", "retryable": false}),
        ),
        (
            Way::FromServer,
            json!({"type": "ack", "id": id, "seq": 1, "data": {"more": 1}}),
        ),
        (Way::FromServer, event("edge.delete", node())),
        (Way::FromServer, event("nonsense", json!({}))),
        (Way::FromServer, with_more),
        (
            Way::FromServer,
            batch(json!({"op": "edge.delete", "data": {"id": "no id"}})),
        ),
    ];
    for (way, frame) in good {
        message(way, &frame).expect("it is as the document says");
    }
    for (way, frame) in bad {
        message(way, &frame).expect_err("it is not in the document");
    }
}
