//! Who is let in, and what they are offered.

use kernel::{ProjectId, Role};
use reqwest::Method;
use serde_json::{Value, json};

use super::{ACCEPT, Mcp, program};
use crate::kit::{TestApp, text};

#[tokio::test]
async fn a_client_introduces_itself_and_learns_what_the_server_can() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let hello = json!({
        "protocolVersion": "2025-06-18", "capabilities": {},
        "clientInfo": {"name": "test", "version": "1"},
    });

    let said = Mcp::of(&ada).ask("initialize", hello).await;

    assert_eq!(said["serverInfo"]["name"], "nonlinear");
    assert_eq!(said["protocolVersion"], "2025-06-18");
    assert!(said["capabilities"]["tools"].is_object());
    assert!(said["capabilities"]["resources"].is_object());
    assert!(text(&said["instructions"]).contains("read_graph"));
}

#[tokio::test]
async fn whoever_shows_no_credential_is_told_where_to_find_out() {
    let app = TestApp::start().await;
    for stranger in [app.anonymous(), app.anonymous().with_token("nl_wrong")] {
        let refused = Mcp::of(&stranger).send("tools/list", json!({})).await;

        let challenge = refused.header("www-authenticate").to_owned();
        refused.problem(401, "unauthenticated");
        let (_, address) = challenge
            .split_once("resource_metadata=\"")
            .expect("an address");
        let path = address.trim_end_matches('"');
        let at = path.find("/.well-known").expect("a path");
        let metadata = stranger.page(&path[at..]).await.expect(200);
        assert!(text(&metadata["resource"]).ends_with("/mcp"));
        assert_eq!(
            metadata["scopes_supported"],
            json!(["project", "graph", "run"])
        );
    }
}

#[tokio::test]
async fn tools_are_listed_by_what_the_token_may_do() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let everything = Mcp::of(&ada).tools().await;
    for (scopes, offered, withheld) in [
        (&["graph"][..], "create_node", "generate"),
        (&["graph", "run"], "summarise", "list_projects"),
        (&["project"], "list_projects", "read_graph"),
    ] {
        let robot = Mcp::of(&program(&ada, "robot", scopes).await);
        let tools = robot.tools().await;
        assert!(tools.contains(&offered.to_owned()), "{tools:?}");
        assert!(!tools.contains(&withheld.to_owned()), "{tools:?}");
        assert!(everything.contains(&withheld.to_owned()));
    }
    let nothing = Mcp::of(&program(&ada, "robot", &[]).await);
    assert!(nothing.tools().await.is_empty());
}

#[tokio::test]
async fn on_one_project_tools_are_listed_by_role_and_need_no_project() {
    let app = TestApp::start().await;
    let (project, owner, [viewer]) = app.project([Role::Viewer]).await;

    let tools = Mcp::on(&viewer, project).tools().await;

    assert_eq!(tools, ["read_graph", "search", "read_node", "compare"]);
    let outline = Mcp::on(&owner, project).done("read_graph", json!({})).await;
    assert!(outline.starts_with("0 of 0 nodes."), "{outline}");
    let unknown = Mcp::on(&owner, ProjectId::generate());
    let refused = unknown.send("tools/list", json!({})).await;
    refused.problem(404, "not_found");
}

#[tokio::test]
async fn a_project_of_others_is_one_that_does_not_exist() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;
    let node = owner.create_node(project, "secret").await;
    let stranger = Mcp::of(&app.register("stranger").await);
    for tool in ["read_node", "delete_nodes", "generate", "edit_node"] {
        let of = |project: ProjectId| match tool {
            "delete_nodes" => json!({"project": project, "nodeIds": [node]}),
            "edit_node" => json!({"project": project, "nodeId": node, "pinned": true}),
            _ => json!({"project": project, "nodeId": node}),
        };
        let theirs = stranger.not_done(tool, of(project)).await;
        let nobodys = stranger.not_done(tool, of(ProjectId::generate())).await;
        assert_eq!(theirs, nobodys);
        assert!(theirs.contains("there is no such project"), "{theirs}");
    }
}

#[tokio::test]
async fn a_viewer_reads_and_is_told_that_more_is_not_allowed() {
    let app = TestApp::start().await;
    let (project, owner, [viewer]) = app.project([Role::Viewer]).await;
    let node = owner.create_node(project, "Why?").await;
    let viewer = Mcp::of(&viewer);

    let arguments = json!({"project": project, "nodeId": node});
    let read = viewer.done("read_node", arguments.clone()).await;
    assert!(read.contains("<prompt>Why?</prompt>"), "{read}");
    let refused = viewer.not_done("generate", arguments).await;
    assert!(refused.contains("does not allow"), "{refused}");
    let make = json!({"project": project, "prompt": "mine"});
    viewer.not_done("create_node", make).await;
}

#[tokio::test]
async fn pages_of_other_sites_are_refused_and_there_is_nothing_to_get() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let list = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/list"});
    let foreign = [ACCEPT[0], ("origin", "https://elsewhere.example")];
    let refused = ada
        .send_anywhere(Method::POST, "/mcp", &foreign, list)
        .await;
    refused.problem(403, "forbidden");
    let got = ada.page("/mcp").await;
    got.problem(405, "method_not_allowed");
}

#[tokio::test]
async fn the_current_revision_needs_no_introduction() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let revision = "2026-07-28";
    let meta = json!({
        "io.modelcontextprotocol/protocolVersion": revision,
        "io.modelcontextprotocol/clientInfo": {"name": "test", "version": "1"},
        "io.modelcontextprotocol/clientCapabilities": {},
    });
    for (method, field) in [
        ("server/discover", "supportedVersions"),
        ("tools/list", "tools"),
    ] {
        let headers = [
            ACCEPT[0],
            ("mcp-protocol-version", revision),
            ("mcp-method", method),
        ];
        let body = json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": {"_meta": meta}});

        let answer = ada
            .send_anywhere(Method::POST, "/mcp", &headers, body)
            .await
            .expect(200);

        assert!(answer["result"][field].is_array(), "{answer}");
        assert_eq!(answer["result"]["resultType"], "complete");
    }
}

#[tokio::test]
async fn no_body_is_a_failure_of_the_server() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;
    let headers = [ACCEPT[0], ("content-type", "application/json")];
    let call = |arguments: &str| {
        format!(
            r#"{{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{{"name":"read_graph","arguments":{arguments}}}}}"#
        )
    };
    let bodies: Vec<Vec<u8>> = vec![
        Vec::new(),
        b"null".to_vec(),
        b"[]".to_vec(),
        b"{\"jsonrpc\":\"2.0\",\"id\":1".to_vec(),
        b"{\"jsonrpc\":\"1.0\",\"id\":1,\"method\":\"tools/list\"}".to_vec(),
        b"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"no/such\"}".to_vec(),
        b"\xff\xfe".to_vec(),
        "[".repeat(10_000).into_bytes(),
        vec![b' '; 2 << 20],
        call("[]").into_bytes(),
        call("null").into_bytes(),
        call(r#"{"project":1}"#).into_bytes(),
        call(r#"{"project":"\u0000"}"#).into_bytes(),
        call(&format!(r#"{{"project":"{project}","tokens":1e400}}"#)).into_bytes(),
        call(&format!(r#"{{"project":"{project}","tokens":-1}}"#)).into_bytes(),
        call(&format!(
            r#"{{"project":"{project}","around":{}}}"#,
            "[".repeat(50)
        ))
        .into_bytes(),
    ];
    for body in bodies {
        let answer = owner
            .send_bytes_anywhere(Method::POST, "/mcp", &headers, body)
            .await;
        assert!(!answer.status.is_server_error(), "{answer:?}");
        assert_ne!(answer.body["error"]["code"], -32603, "{answer:?}");
    }
    let calls = [
        ("search", json!({"words": "a\u{0}b"})),
        ("create_node", json!({"prompt": "a\u{0}b"})),
        ("create_node", json!({"prompt": "x".repeat(100_001)})),
        ("move_nodes", json!({"positions": []})),
        ("lay_out", json!({"nodeIds": vec![project; 1_001]})),
        (
            "connect",
            json!({"edges": [{"sourceId": project, "targetId": project}]}),
        ),
        ("generate", json!({"temperature": 9})),
    ];
    for (tool, arguments) in calls {
        Mcp::on(&owner, project).not_done(tool, arguments).await;
    }
}

#[tokio::test]
async fn what_is_no_request_is_refused_in_the_form_of_json_rpc() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let list = r#"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#;
    let (own, plain) = ("application/json", "text/plain");
    for (body, content_type, status, code) in [
        ("", own, 400, -32700),
        ("{\"jsonrpc\":\"2.0\",\"id\":1", own, 400, -32700),
        ("\u{1}", own, 400, -32700),
        (list, plain, 415, -32700),
        ("null", own, 400, -32600),
        ("[]", own, 400, -32600),
        (
            r#"{"jsonrpc":"1.0","id":1,"method":"tools/list"}"#,
            own,
            400,
            -32600,
        ),
    ] {
        let headers = [ACCEPT[0], ("content-type", content_type)];

        let answer = ada
            .send_bytes_anywhere(Method::POST, "/mcp", &headers, body)
            .await;

        let said = answer.expect(status);
        assert_eq!(said["jsonrpc"], "2.0", "{body}: {said}");
        assert_eq!(said["id"], Value::Null, "{body}: {said}");
        assert_eq!(said["error"]["code"], code, "{body}: {said}");
        assert!(!text(&said["error"]["message"]).is_empty());
    }
}
