//! How much may be kept: text, projects, and what lies in the trash.

use std::time::{Duration, Instant};

use kernel::{ProjectId, Role};
use serde_json::{Value, json};

use crate::kit::{Answer, Client, Paths, TestApp, files::send_file, generated, parsed, text};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// A server on which an owner keeps a megabyte.
async fn one_megabyte() -> TestApp {
    TestApp::with(|settings| settings.storage.owner_bytes_max = 1_000_000).await
}

async fn write(by: &Client, project: ProjectId, letters: usize) -> Answer {
    let body = json!({"prompt": "a".repeat(letters), "position": {"x": 0, "y": 0}});
    by.post(&project.nodes(), body).await
}

/// Writes until the owner has no room left; the ids of what was accepted.
async fn fill(by: &Client, project: ProjectId) -> Vec<Value> {
    let mut accepted = Vec::new();
    loop {
        let answer = write(by, project, 20_000).await;
        if answer.status != 201 {
            answer.problem(422, "storage_full");
            return accepted;
        }
        accepted.push(answer.expect(201)["id"].clone());
        assert!(accepted.len() < 200, "nothing stops it");
    }
}

#[expect(clippy::print_stdout, reason = "a figure for whoever reads the test")]
async fn bystander(by: &Client, project: ProjectId, when: &str) {
    let begun = Instant::now();
    write(by, project, 100).await.expect(201);
    println!(
        "{when}: a change of somebody else took {:?}",
        begun.elapsed()
    );
}

#[tokio::test]
async fn an_owner_without_room_is_told_so_and_loses_nothing() {
    let app = one_megabyte().await;
    let (project, owner, [editor]) = app.project([Role::Editor]).await;
    let ben = app.register("ben").await;
    let bens = ben.create_project("Ben's").await;
    let question = owner.create_node(project, "Why?").await;
    bystander(&ben, bens, "before").await;

    let filling = fill(&editor, project);
    let (accepted, ()) = futures::join!(filling, bystander(&ben, bens, "during"));
    bystander(&ben, bens, "after").await;

    assert!((45..=55).contains(&accepted.len()), "{}", accepted.len());
    let kept = owner.all(&project.nodes(), 50).await;
    let kept: Vec<&Value> = kept.iter().map(|node| &node["id"]).collect();
    assert!(accepted.iter().all(|id| kept.contains(&id)));
    // It is the owner's room, whoever writes, in whichever project.
    let other = owner.post("/projects", json!({"name": "Other"})).await;
    other.problem(422, "storage_full");
    let ask = owner.post(&project.generate(question), json!({})).await;
    ask.problem(422, "storage_full");
    let longer = json!({"systemPrompt": "Be brief."});
    let longer = owner.patch(&project.path(), longer).await;
    longer.problem(422, "storage_full");
    // What protects and takes away goes on.
    let public = json!({"isPublic": false});
    owner.patch(&project.path(), public).await.expect(200);
    owner.delete(&project.node(question)).await.ok();
}

#[tokio::test]
async fn an_answer_that_was_begun_is_kept_though_there_is_no_room_left() {
    let app = TestApp::with(|settings| {
        settings.storage.owner_bytes_max = 100_000;
        settings.generation.offline_word_ms = 20;
    })
    .await;
    let (project, owner, []) = app.project([]).await;
    let question = owner.create_node(project, "Why?").await;
    owner.generate(project, question, json!({})).await;

    fill(&owner, project).await;

    let answered = generated(&owner, project, question).await;
    assert_eq!(answered["status"], "COMPLETED");
    assert_ne!(answered["response"], Value::Null);
}

#[tokio::test]
async fn what_is_in_the_trash_takes_room_until_it_is_removed_for_good() {
    let app = one_megabyte().await;
    let (project, owner, []) = app.project([]).await;
    fill(&owner, project).await;

    owner.delete(&project.path()).await.expect(204);

    let another = json!({"name": "Another"});
    let refused = owner.post("/projects", another.clone()).await;
    refused.problem(422, "storage_full");
    app.clock_shift(DAY * 29);
    app.sweep().await;
    let owner = app.log_in("owner").await;
    let trash = owner.all("/projects?trashed=true", 50).await;
    assert_eq!(trash.len(), 1);
    app.clock_shift(DAY * 2);
    app.sweep().await;
    let owner = app.log_in("owner").await;
    let trash = owner.all("/projects?trashed=true", 50).await;
    assert_eq!(trash.len(), 0);
    let restored = owner.post(&project.at("restore"), Value::Null).await;
    restored.problem(404, "not_found");
    owner.post("/projects", another).await.expect(201);
}

#[tokio::test]
async fn a_large_project_is_removed_for_good_some_rows_at_a_time_while_others_go_on() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;
    let neighbour = app.register("neighbour").await;
    let elsewhere = neighbour.create_project("Elsewhere").await;
    let ops = |from: usize| {
        let ops = (from..from + 500).map(|number| {
            let data = json!({"prompt": number.to_string(), "position": {"x": 0, "y": 0}});
            json!({"op": "node.create", "data": data})
        });
        json!({"ops": ops.collect::<Vec<Value>>()})
    };
    for from in [0, 500, 1_000, 1_500, 2_000] {
        owner.post(&project.ops(), ops(from)).await.expect(200);
    }
    owner
        .answer(project, owner.create_node(project, "Why?").await)
        .await;
    owner.delete(&project.path()).await.expect(204);
    app.clock_shift(DAY * 31);
    let neighbour = app.log_in("neighbour").await;

    let ((), made) = tokio::join!(app.sweep(), neighbour.create_node(elsewhere, "meanwhile"));

    neighbour.get(&elsewhere.node(made)).await.expect(200);
    for table in [
        "nodes",
        "edges",
        "generations",
        "project_events",
        "project_members",
    ] {
        assert_eq!(app.rows_of(table, project).await, 0, "{table}");
    }
}

#[tokio::test]
async fn a_project_that_came_out_of_the_trash_in_time_stays() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;
    owner.delete(&project.path()).await.expect(204);
    owner.post(&project.at("restore"), Value::Null).await.ok();

    app.clock_shift(DAY * 31);
    app.sweep().await;

    let owner = app.log_in("owner").await;
    owner.get(&project.path()).await.expect(200);
}

#[tokio::test]
async fn a_project_is_handed_over_only_to_who_has_room_for_it() {
    let app = one_megabyte().await;
    let (project, owner, [heir]) = app.project([Role::Editor]).await;
    let own = heir.create_project("Own").await;
    fill(&heir, own).await;

    let offer = json!({"userId": heir.user_id()});
    let refused = owner.post(&project.transfer(), offer).await;

    refused.problem(422, "storage_full");
}

#[tokio::test]
async fn a_project_in_the_trash_does_not_count_as_one_and_yet_the_trash_has_an_end() {
    let app = TestApp::with(|settings| settings.storage.projects_per_owner = 3).await;
    let owner = app.register("owner").await;
    let one_more = async || owner.post("/projects", json!({"name": "P"})).await;
    for _ in 0..2 {
        let mut projects: Vec<ProjectId> = Vec::new();
        for _ in 0..3 {
            projects.push(parsed(&one_more().await.expect(201)["id"]));
        }
        one_more().await.problem(422, "limit_reached");
        for project in projects {
            owner.delete(&project.path()).await.expect(204);
        }
    }

    let refused = one_more().await.problem(422, "limit_reached");

    let detail = refused["detail"].as_str().expect("a sentence");
    assert!(detail.contains("trash"), "{detail}");
}

#[tokio::test]
async fn what_was_there_before_comes_back_only_while_there_is_room() {
    let app = one_megabyte().await;
    let (project, owner, []) = app.project([]).await;
    let deleted = owner.create_node(project, "Why?").await;
    owner.delete(&project.node(deleted)).await.ok();
    let node = owner.create_node(project, "How?").await;
    let first = text(&owner.answer(project, node).await["generationId"]).to_owned();
    owner.generate(project, node, json!({"force": true})).await;
    generated(&owner, project, node).await;
    fill(&owner, project).await;

    let restore = format!("{}/restore", project.node(deleted));
    let refused = owner.post(&restore, Value::Null).await;
    refused.problem(422, "storage_full");
    let select = format!("{}/select", project.attempt(node, first));
    let refused = owner.post(&select, Value::Null).await;
    refused.problem(422, "storage_full");

    // A project takes as much room in the trash as out of it.
    owner.delete(&project.path()).await.expect(204);
    owner.post(&project.at("restore"), Value::Null).await.ok();
}

#[tokio::test]
async fn a_project_comes_out_of_the_trash_only_as_one_of_so_many_as_there_may_be() {
    let app = TestApp::with(|settings| settings.storage.projects_per_owner = 1).await;
    let owner = app.register("owner").await;
    let first = owner.create_project("First").await;
    owner.delete(&first.path()).await.expect(204);
    let second = owner.create_project("Second").await;

    let refused = owner.post(&first.at("restore"), Value::Null).await;

    refused.problem(422, "limit_reached");
    owner.delete(&second.path()).await.expect(204);
    owner.post(&first.at("restore"), Value::Null).await.ok();
}

#[tokio::test]
async fn a_project_with_files_is_handed_over_only_to_who_has_room_for_them() {
    let app = TestApp::with(|settings| settings.storage.owner_file_bytes_max = 1_500).await;
    let (project, owner, [heir]) = app.project([Role::Editor]).await;
    let own = heir.create_project("Own").await;
    for (by, project) in [(&owner, project), (&heir, own)] {
        let sent = send_file(by, project, "one.txt", &[b'x'; 1_000]).await;
        sent.expect(201);
    }

    let offer = json!({"userId": heir.user_id()});
    let refused = owner.post(&project.transfer(), offer).await;

    refused.problem(422, "storage_full");
}
