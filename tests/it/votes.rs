//! Votes for answers: one of a person for an answer.

use kernel::{NodeId, ProjectId, Role};
use serde_json::{Value, json};

use crate::{
    generations::with_models,
    kit::{Client, Listener, Paths, Provider, Reply, TestApp, text},
};

struct World {
    app: TestApp,
    project: ProjectId,
    owner: Client,
    editor: Client,
    member: Client,
    viewer: Client,
    node: NodeId,
    answer: String,
}

async fn world() -> World {
    let provider = Provider::start().await;
    provider.usually(Reply::text("Because."));
    let app = with_models(&provider, &["one"], |_| {}).await;
    let roles = [Role::Editor, Role::Member, Role::Viewer];
    let (project, owner, [editor, member, viewer]) = app.project(roles).await;
    let node = owner.create_node(project, "Why?").await;
    let answered = owner.answer(project, node).await;
    let answer = text(&answered["generationId"]).to_owned();
    World {
        app,
        project,
        owner,
        editor,
        member,
        viewer,
        node,
        answer,
    }
}

impl World {
    fn path(&self) -> String {
        format!(
            "{}/generations/{}/vote",
            self.project.node(self.node),
            self.answer
        )
    }

    fn votes(&self) -> String {
        format!("{}/votes", self.project.path())
    }

    async fn vote(&self, person: &Client, value: u8) -> Value {
        let voted = person.put(&self.path(), json!({"value": value})).await;
        voted.expect(200)
    }
}

#[tokio::test]
async fn a_person_has_one_vote_for_an_answer_and_takes_it_back() {
    let world = world().await;

    let first = world.vote(&world.editor, 1).await;
    let again = world.vote(&world.editor, 1).await;
    let second = world.vote(&world.member, 1).await;

    let expected = |votes: u64, own: bool| json!({"nodeId": world.node, "generation": world.answer, "votes": votes, "own": own});
    assert_eq!(first, expected(1, true));
    assert_eq!(again, first);
    assert_eq!(second, expected(2, true));
    for (person, own) in [
        (&world.editor, true),
        (&world.owner, false),
        (&world.viewer, false),
    ] {
        let seen = person.get(&world.votes()).await.expect(200);
        assert_eq!(seen["items"], json!([expected(2, own)]));
    }
    assert_eq!(world.vote(&world.editor, 0).await, expected(1, false));
    assert_eq!(world.vote(&world.editor, 0).await, expected(1, false));
    assert_eq!(world.vote(&world.member, 0).await, expected(0, false));
    let seen = world.owner.get(&world.votes()).await.expect(200);
    assert_eq!(seen["items"], json!([]));
    let of_node = format!("{}?node={}", world.votes(), NodeId::generate());
    let none = world.owner.get(&of_node).await.expect(200);
    assert_eq!(none["items"], json!([]));
}

#[tokio::test]
async fn a_vote_is_told_to_everybody_in_the_project_and_changes_nothing_of_its_state() {
    let world = world().await;
    let mut watching = Listener::begin(&world.viewer, world.project).await;
    let (before, hash) = world.owner.state(world.project).await;

    let data = json!({"nodeId": world.node, "generation": world.answer, "value": 1});
    let ops = json!({"ops": [{"op": "generation.vote", "data": data}]});
    world
        .member
        .post(&world.project.ops(), ops)
        .await
        .expect(200);

    let (seq, after) = world.owner.state(world.project).await;
    assert_eq!((seq, &after), (before + 1, &hash));
    watching.follow_until(seq).await;
    assert_eq!(watching.copy.hash(), hash);
    let log = world.viewer.get(&world.project.events_after(before)).await;
    let event = &log.expect(200)["events"][0];
    assert_eq!(event["op"], "batch");
    let part = &event["data"]["ops"][0];
    assert_eq!(part["op"], "generation.vote");
    let expected = json!({
        "nodeId": world.node, "generation": world.answer, "userId": world.member.user_id(),
        "value": 1, "votes": 1,
    });
    assert_eq!(part["data"], expected);
}

#[tokio::test]
async fn whoever_only_reads_does_not_vote_and_a_public_project_hides_votes() {
    let world = world().await;
    world.vote(&world.owner, 1).await;
    let open = json!({"isPublic": true});
    world
        .owner
        .patch(&world.project.path(), open)
        .await
        .expect(200);
    let stranger = world.app.register("stranger").await;
    let one = json!({"value": 1});

    world
        .viewer
        .put(&world.path(), one.clone())
        .await
        .problem(403, "forbidden");
    stranger
        .put(&world.path(), one.clone())
        .await
        .problem(404, "not_found");
    stranger.get(&world.votes()).await.problem(404, "not_found");
    world
        .app
        .anonymous()
        .put(&world.path(), one)
        .await
        .problem(401, "unauthenticated");

    let (before, _) = world.owner.state(world.project).await;
    world.vote(&world.member, 1).await;
    let log = stranger
        .get(&world.project.events_after(before))
        .await
        .expect(200);
    assert_eq!(log["events"][0]["data"], json!({}));
}

#[tokio::test]
async fn a_vote_names_an_answer_of_the_node_that_has_words() {
    let world = world().await;
    let other = world.owner.create_node(world.project, "How?").await;
    let elsewhere = format!(
        "{}/generations/{}/vote",
        world.project.node(other),
        world.answer
    );
    let one = json!({"value": 1});
    world
        .owner
        .put(&elsewhere, one)
        .await
        .problem(404, "not_found");
    let two = json!({"value": 2});
    let refused = world.owner.put(&world.path(), two).await;
    refused.problem(422, "invalid");
}
