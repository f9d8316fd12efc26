//! However edits come in, every copy becomes the same.

use kernel::{ProjectId, Role};
use protocol::{events::EventView, graph::GraphView};
use serde_json::{Value, json};

use crate::kit::{Client, Paths, Replica, Socket, TestApp, parsed};

async fn state_hash(client: &Client, project: ProjectId) -> (i64, String) {
    let hash = client.get(&project.state_hash()).await.expect(200);
    (parsed(&hash["seq"]), parsed(&hash["hash"]))
}

fn copy(snapshot: &Value) -> Replica {
    Replica::of(parsed::<GraphView>(&snapshot["graph"]))
}

async fn follow(socket: &mut Socket, project: ProjectId, copy: &mut Replica, until: i64) {
    if copy.seq >= until {
        return;
    }
    for event in socket.events_until(project, until).await {
        copy.follow(&parsed::<EventView>(&event));
    }
}

#[tokio::test]
async fn two_clients_that_mix_rest_and_sockets_converge_and_a_third_joins_late() {
    let app = TestApp::start().await;
    let (project, owner, [editor, viewer]) = app.project([Role::Editor, Role::Viewer]).await;
    let (mut one, snapshot) = owner.listen(project).await;
    let mut copy_of_one = copy(&snapshot);
    let (mut two, snapshot) = editor.listen(project).await;
    let mut copy_of_two = copy(&snapshot);

    let mut last = None;
    for round in 0..20 {
        let at = json!({"x": round, "y": 1});
        let over_rest = owner.create_node(project, &format!("rest {round}")).await;
        let data =
            json!({"prompt": format!("socket {round}"), "position": at, "parentIds": [over_rest]});
        let over_socket = two.ask(project, "node.create", data).await;
        let parents: Vec<Value> = last.iter().map(|id| json!(id)).collect();
        let data = json!({"prompt": "both", "position": at, "parentIds": parents});
        one.done(project, "node.create", data).await;
        two.answer(over_socket).await.expect("it is acknowledged");
        let path = project.node(over_rest);
        let headers = [("if-match", "*")];
        let body = json!({"prompt": format!("rest {round}, changed")});
        owner
            .send(reqwest::Method::PATCH, &path, &headers, body)
            .await
            .expect(200);
        if round % 3 == 0 {
            two.done(project, "node.delete", json!({"id": over_rest}))
                .await;
        }
        last = Some(over_socket);
    }
    let (_, late) = viewer.listen(project).await;

    let (seq, hash) = state_hash(&owner, project).await;
    follow(&mut one, project, &mut copy_of_one, seq).await;
    follow(&mut two, project, &mut copy_of_two, seq).await;
    assert_eq!(copy_of_one.hash(), hash);
    assert_eq!(copy_of_two.hash(), hash);
    assert_eq!(copy(&late).hash(), hash);
}
