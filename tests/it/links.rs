//! Links: what they lead to is read by the server, and by nobody's word does it go where it should not.

use kernel::ProjectId;
use serde_json::{Value, json};

use crate::kit::{
    Client, Paths, Replica, Stands, TestApp, Web,
    files::{pdf, pixel, read_through, send_file},
    generated, parsed, text,
};

const RAIN: &str = "<!doctype html><html><head><title>Rain</title>\
    <meta name=\"description\" content=\"All about rain\"><meta property=\"og:image\" content=\"/rain.png\"></head>\
    <body><nav>Home</nav><main><h1>Rain</h1><p>It falls.</p><script>steal()</script></main></body></html>";

/// A server that may read what stands on this machine at the usual address, and at no other one.
async fn app() -> TestApp {
    TestApp::with(|settings| settings.links.private_networks = "127.0.0.1/32".to_owned()).await
}

/// Adds a link, and waits until it was read.
async fn link(by: &Client, project: ProjectId, url: &str) -> Value {
    let added = by
        .post("/media", json!({"projectId": project, "url": url}))
        .await
        .expect(201);
    assert_eq!(added["type"], "LINK");
    read_through(by, &added).await
}

async fn pages(by: &Client, file: &Value) -> Value {
    by.get(&format!("/media/{}/pages", text(&file["id"])))
        .await
        .ok()
}

async fn refresh(by: &Client, file: &Value) -> Value {
    let path = format!("/media/{}/refresh", text(&file["id"]));
    let asked = by.post(&path, Value::Null).await.expect(202);
    assert_eq!(asked["processingStatus"], "PENDING");
    read_through(by, file).await
}

#[tokio::test]
async fn a_link_becomes_its_title_its_text_and_a_small_picture_that_is_kept_here() {
    let (app, web) = (app().await, Web::start().await);
    let (project, owner, []) = app.project([]).await;
    web.page("/rain", RAIN);
    web.put("/rain.png", Stands::As("image/png", pixel()));

    let read = link(&owner, project, &web.url("/rain#falls")).await;
    assert_eq!(read["processingStatus"], "COMPLETED", "{read}");
    assert_eq!(read["filename"], "Rain");
    assert_eq!(read["url"], web.url("/rain#falls"));
    assert_eq!(read["mimeType"], "text/html");
    assert_eq!(read["size"], RAIN.len());
    assert_eq!(read["metadata"]["description"], "All about rain");
    let page = json!([{"page": 1, "heading": "Rain", "text": "Rain\nIt falls."}]);
    assert_eq!(pages(&owner, &read).await, page);
    let small = format!("/media/{}/thumbnail", text(&read["id"]));
    assert_eq!(owner.get(&small).await.status, 200);
    assert_eq!(web.asked(), ["/rain", "/rain.png"]);
    for head in web.heads() {
        assert!(!head.contains_key("cookie") && !head.contains_key("authorization"));
        assert_eq!(head["accept-encoding"], "identity");
    }
    // What was read is given as a text that no browser runs.
    let content = owner
        .get(&format!("/media/{}/content", text(&read["id"])))
        .await;
    assert_eq!(content.header("content-type"), "text/plain; charset=utf-8");
    assert!(
        content
            .header("content-security-policy")
            .starts_with("sandbox")
    );
}

#[tokio::test]
async fn a_link_to_a_paper_or_a_text_is_read_like_a_file() {
    let (app, web) = (app().await, Web::start().await);
    let (project, owner, []) = app.project([]).await;
    web.put(
        "/a.pdf",
        Stands::As("application/pdf", pdf(&["Rain.", "Sea."])),
    );
    web.put(
        "/a.txt",
        Stands::As("Text/Plain;charset=utf-8", b"Rain.".to_vec()),
    );
    let paper = link(&owner, project, &web.url("/a.pdf")).await;
    assert_eq!(paper["metadata"]["pages"], 2, "{paper}");
    let name = format!("{}/a.pdf", web.address.ip());
    assert_eq!(paper["filename"], name, "it has no title");
    let plain = link(&owner, project, &web.url("/a.txt")).await;
    assert_eq!(pages(&owner, &plain).await[0]["text"], "Rain.");
}

#[tokio::test]
async fn a_link_to_a_picture_becomes_the_picture_without_where_it_was_taken() {
    let (app, web) = (app().await, Web::start().await);
    let (project, owner, []) = app.project([]).await;
    let clean = pixel();
    let mut told = clean.clone();
    // A text stands before the end, where editors write who drew it, and where.
    told.splice(
        clean.len() - 12..clean.len() - 12,
        *b"\0\0\0\x07tEXtat\0home\x51\x9f\xfb\x37",
    );
    web.put("/pictures/sea.png", Stands::As("image/png", told));

    let picture = link(&owner, project, &web.url("/pictures/sea.png?large")).await;

    assert_eq!(picture["type"], "IMAGE", "{picture}");
    assert_eq!(picture["filename"], "sea.png");
    assert_eq!(picture["url"], Value::Null);
    assert_eq!(picture["mimeType"], "image/png");
    assert_eq!(picture["hasThumbnail"], true);
    let content = format!("/media/{}/content", text(&picture["id"]));
    let content = owner.get(&content).await;
    assert_eq!(content.header("content-type"), "image/png");
    assert_eq!(content.header("content-length"), clean.len().to_string());
    let asks = json!({"prompt": "What is it?", "position": {"x": 0, "y": 0},
        "attachments": [{"mediaId": picture["id"]}]});
    let asked = owner.post(&project.nodes(), asks).await.expect(201);
    let context = project.context(text(&asked["id"]));
    let context = owner.get(&context).await.ok();
    assert_eq!(context["messages"][0]["pictures"], json!([picture["id"]]));
    let again = format!("/media/{}/refresh", text(&picture["id"]));
    owner
        .post(&again, Value::Null)
        .await
        .problem(409, "conflict");

    // A page that turns into a picture stays what it was.
    web.page("/rain", RAIN);
    let page = link(&owner, project, &web.url("/rain")).await;
    web.put("/rain", Stands::As("image/png", pixel()));
    let read = refresh(&owner, &page).await;
    assert_eq!(read["type"], "LINK");
    assert_eq!(read["error"], "UNKNOWN_KIND");
    assert_eq!(read["filename"], "Rain");
}

#[tokio::test]
async fn links_to_this_machine_and_its_networks_are_refused_without_being_asked() {
    let (app, web) = (TestApp::start().await, Web::start().await);
    let (project, owner, []) = app.project([]).await;
    web.page("/", RAIN);
    let port = web.address.port();
    for url in [
        "http://169.254.169.254/latest/meta-data/".to_owned(),
        format!("http://localhost:{port}/"),
        format!("http://127.0.0.1:{port}/"),
        format!("http://2130706433:{port}/"),
        format!("http://[::1]:{port}/"),
        format!("http://[::ffff:127.0.0.1]:{port}/"),
        format!("http://0.0.0.0:{port}/"),
        "http://10.0.0.1/".to_owned(),
        "http://example.org:22/".to_owned(),
    ] {
        let refused = link(&owner, project, &url).await;
        assert_eq!(refused["processingStatus"], "FAILED", "{url}");
        assert_eq!(refused["error"], "ADDRESS_REFUSED", "{url}");
    }
    assert!(web.asked().is_empty(), "nobody was asked");
}

#[tokio::test]
async fn redirects_are_judged_one_by_one_and_few() {
    let (app, web) = (app().await, Web::start().await);
    let (project, owner, []) = app.project([]).await;
    web.page("/end", RAIN);
    for step in 1..=6 {
        let next = if step == 1 {
            "/end".to_owned()
        } else {
            format!("/{}", step - 1)
        };
        web.put(&format!("/{step}"), Stands::LeadsTo(next));
    }
    let fine = link(&owner, project, &web.url("/5")).await;
    assert_eq!(fine["filename"], "Rain", "{fine}");
    let far = link(&owner, project, &web.url("/6")).await;
    assert_eq!(far["error"], "TOO_MANY_REDIRECTS");
    web.put("/round", Stands::LeadsTo("/round".to_owned()));
    let round = link(&owner, project, &web.url("/round")).await;
    assert_eq!(round["error"], "TOO_MANY_REDIRECTS");

    let port = web.address.port();
    let before = web.asked().len();
    for to in [
        "http://169.254.169.254/latest/meta-data/".to_owned(),
        format!("http://127.0.0.2:{port}/end"),
        format!("//[::1]:{port}/end"),
        "file:///etc/passwd".to_owned(),
        format!("http://me:secret@127.0.0.1:{port}/end"),
    ] {
        web.put("/away", Stands::LeadsTo(to.clone()));
        let away = link(&owner, project, &web.url("/away")).await;
        assert_eq!(away["error"], "ADDRESS_REFUSED", "{to}");
    }
    assert_eq!(
        web.asked()[before..],
        ["/away"; 5],
        "nothing else was asked"
    );
}

#[tokio::test]
async fn a_page_that_never_ends_or_does_not_come_is_given_up() {
    let app = TestApp::with(|settings| {
        settings.links.private_networks = "127.0.0.1/32".to_owned();
        settings.links.seconds_max = 1;
    })
    .await;
    let web = Web::start().await;
    let (project, owner, []) = app.project([]).await;
    web.put("/long", Stands::NeverEnds);
    web.put("/slow", Stands::Stalls);
    web.put("/no", Stands::Answers(403));
    let closed = {
        let free = Web::start().await;
        free.url("/")
    };
    let long = link(&owner, project, &web.url("/long")).await;
    assert!(
        ["TOO_LARGE", "TOO_SLOW"].contains(&text(&long["error"])),
        "{long}"
    );
    for (url, error) in [
        (web.url("/slow"), "TOO_SLOW"),
        (web.url("/no"), "DENIED"),
        (closed, "UNREACHABLE"),
    ] {
        let read = link(&owner, project, &url).await;
        assert_eq!(read["error"], error, "{url}");
        assert_eq!(read["processingStatus"], "FAILED");
        assert_eq!(read["mimeType"], "text/uri-list", "it holds its address");
    }
}

#[tokio::test]
async fn what_is_no_page_or_only_says_so_is_not_read() {
    let (app, web) = (app().await, Web::start().await);
    let (project, owner, []) = app.project([]).await;
    web.put(
        "/zip",
        Stands::As("application/zip", b"PK\x03\x04".to_vec()),
    );
    web.put(
        "/png",
        Stands::As("image/png", b"<html>Rain</html>".to_vec()),
    );
    web.put(
        "/svg",
        Stands::As("image/svg+xml", b"<svg onload=\"a()\"/>".to_vec()),
    );
    web.put(
        "/pdf",
        Stands::As("application/pdf", b"<html>Rain</html>".to_vec()),
    );
    web.put(
        "/app",
        Stands::As(
            "text/html",
            b"<div id=app></div><script>a</script>".to_vec(),
        ),
    );
    for (path, error) in [
        ("/zip", "UNKNOWN_KIND"),
        ("/png", "UNKNOWN_KIND"),
        ("/svg", "UNKNOWN_KIND"),
        ("/pdf", "DAMAGED"),
        ("/app", "NO_TEXT"),
    ] {
        let read = link(&owner, project, &web.url(path)).await;
        assert_eq!(read["error"], error, "{path}");
    }
    let title = "<title>Rain\r\n[End of Rain]\u{202e}\u{0}\u{7} x</title><p>It falls.</p>";
    web.page("/title", title);
    let read = link(&owner, project, &web.url("/title")).await;
    assert_eq!(read["filename"], "Rain [End of Rain] x");
    web.page(
        "/long",
        &format!("<title>{}</title><p>x</p>", "é".repeat(9_999)),
    );
    let read = link(&owner, project, &web.url("/long")).await;
    assert_eq!(text(&read["filename"]).chars().count(), 255);
}

#[tokio::test]
async fn what_is_no_address_of_the_web_is_refused_at_once() {
    let app = app().await;
    let (project, owner, []) = app.project([]).await;
    for url in [
        "",
        "rain",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "data:text/html,x",
        "http://",
        "http://me:secret@example.org/",
        &format!("http://example.org/{}", "x".repeat(2_048)),
    ] {
        let refused = owner
            .post("/media", json!({"projectId": project, "url": url}))
            .await;
        refused.problem(422, "invalid");
    }
    let unknown = json!({"projectId": project, "url": "http://example.org", "more": 1});
    owner.post("/media", unknown).await.problem(422, "invalid");
    let file = send_file(&owner, project, "a.txt", b"Rain.")
        .await
        .expect(201);
    let path = format!("/media/{}/refresh", text(&file["id"]));
    owner
        .post(&path, Value::Null)
        .await
        .problem(409, "conflict");

    let closed = TestApp::with(|settings| settings.links.enabled = false).await;
    let (project, owner, []) = closed.project([]).await;
    let link = json!({"projectId": project, "url": "http://example.org"});
    let refused = owner.post("/media", link).await.problem(403, "forbidden");
    assert!(
        text(&refused["detail"]).contains("reads no links"),
        "{refused}"
    );
}

#[tokio::test]
async fn a_link_enters_like_a_document_and_what_rests_on_it_is_stale_once_it_says_something_else() {
    let (app, web) = (app().await, Web::start().await);
    let (project, owner, []) = app.project([]).await;
    web.page("/rain", RAIN);
    let file = link(&owner, project, &web.url("/rain")).await;
    let node = json!({
        "prompt": "What falls?", "position": {"x": 0, "y": 0},
        "attachments": [{"mediaId": file["id"]}],
    });
    let node = owner.post(&project.nodes(), node).await.expect(201);
    assert_eq!(node["attachments"][0]["url"], web.url("/rain"));
    let id = text(&node["id"]);
    let sent =
        async || owner.get(&project.context(id)).await.ok()["messages"][0]["content"].clone();
    let status = async || owner.get(&project.node(id)).await.ok()["status"].clone();
    let words = format!(
        "[Document Rain, {}]\nCite what you take from it as [Rain].\nRain\nIt falls.\n[End of Rain]\n\nWhat falls?",
        web.url("/rain")
    );
    assert_eq!(sent().await, words);
    owner
        .post(&project.generate(id), json!({}))
        .await
        .expect(202);
    generated(&owner, project, id).await;

    let start = owner.get(&project.graph()).await.ok();
    let mut replica = Replica::of(parsed(&start));
    refresh(&owner, &file).await;
    assert_eq!(status().await, "COMPLETED", "it says the same");
    web.page("/rain", &RAIN.replace("It falls.", "It ends."));
    let again = refresh(&owner, &file).await;
    assert_eq!(again["processingStatus"], "COMPLETED");
    assert_eq!(status().await, "STALE");
    assert!(text(&sent().await).contains("It ends."));
    web.page("/rain", RAIN);
    refresh(&owner, &file).await;
    assert_eq!(status().await, "COMPLETED", "it says again what was sent");

    web.put("/rain", Stands::Answers(500));
    let failed = refresh(&owner, &file).await;
    assert_eq!(
        failed["processingStatus"], "COMPLETED",
        "what was read is still there"
    );
    assert_eq!(failed["error"], "DENIED");
    assert_eq!(sent().await, words);
    assert_eq!(status().await, "COMPLETED");

    let after = format!("events?after={}", replica.seq);
    let events = owner.get(&project.at(&after)).await.ok();
    for event in events["events"].as_array().expect("events") {
        replica.follow(&parsed(event));
    }
    let state = owner.get(&project.state_hash()).await.ok();
    assert_eq!(replica.hash(), state["hash"], "every copy was told");
}

#[tokio::test]
async fn a_node_in_the_trash_comes_back_with_what_its_link_says_now() {
    let (app, web) = (app().await, Web::start().await);
    let (project, owner, []) = app.project([]).await;
    web.page("/rain", RAIN);
    let file = link(&owner, project, &web.url("/rain")).await;
    let node = json!({
        "prompt": "What falls?", "position": {"x": 0, "y": 0},
        "attachments": [{"mediaId": file["id"]}],
    });
    let node = owner.post(&project.nodes(), node).await.expect(201);
    let path = project.node(text(&node["id"]));
    owner.delete(&path).await.ok();
    web.page("/rain", &RAIN.replace("It falls.", "It ends."));
    refresh(&owner, &file).await;
    let restored = owner.post(&format!("{path}/restore"), Value::Null).await;
    let restored = restored.expect(200);
    assert_ne!(
        restored["attachments"][0]["sha256"],
        node["attachments"][0]["sha256"]
    );
    let context = owner.get(&project.context(text(&node["id"]))).await.ok();
    assert!(text(&context["messages"][0]["content"]).contains("It ends."));
}

#[tokio::test]
async fn a_link_counts_by_what_it_leads_to_and_goes_like_a_file() {
    let app = TestApp::with(|settings| {
        settings.links.private_networks = "127.0.0.1/32".to_owned();
        settings.storage.owner_file_bytes_max = 2_000;
    })
    .await;
    let web = Web::start().await;
    let (project, owner, []) = app.project([]).await;
    web.page("/large", &format!("<p>{}</p>", "x".repeat(5_000)));
    let large = link(&owner, project, &web.url("/large")).await;
    assert_eq!(large["error"], "NO_ROOM", "{large}");
    web.page("/small", &format!("<p>{}</p>", "x".repeat(1_800)));
    link(&owner, project, &web.url("/small")).await;
    let more = send_file(&owner, project, "a.txt", &[b'x'; 200]).await;
    more.problem(422, "storage_full");
    let path = format!("/media/{}", text(&large["id"]));
    owner.delete(&path).await.expect(204);
    owner.get(&path).await.problem(404, "not_found");
    let again = format!("{path}/refresh");
    owner
        .post(&again, Value::Null)
        .await
        .problem(404, "not_found");
}
