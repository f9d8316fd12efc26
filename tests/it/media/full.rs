//! A disk that is full: B14.

use std::{
    fs::{self, File},
    io::{ErrorKind, Write},
    path::Path,
};

use reqwest::Method;
use serde_json::{Value, json};

use super::{TUS, begun_of, content, memory::SERVER_KIB_MAX};
use crate::kit::{
    Client, Paths, Program,
    files::{read_file, send_file},
    on_postgres, text, variable,
};

/// More than the server keeps before anybody wrote anything, with room for its log of changes.
const DISK_MIB: u32 = 24;
/// Changes that find room in what the database has already, at most.
const WRITES_MAX: usize = 400;

/// Writes until there is not one byte left.
fn fill(file: &Path) {
    let mut file = File::create(file).expect("the disk takes a name");
    for size in [1024 * 1024, 4096, 1] {
        let some = vec![0; size];
        loop {
            match file.write_all(&some) {
                Ok(()) => {}
                Err(error) if error.kind() == ErrorKind::StorageFull => break,
                Err(error) => panic!("{error}"),
            }
        }
    }
}

/// How many files stand below a folder.
fn count(folder: &Path) -> usize {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .map(|entry| match entry.file_type() {
            Ok(kind) if kind.is_dir() => count(&entry.path()),
            _ => 1,
        })
        .sum()
}

async fn write(by: &Client, project: kernel::ProjectId) -> crate::kit::Answer {
    let body = json!({"prompt": "Rain. ".repeat(2_000), "position": {"x": 0, "y": 0}});
    by.post(&project.nodes(), body).await
}

async fn upload_in_parts(by: &Client, project: kernel::ProjectId, file: &[u8]) {
    let begun = begun_of(by, project, "parts.txt", file.len()).await;
    let kind = ("content-type", "application/offset+octet-stream");
    let headers = [TUS, ("upload-offset", "0"), kind];
    let sent = by.send_bytes(Method::PATCH, &begun, &headers, file.to_vec());
    assert_eq!(sent.await.status, 204);
}

#[tokio::test]
async fn b14_a_full_disk_refuses_what_is_written_serves_what_is_read_and_needs_no_restart() {
    if on_postgres() || variable("TEST_FILES_URL").is_some() {
        eprintln!("B14 did not run: database and files must be on the disk that is full");
        return;
    }
    let program = Program::new().await;
    let Some(mut serving) = program.serve_on_a_disk(DISK_MIB) else {
        eprintln!("B14 did not run: mounting a small disk needs root and `unshare`");
        return program.remove().await;
    };
    let (_, client) = serving.ready().await;
    let ada = client.register("ada@example.org").await;
    let project = ada.create_project("Ada's").await;
    let node = ada.create_node(project, "What falls?").await;
    let file = read_file(&ada, project, "rain.txt", b"Rain falls.").await;
    let large = vec![b'x'; 300_000];
    let begun = begun_of(&ada, project, "late.txt", large.len()).await;
    let (files, filler) = (serving.data().join("files"), serving.data().join("filler"));
    let before = count(&files);

    serving.forget_most_memory();
    let memory = serving.memory_kib();
    fill(&filler);

    // Uploads are refused and leave nothing.
    let refused = send_file(&ada, project, "large.txt", &large).await;
    refused.problem(507, "disk_full");
    let kind = ("content-type", "application/offset+octet-stream");
    let headers = [TUS, ("upload-offset", "0"), kind];
    let part = ada.send_bytes(Method::PATCH, &begun, &headers, large.clone());
    part.await.problem(507, "disk_full");
    let far = ada.send(Method::HEAD, &begun, &[TUS], Value::Null).await;
    assert_eq!(far.header("upload-offset"), "0");
    crate::kit::until("nothing is left of them", async || count(&files) == before).await;
    // Writes are refused once the database finds no room in what it has; what was acknowledged stays.
    let mut kept = 1;
    let refused = loop {
        let answer = write(&ada, project).await;
        if answer.status != 201 {
            break answer;
        }
        kept += 1;
        assert!(kept < WRITES_MAX, "nothing stops it");
    };
    let later = refused.header("retry-after").parse::<u32>();
    assert!(later.is_ok_and(|seconds| seconds > 0), "{refused:?}");
    refused.problem(503, "unavailable");
    write(&ada, project).await.problem(503, "unavailable");
    // Reads go on.
    let read = ada.get(&project.node(node)).await.expect(200);
    assert_eq!(read["prompt"], "What falls?");
    assert_eq!(content(&ada, &file, &[]).await.text, "Rain falls.");
    let listed = ada.get(&format!("/media?projectId={project}")).await.ok();
    assert_eq!(listed["items"].as_array().map(Vec::len), Some(1));
    assert_eq!(ada.all(&project.nodes(), 100).await.len(), kept);
    let grown = serving.most_memory_kib().saturating_sub(memory);
    eprintln!("a full disk: {grown} KiB more than {memory}");
    assert!(grown < SERVER_KIB_MAX, "{grown} KiB");

    fs::remove_file(&filler).expect("there is room again");

    crate::kit::until("writes go on by themselves", async || {
        write(&ada, project).await.status == 201
    })
    .await;
    assert_eq!(ada.all(&project.nodes(), 100).await.len(), kept + 1);
    let late = read_file(&ada, project, "large.txt", &large).await;
    assert_eq!(late["processingStatus"], "COMPLETED", "{late}");
    assert_eq!(content(&ada, &late, &[]).await.text.len(), large.len());
    upload_in_parts(&ada, project, &large).await;
    assert_eq!(
        text(&ada.get("/users/me").await.ok()["email"]),
        "ada@example.org"
    );
    assert_eq!(serving.terminate(), Some(0));
    program.remove().await;
}
