//! What changes who may do what acts on open sockets.

use kernel::Role;
use serde_json::json;

use crate::kit::{Paths, TestApp};

#[tokio::test]
async fn t8_a_removed_member_hears_no_more_and_is_put_out() {
    let app = TestApp::start().await;
    let (project, owner, [editor]) = app.project([Role::Editor]).await;
    let (mut socket, _) = editor.listen(project).await;

    let path = project.member(editor.user_id());
    owner.delete(&path).await.expect(204);
    owner.create_node(project, "secret").await;

    let nack = socket
        .refused(
            project,
            "node.create",
            json!({"prompt": "?", "position": {"x": 0, "y": 0}}),
        )
        .await;
    assert_eq!(nack["code"], "not_found");
    let (frames, closed) = socket.closed().await;
    assert_eq!(closed.code, 4003);
    assert!(
        frames.iter().all(|frame| frame["type"] != "events"),
        "{frames:?}"
    );
}

#[tokio::test]
async fn a_removed_member_keeps_the_socket_for_other_projects() {
    let app = TestApp::start().await;
    let (project, owner, [editor]) = app.project([Role::Editor]).await;
    let own = editor.create_project("Own").await;
    let (mut socket, _) = editor.listen(project).await;
    socket.subscribe(own).await;

    let path = project.member(editor.user_id());
    owner.delete(&path).await.expect(204);

    let put_out = socket.next_of("unsubscribed").await;
    assert_eq!(put_out["project"], json!(project));
    assert_eq!(put_out["code"], 4003);
    editor.create_node(own, "mine").await;
    assert_eq!(socket.next_of("events").await["project"], json!(own));
}

#[tokio::test]
async fn a_deleted_project_is_gone_for_its_sockets() {
    let app = TestApp::start().await;
    let (project, owner, [viewer]) = app.project([Role::Viewer]).await;
    let (mut socket, _) = viewer.listen(project).await;
    owner.delete(&project.path()).await.expect(204);
    assert_eq!(socket.closed().await.1.code, 4004);
}

#[tokio::test]
async fn a_viewer_reads_and_may_write_once_promoted() {
    let app = TestApp::start().await;
    let (project, owner, [viewer]) = app.project([Role::Viewer]).await;
    let (mut socket, snapshot) = viewer.listen(project).await;
    assert_eq!(snapshot["graph"]["project"]["systemPrompt"], json!(null));
    let node = json!({"prompt": "?", "position": {"x": 0, "y": 0}});
    let nack = socket.refused(project, "node.create", node.clone()).await;
    assert_eq!(nack["code"], "forbidden");
    assert_eq!(nack["retryable"], false);

    let path = project.member(viewer.user_id());
    owner
        .patch(&path, json!({"role": "EDITOR"}))
        .await
        .expect(200);

    // What an editor sees and a viewer does not comes with a new snapshot.
    let anew = socket.next_of("snapshot").await;
    assert_eq!(anew["graph"]["project"]["systemPrompt"], "");
    socket.done(project, "node.create", node).await;
}

#[tokio::test]
async fn a_project_that_is_public_no_more_puts_its_readers_out() {
    let app = TestApp::start().await;
    let (project, owner, _) = app.project([]).await;
    let path = project.path();
    owner
        .patch_at(1, &path, json!({"isPublic": true}))
        .await
        .expect(200);
    let stranger = app.register("stranger").await;
    let (mut socket, snapshot) = stranger.listen(project).await;
    assert_eq!(snapshot["graph"]["members"], json!([]));

    owner
        .patch_at(2, &path, json!({"isPublic": false}))
        .await
        .expect(200);

    assert_eq!(socket.closed().await.1.code, 4003);
}

#[tokio::test]
async fn an_edit_of_a_deleted_node_is_gone() {
    let app = TestApp::start().await;
    let (project, owner, _) = app.project([]).await;
    let node = owner.create_node(project, "Idea").await;
    let (mut socket, _) = owner.listen(project).await;
    socket
        .done(project, "node.delete", json!({"id": node}))
        .await;

    let positions = json!({"positions": [{"id": node, "x": 1, "y": 1}]});
    let moved = socket.refused(project, "node.move", positions).await;
    let edited = json!({"id": node, "prompt": "again", "baseVersion": 1});
    let edited = socket.refused(project, "node.update", edited).await;

    assert_eq!(moved["code"], "gone");
    assert_eq!(edited["code"], "gone");
}
