//! Copies of projects.

use kernel::{NodeId, ProjectId, Role};
use serde_json::{Value, json};

use crate::{
    generations::with_models,
    kit::{Client, Paths, Provider, Replica, Reply, TestApp, parsed, text},
};

async fn make(client: &Client, project: ProjectId, fields: Value) -> NodeId {
    let mut body = json!({"prompt": "", "position": {"x": 0, "y": 0}});
    let fields = fields.as_object().expect("fields").clone();
    body.as_object_mut().expect("a body").extend(fields);
    parsed(&client.post(&project.nodes(), body).await.expect(201)["id"])
}

fn duplicate(project: ProjectId) -> String {
    format!("{}/duplicate", project.path())
}

async fn copy_of(client: &Client, project: ProjectId) -> (ProjectId, Value) {
    let copy = client
        .post(&duplicate(project), json!({}))
        .await
        .expect(201);
    let id: ProjectId = parsed(&copy["id"]);
    let graph = client.get(&id.graph()).await.expect(200);
    (id, graph)
}

/// What of a node a copy is to have, by its prompt.
fn looks(graph: &Value) -> Vec<Value> {
    let nodes = graph["nodes"].as_array().expect("nodes");
    let name_of = |id: &Value| {
        let node = nodes.iter().find(|node| node["id"] == *id);
        node.map(|node| node["prompt"].clone())
    };
    let edges = graph["edges"].as_array().expect("edges");
    let mut looks: Vec<Value> = nodes
        .iter()
        .map(|node| {
            let mut above: Vec<Value> = edges
                .iter()
                .filter(|edge| edge["targetId"] == node["id"])
                .map(|edge| json!([name_of(&edge["sourceId"]), edge["policy"]]))
                .collect();
            above.sort_by_key(Value::to_string);
            json!({
                "prompt": node["prompt"], "response": node["response"], "kind": node["kind"],
                "role": node["role"], "title": node["title"], "tags": node["tags"],
                "color": node["color"], "status": node["status"], "llmModel": node["llmModel"],
                "llmTokens": node["llmTokens"], "position": node["position"],
                "metadata": node["metadata"], "frame": name_of(&node["frameId"]), "above": above,
                "pinned": node["pinned"], "settings": node["settings"],
            })
        })
        .collect();
    looks.sort_by_key(Value::to_string);
    looks
}

struct World {
    app: TestApp,
    project: ProjectId,
    owner: Client,
    viewer: Client,
}

/// A project with everything that can be copied, and a question whose answer is out of date.
async fn world() -> World {
    let provider = Provider::start().await;
    provider.usually(Reply::text("An answer."));
    let app = with_models(&provider, &["one"], |_| {}).await;
    let (project, owner, [viewer]) = app.project([Role::Viewer]).await;
    let about = json!({"description": "How things are.", "systemPrompt": "SECRET rule."});
    owner.patch(&project.path(), about).await.expect(200);
    let frame = json!({"kind": "FRAME", "prompt": "frame", "title": "Plans", "color": "#3B82F6"});
    let frame = make(&owner, project, frame).await;
    let note = json!({"kind": "NOTE", "prompt": "It rains.", "frameId": frame, "tags": ["fact"]});
    let note = make(&owner, project, note).await;
    let why = json!({"prompt": "Why?", "parentIds": [note], "metadata": {"from": "here"}});
    let why = make(&owner, project, why).await;
    let how = json!({"prompt": "How?", "pinned": true, "settings": {"temperature": 0.5}});
    let how = make(&owner, project, how).await;
    let both = make(
        &owner,
        project,
        json!({"prompt": "Both?", "parentIds": [why, how]}),
    )
    .await;
    make(
        &owner,
        project,
        json!({"prompt": "Said.", "response": "By a person."}),
    )
    .await;
    for node in [why, how, both] {
        owner.answer(project, node).await;
    }
    let edges = owner.all(&project.edges(), 50).await;
    let edge = edges
        .iter()
        .find(|edge| edge["sourceId"] == json!(how))
        .expect("an edge");
    let short = json!({"policy": "SUMMARY"});
    let edge = project.edge(text(&edge["id"]));
    owner.patch(&edge, short).await.expect(200);
    World {
        app,
        project,
        owner,
        viewer,
    }
}

#[tokio::test]
async fn a_copy_has_nodes_edges_and_answers_with_who_wrote_them_and_what_they_rest_on() {
    let world = world().await;
    let (project, owner) = (world.project, &world.owner);
    let source = owner.get(&project.graph()).await.expect(200);

    let (copy, graph) = copy_of(owner, project).await;

    assert_eq!(looks(&graph), looks(&source));
    assert!(looks(&graph).iter().any(|node| node["status"] == "STALE"));
    assert_eq!(graph["project"]["systemPrompt"], "SECRET rule.");
    assert_eq!(graph["project"]["name"], source["project"]["name"]);
    assert_eq!(graph["seq"], 1);
    let (_, hash) = owner.state(copy).await;
    assert_eq!(Replica::of(parsed(&graph)).hash(), hash);
    let ids = |graph: &Value| -> Vec<Value> {
        let nodes = graph["nodes"].as_array().expect("nodes");
        nodes.iter().map(|node| node["id"].clone()).collect()
    };
    assert!(ids(&graph).iter().all(|id| !ids(&source).contains(id)));
    // What the answers cost was spent there, not here.
    let usage = owner.get(&copy.usage()).await.expect(200);
    assert!(!usage.to_string().contains("\"input\":1"), "{usage}");
    assert!(
        graph["nodes"]
            .as_array()
            .expect("nodes")
            .iter()
            .all(|node| node["llmCost"].is_null())
    );
}

#[tokio::test]
async fn a_copy_is_its_makers_alone_and_goes_its_own_way() {
    let world = world().await;
    let (project, owner, viewer) = (world.project, &world.owner, &world.viewer);
    let open = json!({"isPublic": true, "isListed": true});
    owner.patch(&project.path(), open).await.expect(200);
    let before = owner.state(project).await;

    let name = json!({"name": "Another"});
    let made = owner.post(&duplicate(project), name).await.expect(201);

    assert_eq!(made["name"], "Another");
    assert_eq!(
        (&made["isPublic"], &made["isListed"]),
        (&json!(false), &json!(false))
    );
    let copy: ProjectId = parsed(&made["id"]);
    viewer.get(&copy.path()).await.problem(404, "not_found");
    let members = owner.all(&copy.members(), 50).await;
    assert_eq!(members.len(), 1);
    owner.create_node(copy, "Only here?").await;
    assert_eq!(owner.state(project).await, before);
}

#[tokio::test]
async fn who_only_reads_copies_what_they_see_and_nothing_that_is_hidden_from_them() {
    let World {
        app,
        project,
        owner,
        viewer,
    } = world().await;
    let stranger = app.register("stranger").await;
    stranger
        .post(&duplicate(project), json!({}))
        .await
        .problem(404, "not_found");
    owner
        .patch(&project.path(), json!({"isPublic": true}))
        .await
        .expect(200);

    for reader in [&viewer, &stranger] {
        let (copy, graph) = copy_of(reader, project).await;

        assert_eq!(graph["project"]["systemPrompt"], "");
        assert_eq!(graph["project"]["role"], "OWNER");
        let nodes = graph["nodes"].as_array().expect("nodes");
        let why = nodes
            .iter()
            .find(|node| node["prompt"] == "Why?")
            .expect("it");
        assert_eq!(why["response"], "An answer.");
        assert!(why["llmModel"].is_string());
        assert_eq!(why["generationId"], Value::Null);
        let log = reader.get(&copy.events_after(0)).await.expect(200);
        assert!(!log.to_string().contains("SECRET"), "{log}");
        assert!(
            !log.to_string().contains(&owner.user_id().to_string()),
            "{log}"
        );
    }
    let nobody = app.anonymous().post(&duplicate(project), json!({})).await;
    nobody.problem(401, "unauthenticated");
}

#[tokio::test]
async fn a_copy_keeps_to_the_limits_of_its_maker() {
    let app = TestApp::with(|settings| settings.storage.projects_per_owner = 2).await;
    let (project, owner, []) = app.project([]).await;
    owner.post(&duplicate(project), json!({})).await.expect(201);
    let refused = owner.post(&duplicate(project), json!({})).await;
    let problem = refused.problem(422, "limit_reached");
    assert!(text(&problem["detail"]).contains("projects of one owner"));
}

#[tokio::test]
async fn a_project_with_too_many_nodes_is_refused_by_name() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;
    for _ in 0..3 {
        let node =
            json!({"op": "node.create", "data": {"prompt": "", "position": {"x": 0, "y": 0}}});
        let ops: Vec<Value> = vec![node; 334];
        let ops = json!({"ops": ops});
        owner.post(&project.ops(), ops).await.expect(200);
    }
    let refused = owner.post(&duplicate(project), json!({})).await;
    let problem = refused.problem(422, "limit_reached");
    assert!(text(&problem["detail"]).contains("nodes of a project that is copied"));
    assert_eq!(owner.all("/projects", 50).await.len(), 1);
}

#[tokio::test]
async fn a_project_as_large_as_a_copy_may_be_is_copied() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;
    let mut ids: Vec<NodeId> = Vec::new();
    for _ in 0..2 {
        let ops: Vec<Value> = (0..500)
            .map(|_| {
                let id = NodeId::generate();
                let parents: Vec<NodeId> = ids.iter().rev().take(3).copied().collect();
                ids.push(id);
                let data = json!({
                    "prompt": "Why?", "response": "An answer. ".repeat(100),
                    "position": {"x": 0, "y": 0}, "parentIds": parents,
                });
                json!({"op": "node.create", "id": id, "data": data})
            })
            .collect();
        let ops = json!({"ops": ops});
        owner.post(&project.ops(), ops).await.expect(200);
    }

    let (_, graph) = copy_of(&owner, project).await;

    assert_eq!(graph["nodes"].as_array().map(Vec::len), Some(1_000));
    assert_eq!(graph["edges"].as_array().map(Vec::len), Some(2_994));
}
