//! Viewports: where each person last looked.

use kernel::Role;
use serde_json::{Value, json};

use crate::kit::{Paths, TestApp};

#[tokio::test]
async fn everyone_has_a_viewport_of_their_own_and_begins_with_the_projects() {
    let app = TestApp::start().await;
    let (project, owner, [viewer]) = app.project([Role::Viewer]).await;
    let path = project.viewport();
    assert_eq!(owner.get(&path).await.expect(200), Value::Null);
    let shared = json!({"x": 10.0, "y": 20.0, "zoom": 1.0});
    let body = json!({"viewport": shared});
    owner.patch(&project.path(), body).await.expect(200);
    let own = json!({"x": -1.5, "y": 0.25, "zoom": 2.0});

    assert_eq!(viewer.get(&path).await.expect(200), shared);
    viewer.put(&path, own.clone()).await.expect(200);

    assert_eq!(viewer.get(&path).await.expect(200), own);
    assert_eq!(owner.get(&path).await.expect(200), shared);
    viewer.put(&path, shared.clone()).await.expect(200);
    assert_eq!(viewer.get(&path).await.expect(200), shared);
}

#[tokio::test]
async fn looking_around_is_no_event_of_the_project() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;
    let events = project.events();
    let before = owner.get(&events).await.expect(200);

    let viewport = json!({"x": 1, "y": 2, "zoom": 3});
    owner.put(&project.viewport(), viewport).await.expect(200);

    assert_eq!(owner.get(&events).await.expect(200), before);
}

#[tokio::test]
async fn a_viewport_has_a_scale_that_can_be_drawn() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;
    let path = project.viewport();

    for zoom in [json!(0), json!(-1), json!(101), json!("1"), Value::Null] {
        let body = json!({"x": 0, "y": 0, "zoom": zoom});
        owner.put(&path, body).await.problem(422, "invalid");
    }
}
