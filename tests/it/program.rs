//! The browser's program, as the server hands it out.

use axum::http::Method;
use serde_json::{Value, json};

use crate::kit::{Answer, Client, Paths, TestApp};

const BROWSER: (&str, &str) = ("accept", "text/html,application/xhtml+xml,*/*;q=0.8");

async fn browse(caller: &Client, path: &str, headers: &[(&str, &str)]) -> Answer {
    let headers = [&[BROWSER], headers].concat();
    caller
        .send_anywhere(Method::GET, path, &headers, Value::Null)
        .await
}

/// The first script that the page names; nothing where the build had no npm.
fn script(page: &Answer) -> Option<String> {
    let (_, rest) = page.text.split_once("src=\"/assets/")?;
    let (name, _) = rest.split_once('"')?;
    Some(format!("/assets/{name}"))
}

#[tokio::test]
async fn a_browser_gets_the_page_at_every_address_of_the_program() {
    let app = TestApp::start().await;
    let caller = app.anonymous();

    for path in ["/", "/login", "/projects/anything", "/reset?token=x"] {
        let page = browse(&caller, path, &[]).await;

        assert!(
            page.header("content-type").starts_with("text/html"),
            "{page:?}"
        );
        let way_on = script(&page).is_some() || page.text.contains("cargo run");
        assert!(way_on, "neither the program nor how to get it: {page:?}");
        page.expect(200);
    }
}

#[tokio::test]
async fn a_wrong_address_of_the_api_is_no_page_and_neither_is_one_that_no_browser_asks_for() {
    let app = TestApp::start().await;
    let caller = app.anonymous();

    for path in ["/api/v1/nowhere", "/assets/nothing.js", "/problems/none"] {
        browse(&caller, path, &[]).await.problem(404, "not_found");
    }
    caller.page("/login").await.problem(404, "not_found");
}

#[tokio::test]
async fn the_page_may_run_and_reach_only_what_is_here() {
    let app = TestApp::start().await;

    let page = browse(&app.anonymous(), "/projects/anything", &[]).await;

    let policy = page.header("content-security-policy");
    assert!(policy.starts_with("default-src 'none'"), "{policy}");
    for loophole in ["unsafe", "*", "http:", "https:"] {
        assert!(!policy.contains(loophole), "{policy}");
    }
    if script(&page).is_some() {
        assert!(policy.contains("script-src 'self'"), "{policy}");
        // What the policy forbids must not be in the page, or it would be broken.
        for inline in ["<style", "style=\"", "onclick", "<script>"] {
            assert!(!page.text.contains(inline), "{page:?}");
        }
    }
}

#[tokio::test]
async fn files_are_kept_for_good_pages_are_asked_about_and_both_come_compressed() {
    let app = TestApp::start().await;
    let caller = app.anonymous();
    let page = browse(&caller, "/", &[]).await;
    let Some(script) = script(&page) else {
        return;
    };

    let plain = caller.page(&script).await;
    assert_eq!(
        plain.header("cache-control"),
        "public, max-age=31536000, immutable"
    );
    assert_eq!(page.header("cache-control"), "no-cache");
    for (path, tag) in [
        ("/", page.header("etag")),
        (script.as_str(), plain.header("etag")),
    ] {
        let same = browse(&caller, path, &[("if-none-match", tag)]).await;
        assert!(same.text.is_empty());
        same.expect(304);
    }
    let compressed = browse(&caller, &script, &[("accept-encoding", "gzip, br")]).await;
    assert_eq!(compressed.header("content-encoding"), "br");
    let bytes: usize = compressed
        .header("content-length")
        .parse()
        .expect("it has a length");
    assert!(bytes < plain.text.len(), "{bytes} bytes");
}

#[tokio::test]
async fn the_files_of_a_page_do_not_count_as_requests_of_a_stranger() {
    let app = TestApp::with(|settings| {
        settings.rates.enabled = true;
        settings.rates.anonymous_per_minute = 2;
    })
    .await;
    let caller = app.anonymous();
    let page = browse(&caller, "/", &[]).await;
    let file = script(&page).unwrap_or_else(|| "/assets/nothing.js".to_owned());
    for _ in 0..5 {
        let status = caller.page(&file).await.status;
        assert_ne!(status, 429, "{file}");
    }
    browse(&caller, "/login", &[]).await.expect(200);
    let refused = browse(&caller, "/login", &[]).await;
    refused.problem(429, "rate_limited");
}

#[tokio::test]
async fn what_runs_while_no_page_is_open_stands_at_the_root_and_reaches_nothing_outside() {
    let app = TestApp::start().await;
    let caller = app.anonymous();
    if script(&browse(&caller, "/", &[]).await).is_none() {
        return;
    }

    let worker = caller.page("/push-worker.js").await;

    assert!(worker.header("content-type").starts_with("text/javascript"));
    // An older one must not go on for long.
    assert_eq!(worker.header("cache-control"), "no-cache");
    let policy = worker.header("content-security-policy");
    assert!(policy.starts_with("default-src 'none'"), "{policy}");
    assert_eq!(worker.status, 200);
}

#[tokio::test]
async fn a_link_to_a_public_project_says_what_it_is_wherever_it_is_pasted() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;
    let caller = app.anonymous();
    let path = project.path();
    let about =
        json!({"name": "\"><script>Whales", "description": "What <b>whales</b> sing & why"});
    owner.patch(&project.path(), about).await.expect(200);

    let closed = browse(&caller, &path, &[]).await;
    assert!(!closed.text.contains("Whales"), "{closed:?}");
    let public = json!({"isPublic": true});
    owner.patch(&project.path(), public).await.expect(200);
    if script(&closed).is_none() {
        return;
    }
    for accept in ["*/*", BROWSER.1] {
        let headers = [("accept", accept)];
        let open = caller.send_anywhere(Method::GET, &path, &headers, Value::Null);
        let open = open.await;
        let title = "og:title\" content=\"&quot;&gt;&lt;script&gt;Whales\"";
        assert!(open.text.contains(title), "{open:?}");
        assert!(
            open.text
                .contains("What &lt;b&gt;whales&lt;/b&gt; sing &amp; why")
        );
        assert_eq!(script(&open), script(&closed));
    }
    let none = "/projects/01900000-0000-7000-8000-000000000000";
    let unknown = browse(&caller, none, &[]).await;
    assert_eq!(unknown.text, closed.text, "nobody learns what there is");
}
