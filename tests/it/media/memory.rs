//! How much memory files that want to do harm take, of the server and of the process that reads them.

use std::io;

use kernel::ProjectId;
use reqwest::Method;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::{
    SCRIPTED_SVG,
    hostile::{DOCX, READER_KIB_MAX, Upload, bomb, film, pdf_and_page, read_alone},
    huge_picture,
};
use crate::kit::{
    Client, Program, Serving, Stands, Web,
    files::{form, form_type, pdf, read_file, read_through, send_cut, send_file},
    patiently, text,
};

const MIB: usize = 1024 * 1024;
/// A fraction of what is sent in each of the larger trials, which send a file again and again.
pub(super) const SERVER_KIB_MAX: u64 = 48 * 1024;
const LARGE_BYTES: usize = 24 * MIB;

#[tokio::test]
async fn the_process_that_reads_files_takes_little_memory_whatever_they_are() {
    for (what, format, file) in [
        ("a PDF that is a page as well", "pdf", pdf_and_page()),
        ("a picture of 60,000 x 60,000", "png", huge_picture()),
        ("24 MiB of a film without end", "played", film(LARGE_BYTES)),
        ("a page that goes on", "web", b"<p>Rain. ".repeat(MIB)),
        ("an SVG with a script", "web", SCRIPTED_SVG.to_vec()),
    ] {
        let (_, most) = read_alone(format, &file).await;
        eprintln!("{what}: {} KiB, {most} KiB of memory", file.len() / 1024);
        assert!(most < READER_KIB_MAX, "{what} took {most} KiB");
    }
}

/// A server of its own, whose memory is watched while one thing after the other is tried on it.
struct Watched {
    program: Program,
    serving: Serving,
    owner: Client,
    project: ProjectId,
}

impl Watched {
    async fn start() -> Self {
        let program = Program::new()
            .await
            .with("NONLINEAR_RATES__ENABLED", "false")
            .with("NONLINEAR_LINKS__PRIVATE_NETWORKS", "127.0.0.1/32");
        let mut serving = program.serve(&["serve"]);
        let (_, client) = serving.ready().await;
        let owner = client.register("ada@example.org").await;
        let project = owner.create_project("Watched").await;
        // What is taken once, with the first file, is nobody's fault.
        read_file(&owner, project, "rain.txt", b"Rain falls.").await;
        Self {
            program,
            serving,
            owner,
            project,
        }
    }

    async fn during<T>(&self, what: &str, attack: impl AsyncFnOnce(&Client, ProjectId) -> T) -> T {
        let before = self.serving.memory_kib();
        self.serving.forget_most_memory();
        let heard = attack(&self.owner, self.project).await;
        let grown = self.serving.most_memory_kib().saturating_sub(before);
        eprintln!("{what}: {grown} KiB more than {before}");
        assert!(grown < SERVER_KIB_MAX, "{what} took {grown} KiB");
        heard
    }

    async fn end(self) {
        drop(self.serving);
        self.program.remove().await;
    }

    async fn link(&self, what: &str, url: &str) -> Value {
        let body = json!({"projectId": self.project, "url": url});
        let linking = async |by: &Client, _| {
            let added = by.post("/media", body).await.expect(201);
            read_through(by, &added).await
        };
        self.during(what, linking).await
    }
}

/// Sends a film that goes on until the server has said something; gives its first line.
async fn send_endless_film(by: &Client, project: ProjectId) -> io::Result<String> {
    let head = format!(
        "POST /api/v1/media HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {}\r\ncontent-type: {}\r\n\
         transfer-encoding: chunked\r\n\r\n",
        by.address(),
        by.token.as_deref().unwrap_or_default(),
        form_type(),
    );
    let mut form = form(
        &[("projectId", &project.to_string())],
        "film.mp4",
        &film(MIB),
    );
    // It has no end.
    form.truncate(MIB);
    let (mut hearing, mut saying) = TcpStream::connect(by.address()).await?.into_split();
    let saying = async move {
        saying.write_all(head.as_bytes()).await?;
        let mut some = form;
        loop {
            saying
                .write_all(format!("{:x}\r\n", some.len()).as_bytes())
                .await?;
            saying.write_all(&some).await?;
            saying.write_all(b"\r\n").await?;
            some = vec![0; MIB];
        }
    };
    let mut line = vec![0; "HTTP/1.1 413".len()];
    let heard = async { hearing.read_exact(&mut line).await.map(|_| ()) };
    tokio::pin!(heard);
    let heard = tokio::select! {
        heard = &mut heard => heard,
        // Whoever stops listening has said why.
        Result::<(), io::Error>::Err(_) = saying => heard.await,
    };
    heard.map(|()| String::from_utf8_lossy(&line).into_owned())
}

#[tokio::test]
async fn the_server_takes_little_memory_whatever_is_sent() {
    let watched = Watched::start().await;
    let ten_gibibytes = bomb(DOCX, "word/document.xml", 10 * 1024, 1_000);
    let pages: Vec<&str> = vec!["Rain."; 10_000];
    for (name, file, error) in [
        ("both.pdf", pdf_and_page(), Value::Null),
        ("ten.docx", ten_gibibytes, json!("DAMAGED")),
        ("pages.pdf", pdf(&pages), json!("TOO_LARGE")),
    ] {
        let reading = async |by: &Client, project| read_file(by, project, name, &file).await;
        let read = watched.during(name, reading).await;
        assert_eq!(read["error"], error, "{name}");
    }
    for (name, file, status) in [
        ("script.svg", SCRIPTED_SVG, 415),
        ("huge.png", &huge_picture(), 422),
    ] {
        let sending = async |by: &Client, project| send_file(by, project, name, file).await;
        let sent = watched.during(name, sending).await;
        assert_eq!(sent.status, status, "{name}");
    }

    let endless = async |by: &Client, project| send_endless_film(by, project).await;
    let ending = patiently(
        "the server to have heard enough",
        watched.during("film.mp4", endless),
    );
    assert_eq!(ending.await.expect("it says so"), "HTTP/1.1 413");

    let naming = async |by: &Client, project| {
        let upload = Upload::begin(by, project, "../x\r\nset-cookie: y.txt", 5).await;
        upload.finish(by, b"Rain.").await
    };
    let named = watched.during("a name with line ends", naming).await;
    assert_eq!(named["filename"], "xset-cookie: y.txt");
    watched.end().await;
}

#[tokio::test]
async fn the_server_takes_little_memory_however_an_upload_is_cut() {
    let watched = Watched::start().await;
    let whole = vec![b'x'; LARGE_BYTES];
    let cutting = async |by: &Client, project: ProjectId| {
        let body = form(&[("projectId", &project.to_string())], "sea.txt", &whole);
        let kind = form_type();
        let headers = [("content-type", kind.as_str())];
        for tenth in 1..10 {
            let sent = body.len() * tenth / 10;
            send_cut(by, Method::POST, "/media", &headers, &body, sent).await;
        }
    };
    watched.during("a form, cut at every tenth", cutting).await;
    let parts = async |by: &Client, project| {
        let upload = Upload::begin(by, project, "parts.txt", whole.len()).await;
        for tenth in 1..10 {
            let offset = upload.offset(by).await;
            let until = (whole.len() * tenth / 10).max(offset);
            upload
                .cut_at(by, offset, &whole[offset..], until - offset)
                .await;
        }
        upload.finish(by, &whole).await
    };
    let file = watched.during("parts, cut at every tenth", parts).await;
    assert_eq!(file["size"], LARGE_BYTES);
    let twice = async |by: &Client, project| {
        let upload = Upload::begin(by, project, "twice.txt", whole.len()).await;
        tokio::join!(upload.send(by, 0, &whole), upload.send(by, 0, &whole))
    };
    let (one, other) = watched.during("the same part twice", twice).await;
    assert_ne!(one.status, other.status);
    watched.end().await;
}

#[tokio::test]
async fn the_server_takes_little_memory_whatever_is_linked_to() {
    let watched = Watched::start().await;
    let web = Web::start().await;
    web.put("/endless", Stands::NeverEnds);
    for again in 0..10 {
        web.put(
            &format!("/{again}"),
            Stands::LeadsTo(format!("/{}", again + 1)),
        );
    }
    for (what, url, error) in [
        ("a page that never ends", web.url("/endless"), "TOO_LARGE"),
        ("ten redirects", web.url("/0"), "TOO_MANY_REDIRECTS"),
        (
            "what a cloud says of itself",
            "http://169.254.169.254/".to_owned(),
            "ADDRESS_REFUSED",
        ),
    ] {
        let read = watched.link(what, &url).await;
        assert_eq!(text(&read["error"]), error, "{what}");
    }
    watched.end().await;
}
