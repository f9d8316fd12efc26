//! Every input that must be refused, each with its answer.

mod credentials;
mod frames;
mod graph;
mod names;
mod sockets;

use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::kit::{Answer, Client, PASSWORD, Paths, TestApp, text};

/// Somebody with a project of their own.
struct Desk {
    app: TestApp,
    owner: Client,
    project: String,
}

impl Desk {
    async fn set() -> Self {
        let app = TestApp::start().await;
        let owner = app.register("owner").await;
        let project = owner.create_project("Project").await.to_string();
        Self {
            app,
            owner,
            project,
        }
    }

    fn nodes(&self) -> String {
        self.project.nodes()
    }

    fn edges(&self) -> String {
        self.project.edges()
    }

    async fn node(&self) -> String {
        let body = json!({"prompt": "a node", "position": {"x": 0, "y": 0}});
        let made = self.owner.post(&self.nodes(), body).await.expect(201);
        text(&made["id"]).to_owned()
    }

    async fn edge(&self, source: &str, target: &str) -> Answer {
        let body = json!({"sourceId": source, "targetId": target});
        self.owner.post(&self.edges(), body).await
    }

    /// Sends a body as it is to where nodes are made.
    async fn send(&self, body: impl Into<reqwest::Body>) -> Answer {
        let headers = [("content-type", "application/json")];
        self.owner
            .send_bytes(Method::POST, &self.nodes(), &headers, body)
            .await
    }
}

#[tokio::test]
async fn truncated_json_is_400() {
    let desk = Desk::set().await;

    for body in ["", "{", "{\"prompt\":\"a", "{\"prompt\":\"a\"", "[", "nul"] {
        desk.send(body).await.problem(400, "bad_json");
    }
}

#[tokio::test]
async fn nesting_ten_thousand_deep_is_400() {
    let desk = Desk::set().await;

    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        let deep = format!("{}1{}", open.repeat(10_000), close.repeat(10_000));
        let body = format!(
            "{{\"prompt\":\"a\",\"position\":{{\"x\":0,\"y\":0}},\"metadata\":{{\"a\":{deep}}}}}"
        );
        desk.send(body).await.problem(400, "bad_json");
        desk.send(open.repeat(10_000))
            .await
            .problem(400, "bad_json");
    }
}

#[tokio::test]
async fn a_key_that_stands_twice_is_400() {
    let desk = Desk::set().await;

    for body in [
        r#"{"prompt":"a","prompt":"b","position":{"x":0,"y":0}}"#,
        r#"{"prompt":"a","pr\u006fmpt":"b","position":{"x":0,"y":0}}"#,
        r#"{"prompt":"a","position":{"x":0,"y":0,"x":1}}"#,
        r#"{"prompt":"a","position":{"x":0,"y":0},"metadata":{"k":1,"k":1}}"#,
    ] {
        desk.send(body).await.problem(400, "bad_json");
    }
}

#[tokio::test]
async fn another_content_type_is_415() {
    let desk = Desk::set().await;
    let body = r#"{"prompt":"a","position":{"x":0,"y":0}}"#;
    let path = desk.nodes();
    let send = async |headers: &[(&str, &str)]| {
        desk.owner
            .send_bytes(Method::POST, &path, headers, body)
            .await
    };

    for content_type in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/jsonx",
        "",
    ] {
        let answer = send(&[("content-type", content_type)]).await;
        answer.problem(415, "unsupported_media_type");
    }
    send(&[]).await.problem(415, "unsupported_media_type");
}

#[tokio::test]
async fn a_body_of_fifty_megabytes_is_413() {
    let desk = Desk::set().await;
    let token = desk.owner.token.clone().expect("the owner is logged in");
    let head = format!(
        "POST /api/v1{} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: application/json\r\n",
        desk.nodes()
    );
    let body = " ".repeat(50 * 1024 * 1024);
    let (bytes, in_hex) = (body.len(), format!("{:x}", body.len()));

    for request in [
        // One that says how long it will be is refused before it is sent.
        format!("{head}Content-Length: {bytes}\r\n\r\n"),
        format!("{head}Content-Length: {bytes}\r\n\r\n{body}"),
        // One that does not is refused when it has become too long.
        format!("{head}Transfer-Encoding: chunked\r\n\r\n{in_hex}\r\n{body}\r\n0\r\n\r\n"),
    ] {
        let answer = desk.app.raw(request.as_bytes()).await;

        assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
        assert!(answer.contains("payload_too_large"), "{answer}");
    }
}

#[tokio::test]
async fn a_field_that_is_not_the_callers_to_set_is_422() {
    let desk = Desk::set().await;
    let node = desk.node().await;
    let ends = (desk.node().await, desk.node().await);

    for (field, value) in [
        ("role", json!("OWNER")),
        ("ownerId", json!(Uuid::now_v7())),
        ("id", json!(Uuid::now_v7())),
        ("deletedAt", json!(null)),
        ("version", json!(7)),
        ("llmCost", json!(0)),
        ("status", json!("GENERATING")),
        ("__proto__", json!({})),
    ] {
        for (method, path, mut body) in [
            (Method::POST, "/projects".to_owned(), json!({"name": "x"})),
            (Method::PATCH, desk.project.path(), json!({"name": "x"})),
            (
                Method::POST,
                desk.nodes(),
                json!({"prompt": "x", "position": {"x": 0, "y": 0}}),
            ),
            (
                Method::PATCH,
                format!("{}/{node}", desk.nodes()),
                json!({"summary": "x"}),
            ),
            (
                Method::POST,
                desk.edges(),
                json!({"sourceId": ends.0, "targetId": ends.1}),
            ),
            (
                Method::PATCH,
                "/users/me".to_owned(),
                json!({"firstName": "x"}),
            ),
            (
                Method::POST,
                "/auth/register".to_owned(),
                json!({"email": "x@example.org", "password": "a good password"}),
            ),
        ] {
            body[field] = value.clone();
            let sent = desk.owner.send(method, &path, &[("if-match", "*")], body);
            sent.await.problem(422, "invalid");
        }
    }
}

#[tokio::test]
async fn a_position_that_is_no_finite_number_is_422() {
    let desk = Desk::set().await;

    for number in [
        "NaN",
        "Infinity",
        "-Infinity",
        "1e999",
        "-1e999",
        "1e10",
        "null",
        "\"1\"",
    ] {
        let body = format!("{{\"prompt\":\"a\",\"position\":{{\"x\":{number},\"y\":0}}}}");
        desk.send(body).await.problem(422, "invalid");
    }
}

#[tokio::test]
async fn nul_and_lone_surrogates_are_422() {
    let desk = Desk::set().await;

    for text in [
        r"\u0000",
        r"\ud800",
        r"\udc00",
        r"\ud800\u0041",
        r"\udc00\ud800",
    ] {
        for body in [
            format!("{{\"prompt\":\"a{text}\",\"position\":{{\"x\":0,\"y\":0}}}}"),
            format!(
                "{{\"prompt\":\"a\",\"position\":{{\"x\":0,\"y\":0}},\"metadata\":{{\"{text}\":1}}}}"
            ),
        ] {
            desk.send(body).await.problem(422, "invalid");
        }
    }
}

#[tokio::test]
async fn a_limit_out_of_bounds_is_422() {
    let desk = Desk::set().await;

    for limit in [
        "-1",
        "0",
        "201",
        "1000000000",
        "99999999999999999999",
        "1.5",
        "x",
        "",
    ] {
        for list in ["nodes", "edges", "members", "invitations"] {
            let path = format!("{}/{list}?limit={limit}", desk.project.path());
            desk.owner.get(&path).await.problem(422, "invalid");
        }
        let path = format!("/projects?limit={limit}");
        desk.owner.get(&path).await.problem(422, "invalid");
    }
    for query in ["after=-1", "after=x", "limit=100000", "unknown=1"] {
        let path = desk.project.at(&format!("events?{query}"));
        desk.owner.get(&path).await.problem(422, "invalid");
    }
}

#[tokio::test]
async fn a_forged_cursor_is_400() {
    let desk = Desk::set().await;
    desk.node().await;
    desk.node().await;
    let page = desk.owner.get(&desk.project.at("nodes?limit=1")).await.ok();
    let cursor = text(&page["nextCursor"]).to_owned();
    let (key, tag) = cursor.split_once('.').expect("a signed cursor");
    let other = desk
        .owner
        .get(&format!("{}?limit=1", desk.edges()))
        .await
        .ok();
    assert_eq!(other["nextCursor"], Value::Null);

    for forged in [
        "x".to_owned(),
        ".".to_owned(),
        key.to_owned(),
        format!("{key}."),
        format!("{key}.{}", tag.chars().rev().collect::<String>()),
        format!("A{key}.{tag}"),
        format!(".{tag}"),
        "%00".to_owned(),
    ] {
        let path = format!("{}?cursor={forged}", desk.nodes());
        desk.owner.get(&path).await.problem(400, "bad_cursor");
    }
    // A cursor of one list is none of another.
    let path = format!("{}?cursor={cursor}", desk.edges());
    desk.owner.get(&path).await.problem(400, "bad_cursor");
}

#[tokio::test]
async fn a_stale_if_match_is_412() {
    let desk = Desk::set().await;
    let node = format!("{}/{}", desk.nodes(), desk.node().await);
    let patch = async |version: &str| {
        let headers = [("if-match", version)];
        let body = json!({"prompt": Uuid::now_v7()});
        desk.owner.send(Method::PATCH, &node, &headers, body).await
    };
    patch("\"1\"").await.expect(200);

    for stale in [
        "\"1\"",
        "\"3\"",
        "\"0\"",
        "1",
        "W/\"2\"",
        "\"99999999999999999999\"",
        "x",
    ] {
        patch(stale).await.problem(412, "version_mismatch");
    }
    let deleted = desk
        .owner
        .send(Method::DELETE, &node, &[("if-match", "\"1\"")], Value::Null);
    deleted.await.problem(412, "version_mismatch");
    let unsaid = desk.owner.patch(&node, json!({"prompt": "newer"}));
    unsaid.await.problem(428, "precondition_required");
    patch("\"2\"").await.expect(200);
}

#[tokio::test]
async fn a_cookie_from_a_foreign_page_is_403() {
    let app = TestApp::start().await;
    let person = app.register("person").await;
    let cookie = format!("nonlinear_refresh={}", text(&person.login["refreshToken"]));
    let refresh = async |from: (&str, &str)| {
        let headers = [("cookie", cookie.as_str()), from];
        let path = "/auth/refresh?tokens=cookie";
        app.anonymous()
            .send(Method::POST, path, &headers, Value::Null)
            .await
    };

    for from in [
        ("origin", "https://foe.example"),
        ("origin", "null"),
        ("origin", ""),
        ("origin", "http://localhost.foe.example"),
        ("sec-fetch-site", "cross-site"),
    ] {
        refresh(from).await.problem(403, "foreign_origin");
    }
    let own = format!("http://{}", app.address);
    refresh(("origin", own.as_str())).await.expect(200);
}

#[tokio::test]
async fn an_idempotency_key_with_another_body_is_422() {
    let desk = Desk::set().await;
    let make = async |prompt: &str| {
        let headers = [("idempotency-key", "once")];
        let body = json!({"prompt": prompt, "position": {"x": 0, "y": 0}});
        desk.owner
            .send(Method::POST, &desk.nodes(), &headers, body)
            .await
    };
    let first = make("a").await.expect(201);

    assert_eq!(make("a").await.expect(201), first);
    make("b").await.problem(422, "idempotency_reused");
}

#[tokio::test]
async fn an_array_where_an_object_is_wanted_is_422() {
    let desk = Desk::set().await;
    let project = desk.project.path();
    let ops = desk.project.ops();
    let node = desk.node().await;
    let before = desk.owner.get(&project).await.ok();
    let delete = json!({"op": "node.delete", "data": [node]});

    for (method, path, body) in [
        (
            Method::POST,
            "/auth/login?tokens=body",
            json!(["owner@example.org", PASSWORD]),
        ),
        (Method::POST, "/projects", json!(["Mine"])),
        (Method::PATCH, &project, json!(["Renamed"])),
        (Method::POST, &desk.nodes(), json!(["a", {"x": 0, "y": 0}])),
        (
            Method::POST,
            &desk.nodes(),
            json!({"prompt": "a", "position": [0, 0]}),
        ),
        (Method::POST, &ops, json!([[delete]])),
        (Method::POST, &ops, json!({"ops": [delete]})),
        (
            Method::POST,
            &ops,
            json!({"ops": [[null, "node.delete", {"id": node}]]}),
        ),
    ] {
        let sent = desk.owner.send(method, path, &[], body).await;
        sent.problem(422, "invalid");
    }
    assert_eq!(desk.owner.get(&project).await.ok(), before);
    let nodes = desk.owner.all(&desk.nodes(), 50).await;
    assert_eq!(nodes.len(), 1);
}

/// `PATCH` of what can be changed, with a field that cannot be empty.
#[tokio::test]
async fn null_for_what_cannot_be_empty_is_422() {
    let desk = Desk::set().await;
    let node = desk.node().await;
    let body = json!({"name": "A preset"});
    let preset = desk.owner.post("/presets", body).await.expect(201);
    let document = desk.owner.get("/openapi.json").await.ok();
    let things = [
        ("/users/me", "/users/me".to_owned()),
        ("/projects/{project_id}", desk.project.path()),
        (
            "/projects/{project_id}/nodes/{node_id}",
            format!("{}/{node}", desk.nodes()),
        ),
        (
            "/presets/{preset_id}",
            format!("/presets/{}", text(&preset["id"])),
        ),
    ];

    for (route, path) in things {
        let operation = &document["paths"][format!("/api/v1{route}")]["patch"];
        let fields = properties(&document, operation);
        assert!(!fields.is_empty(), "{route}");
        for (field, may_be_null) in fields {
            let body = json!({ field.as_str(): null });
            let sent = desk
                .owner
                .send(Method::PATCH, &path, &[("if-match", "*")], body);
            let sent = sent.await;
            if may_be_null {
                sent.ok();
            } else {
                let problem = sent.problem(422, "invalid");
                assert_eq!(problem["errors"][0]["pointer"], format!("/{field}"));
            }
        }
    }
    for (op, field) in [
        ("node.update", "prompt"),
        ("node.update", "position"),
        ("node.update", "pinned"),
        ("project.update", "name"),
        ("project.update", "isPublic"),
        ("project.update", "systemPrompt"),
        ("project.update", "fallbackModels"),
    ] {
        let mut data = json!({ field: null });
        if op == "node.update" {
            data["id"] = json!(node);
        }
        let ops = json!({"ops": [{"op": op, "data": data}]});
        let sent = desk.owner.post(&desk.project.ops(), ops).await;
        sent.problem(422, "invalid");
    }
}

/// The fields of an operation's body, and whether the document says that they may be null.
fn properties(document: &Value, operation: &Value) -> Vec<(String, bool)> {
    let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
    let name = text(&schema["$ref"]).rsplit('/').next().expect("a name");
    let fields = document["components"]["schemas"][name]["properties"].as_object();
    let fields = fields.expect("an object with fields").iter();
    fields
        .map(|(field, schema)| {
            let schema = schema.to_string();
            (field.clone(), schema.contains("\"null\""))
        })
        .collect()
}

#[tokio::test]
async fn an_id_that_is_no_uuid_v7_in_lower_case_text_is_refused() {
    let desk = Desk::set().await;
    let node = desk.node().await;
    let id = Uuid::now_v7();

    for spelling in [
        Uuid::new_v4().to_string(),
        Uuid::nil().to_string(),
        id.to_string().to_uppercase(),
        id.simple().to_string(),
        id.braced().to_string(),
        id.urn().to_string(),
    ] {
        let data = json!({"prompt": "a", "position": {"x": 0, "y": 0}});
        let ops = json!({"ops": [{"id": spelling, "op": "node.create", "data": data}]});
        let sent = desk.owner.post(&desk.project.ops(), ops).await;
        let problem = sent.problem(422, "invalid");
        assert_eq!(problem["errors"][0]["pointer"], "/ops/0/id", "{spelling}");
    }
    let loud = format!("{}/{}", desk.nodes(), node.to_uppercase());
    desk.owner.get(&loud).await.problem(404, "not_found");
}

/// With a client that does not read before it has written.
#[tokio::test]
async fn a_body_that_is_too_long_hears_413_whether_or_not_its_client_listens() {
    let desk = Desk::set().await;

    for megabytes in [2, 4, 16] {
        for _ in 0..10 {
            let body = vec![b' '; megabytes * 1024 * 1024];
            desk.send(body).await.problem(413, "payload_too_large");
        }
    }
}

#[tokio::test]
async fn a_refusal_that_does_not_wait_for_the_body_says_that_the_connection_closes() {
    let desk = Desk::set().await;
    let head = |length: usize| {
        format!(
            "POST /api/v1{} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer nonsense\r\n\
             Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n",
            desk.nodes()
        )
    };

    let refused = desk.app.raw(head(900_000).as_bytes()).await;

    assert!(refused.starts_with("HTTP/1.1 401"), "{refused}");
    let refused = refused.to_lowercase();
    assert!(refused.contains("\r\nconnection: close\r\n"), "{refused}");

    // Nor is one asked for that nobody wants.
    let waiting = head(900_000).replacen("\r\n\r\n", "\r\nExpect: 100-continue\r\n\r\n", 1);
    let refused = desk.app.raw(waiting.as_bytes()).await;
    assert!(refused.starts_with("HTTP/1.1 401"), "{refused}");

    // A short one is read, and the connection goes on.
    let next = "GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    let both = format!("{}{}{next}", head(5), "[1,2]");
    let answers = desk.app.raw(both.as_bytes()).await;
    assert!(answers.starts_with("HTTP/1.1 401"), "{answers}");
    assert!(answers.contains("HTTP/1.1 200"), "{answers}");
}
