//! The settings of a branch: said at a node, inherited by all below it, and part of what answers rest on.

use kernel::{NodeId, ProjectId};
use serde_json::{Value, json};

use crate::generations::with_models;
use crate::kit::{Client, Listener, Paths, Provider, Reply, TestApp, generated, parsed, text};

struct Branch {
    app: TestApp,
    provider: Provider,
    project: ProjectId,
    owner: Client,
    /// A chain of three questions.
    nodes: [NodeId; 3],
}

impl Branch {
    async fn new() -> Self {
        let provider = Provider::start().await;
        provider.usually(Reply::text("Yes."));
        let app = with_models(&provider, &["one", "two"], |_| {}).await;
        let (project, owner, []) = app.project([]).await;
        let first = owner.create_node(project, "First?").await;
        let second = child(&owner, project, "Second?", &[first]).await;
        let third = child(&owner, project, "Third?", &[second]).await;
        Self {
            app,
            provider,
            project,
            owner,
            nodes: [first, second, third],
        }
    }

    async fn set(&self, node: NodeId, settings: Value) {
        let path = self.project.node(node);
        let change = json!({"settings": settings});
        self.owner.patch(&path, change).await.expect(200);
    }

    async fn status(&self, node: NodeId) -> String {
        let node = self.owner.get(&self.project.node(node)).await.expect(200);
        text(&node["status"]).to_owned()
    }

    async fn inherited(&self, node: NodeId) -> Value {
        let preview = self.owner.get(&self.project.context(node)).await;
        preview.expect(200)["settings"].clone()
    }
}

async fn child(client: &Client, project: ProjectId, prompt: &str, parents: &[NodeId]) -> NodeId {
    let body = json!({"prompt": prompt, "position": {"x": 0, "y": 0}, "parentIds": parents});
    parsed(&client.post(&project.nodes(), body).await.expect(201)["id"])
}

#[tokio::test]
async fn what_a_branch_says_holds_below_it_until_it_is_said_again() {
    let branch = Branch::new().await;
    let [first, second, third] = branch.nodes;
    let settings = json!({"model": "scripted/two", "temperature": 0.3, "maxTokens": 50, "topP": 0.5,
        "customInstructions": {"about": "The sea.", "behavior": "Answer in verse."}});
    branch.set(first, settings).await;
    branch.set(second, json!({"temperature": 0.9})).await;

    branch.owner.answer(branch.project, third).await;

    let asked = branch.provider.asked();
    let body = &asked[0].body;
    assert_eq!(body["model"], "two");
    assert_eq!(body["temperature"], 0.9);
    assert_eq!(body["top_p"], 0.5);
    let system = text(&body["messages"][0]["content"]);
    assert!(system.contains("The sea."), "{system}");
    assert!(system.contains("Answer in verse."), "{system}");
    let inherited = branch.inherited(third).await;
    let from = |setting: &str| {
        let all = inherited.as_array().expect("settings").iter();
        let said = all.clone().find(|said| said["setting"] == setting);
        said.map(|said| parsed::<NodeId>(&said["from"]))
    };
    assert_eq!(from("model"), Some(first));
    assert_eq!(from("temperature"), Some(second));
    assert_eq!(from("customInstructions"), Some(first));
    assert_eq!(from("presetId"), None);
}

#[tokio::test]
async fn where_branches_meet_the_nearest_decides_and_of_those_as_near_the_older_one() {
    let branch = Branch::new().await;
    let (project, owner) = (branch.project, &branch.owner);
    let [first, second, _] = branch.nodes;
    let other = owner.create_node(project, "Other?").await;
    branch
        .set(first, json!({"temperature": 0.1, "topP": 0.1}))
        .await;
    branch.set(second, json!({"maxTokens": 7})).await;
    branch
        .set(other, json!({"temperature": 0.2, "maxTokens": 8}))
        .await;

    let below = child(owner, project, "Both?", &[other, second]).await;

    let inherited = branch.inherited(below).await;
    let all = inherited.as_array().expect("settings").iter();
    let said: Vec<(&str, NodeId)> = all
        .map(|said| (text(&said["setting"]), parsed(&said["from"])))
        .collect();
    assert_eq!(
        said,
        [
            ("temperature", other),
            ("maxTokens", second),
            ("topP", first)
        ]
    );
}

#[tokio::test]
async fn a_changed_setting_makes_answers_stale_and_taken_back_they_are_fresh() {
    let branch = Branch::new().await;
    let [first, second, third] = branch.nodes;
    for node in branch.nodes {
        branch.owner.answer(branch.project, node).await;
    }
    let changes = [
        json!({"model": "scripted/two"}),
        json!({"temperature": 0.2}),
        json!({"topP": 0.2}),
        json!({"maxTokens": 20}),
        json!({"customInstructions": {"commands": "Go."}}),
    ];
    for settings in changes {
        branch.set(second, settings.clone()).await;
        let after = [
            branch.status(first).await,
            branch.status(second).await,
            branch.status(third).await,
        ];
        assert_eq!(after, ["COMPLETED", "STALE", "STALE"], "{settings}");

        branch.set(second, Value::Null).await;
        let again = [branch.status(second).await, branch.status(third).await];
        assert_eq!(again, ["COMPLETED", "COMPLETED"], "{settings}");
    }
    assert_eq!(branch.provider.times_asked(), 3);
}

#[tokio::test]
async fn what_somebody_chose_for_an_answer_stays_whatever_the_branch_says_and_is_asked_again() {
    let branch = Branch::new().await;
    let [_, second, _] = branch.nodes;
    let (project, owner) = (branch.project, &branch.owner);
    let how = json!({"model": "scripted/two", "temperature": 0.4});
    owner.generate(project, second, how).await;
    generated(owner, project, second).await;

    branch
        .set(second, json!({"model": "scripted/one", "temperature": 0.8}))
        .await;
    assert_eq!(branch.status(second).await, "COMPLETED");
    branch.set(second, json!({"topP": 0.7})).await;
    assert_eq!(branch.status(second).await, "STALE");
    owner
        .generate(project, second, json!({"force": true}))
        .await;
    generated(owner, project, second).await;

    let asked = branch.provider.asked();
    assert_eq!(asked[1].body["model"], "two");
    assert_eq!(asked[1].body["temperature"], 0.4);
    assert_eq!(asked[1].body["top_p"], 0.7);
    owner
        .generate(project, second, json!({"model": null, "temperature": null}))
        .await;
    generated(owner, project, second).await;
    let asked = branch.provider.asked();
    assert_eq!(asked[2].body["model"], "one");
    assert_eq!(asked[2].body["temperature"], 0.8);
}

#[tokio::test]
async fn a_refresh_asks_as_the_branch_says_now() {
    let branch = Branch::new().await;
    let [first, second, _] = branch.nodes;
    for node in [first, second] {
        branch.owner.answer(branch.project, node).await;
    }
    branch
        .set(second, json!({"model": "scripted/two", "temperature": 0.1}))
        .await;

    let refreshed = branch
        .owner
        .post(&branch.project.refresh(), json!({}))
        .await;
    assert!(refreshed.status.is_success());
    branch.app.jobs_done().await;

    assert_eq!(branch.status(second).await, "COMPLETED");
    let asked = branch.provider.asked();
    assert_eq!(asked.len(), 3);
    assert_eq!(asked[2].body["model"], "two");
    assert_eq!(asked[2].body["temperature"], 0.1);
}

#[tokio::test]
async fn an_edge_that_excludes_passes_no_settings_on() {
    let branch = Branch::new().await;
    let [first, second, third] = branch.nodes;
    branch.set(first, json!({"temperature": 0.3})).await;
    let graph = branch.owner.get(&branch.project.graph()).await.expect(200);
    let edges = graph["edges"].as_array().expect("edges").iter();
    let edge = edges.clone().find(|edge| edge["targetId"] == json!(second));
    let edge = branch.project.edge(text(&edge.expect("an edge")["id"]));

    let body = json!({"policy": "EXCLUDE"});
    branch.owner.patch(&edge, body).await.expect(200);

    assert_eq!(branch.inherited(third).await, json!([]));
}

#[tokio::test]
async fn settings_are_merged_refused_where_they_are_wrong_and_their_words_hidden_from_the_public() {
    let branch = Branch::new().await;
    let (project, owner) = (branch.project, &branch.owner);
    let [first, ..] = branch.nodes;
    let node = project.node(first);
    let mut viewing = Listener::begin(owner, project).await;
    for (settings, pointer) in [
        (json!({"model": "scripted/none"}), "/settings/model"),
        (json!({"temperature": 3}), "/settings/temperature"),
        (json!({"topP": 1.5}), "/settings/topP"),
        (json!({"maxTokens": 0}), "/settings/maxTokens"),
        (json!({"colour": "red"}), "/settings/colour"),
    ] {
        let refused = owner.patch(&node, json!({"settings": settings})).await;
        let problem = refused.problem(422, "invalid");
        assert!(
            text(&problem["errors"][0]["pointer"]).starts_with("/settings"),
            "{pointer}: {problem}"
        );
    }

    branch
        .set(
            first,
            json!({"temperature": 0.5, "customInstructions": {"about": "Secret."}}),
        )
        .await;
    branch.set(first, json!({"maxTokens": 9})).await;

    let seen = owner.get(&node).await.expect(200);
    let all =
        json!({"temperature": 0.5, "maxTokens": 9, "customInstructions": {"about": "Secret."}});
    assert_eq!(seen["settings"], all);
    owner
        .patch(&project.path(), json!({"isPublic": true}))
        .await
        .expect(200);
    let stranger = branch.app.register("stranger").await;
    let public = stranger.get(&node).await.expect(200);
    assert_eq!(
        public["settings"],
        json!({"temperature": 0.5, "maxTokens": 9})
    );
    let graph = stranger.get(&project.graph()).await.expect(200);
    assert!(!graph.to_string().contains("Secret."));
    let (seq, hash) = owner.state(project).await;
    viewing.follow_until(seq).await;
    assert_eq!(viewing.copy.hash(), hash);
    assert_eq!(stranger.state(project).await.1, hash);
    branch
        .set(
            first,
            json!({"temperature": null, "maxTokens": null, "customInstructions": null}),
        )
        .await;
    assert_eq!(owner.get(&node).await.expect(200)["settings"], Value::Null);
}

#[tokio::test]
async fn the_model_that_somebody_asked_last_is_asked_where_nothing_else_decides() {
    let branch = Branch::new().await;
    let (project, owner) = (branch.project, &branch.owner);
    let [first, second, _] = branch.nodes;
    let models = owner.get("/models").await.expect(200);
    assert_eq!(models["lastModel"], Value::Null);
    owner
        .generate(project, first, json!({"model": "scripted/two"}))
        .await;
    generated(owner, project, first).await;

    let asked = owner.generate(project, second, json!({})).await;

    assert_eq!(asked["generation"]["model"], "scripted/two");
    let models = owner.get("/models").await.expect(200);
    assert_eq!(models["lastModel"], "scripted/two");
    let said = json!({"instructions": {"lastModel": "scripted/one"}});
    owner.patch("/users/me", said).await.expect(200);
    let models = owner.get("/models").await.expect(200);
    assert_eq!(models["lastModel"], "scripted/one");
    let newcomer = branch.app.register("newcomer").await;
    let models = newcomer.get("/models").await.expect(200);
    assert_eq!(models["lastModel"], Value::Null);
    generated(owner, project, second).await;
}
