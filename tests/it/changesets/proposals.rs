//! Proposals: nothing happens until somebody accepts, and then as much as still fits.

use kernel::{ProjectId, Role};
use serde_json::{Value, json};

use super::{
    reasons, revert, set_of,
    works::{app, begin, work},
};
use crate::kit::{Answer, Client, Paths, node_data, text};

struct Proposals<'a> {
    client: &'a Client,
    project: ProjectId,
    set: String,
}

impl<'a> Proposals<'a> {
    async fn begin(client: &'a Client, project: ProjectId) -> Self {
        let set = begin(client, project, "PROPOSE").await;
        Self {
            client,
            project,
            set,
        }
    }

    async fn propose(&self, op: &str, data: Value) -> String {
        let done = work(self.client, self.project, (&self.set, "propose"), op, data).await;
        text(&done.expect(200)["id"]).to_owned()
    }

    async fn child_of(&self, prompt: &str, parent: &str) -> String {
        let mut data = node_data(prompt);
        data["parentIds"] = json!([parent]);
        self.propose("node.create", data).await
    }

    async fn decide(&self, client: &Client, how: &str, body: Value) -> Answer {
        client
            .post(&self.project.changeset(&self.set, how), body)
            .await
    }

    async fn accept(&self, body: Value) -> Value {
        self.decide(self.client, "accept", body).await.expect(200)
    }

    async fn states(&self) -> Vec<String> {
        let set = set_of(self.client, self.project, &self.set).await;
        let items = set["items"].as_array().expect("items").iter();
        items.map(|item| text(&item["state"]).to_owned()).collect()
    }
}

#[tokio::test]
async fn proposals_change_nothing_and_are_accepted_whole() {
    let app = app().await;
    let (project, owner, [editor]) = app.project([Role::Editor]).await;
    let old = owner.create_node(project, "old").await;
    let (_, hash) = owner.state(project).await;
    let proposals = Proposals::begin(&owner, project).await;
    let parent = proposals.propose("node.create", node_data("parent")).await;
    let child = proposals.child_of("child", &parent).await;
    let edge = json!({"sourceId": old, "targetId": child});
    let edge = proposals.propose("edge.create", edge).await;
    let text_of = json!({"id": old, "prompt": "newer", "baseVersion": 1});
    proposals.propose("node.update", text_of).await;
    assert_eq!(owner.state(project).await.1, hash);
    let set = set_of(&owner, project, &proposals.set).await;
    assert_eq!(
        (&set["state"], &set["items"][1]["id"]),
        (&json!("PROPOSED"), &json!(child))
    );
    assert_eq!(set["items"][1]["data"]["parentIds"], json!([parent]));

    let done = proposals
        .decide(&editor, "accept", json!({}))
        .await
        .expect(200);

    assert_eq!(
        (&done["items"], &done["left"]),
        (&json!([1, 2, 3, 4]), &json!([]))
    );
    assert_eq!(done["state"], "ACCEPTED");
    let node = owner.get(&project.node(&child)).await.expect(200);
    assert_eq!(node["prompt"], "child");
    owner.get(&project.edge(&edge)).await.expect(200);
    let by = text(&done["by"]);
    let accepted = set_of(&owner, project, by).await;
    assert_eq!(accepted["acceptsId"], json!(proposals.set));
    assert_eq!(accepted["actor"]["id"], json!(editor.user_id()));
    // What accepting did is taken back like any batch.
    let undone = revert(&owner, project, by, json!({})).await.expect(200);
    assert_eq!(undone["left"], json!([]));
    owner
        .get(&project.node(&child))
        .await
        .problem(404, "not_found");
    revert(&owner, project, &proposals.set, json!({}))
        .await
        .problem(409, "conflict");
    proposals
        .decide(&owner, "accept", json!({}))
        .await
        .problem(409, "conflict");
}

#[tokio::test]
async fn a_part_is_accepted_and_what_needs_the_rest_waits_with_it() {
    let app = app().await;
    let (project, owner, []) = app.project([]).await;
    let proposals = Proposals::begin(&owner, project).await;
    let parent = proposals.propose("node.create", node_data("parent")).await;
    proposals.child_of("child", &parent).await;
    proposals.propose("node.create", node_data("alone")).await;

    let done = proposals.accept(json!({"items": [2, 3]})).await;

    assert_eq!(done["items"], json!([3]));
    assert_eq!(reasons(&done), [(2, "DEPENDS_ON_LEFT")]);
    assert_eq!(done["state"], "PROPOSED");
    assert_eq!(
        proposals.states().await,
        ["PROPOSED", "PROPOSED", "ACCEPTED"]
    );
    let done = proposals.accept(json!({})).await;
    assert_eq!(
        (&done["items"], &done["state"]),
        (&json!([1, 2]), &json!("ACCEPTED"))
    );
}

#[tokio::test]
async fn what_does_not_fit_any_more_is_left_and_the_rest_happens() {
    let app = app().await;
    let (project, owner, [editor]) = app.project([Role::Editor]).await;
    let [a, b, c] = [
        owner.create_node(project, "a").await,
        owner.create_node(project, "b").await,
        owner.create_node(project, "c").await,
    ];
    let proposals = Proposals::begin(&owner, project).await;
    let data = json!({"id": a, "prompt": "proposed", "baseVersion": 1});
    proposals.propose("node.update", data).await;
    proposals.propose("node.delete", json!({"id": b})).await;
    let connect = json!({"sourceId": a, "targetId": c});
    proposals.propose("edge.create", connect).await;
    let parent = proposals
        .child_of("below what is gone", &b.to_string())
        .await;
    proposals.child_of("below that", &parent).await;
    proposals.propose("node.create", node_data("fits")).await;
    editor
        .patch_at(1, &project.node(a), json!({"prompt": "theirs"}))
        .await
        .ok();
    editor.delete(&project.node(b)).await.expect(204);
    editor.connect(project, c, a).await;

    let done = proposals.accept(json!({})).await;

    let expected = [
        (1, "CHANGED_SINCE"),
        (2, "GONE"),
        (3, "WOULD_CLOSE_CYCLE"),
        (4, "GONE"),
        (5, "DEPENDS_ON_LEFT"),
    ];
    assert_eq!(reasons(&done), expected);
    assert_eq!(
        (&done["items"], &done["state"]),
        (&json!([6]), &json!("ACCEPTED"))
    );
    let node = owner.get(&project.node(a)).await.expect(200);
    assert_eq!(node["prompt"], "theirs");
    let set = set_of(&owner, project, &proposals.set).await;
    assert_eq!(set["items"][0]["reason"], "CHANGED_SINCE");
}

#[tokio::test]
async fn proposals_are_turned_down_one_by_one() {
    let app = app().await;
    let (project, owner, [viewer]) = app.project([Role::Viewer]).await;
    let (_, hash) = owner.state(project).await;
    let proposals = Proposals::begin(&owner, project).await;
    proposals.propose("node.create", node_data("a")).await;
    proposals.propose("node.create", node_data("b")).await;

    for how in ["accept", "reject"] {
        proposals
            .decide(&viewer, how, json!({}))
            .await
            .problem(403, "forbidden");
    }
    let some = json!({"items": [2]});
    let first = proposals
        .decide(&owner, "reject", some.clone())
        .await
        .expect(200);
    assert_eq!(
        (&first["items"], &first["state"]),
        (&json!([2]), &json!("PROPOSED"))
    );
    proposals
        .decide(&owner, "accept", some)
        .await
        .problem(409, "conflict");
    let last = proposals
        .decide(&owner, "reject", json!({}))
        .await
        .expect(200);

    assert_eq!(
        (&last["items"], &last["state"]),
        (&json!([1]), &json!("REJECTED"))
    );
    assert_eq!(proposals.states().await, ["REJECTED", "REJECTED"]);
    assert_eq!(owner.state(project).await.1, hash);
}

#[tokio::test]
async fn only_edits_of_the_right_form_can_be_proposed() {
    let app = app().await;
    let (project, owner, []) = app.project([]).await;
    let node = owner.create_node(project, "a").await;
    let set = begin(&owner, project, "PROPOSE").await;
    let applied = begin(&owner, project, "APPLY").await;
    let propose = async |set: &str, op: &str, data: Value| {
        work(&owner, project, (set, "propose"), op, data).await
    };

    let rename = json!({"name": "Other"});
    propose(&set, "project.update", rename)
        .await
        .problem(422, "invalid");
    let unknown = json!({"prompt": "a", "color": "red"});
    propose(&set, "node.create", unknown)
        .await
        .problem(422, "invalid");
    let blind = json!({"id": node, "prompt": "b"});
    propose(&set, "node.update", blind)
        .await
        .problem(428, "precondition_required");
    propose(&applied, "node.create", node_data("b"))
        .await
        .problem(409, "conflict");
    let edit = work(
        &owner,
        project,
        (&set, "edit"),
        "node.create",
        node_data("b"),
    )
    .await;
    edit.problem(409, "conflict");
    let accept = owner
        .post(&project.changeset(&applied, "accept"), json!({}))
        .await;
    accept.problem(409, "conflict");
}
