//! Tasks that begin by themselves.

use std::time::Duration;

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::world;
use crate::kit::{Client, Paths, Provider, Reply, parsed, text, until};

async fn begun(owner: &Client, project: kernel::ProjectId) -> Vec<Value> {
    let tasks = owner.get(&project.tasks()).await.expect(200);
    tasks["items"].as_array().cloned().unwrap_or_default()
}

#[tokio::test]
async fn a_schedule_is_by_the_clock_or_once_or_on_an_event_and_says_when_it_comes_next() {
    let provider = Provider::start().await;
    let (_app, project, owner, agent) = world(&provider).await;
    let schedule = |when: Value| {
        let mut body = json!({"agentId": agent, "name": "Daily", "prompt": "Sum up."});
        let fields = when.as_object().expect("fields").clone();
        body.as_object_mut().expect("fields").extend(fields);
        body
    };
    let path = project.schedules();
    let daily = json!({"cron": "0 9 * * *", "timezone": "Europe/Paris"});

    let made = owner.post(&path, schedule(daily)).await.expect(201);

    assert_eq!(
        (&made["kind"], &made["perHourMax"]),
        (&json!("CRON"), &json!(10))
    );
    assert!(made["nextRunAt"].is_string());
    for (when, pointer) in [
        (json!({}), ""),
        (json!({"cron": "0 9 * * *", "event": "MENTION"}), ""),
        (json!({"cron": "often"}), "/cron"),
        (
            json!({"cron": "0 9 * * *", "timezone": "Mars"}),
            "/timezone",
        ),
        (json!({"at": "2020-01-01T00:00:00Z"}), "/at"),
        (json!({"event": "MENTION", "perHourMax": 61}), "/perHourMax"),
    ] {
        let refused = owner.post(&path, schedule(when)).await;
        let refused = refused.problem(422, "invalid");
        assert_eq!(refused["errors"][0]["pointer"], pointer, "{refused}");
    }
    let own = project.schedule(text(&made["id"]));
    let paused = owner.patch(&own, json!({"paused": true})).await.expect(200);
    assert_eq!(paused["paused"], true);
    owner.delete(&own).await.expect(204);
    owner.delete(&own).await.problem(404, "not_found");
}

#[tokio::test]
async fn a_schedule_begins_its_task_once_when_its_time_has_come() {
    let provider = Provider::start().await;
    let (app, project, owner, agent) = world(&provider).await;
    provider.usually(Reply::finish("Done."));
    let at = app.now() + TimeDelta::minutes(10);
    let body = json!({"agentId": agent, "name": "Once", "prompt": "Now.", "at": at});
    let made = owner.post(&project.schedules(), body).await.expect(201);

    app.clock_shift(Duration::from_secs(11 * 60));

    until("the task is done", async || {
        let tasks = begun(&owner, project).await;
        tasks.len() == 1 && tasks[0]["status"] == "COMPLETED"
    })
    .await;
    app.jobs_done().await;
    let tasks = begun(&owner, project).await;
    assert_eq!(tasks[0]["origin"], "SCHEDULE");
    assert_eq!(tasks[0]["scheduleId"], made["id"]);
    let listed = owner.get(&project.schedules()).await.expect(200);
    assert_eq!(listed["items"][0]["nextRunAt"], Value::Null);
    assert_eq!(listed["items"][0]["lastError"], Value::Null);
}

#[tokio::test]
async fn a_schedule_by_the_clock_begins_again_and_again_in_the_zone_of_whoever_made_it() {
    let provider = Provider::start().await;
    let (app, project, owner, agent) = world(&provider).await;
    provider.usually(Reply::finish("Done."));
    let zone = json!({"preferences": {"timezone": "Asia/Tokyo"}});
    owner.patch("/users/me", zone).await.expect(200);
    let often = json!({
        "agentId": agent, "name": "Often", "prompt": "Look.", "cron": "*/3 * * * *", "perHourMax": 2,
    });

    let made = owner.post(&project.schedules(), often).await.expect(201);

    assert_eq!(made["timezone"], "Asia/Tokyo");
    let mut before = text(&made["nextRunAt"]).to_owned();
    for times in [1, 2, 2] {
        app.clock_shift(Duration::from_secs(3 * 60));
        until("its time has come and gone", async || {
            let listed = owner.get(&project.schedules()).await.expect(200);
            text(&listed["items"][0]["nextRunAt"]) > before.as_str()
        })
        .await;
        app.jobs_done().await;
        assert_eq!(begun(&owner, project).await.len(), times);
        let listed = owner.get(&project.schedules()).await.expect(200);
        before = text(&listed["items"][0]["nextRunAt"]).to_owned();
    }
    let listed = owner.get(&project.schedules()).await.expect(200);
    assert!(text(&listed["items"][0]["lastError"]).contains("limit"));
}

#[tokio::test]
async fn an_answer_that_is_no_longer_up_to_date_begins_a_task_there() {
    let provider = Provider::start().await;
    let (app, project, owner, agent) = world(&provider).await;
    provider.usually(Reply::text("An answer."));
    let question = owner.create_node(project, "Why?").await;
    let rests_on_it = owner.create_node(project, "And then?").await;
    owner.connect(project, question, rests_on_it).await;
    owner.answer(project, question).await;
    owner.answer(project, rests_on_it).await;
    let body = json!({"agentId": agent, "name": "Stale", "prompt": "Look.", "event": "NODE_STALE"});
    owner.post(&project.schedules(), body).await.expect(201);
    app.jobs_done().await;
    let version = owner.get(&project.node(question)).await.expect(200)["version"].clone();

    owner
        .patch_at(
            parsed(&version),
            &project.node(question),
            json!({"prompt": "Why not?"}),
        )
        .await
        .expect(200);

    app.jobs_done().await;
    let tasks = begun(&owner, project).await;
    let nodes: Vec<&Value> = tasks.iter().map(|task| &task["nodeId"]).collect();
    assert!(nodes.contains(&&json!(rests_on_it)), "{tasks:?}");
    assert!(tasks.iter().all(|task| task["origin"] == "EVENT"));
}

#[tokio::test]
async fn an_answer_and_a_mention_begin_tasks_at_their_node_within_the_limit() {
    let provider = Provider::start().await;
    let (app, project, owner, agent) = world(&provider).await;
    let on = async |event: &str, per_hour: u32| {
        let body = json!({
            "agentId": agent, "name": event, "prompt": "Look.", "event": event,
            "perHourMax": per_hour,
        });
        owner.post(&project.schedules(), body).await.expect(201)
    };
    on("NODE_COMPLETED", 1).await;
    on("MENTION", 5).await;
    let node = owner.create_node(project, "Why?").await;
    let other = owner.create_node(project, "How?").await;
    provider.usually(Reply::text("An answer."));

    owner.answer(project, node).await;
    app.jobs_done().await;
    let tasks = begun(&owner, project).await;
    assert_eq!(tasks.len(), 1, "{tasks:?}");
    assert_eq!(
        (&tasks[0]["origin"], &tasks[0]["nodeId"]),
        (&json!("EVENT"), &json!(node))
    );
    owner.answer(project, other).await;
    app.jobs_done().await;
    assert_eq!(begun(&owner, project).await.len(), 1);
    let listed = owner.get(&project.schedules()).await.expect(200);
    assert!(text(&listed["items"][0]["lastError"]).contains("limit"));

    let mentioned = owner
        .create_node(project, "@researcher, look at this")
        .await;
    owner.create_node(project, "write to @researchers").await;
    app.jobs_done().await;
    let tasks = begun(&owner, project).await;
    assert_eq!(tasks.len(), 2, "{tasks:?}");
    assert_eq!(tasks[0]["nodeId"], json!(mentioned));
    let again = json!({"prompt": "@researcher, look at this again"});
    owner
        .patch_at(1, &project.node(mentioned), again)
        .await
        .expect(200);
    app.jobs_done().await;
    assert_eq!(begun(&owner, project).await.len(), 2);
}

#[tokio::test]
async fn a_mention_that_a_schedule_answers_begins_no_second_task_when_the_node_is_asked() {
    let provider = Provider::start().await;
    let (app, project, owner, agent) = world(&provider).await;
    provider.usually(Reply::finish("Looked."));
    let body = json!({"agentId": agent, "name": "Called", "prompt": "Look.", "event": "MENTION"});
    owner.post(&project.schedules(), body).await.expect(201);
    let prompt = "@researcher, look at this";
    let ask = |node| json!({"agentId": agent, "nodeId": node, "prompt": prompt});

    // The schedule was first.
    let node = owner.create_node(project, prompt).await;
    app.jobs_done().await;
    let asked = owner.post(&project.tasks(), ask(node)).await.expect(202);
    app.jobs_done().await;
    let tasks = begun(&owner, project).await;
    assert_eq!(tasks.len(), 1, "{tasks:?}");
    assert_eq!(asked["id"], tasks[0]["id"]);
    assert_eq!(tasks[0]["origin"], "EVENT");
    // Whoever asks again wants it done again.
    let again = owner.post(&project.tasks(), ask(node)).await.expect(202);
    assert_ne!(again["id"], asked["id"]);
    app.jobs_done().await;
    assert_eq!(begun(&owner, project).await.len(), 2);

    // The person was first.
    let node = kernel::NodeId::generate();
    let ops = json!({"ops": [
        {"op": "node.create", "id": node, "data": {"prompt": prompt, "position": {"x": 0, "y": 0}}},
        {"op": "task.start", "data": ask(node)},
    ]});
    owner.post(&project.ops(), ops).await.expect(200);
    app.jobs_done().await;
    let tasks = begun(&owner, project).await;
    assert_eq!(tasks.len(), 3, "{tasks:?}");
    assert_eq!(tasks[0]["origin"], "PERSON");
    assert_eq!(tasks[0]["nodeId"], json!(node));
}

#[tokio::test]
async fn a_tag_that_a_node_is_given_begins_a_task_there_and_one_it_had_before_does_not() {
    let provider = Provider::start().await;
    let (app, project, owner, agent) = world(&provider).await;
    provider.usually(Reply::finish("Looked."));
    let tagged = |fields: Value| {
        let mut body =
            json!({"agentId": agent, "name": "Tagged", "prompt": "Look.", "event": "NODE_TAGGED"});
        let fields = fields.as_object().expect("fields").clone();
        body.as_object_mut().expect("a body").extend(fields);
        body
    };
    for (fields, pointer) in [
        (json!({}), "/tag"),
        (json!({"tag": ""}), "/tag"),
        (json!({"tag": "review", "event": "MENTION"}), "/tag"),
    ] {
        let refused = owner.post(&project.schedules(), tagged(fields)).await;
        let problem = refused.problem(422, "invalid");
        assert_eq!(problem["errors"][0]["pointer"], pointer);
    }
    let had = json!({"prompt": "Old?", "position": {"x": 0, "y": 0}, "tags": ["review"]});
    let had = owner.post(&project.nodes(), had).await.expect(201);
    let had: kernel::NodeId = parsed(&had["id"]);
    let made = tagged(json!({"tag": "review", "perHourMax": 2}));
    let made = owner.post(&project.schedules(), made).await.expect(201);
    assert_eq!(made["tag"], "review");
    let node = owner.create_node(project, "Why?").await;
    let give = async |node, tags: Value| {
        let tags = json!({"tags": tags});
        owner.patch(&project.node(node), tags).await.expect(200);
        app.jobs_done().await;
        begun(&owner, project).await.len()
    };

    assert_eq!(give(had, json!(["review", "urgent"])).await, 0);
    assert_eq!(give(node, json!(["urgent", "review"])).await, 1);
    assert_eq!(give(node, json!(["review"])).await, 1);
    assert_eq!(give(node, json!([])).await, 1);
    let task = &begun(&owner, project).await[0];
    assert_eq!(
        (&task["origin"], &task["nodeId"], &task["scheduleId"]),
        (&json!("EVENT"), &json!(node), &made["id"])
    );
    // Given again, it is to be done again, within the limit.
    assert_eq!(give(node, json!(["review"])).await, 2);
    give(node, json!([])).await;
    assert_eq!(give(node, json!(["review"])).await, 2);
    let listed = owner.get(&project.schedules()).await.expect(200);
    assert!(text(&listed["items"][0]["lastError"]).contains("limit"));
}

#[tokio::test]
async fn a_schedule_at_a_frame_waits_for_tags_of_what_the_frame_holds() {
    let provider = Provider::start().await;
    let (app, project, owner, agent) = world(&provider).await;
    provider.usually(Reply::finish("Looked."));
    let make = async |fields: Value| {
        let mut body = json!({"prompt": "", "position": {"x": 0, "y": 0}});
        let fields = fields.as_object().expect("fields").clone();
        body.as_object_mut().expect("a body").extend(fields);
        let made = owner.post(&project.nodes(), body).await.expect(201);
        parsed::<kernel::NodeId>(&made["id"])
    };
    let frame = make(json!({"kind": "FRAME", "title": "Plans"})).await;
    let body = json!({
        "agentId": agent, "name": "Tagged", "prompt": "Look.", "event": "NODE_TAGGED",
        "tag": "ready", "nodeId": frame,
    });
    owner.post(&project.schedules(), body).await.expect(201);

    make(json!({"prompt": "Outside?", "tags": ["ready"]})).await;
    let inside = make(json!({"prompt": "Inside?", "tags": ["ready"], "frameId": frame})).await;

    app.jobs_done().await;
    let tasks = begun(&owner, project).await;
    assert_eq!(tasks.len(), 1, "{tasks:?}");
    assert_eq!(tasks[0]["nodeId"], json!(inside));
}

#[tokio::test]
async fn a_task_at_a_frame_reads_first_what_the_frame_holds() {
    let provider = Provider::start().await;
    let (app, project, owner, agent) = world(&provider).await;
    let make = async |fields: Value| {
        let mut body = json!({"prompt": "", "position": {"x": 0, "y": 0}});
        let fields = fields.as_object().expect("fields").clone();
        body.as_object_mut().expect("a body").extend(fields);
        let made = owner.post(&project.nodes(), body).await.expect(201);
        parsed::<kernel::NodeId>(&made["id"])
    };
    make(json!({"prompt": "Outside?"})).await;
    let frame = make(json!({"kind": "FRAME", "title": "Plans \"of\" <node>"})).await;
    let note = json!({"kind": "NOTE", "prompt": "Held.", "frameId": frame, "tags": ["a \"b", "c"]});
    make(note).await;
    provider.then([Reply::calls(&[("read_graph", json!({}))])]);
    provider.usually(Reply::finish("Read."));

    let body = json!({"agentId": agent, "nodeId": frame, "prompt": "Sum up the frame."});
    owner.post(&project.tasks(), body).await.expect(202);
    app.jobs_done().await;

    let asked = provider.asked();
    let messages = asked.last().expect("it was asked").body["messages"].clone();
    let outline = messages.as_array().expect("messages").iter();
    let outline = outline
        .map(|message| message["content"].as_str().unwrap_or_default())
        .find(|text| text.contains("3 of 3 nodes"))
        .expect("an outline");
    let lines: Vec<&str> = outline.lines().collect();
    assert!(lines[1].contains("kind=\"FRAME\""), "{outline}");
    assert!(lines[1].contains("Plans \"of\" &lt;node>"), "{outline}");
    let held = format!("kind=\"NOTE\" tags=\"a 'b, c\" frame=\"{frame}\"");
    assert!(lines[2].contains(&held), "{outline}");
    assert!(lines[3].contains("Outside?"), "{outline}");
}
