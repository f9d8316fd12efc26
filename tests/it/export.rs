//! Exports: a project, a branch or a selection, as Markdown or JSON.

use kernel::{NodeId, ProjectId, Role};
use serde_json::{Value, json};

use crate::{
    generations::with_models,
    kit::{Client, Paths, Provider, Reply, TestApp, parsed},
};

struct World {
    app: TestApp,
    project: ProjectId,
    owner: Client,
    viewer: Client,
    why: NodeId,
    how: NodeId,
    so: NodeId,
}

async fn world() -> World {
    let provider = Provider::start().await;
    provider.usually(Reply::text("An answer."));
    let app = with_models(&provider, &["one"], |_| {}).await;
    let (project, owner, [viewer]) = app.project([Role::Viewer]).await;
    let about =
        json!({"name": "Bridges", "description": "How they stand.", "systemPrompt": "SECRET"});
    owner.patch(&project.path(), about).await.expect(200);
    let make = async |fields: Value| -> NodeId {
        let mut body = json!({"prompt": "", "position": {"x": 0, "y": 0}});
        let fields = fields.as_object().expect("fields").clone();
        body.as_object_mut().expect("a body").extend(fields);
        parsed(&owner.post(&project.nodes(), body).await.expect(201)["id"])
    };
    let frame = make(json!({"kind": "FRAME", "title": "Plans"})).await;
    let why = make(json!({"prompt": "Why?", "title": "The reason", "tags": ["first"]})).await;
    let how = make(json!({"prompt": "How?", "frameId": frame})).await;
    let so = make(json!({"prompt": "And so?\n\nIn detail.", "parentIds": [why, how]})).await;
    owner.answer(project, why).await;
    World {
        app,
        project,
        owner,
        viewer,
        why,
        how,
        so,
    }
}

impl World {
    async fn export(&self, reader: &Client, query: &str) -> String {
        let answer = reader
            .get(&format!("{}/export?{query}", self.project.path()))
            .await;
        assert_eq!(answer.status.as_u16(), 200, "{}", answer.text);
        answer.text
    }
}

#[tokio::test]
async fn a_project_is_exported_as_markdown_with_models_and_what_answers_are_based_on() {
    let world = world().await;
    let path = format!("{}/export", world.project.path());
    let answer = world.owner.get(&path).await;

    assert_eq!(
        answer.header("content-type"),
        "text/markdown; charset=utf-8"
    );
    let file = answer.header("content-disposition");
    assert_eq!(
        file,
        format!("attachment; filename=\"{}.md\"", world.project)
    );
    let text = &answer.text;
    assert!(
        text.starts_with("# Bridges\n\nHow they stand.\n\n"),
        "{text}"
    );
    let node = world
        .owner
        .get(&world.project.node(world.why))
        .await
        .expect(200);
    let by = format!(
        "**Answer of {}**\n\nAn answer.",
        node["llmModel"].as_str().expect("a model")
    );
    assert!(text.contains(&by), "{text}");
    assert!(text.contains("(Frame)"), "{text}");
    assert!(
        text.contains("And so?\n\nIn detail.\n\n*No answer yet.*"),
        "{text}"
    );
    assert!(
        text.contains("The reason · ") || text.contains("How? · "),
        "{text}"
    );
    assert!(
        text.contains(". How?\n\n*No answer") || text.contains(". How?\n\n**Answer"),
        "what is short is said once: {text}"
    );
    assert!(text.contains("*In the frame: Plans*"), "{text}");
    assert!(text.contains("*Tags: first*"), "{text}");
    assert!(!text.contains("SECRET"), "{text}");
    let french = world.export(&world.owner, "language=fr").await;
    assert!(french.contains("**Réponse de "), "{french}");
    assert!(french.contains("*Basé sur: "), "{french}");
}

#[tokio::test]
async fn a_branch_or_a_selection_is_exported_alone_and_names_what_it_is_based_on_elsewhere() {
    let world = world().await;
    let branch = world
        .export(&world.viewer, &format!("thread={}", world.so))
        .await;
    assert!(branch.contains("## 1. The reason"), "{branch}");
    assert!(branch.contains("## 2. And so? In detail."), "{branch}");
    assert!(
        branch.contains("*Based on: 1. The reason · How?*"),
        "{branch}"
    );

    let some = format!("nodeIds={},{}", world.so, world.how);
    let selection = world.export(&world.viewer, &some).await;
    assert!(selection.contains("## 1. How?"), "{selection}");
    assert!(selection.contains("## 2. And so?"), "{selection}");
    assert!(!selection.contains("An answer."), "{selection}");

    let path = format!("{}/export", world.project.path());
    for (query, status, code) in [
        (format!("thread={}", NodeId::generate()), 404, "not_found"),
        (format!("nodeIds={}", NodeId::generate()), 404, "not_found"),
        ("nodeIds=nothing".to_owned(), 422, "invalid"),
        (
            format!("nodeIds={}&thread={}", world.so, world.so),
            422,
            "invalid",
        ),
        ("format=pdf".to_owned(), 422, "invalid"),
    ] {
        let refused = world.owner.get(&format!("{path}?{query}")).await;
        refused.problem(status, code);
    }
    let many: Vec<String> = (0..201).map(|_| NodeId::generate().to_string()).collect();
    let refused = world
        .owner
        .get(&format!("{path}?nodeIds={}", many.join(",")))
        .await;
    refused.problem(422, "invalid");
}

#[tokio::test]
async fn json_holds_what_the_snapshot_holds() {
    let world = world().await;
    for reader in [&world.owner, &world.viewer] {
        let graph = reader.get(&world.project.graph()).await.expect(200);
        let text = world.export(reader, "format=json").await;
        let export: Value = serde_json::from_str(&text).expect("it is JSON");
        let sorted = |items: &Value| {
            let mut items = items.as_array().expect("a list").clone();
            items.sort_by_key(|item| item["id"].to_string());
            items
        };
        assert_eq!(export["project"], graph["project"]);
        assert_eq!(sorted(&export["nodes"]), sorted(&graph["nodes"]));
        assert_eq!(sorted(&export["edges"]), sorted(&graph["edges"]));
    }
    let one = format!("format=json&nodeIds={}", world.so);
    let export: Value =
        serde_json::from_str(&world.export(&world.owner, &one).await).expect("JSON");
    assert_eq!(export["nodes"].as_array().map(Vec::len), Some(1));
    assert_eq!(export["edges"], json!([]));
}

#[tokio::test]
async fn an_export_is_for_those_who_may_read() {
    let world = world().await;
    let path = format!("{}/export", world.project.path());
    let stranger = world.app.register("stranger").await;
    stranger.get(&path).await.problem(404, "not_found");
    world
        .app
        .anonymous()
        .get(&path)
        .await
        .problem(401, "unauthenticated");
    let open = json!({"isPublic": true});
    world
        .owner
        .patch(&world.project.path(), open)
        .await
        .expect(200);
    for reader in [&stranger, &world.app.anonymous()] {
        let text = world.export(reader, "format=json").await;
        assert!(!text.contains("SECRET"), "{text}");
        assert!(!text.contains(&world.owner.user_id().to_string()), "{text}");
    }
}

#[tokio::test]
async fn a_long_project_is_sent_in_pieces_and_whole() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;
    for _ in 0..2 {
        let ops: Vec<Value> = (0..260)
            .map(|_| json!({"op": "node.create", "data": {"prompt": "Again?", "position": {"x": 0, "y": 0}}}))
            .collect();
        owner
            .post(&project.ops(), json!({"ops": ops}))
            .await
            .expect(200);
    }
    let answer = owner.get(&format!("{}/export", project.path())).await;
    assert_eq!(answer.text.matches("\n## ").count(), 520);
    assert!(answer.text.contains("## 520. Again?"));
    let answer = owner
        .get(&format!("{}/export?format=json", project.path()))
        .await;
    assert_eq!(answer.body["nodes"].as_array().map(Vec::len), Some(520));
}

#[tokio::test]
async fn a_selection_of_more_than_an_address_names_is_exported_whole() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;
    let ops: Vec<Value> = (0..300)
        .map(|_| json!({"op": "node.create", "data": {"prompt": "Again?", "position": {"x": 0, "y": 0}}}))
        .collect();
    owner
        .post(&project.ops(), json!({"ops": ops}))
        .await
        .expect(200);
    let graph = owner.get(&project.graph()).await.expect(200);
    let ids: Vec<Value> = graph["nodes"]
        .as_array()
        .expect("nodes")
        .iter()
        .map(|node| node["id"].clone())
        .collect();
    let path = format!("{}/export", project.path());

    let some = json!({"nodeIds": ids[..250], "format": "json"});
    let answer = owner.post(&path, some).await.expect(200);
    assert_eq!(answer["nodes"].as_array().map(Vec::len), Some(250));

    let none = json!({"nodeIds": []});
    owner.post(&path, none).await.problem(422, "invalid");
}
