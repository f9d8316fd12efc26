//! Who is here, and where.

use std::time::Duration;

use kernel::{ProjectId, Role};
use serde_json::{Value, json};

use crate::kit::{Client, Paths, Socket, TestApp, until};

async fn move_to(socket: &mut Socket, project: ProjectId, x: f64) {
    let cursor = json!({"x": x, "y": 0});
    socket
        .send(json!({"type": "presence", "project": project, "cursor": cursor}))
        .await;
}

/// What is heard of one peer.
async fn hear_of(socket: &mut Socket, s: &Value) -> Value {
    let frame = socket
        .next_where("presence", |frame| peer(frame, s).is_some())
        .await;
    peer(&frame, s).expect("it is there").clone()
}

fn peer<'a>(frame: &'a Value, s: &Value) -> Option<&'a Value> {
    frame["peers"]
        .as_array()?
        .iter()
        .find(|peer| peer["s"] == *s)
}

async fn names_here(client: &Client, project: ProjectId) -> Vec<String> {
    let here = client.all(&project.sessions(), 50).await;
    let mut names: Vec<String> = here
        .iter()
        .map(|session| session["name"].as_str().expect("a name").to_owned())
        .collect();
    names.sort();
    names
}

#[tokio::test]
async fn whoever_comes_is_told_by_name_and_colour_and_is_told_who_is_there() {
    let app = TestApp::start().await;
    let (project, owner, [viewer]) = app.project([Role::Viewer]).await;
    let (mut first, _) = owner.listen(project).await;
    move_to(&mut first, project, 7.0).await;

    let (second, snapshot) = viewer.listen(project).await;

    let known = snapshot["presence"].as_array().expect("a list");
    let owner_s = &first.ready["s"];
    let seen = known
        .iter()
        .find(|peer| peer["s"] == *owner_s)
        .expect("the owner is there");
    assert_eq!(seen["name"], "owner");
    assert_eq!(seen["cursor"], json!({"x": 7.0, "y": 0.0}));
    let news = hear_of(&mut first, &second.ready["s"]).await;
    assert_eq!(news["name"], "member0");
    assert_eq!(news["u"], json!(viewer.user_id()));
    assert!(
        news["color"]
            .as_str()
            .is_some_and(|color| color.starts_with('#'))
    );
}

#[tokio::test]
async fn only_what_changed_is_told_and_null_clears() {
    let app = TestApp::start().await;
    let (project, owner, [editor]) = app.project([Role::Editor]).await;
    let node = owner.create_node(project, "Idea").await;
    let (mut watching, _) = owner.listen(project).await;
    let (mut moving, _) = editor.listen(project).await;
    let s = moving.ready["s"].clone();
    hear_of(&mut watching, &s).await;

    move_to(&mut moving, project, 1.0).await;
    assert_eq!(
        hear_of(&mut watching, &s).await,
        json!({"s": s, "cursor": {"x": 1.0, "y": 0.0}})
    );
    let editing =
        json!({"type": "presence", "project": project, "editing": node, "selection": [node]});
    moving.send(editing).await;
    let told = hear_of(&mut watching, &s).await;
    assert_eq!(told, json!({"s": s, "selection": [node], "editing": node}));
    let nothing = json!({"type": "presence", "project": project, "editing": null, "cursor": null});
    moving.send(nothing).await;
    assert_eq!(
        hear_of(&mut watching, &s).await,
        json!({"s": s, "cursor": null, "editing": null})
    );
}

#[tokio::test]
async fn whoever_leaves_is_told_by_their_number() {
    let app = TestApp::start().await;
    let (project, owner, [editor, other]) = app.project([Role::Editor, Role::Editor]).await;
    let (mut watching, _) = owner.listen(project).await;
    let (leaving, _) = editor.listen(project).await;
    let (mut unsubscribing, _) = other.listen(project).await;

    let gone = leaving.ready["s"].clone();
    drop(leaving);
    watching
        .next_where("presence", |frame| frame["left"] == json!([gone]))
        .await;
    unsubscribing
        .send(json!({"type": "unsubscribe", "project": project}))
        .await;
    let gone = unsubscribing.ready["s"].clone();
    watching
        .next_where("presence", |frame| frame["left"] == json!([gone]))
        .await;
}

#[tokio::test]
async fn a_crowd_is_told_at_most_twenty_times_a_second() {
    let app = TestApp::start().await;
    let (project, owner, movers) = app.project([Role::Editor; 4]).await;
    let (mut watching, _) = owner.listen(project).await;
    let mut sockets = Vec::new();
    for mover in &movers {
        sockets.push(mover.listen(project).await.0);
    }
    watching.within(Duration::from_millis(300)).await;

    let begun = std::time::Instant::now();
    for round in 0..200 {
        for socket in &mut sockets {
            move_to(socket, project, f64::from(round)).await;
        }
        // The pace of the movements, because the rate of the frames is told from their time.
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    let sending = begun.elapsed();
    let frames = watching.within(Duration::from_millis(300)).await;

    let told = frames
        .iter()
        .filter(|frame| frame["type"] == "presence")
        .count();
    let ticks = (sending + Duration::from_millis(300)).as_millis() / 50 + 2;
    println!("{told} frames in {sending:?} for 800 movements");
    assert!(
        told > 0 && told <= usize::try_from(ticks).expect("small"),
        "{told} of {ticks}"
    );
    for socket in &sockets {
        let of_one = frames
            .iter()
            .filter_map(|frame| peer(frame, &socket.ready["s"]));
        let last = of_one.last().expect("each is told of");
        assert_eq!(last["cursor"]["x"], 199.0, "the newest is told in the end");
    }
}

#[tokio::test]
async fn readers_of_a_public_project_neither_see_nor_are_seen() {
    let app = TestApp::start().await;
    let (project, owner, [editor]) = app.project([Role::Editor]).await;
    let path = project.path();
    owner
        .patch_at(1, &path, json!({"isPublic": true}))
        .await
        .expect(200);
    let (mut member, _) = editor.listen(project).await;
    let stranger = app.register("stranger").await;

    let (mut reader, snapshot) = stranger.listen(project).await;
    assert_eq!(snapshot["presence"], json!([]));
    move_to(&mut reader, project, 9.0).await;
    let (mut second, snapshot) = owner.listen(project).await;
    move_to(&mut second, project, 5.0).await;
    hear_of(&mut member, &second.ready["s"]).await;
    owner.create_node(project, "seen").await;
    reader.next_of("events").await;

    let numbers = snapshot["presence"].as_array().expect("a list").iter();
    let numbers: Vec<&Value> = numbers.map(|peer| &peer["s"]).collect();
    assert!(!numbers.contains(&&reader.ready["s"]), "{numbers:?}");
    let heard = reader.within(Duration::from_millis(200)).await;
    assert!(
        heard.iter().all(|frame| frame["type"] != "presence"),
        "{heard:?}"
    );
}

#[tokio::test]
async fn the_list_of_who_is_here_follows_sockets() {
    let app = TestApp::start().await;
    let (project, owner, [editor]) = app.project([Role::Editor]).await;
    let (_watching, _) = owner.listen(project).await;
    let (mut leaving, _) = editor.listen(project).await;
    until("both are here", async || {
        names_here(&owner, project).await == ["member0", "owner"]
    })
    .await;

    move_to(&mut leaving, project, 42.0).await;
    leaving.send(json!({"type": "ping"})).await;
    leaving.next_of("pong").await;
    drop(leaving);
    until("one has left", async || {
        names_here(&owner, project).await == ["owner"]
    })
    .await;
}

#[tokio::test]
async fn where_somebody_points_is_noted_with_its_time_while_they_are_here() {
    let app = TestApp::start().await;
    let (project, owner, [editor]) = app.project([Role::Editor]).await;
    let (mut moving, _) = editor.listen(project).await;
    move_to(&mut moving, project, 7.0).await;

    let noted = async || {
        let here = owner.all(&project.sessions(), 50).await;
        here.first().map(|session| session["cursor"].clone())
    };
    until("the cursor is noted", async || {
        noted().await.is_some_and(|cursor| cursor["x"] == 7.0)
    })
    .await;
    let cursor = noted().await.expect("they are here");
    assert_eq!(cursor["y"], 0.0);
    assert!(cursor["timestamp"].is_string(), "{cursor}");
}

#[tokio::test]
async fn whoever_was_here_when_an_instance_died_has_joined_anew_when_they_come_back() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;
    let (_first, _) = owner.listen(project).await;
    until("they are here", async || {
        names_here(&owner, project).await == ["owner"]
    })
    .await;
    let joined = async || owner.all(&project.sessions(), 50).await[0]["joinedAt"].clone();
    let before = joined().await;

    // A second socket joins nothing anew; one after minutes of silence does, though nobody said that they left.
    let (_second, _) = owner.listen(project).await;
    assert_eq!(joined().await, before);
    app.clock_shift(Duration::from_secs(10 * 60));
    let (_third, _) = owner.listen(project).await;

    until("they have joined anew", async || {
        let here = owner.all(&project.sessions(), 50).await;
        here.first()
            .is_some_and(|session| session["joinedAt"] != before)
    })
    .await;
}
