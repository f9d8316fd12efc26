//! Projects and nodes as texts to read.

use kernel::NodeId;
use serde_json::{Value, json};

use super::Mcp;
use crate::kit::{TestApp, text};

#[tokio::test]
async fn projects_and_nodes_are_listed_page_by_page_and_read() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;
    let mut node = None;
    for number in 0..60 {
        node = Some(
            owner
                .create_node(project, &format!("Question {number}"))
                .await,
        );
    }
    let other = owner.create_project("Other").await;
    let mcp = Mcp::of(&owner);

    let (mut listed, mut cursor): (Vec<String>, Value) = (Vec::new(), Value::Null);
    loop {
        let params = if cursor.is_null() {
            json!({})
        } else {
            json!({"cursor": cursor})
        };
        let page = mcp.ask("resources/list", params).await;
        let resources = page["resources"].as_array().expect("a list").iter();
        listed.extend(resources.map(|resource| text(&resource["uri"]).to_owned()));
        cursor = page["nextCursor"].clone();
        if cursor.is_null() {
            break;
        }
    }

    let mut distinct = listed.clone();
    distinct.sort();
    distinct.dedup();
    assert_eq!((listed.len(), distinct.len()), (62, 62));
    assert!(listed.contains(&format!("nonlinear://projects/{other}")));
    let of_project = format!("nonlinear://projects/{project}");
    let of_node = format!("{of_project}/nodes/{}", node.expect("a node"));
    for (uri, word) in [
        (&of_project, "60 nodes"),
        (&of_node, "<prompt>Question 59</prompt>"),
    ] {
        assert!(listed.contains(uri));
        let read = mcp.ask("resources/read", json!({"uri": uri})).await;
        assert_eq!(read["contents"][0]["uri"], json!(uri));
        let shown = text(&read["contents"][0]["text"]);
        assert!(shown.contains(word), "{shown}");
    }
    let templates = mcp.ask("resources/templates/list", json!({})).await;
    assert_eq!(
        templates["resourceTemplates"].as_array().map(Vec::len),
        Some(2)
    );
}

#[tokio::test]
async fn what_is_not_there_or_not_for_the_caller_is_not_found() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;
    let node = owner.create_node(project, "secret").await;
    let stranger = Mcp::of(&app.register("stranger").await);
    for uri in [
        format!("nonlinear://projects/{project}"),
        format!("nonlinear://projects/{project}/nodes/{node}"),
        format!(
            "nonlinear://projects/{project}/nodes/{}",
            NodeId::generate()
        ),
        "file:///etc/passwd".to_owned(),
    ] {
        let refused = stranger
            .refused("resources/read", json!({"uri": uri}))
            .await;
        assert!(
            text(&refused["message"]).contains("there is no such"),
            "{refused}"
        );
    }
    let made_up = stranger
        .refused("resources/list", json!({"cursor": "x.y"}))
        .await;
    assert!(text(&made_up["message"]).contains("cursor"), "{made_up}");
}
