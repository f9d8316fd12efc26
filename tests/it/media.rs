//! Files: what they are, what they say, who gets them, and how they enter contexts.

mod formats;
mod full;
mod given;
mod hostile;
mod kills;
mod memory;
mod providers;
mod scanned;

use kernel::Role;
use reqwest::Method;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::kit::{
    Answer, Client, Paths, Provider, Replica, Reply, TestApp,
    files::{form, form_type, pdf, pixel, read_file, send_file, tus_metadata},
    generated, parsed, text,
};

async fn content(by: &Client, file: &Value, headers: &[(&str, &str)]) -> Answer {
    let path = format!("/media/{}/content", text(&file["id"]));
    by.send(Method::GET, &path, headers, Value::Null).await
}

async fn node(by: &Client, project: kernel::ProjectId, body: Value) -> Value {
    let mut node = json!({"position": {"x": 0, "y": 0}});
    for (field, value) in body.as_object().expect("fields") {
        node[field] = value.clone();
    }
    by.post(&project.nodes(), node).await.expect(201)
}

#[tokio::test]
async fn a_file_is_what_its_content_says_and_is_read_in_the_background() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;

    let picture = read_file(&owner, project, "sea.png", &pixel()).await;
    assert_eq!(picture["type"], "IMAGE");
    assert_eq!(picture["mimeType"], "image/png");
    assert_eq!(picture["processingStatus"], "COMPLETED", "{picture}");
    assert_eq!(picture["metadata"], json!({"width": 1, "height": 1}));
    assert_eq!(picture["sha256"], hex::encode(Sha256::digest(pixel())));

    let paper = read_file(
        &owner,
        project,
        "rain.pdf",
        &pdf(&["Rain falls.", "It ends."]),
    )
    .await;
    assert_eq!(paper["type"], "DOCUMENT");
    assert_eq!(paper["metadata"]["pages"], 2, "{paper}");
    let path = format!("/media/{}/pages", text(&paper["id"]));
    let pages = owner.get(&path).await.ok();
    assert_eq!(pages[0]["text"], "Rain falls.");
    assert_eq!(
        pages[1],
        json!({"page": 2, "heading": null, "text": "It ends."})
    );

    let listed = owner
        .get(&format!("/media?projectId={project}&type=DOCUMENT"))
        .await
        .ok();
    assert_eq!(listed["items"].as_array().map(Vec::len), Some(1));
    assert_eq!(listed["items"][0]["id"], paper["id"]);
}

const TUS: (&str, &str) = ("tus-resumable", "1.0.0");

/// Begins to send a file in parts, and says where they go.
async fn begun(by: &Client, project: kernel::ProjectId, name: &str, file: &[u8]) -> String {
    begun_of(by, project, name, file.len()).await
}

/// The same for a file of so many bytes.
async fn begun_of(by: &Client, project: kernel::ProjectId, name: &str, bytes: usize) -> String {
    let (length, metadata) = (bytes.to_string(), tus_metadata(project, name));
    let headers = [
        TUS,
        ("upload-length", &length),
        ("upload-metadata", &metadata),
    ];
    let begun = by
        .send_bytes(Method::POST, "/media/uploads", &headers, "")
        .await;
    assert_eq!(begun.status, 201, "{begun:?}");
    let path = begun.header("location").trim_start_matches("/api/v1");
    path.to_owned()
}

/// A screenshot with a note on where it was made.
fn telling() -> Vec<u8> {
    let place = b"tEXtGPS\x0048.8584 N 2.2945 E";
    let length = u32::try_from(place.len() - 4).expect("it is short");
    let mut file = pixel();
    // A signature and a head stand before; nobody looks at the sum of a text.
    let head = 8 + 12 + 13;
    file.splice(
        head..head,
        [&length.to_be_bytes()[..], place, &[0; 4]].concat(),
    );
    file
}

#[tokio::test]
async fn where_a_picture_was_taken_is_not_kept() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;

    let sent = read_file(&owner, project, "sea.png", &telling()).await;
    let path = begun(&owner, project, "again.png", &telling()).await;
    let kind = ("content-type", "application/offset+octet-stream");
    let headers = [TUS, ("upload-offset", "0"), kind];
    let in_parts = owner
        .send_bytes(Method::PATCH, &path, &headers, telling())
        .await;
    assert_eq!(in_parts.status, 204, "{in_parts:?}");
    let in_parts = format!("/media/{}", in_parts.header("upload-media-id"));
    let in_parts = owner.get(&in_parts).await.ok();

    for file in [sent, in_parts] {
        assert_eq!(file["size"], pixel().len());
        assert_eq!(file["sha256"], hex::encode(Sha256::digest(pixel())));
        let kept = content(&owner, &file, &[]).await;
        assert_eq!(kept.header("content-length"), pixel().len().to_string());
        assert!(!kept.text.contains("48.8584"), "{kept:?}");
    }
}

const SCRIPTED_SVG: &[u8] =
    b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>";

#[tokio::test]
async fn what_is_not_what_its_name_says_or_is_of_no_use_is_refused_and_leaves_nothing() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;
    let html = b"<html><script>alert(1)</script></html>";
    for (name, content) in [
        ("x.png", &html[..]),
        ("x.svg", SCRIPTED_SVG),
        ("x.zip", b"PK\x03\x04x"),
    ] {
        let refused = send_file(&owner, project, name, content).await;
        refused.problem(415, "unsupported_media_type");
    }
    let empty = send_file(&owner, project, "x.txt", b"").await;
    empty.problem(422, "invalid");
    let refused = send_file(&owner, project, "huge.png", &huge_picture()).await;
    let problem = refused.problem(422, "invalid");
    assert!(text(&problem["detail"]).contains("pixels"), "{problem}");
    let without = form(&[], "x.txt", b"x");
    let kind = form_type();
    let headers = [("content-type", kind.as_str())];
    let sent = owner
        .send_bytes(Method::POST, "/media", &headers, without)
        .await;
    sent.problem(422, "invalid");

    let listed = owner.get(&format!("/media?projectId={project}")).await.ok();
    assert_eq!(listed["items"], json!([]));
}

/// A picture that says that it is 60,000 pixels wide and as high.
fn huge_picture() -> Vec<u8> {
    let mut file = pixel();
    file[16..20].copy_from_slice(&60_000_u32.to_be_bytes());
    file[20..24].copy_from_slice(&60_000_u32.to_be_bytes());
    let checksum = crc(&file[12..29]);
    file[29..33].copy_from_slice(&checksum.to_be_bytes());
    file
}

/// The checksum that ends a part of a PNG.
fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            (crc >> 1) ^ (0xedb8_8320 * (crc & 1))
        })
    })
}

#[tokio::test]
async fn a_damaged_file_is_kept_says_so_and_harms_nobody() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;
    let mut cut = pdf(&["Rain."]);
    cut.truncate(60);
    let damaged = read_file(&owner, project, "cut.pdf", &cut).await;
    assert_eq!(damaged["processingStatus"], "FAILED");
    assert_eq!(damaged["error"], "DAMAGED");
    let empty = read_file(&owner, project, "scan.pdf", &pdf(&[""])).await;
    assert_eq!(empty["error"], "NO_TEXT", "{empty}");
    let fine = read_file(&owner, project, "fine.txt", b"Rain.").await;
    assert_eq!(fine["processingStatus"], "COMPLETED");
    assert_eq!(content(&owner, &damaged, &[]).await.status, 200);
}

#[tokio::test]
async fn a_name_is_kept_without_folders_and_can_end_no_header() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;
    let file = read_file(&owner, project, "../../été 1.txt", b"Rain.").await;
    assert_eq!(file["filename"], "été 1.txt");
    let got = content(&owner, &file, &[]).await;
    assert_eq!(got.text, "Rain.");
    let disposition = got.header("content-disposition");
    assert!(
        disposition.starts_with("attachment; filename=\"_t_ 1.txt\""),
        "{disposition}"
    );
    assert!(
        disposition.ends_with("filename*=UTF-8''%C3%A9t%C3%A9%201%2Etxt"),
        "{disposition}"
    );
    assert_eq!(got.header("x-content-type-options"), "nosniff");
    assert!(got.header("content-security-policy").starts_with("sandbox"));
    let page = read_file(&owner, project, "page.html", b"<html><p>Rain</p></html>").await;
    let got = content(&owner, &page, &[]).await;
    assert_eq!(got.header("content-type"), "text/plain; charset=utf-8");
}

#[tokio::test]
async fn a_part_of_a_file_is_given_to_whoever_asks_for_it() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;
    let file = read_file(&owner, project, "digits.txt", b"0123456789").await;
    for (range, status, expected) in [
        ("bytes=2-4", 206, "234"),
        ("bytes=7-", 206, "789"),
        ("bytes=-2", 206, "89"),
        ("bytes=5-99", 206, "56789"),
        ("bytes=4-2", 200, "0123456789"),
        ("bytes=0-1,3-4", 200, "0123456789"),
        ("lines=1-2", 200, "0123456789"),
    ] {
        let got = content(&owner, &file, &[("range", range)]).await;
        assert_eq!(
            (got.status.as_u16(), got.text.as_str()),
            (status, expected),
            "{range}"
        );
    }
    let beyond = content(&owner, &file, &[("range", "bytes=10-")]).await;
    assert_eq!(beyond.status, 416);
    assert_eq!(beyond.header("content-range"), "bytes */10");
    let whole = content(&owner, &file, &[]).await;
    let known = content(&owner, &file, &[("if-none-match", whole.header("etag"))]).await;
    assert_eq!(known.status, 304);
}

#[tokio::test]
async fn a_file_is_given_as_it_is_whoever_could_unpack_it() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;
    let words = "It rains. ".repeat(1_000);
    let file = read_file(&owner, project, "rain.txt", words.as_bytes()).await;

    let given = content(&owner, &file, &[("accept-encoding", "zstd, gzip")]).await;

    assert_eq!(given.header("content-encoding"), "");
    assert_eq!(given.header("content-length"), "10000");
    assert_eq!(given.text, words);
}

#[tokio::test]
async fn an_address_needs_no_header_and_ends_with_the_right_to_see() {
    let app = TestApp::start().await;
    let (project, owner, [viewer]) = app.project([Role::Viewer]).await;
    let file = read_file(&owner, project, "sea.png", &pixel()).await;
    let path = format!("/media/{}/address", text(&file["id"]));
    let address = viewer.post(&path, Value::Null).await.expect(200);
    let anonymous = app.anonymous();
    let got = anonymous.page(text(&address["url"])).await;
    assert_eq!(got.status, 200);
    assert_eq!(got.header("content-type"), "image/png");
    let small = anonymous.page(text(&address["thumbnailUrl"])).await;
    assert_eq!(small.status, 200);

    let other = read_file(&owner, project, "other.txt", b"other").await;
    let moved = text(&address["url"]).replace(text(&file["id"]), text(&other["id"]));
    anonymous.page(&moved).await.problem(400, "invalid_token");
    let forged = format!("{}x", text(&address["url"]));
    anonymous.page(&forged).await.problem(400, "invalid_token");

    owner.delete(&project.member(viewer.user_id())).await.ok();
    let refused = anonymous.page(text(&address["url"])).await;
    refused.problem(404, "not_found");
}

#[tokio::test]
async fn whoever_sends_files_in_parts_can_ask_how() {
    let app = TestApp::with(|settings| settings.storage.file_bytes_max = 1_000).await;

    let said = app.anonymous();
    let said = said
        .send(Method::OPTIONS, "/media/uploads", &[], Value::Null)
        .await;

    assert_eq!(said.status.as_u16(), 204);
    assert_eq!(said.header("tus-resumable"), "1.0.0");
    assert_eq!(said.header("tus-version"), "1.0.0");
    assert_eq!(said.header("tus-max-size"), "1000");
    assert_eq!(
        said.header("tus-extension"),
        "creation,expiration,termination"
    );
}

#[tokio::test]
async fn a_file_in_parts_goes_on_where_it_broke_off_and_is_made_once() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;
    let whole = b"Rain falls. It ends.";
    let path = begun(&owner, project, "rain.txt", whole).await;
    let send = async |offset: &str, part: &[u8]| {
        let kind = ("content-type", "application/offset+octet-stream");
        let headers = [TUS, ("upload-offset", offset), kind];
        owner
            .send_bytes(Method::PATCH, &path, &headers, part.to_vec())
            .await
    };
    assert_eq!(send("0", &whole[..5]).await.header("upload-offset"), "5");
    send("0", &whole[..5]).await.problem(409, "conflict");
    send("9", &whole[9..]).await.problem(409, "conflict");
    let far = owner.send(Method::HEAD, &path, &[TUS], Value::Null).await;
    assert_eq!(far.header("upload-offset"), "5");
    assert_eq!(far.header("upload-media-id"), "");
    let too_much = [&whole[5..], b"more"].concat();
    send("5", &too_much).await.problem(413, "payload_too_large");
    let listed = owner.get(&format!("/media?projectId={project}")).await.ok();
    assert_eq!(listed["items"], json!([]), "nothing is seen in part");

    let done = send("5", &whole[5..]).await;
    let id = done.header("upload-media-id").to_owned();
    let again = owner.send(Method::HEAD, &path, &[TUS], Value::Null).await;
    assert_eq!(again.header("upload-media-id"), id);
    let listed = owner.get(&format!("/media?projectId={project}")).await.ok();
    assert_eq!(listed["items"].as_array().map(Vec::len), Some(1));
    assert_eq!(
        listed["items"][0]["sha256"],
        hex::encode(Sha256::digest(whole))
    );
    let without = owner.send(Method::HEAD, &path, &[], Value::Null).await;
    assert_eq!(without.status, 400);
}

#[tokio::test]
async fn more_than_the_owner_may_keep_is_refused_and_a_larger_file_than_any_may_be() {
    let app = TestApp::with(|settings| {
        settings.storage.file_bytes_max = 1_000;
        settings.storage.owner_file_bytes_max = 1_500;
    })
    .await;
    let (project, owner, []) = app.project([]).await;
    let large = send_file(&owner, project, "large.txt", &[b'x'; 1_001]).await;
    large.problem(413, "payload_too_large");
    send_file(&owner, project, "one.txt", &[b'x'; 1_000])
        .await
        .expect(201);
    let second = send_file(&owner, project, "two.txt", &[b'y'; 600]).await;
    second.problem(422, "storage_full");
    send_file(&owner, project, "three.txt", &[b'z'; 500])
        .await
        .expect(201);
}

/// On Postgres each project has a queue of its own, and each instance, too.
#[tokio::test]
async fn files_that_come_at_once_are_never_more_than_the_owner_may_keep() {
    let app = TestApp::with(|settings| settings.storage.owner_file_bytes_max = 2_500).await;
    let owner = app.register("owner").await;
    let mut projects = Vec::new();
    for _ in 0..4 {
        projects.push(owner.create_project("P").await);
    }
    for round in 0..3 {
        let content = vec![b'x'; 1_000];
        let sending = projects
            .iter()
            .map(|project| send_file(&owner, *project, "one.txt", &content));
        let answers = futures::future::join_all(sending).await;

        let mut kept = Vec::new();
        for answer in answers {
            if answer.status == 201 {
                kept.push(answer.expect(201));
            } else {
                answer.problem(422, "storage_full");
            }
        }
        assert_eq!(kept.len(), 2, "in round {round}");
        for file in kept {
            let at = format!("/media/{}", text(&file["id"]));
            owner.delete(&at).await.expect(204);
        }
    }
}

#[tokio::test]
async fn an_upload_that_will_find_no_room_is_refused_before_it_is_sent() {
    let app = TestApp::with(|settings| settings.storage.owner_file_bytes_max = 2_500).await;
    let (project, owner, [editor]) = app.project([Role::Editor]).await;
    let content = vec![b'x'; 1_000];
    let first = begun(&owner, project, "one.txt", &content).await;
    begun(&editor, project, "two.txt", &content).await;

    let metadata = tus_metadata(project, "three.txt");
    let headers = [
        TUS,
        ("upload-length", "1000"),
        ("upload-metadata", &metadata),
    ];
    let refused = owner
        .send(Method::POST, "/media/uploads", &headers, Value::Null)
        .await;
    refused.problem(422, "storage_full");

    let given_up = owner.send(Method::DELETE, &first, &[TUS], Value::Null);
    given_up.await.expect(204);
    begun(&owner, project, "three.txt", &content).await;
}

#[tokio::test]
async fn a_file_that_is_attached_stays_until_it_is_detached() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;
    let file = read_file(&owner, project, "rain.txt", b"Rain falls.").await;
    let asked = node(&owner, project, json!({"prompt": "What falls?"})).await;
    let path = format!("{}/attachments", project.node(text(&asked["id"])));
    let attached = owner
        .post(&path, json!({"mediaId": file["id"]}))
        .await
        .expect(200);
    assert_eq!(attached["attachments"][0]["name"], "rain.txt");
    let at = format!("/media/{}", text(&file["id"]));
    let refused = owner.delete(&at).await.problem(409, "conflict");
    assert!(text(&refused["detail"]).contains("detach"), "{refused}");
    owner
        .delete(&format!("{path}/{}", text(&file["id"])))
        .await
        .expect(204);
    owner.delete(&at).await.expect(204);
    owner.get(&at).await.problem(404, "not_found");

    let frame = node(
        &owner,
        project,
        json!({"kind": "FRAME", "prompt": "", "title": "All"}),
    )
    .await;
    let other = read_file(&owner, project, "sea.txt", b"Sea.").await;
    let path = format!("{}/attachments", project.node(text(&frame["id"])));
    let refused = owner.post(&path, json!({"mediaId": other["id"]})).await;
    refused.problem(422, "invalid");
}

#[tokio::test]
async fn what_a_file_says_enters_contexts_as_far_as_it_is_attached() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;
    let paper = read_file(
        &owner,
        project,
        "rain.pdf",
        &pdf(&["Rain falls.", "It ends."]),
    )
    .await;
    let asks = json!({"prompt": "What falls?", "attachments": [{"mediaId": paper["id"]}]});
    let parent = node(&owner, project, asks).await;
    let parent = text(&parent["id"]);
    let child = json!({"prompt": "And then?", "parentIds": [parent]});
    let child = node(&owner, project, child).await;
    let child = text(&child["id"]);
    let context = async |of: &str| owner.get(&project.context(of)).await.ok();

    let whole = context(parent).await;
    let words = "[Document rain.pdf]\nCite what you take from it as [rain.pdf, p. 1], with its page.\n[rain.pdf, p. 1]\nRain falls.\n[rain.pdf, p. 2]\nIt ends.\n\
                 [End of rain.pdf]\n\nWhat falls?";
    assert_eq!(whole["messages"][0]["content"], words);
    assert_eq!(context(child).await["messages"][0]["content"], words);

    owner
        .post(&project.generate(child), json!({}))
        .await
        .expect(202);
    generated(&owner, project, child).await;
    let status = async || owner.get(&project.node(child)).await.ok()["status"].clone();
    assert_eq!(status().await, "COMPLETED");
    let path = format!("{}/attachments", project.node(parent));
    let attach = async |policy: Value| {
        let mut body = json!({"mediaId": paper["id"]});
        for (field, value) in policy.as_object().expect("fields") {
            body[field] = value.clone();
        }
        owner.post(&path, body).await
    };
    attach(json!({"policy": "PAGES", "pages": "2"}))
        .await
        .expect(200);
    assert_eq!(status().await, "STALE");
    let second = context(parent).await;
    let content = text(&second["messages"][0]["content"]);
    assert!(
        !content.contains("Rain falls.") && content.contains("It ends."),
        "{content}"
    );
    attach(json!({"policy": "PAGES", "pages": "3"}))
        .await
        .problem(422, "invalid");
    attach(json!({"policy": "PAGES"}))
        .await
        .problem(422, "invalid");
    attach(json!({"policy": "NONE"})).await.expect(200);
    assert_eq!(
        context(parent).await["messages"][0]["content"],
        "What falls?"
    );
    attach(json!({})).await.expect(200);
    assert_eq!(
        status().await,
        "COMPLETED",
        "what was sent is what would be sent"
    );
}

#[tokio::test]
async fn pictures_are_shown_to_models_that_see_and_named_to_the_others() {
    let provider = Provider::start().await;
    let models = ["gpt-4o-mini", "blind"];
    let app = super::generations::with_models(&provider, &models, |settings| {
        for entry in &mut settings.providers {
            for model in &mut entry.models {
                model.context_tokens = 10_000;
            }
        }
    })
    .await;
    let (project, owner, []) = app.project([]).await;
    let picture = read_file(&owner, project, "sea.png", &pixel()).await;
    let said = json!({"alt": "The sea at night"});
    owner
        .patch(&format!("/media/{}", text(&picture["id"])), said)
        .await
        .expect(200);
    let asks = json!({"prompt": "What is it?", "attachments": [{"mediaId": picture["id"]}]});
    let asked = node(&owner, project, asks).await;
    let asked = text(&asked["id"]);
    for model in models {
        provider.then([Reply::text("Water.")]);
        let body = json!({"model": format!("scripted/{model}"), "force": true});
        owner.post(&project.generate(asked), body).await.expect(202);
        generated(&owner, project, asked).await;
    }
    let calls = provider.asked();
    let sent: Vec<&Value> = calls
        .iter()
        .map(|call| &call.body["messages"][0]["content"])
        .collect();
    let words = "[Picture sea.png: The sea at night]\n\nWhat is it?";
    assert_eq!(sent[0][0], json!({"type": "text", "text": words}));
    let shown = text(&sent[0][1]["image_url"]["url"]);
    assert!(shown.starts_with("data:image/"), "{shown}");
    assert_eq!(sent[1], words);
    let context = owner.get(&project.context(asked)).await.ok();
    assert_eq!(context["messages"][0]["pictures"], json!([picture["id"]]));
}

#[tokio::test]
async fn a_node_that_is_a_file_is_not_asked_and_all_below_it_know_the_file() {
    let provider = Provider::start().await;
    provider.usually(Reply::text("Water."));
    let app = super::generations::with_models(&provider, &["gpt-4o-mini"], |_| {}).await;
    let (project, owner, []) = app.project([]).await;
    let picture = read_file(&owner, project, "sea.png", &pixel()).await;
    let attached = json!([{"mediaId": picture["id"]}]);
    let media = json!({"kind": "MEDIA", "title": "sea.png", "prompt": "", "attachments": attached});
    let media = node(&owner, project, media).await;
    let asked = json!({"prompt": "What is it?", "parentIds": [media["id"]]});
    let asked = node(&owner, project, asked).await;
    let asked = text(&asked["id"]);

    let refused = owner
        .post(&project.generate(text(&media["id"])), json!({}))
        .await;
    let problem = refused.problem(409, "conflict");
    assert!(text(&problem["detail"]).contains("a file is not asked"));

    owner.answer(project, asked).await;

    let messages = provider.asked()[0].body["messages"].clone();
    assert_eq!(messages[0]["role"], "user");
    assert_eq!(messages[0]["content"][0]["text"], "[Picture sea.png]");
    let shown = text(&messages[0]["content"][1]["image_url"]["url"]);
    assert!(shown.starts_with("data:image/"), "{shown}");
    assert_eq!(
        messages[1],
        json!({"role": "user", "content": "What is it?"})
    );
    let found = format!("{}?kind=MEDIA", project.nodes());
    let found = owner.get(&found).await.ok();
    assert_eq!(found["items"][0]["id"], media["id"]);
    let caption = json!({"prompt": "The sea at night"});
    let media = project.node(text(&media["id"]));
    owner.patch_at(1, &media, caption).await.expect(200);
    let stale = owner.get(&project.node(asked)).await.ok();
    assert_eq!(stale["status"], "STALE");
}

#[tokio::test]
async fn one_page_of_a_file_is_read_alone() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;
    let paper = pdf(&["Rain falls.", "It ends."]);
    let paper = read_file(&owner, project, "rain.pdf", &paper).await;
    let page = async |number: &str| {
        let path = format!("/media/{}/pages?page={number}", text(&paper["id"]));
        owner.get(&path).await
    };

    let second = json!([{"page": 2, "heading": null, "text": "It ends."}]);
    assert_eq!(page("2").await.ok(), second);
    assert_eq!(page("3").await.ok(), json!([]));
    assert_eq!(page("4294967295").await.ok(), json!([]));
    page("one").await.problem(422, "invalid");
}

#[tokio::test]
async fn files_at_nodes_are_told_to_every_copy_and_are_never_another_projects() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;
    let file = read_file(&owner, project, "rain.txt", b"Rain falls.").await;
    let asked = node(&owner, project, json!({"prompt": "What falls?"})).await;
    let start = owner.get(&project.graph()).await.ok();
    let mut replica = Replica::of(parsed(&start));
    let data = json!({"id": asked["id"], "mediaId": file["id"], "policy": "SUMMARY"});
    let ops = json!({"ops": [{"op": "node.attach", "data": data}]});
    owner.post(&project.at("ops"), ops).await.expect(200);
    let events = owner
        .get(&project.at(&format!("events?after={}", replica.seq)))
        .await
        .ok();
    for event in events["events"].as_array().expect("events") {
        replica.follow(&parsed(event));
    }
    let state = owner.get(&project.state_hash()).await.ok();
    assert_eq!(replica.hash(), state["hash"]);

    let own = owner.create_project("Another").await;
    let foreign = json!({"prompt": "x", "attachments": [{"mediaId": file["id"]}]});
    let mut foreign = foreign;
    foreign["position"] = json!({"x": 0, "y": 0});
    owner
        .post(&own.nodes(), foreign)
        .await
        .problem(404, "not_found");
}

#[tokio::test]
async fn a_copy_of_a_project_has_files_of_its_own_and_fresh_answers() {
    let app = TestApp::start().await;
    let (project, owner, [editor]) = app.project([Role::Editor]).await;
    let paper = read_file(&owner, project, "rain.txt", b"Rain falls.").await;
    let picture = read_file(&owner, project, "sea.png", &pixel()).await;
    let files = json!([{"mediaId": paper["id"]}, {"mediaId": picture["id"]}]);
    let asked = json!({"prompt": "What falls?", "attachments": files});
    let asked = node(&owner, project, asked).await;
    owner.answer(project, text(&asked["id"])).await;

    let copy = editor
        .post(&project.at("duplicate"), json!({}))
        .await
        .expect(201);
    let copy: kernel::ProjectId = parsed(&copy["id"]);
    let nodes = editor.get(&copy.nodes()).await.ok();
    let copied = &nodes["items"][0];
    assert_eq!(copied["status"], "COMPLETED");
    let attached = copied["attachments"].as_array().expect("files");
    assert_eq!(attached.len(), 2);
    assert_ne!(attached[0]["mediaId"], paper["id"]);
    owner.delete(&project.path()).await.ok();
    let own = content(&editor, &json!({"id": attached[0]["mediaId"]}), &[]).await;
    assert_eq!(own.text, "Rain falls.");
    let context = editor.get(&copy.context(text(&copied["id"]))).await.ok();
    assert_eq!(context["answered"], true, "{context}");
}

#[tokio::test]
async fn a_follow_up_takes_files_along() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;
    let file = read_file(&owner, project, "rain.txt", b"Rain falls.").await;
    let first = node(&owner, project, json!({"prompt": "What falls?"})).await;
    let path = project.followups(text(&first["id"]));
    let next =
        json!({"prompt": "How often?", "attachments": [{"mediaId": file["id"]}], "ask": false});
    let added = owner.post(&path, next).await.expect(201);
    let next = text(&added["node"]["id"]);
    let context = owner.get(&project.context(next)).await.ok();
    let last = context["messages"].as_array().and_then(|all| all.last());
    let content = text(&last.expect("a message")["content"]).to_owned();
    assert!(
        content.contains("Rain falls.") && content.ends_with("How often?"),
        "{content}"
    );
}

#[tokio::test]
async fn a_node_that_comes_back_has_the_files_that_are_still_there() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;
    let file = read_file(&owner, project, "rain.txt", b"Rain falls.").await;
    let asked = json!({"prompt": "What falls?", "attachments": [{"mediaId": file["id"]}]});
    let asked = node(&owner, project, asked).await;
    let path = project.node(text(&asked["id"]));
    owner.delete(&path).await.ok();
    let restored = owner
        .post(&format!("{path}/restore"), Value::Null)
        .await
        .expect(200);
    assert_eq!(restored["attachments"], asked["attachments"]);
    let exported = owner.get(&project.at("export")).await;
    assert!(exported.text.contains("*Files: rain.txt*"), "{exported:?}");
}
