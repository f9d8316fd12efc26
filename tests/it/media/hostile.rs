//! Files that want to do harm, and uploads that end badly.

use std::{process::Stdio, time::Duration};

use flate2::{Compress, Compression, FlushCompress};
use reqwest::Method;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    process::Command,
    time::interval,
};

use crate::kit::{
    Answer, Client, MOST_MEMORY, TestApp,
    files::{
        Packed, deflated, form, form_type, packed, pdf, pixel, read_file, send_beginning, send_cut,
        send_file, zip,
    },
    long, memory_kib, patiently, program_path,
};

const MIB: usize = 1024 * 1024;
/// More memory than reading any of these needs, and far less than what they unpack to.
pub(super) const READER_KIB_MAX: u64 = 768 * 1024;

/// What is in a document beside the part that unpacks to so much.
pub(super) type Beside<'b> = &'b [(&'b str, &'b str)];

pub(super) const DOCX: Beside<'_> = &[("[Content_Types].xml", "")];
const XLSX: Beside<'_> = &[];
const PPTX: Beside<'_> = &[
    (
        "ppt/_rels/presentation.xml.rels",
        "<r><Relationship Id='1' Target='slides/slide1.xml'/></r>",
    ),
    (
        "ppt/presentation.xml",
        "<p xmlns:r='r'><sldId r:id='1'/></p>",
    ),
];
const EPUB: Beside<'_> = &[
    ("mimetype", "application/epub+zip"),
    (
        "META-INF/container.xml",
        "<c><rootfile full-path='book.opf'/></c>",
    ),
    (
        "book.opf",
        "<p><item id='1' href='rain.xhtml'/><itemref idref='1'/></p>",
    ),
];

/// A document of which one part is this many MiB of one letter; what is sent is a thousandth of that.
pub(super) fn bomb(beside: Beside<'_>, name: &str, mebibytes: usize, said_size: u32) -> Vec<u8> {
    let letters = vec![b' '; MIB];
    let mut packer = Compress::new(Compression::best(), false);
    let mut part = Vec::with_capacity(MIB);
    // A full flush ends on a byte and forgets what came before, so the part can be repeated.
    packer
        .compress_vec(&letters, &mut part, FlushCompress::Full)
        .expect("it packs");
    let mut text = part.repeat(mebibytes);
    // A last block that holds nothing.
    text.extend([0x03, 0x00]);
    let small: Vec<Vec<u8>> = beside.iter().map(|(_, words)| deflated(words)).collect();
    let packed = beside.iter().zip(&small);
    let honest = packed.map(|((name, words), deflated)| Packed::honest(name, words, deflated));
    let mut entries: Vec<Packed<'_>> = honest.collect();
    entries.push(Packed {
        name,
        deflated: &text,
        said_size,
        // Nobody comes to compare it.
        said_checksum: 0,
    });
    zip(&entries)
}

/// Lets the program read a file as the server does; gives what it said, and the most memory that it had.
pub(super) async fn read_alone(format: &str, file: &[u8]) -> (Value, u64) {
    let mut child = Command::new(program_path())
        .args(["read-file", format])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .expect("the program is built: cargo build --workspace");
    let process = child.id().expect("it runs");
    let mut input = child.stdin.take().expect("it reads");
    let mut output = child.stdout.take().expect("it is heard");
    let (mut said, mut most) = (Vec::new(), 0);
    let talking = async {
        // One that has read enough hears no more.
        let _ = input.write_all(file).await;
        drop(input);
        output.read_to_end(&mut said).await
    };
    let mut tick = interval(Duration::from_millis(2));
    let watched = async {
        tokio::pin!(talking);
        loop {
            tokio::select! {
                talked = &mut talking => return talked,
                _ = tick.tick() => most = most.max(memory_kib(process, MOST_MEMORY).unwrap_or(0)),
            }
        }
    };
    patiently("the program to read a file", watched)
        .await
        .expect("it is heard");
    (serde_json::from_slice(&said).unwrap_or(Value::Null), most)
}

#[tokio::test]
async fn what_unpacks_without_end_is_too_large_and_takes_little_memory() {
    let document = "word/document.xml";
    let ten_gibibytes = bomb(DOCX, document, 10 * 1024, 1_000);
    let honest = |beside, name| bomb(beside, name, 4_000, 4_000 * 1024 * 1024);
    // A program that was not optimised takes its time for so many.
    let pages: Vec<&str> = vec!["Rain."; if long() { 100_000 } else { 10_000 }];
    let files = [
        // It says that it holds little, and is found to hold more.
        ("docx", "ten.docx", ten_gibibytes, "DAMAGED"),
        ("docx", "four.docx", honest(DOCX, document), "TOO_LARGE"),
        (
            "xlsx",
            "four.xlsx",
            honest(XLSX, "xl/sharedStrings.xml"),
            "TOO_LARGE",
        ),
        (
            "pptx",
            "four.pptx",
            honest(PPTX, "ppt/slides/slide1.xml"),
            "TOO_LARGE",
        ),
        ("epub", "four.epub", honest(EPUB, "rain.xhtml"), "TOO_LARGE"),
        ("pdf", "pages.pdf", pdf(&pages), "TOO_LARGE"),
    ];
    for (format, name, file, fault) in &files {
        let (said, most) = read_alone(format, file).await;
        eprintln!("{name}: {} KiB, {most} KiB of memory", file.len() / 1024);
        assert_eq!(said, json!({"Err": fault}), "{name}");
        assert!(most < READER_KIB_MAX, "{name} took {most} KiB");
    }
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;
    let (_, name, file, fault) = &files[1];
    let sent = read_file(&owner, project, name, file).await;
    assert_eq!(sent["error"], *fault, "{sent}");
    let fine = read_file(&owner, project, "fine.txt", b"Rain.").await;
    assert_eq!(fine["processingStatus"], "COMPLETED");
}

#[tokio::test]
async fn what_a_document_says_its_words_stand_for_is_not_said() {
    let laughs: String = (1..10)
        .map(|number| {
            format!(
                "<!ENTITY l{number} '{}'>",
                format!("&l{};", number - 1).repeat(10)
            )
        })
        .collect();
    let body = format!(
        "<!DOCTYPE d [<!ENTITY l0 'ha'>{laughs}<!ENTITY file SYSTEM 'file:///etc/hostname'>]>\
         <d><p><t>Rain&l9;&file; falls.</t></p></d>"
    );
    let file = packed(&[("word/document.xml", &body)]);

    let (said, most) = read_alone("docx", &file).await;

    assert_eq!(said["Ok"]["pages"][0]["text"], "Rain falls.", "{said}");
    assert!(most < READER_KIB_MAX, "{most} KiB");
}

#[tokio::test]
async fn a_table_of_cells_far_apart_takes_little_memory() {
    let cells = "<row><c r='BL1'/></row>".repeat(500_000);
    let sheet = format!("<s>{cells}<row><c><v>Rain.</v></c></row></s>");
    let file = packed(&[
        (
            "xl/_rels/workbook.xml.rels",
            "<r><Relationship Id='1' Target='sheet.xml'/></r>",
        ),
        (
            "xl/workbook.xml",
            "<w xmlns:r='r'><sheet name='Far' r:id='1'/></w>",
        ),
        ("xl/sheet.xml", &sheet),
    ]);

    let (said, most) = read_alone("xlsx", &file).await;

    assert_eq!(said, json!({"Err": "TOO_LARGE"}));
    assert!(most < READER_KIB_MAX, "{most} KiB");
}

/// A PDF that a browser could take for a page with a script.
pub(super) fn pdf_and_page() -> Vec<u8> {
    let mut file = pdf(&["Rain."]);
    file.extend(b"<html><script>alert(1)</script></html>");
    file
}

#[tokio::test]
async fn what_is_two_things_at_once_is_served_as_the_harmless_one() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;
    let both = pdf_and_page();
    let refused = send_file(&owner, project, "both.html", &both).await;
    refused.problem(415, "unsupported_media_type");
    let kept = read_file(&owner, project, "both.pdf", &both).await;
    assert_eq!(kept["mimeType"], "application/pdf");
    let got = super::content(&owner, &kept, &[]).await;
    assert_eq!(got.header("content-type"), "application/pdf");
    assert!(got.header("content-disposition").starts_with("attachment"));
    assert!(got.header("content-security-policy").starts_with("sandbox"));
    assert_eq!(got.header("x-content-type-options"), "nosniff");
}

#[tokio::test]
async fn a_name_with_line_ends_is_kept_without_them() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;
    let upload = Upload::begin(&owner, project, "../x\r\nset-cookie: y.txt", 5).await;
    let sent = upload.send(&owner, 0, b"Rain.").await;
    let id = sent.header("upload-media-id").to_owned();
    let file = owner.get(&format!("/media/{id}")).await.ok();
    assert_eq!(file["filename"], "xset-cookie: y.txt");
    let got = super::content(&owner, &file, &[]).await;
    assert_eq!(got.header("set-cookie"), "");
}

#[tokio::test]
async fn a_file_that_is_cut_anywhere_is_not_there_at_all() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;
    let body = form(
        &[("projectId", &project.to_string())],
        "sea.txt",
        &vec![b'x'; 200_000],
    );
    let kind = form_type();
    let headers = [("content-type", kind.as_str())];
    for tenth in 0..10 {
        let sent = body.len() * tenth / 10;
        let said = send_cut(&owner, Method::POST, "/media", &headers, &body, sent).await;
        assert!(!said.starts_with("HTTP/1.1 2"), "{tenth} tenths: {said}");
        let listed = owner.get(&format!("/media?projectId={project}")).await.ok();
        assert_eq!(listed["items"], json!([]), "{tenth} tenths");
    }
    send_file(&owner, project, "sea.txt", &pixel())
        .await
        .problem(415, "unsupported_media_type");
    send_file(&owner, project, "sea.png", &pixel())
        .await
        .expect(201);
}

#[tokio::test]
async fn an_upload_in_parts_that_is_cut_anywhere_goes_on_from_there() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;
    let whole: Vec<u8> = (b'a'..=b'z').cycle().take(200_000).collect();
    for tenth in 0..10 {
        let name = format!("{tenth}.txt");
        let upload = Upload::begin(&owner, project, &name, whole.len()).await;
        upload.cut(&owner, &whole, whole.len() * tenth / 10).await;
        let file = upload.finish(&owner, &whole).await;
        assert_eq!(
            file["sha256"],
            hex::encode(Sha256::digest(&whole)),
            "{tenth}"
        );
    }
}

#[tokio::test]
async fn of_two_who_send_the_same_part_one_is_heard() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;
    let whole: Vec<u8> = (b'a'..=b'z').cycle().take(400_000).collect();
    let upload = Upload::begin(&owner, project, "twice.txt", whole.len()).await;
    let half = &whole[..200_000];
    let (one, other) = tokio::join!(upload.send(&owner, 0, half), upload.send(&owner, 0, half));
    let mut heard = [one.status.as_u16(), other.status.as_u16()];
    heard.sort_unstable();
    assert_eq!(heard, [204, 409]);
    assert_eq!(upload.offset(&owner).await, 200_000);
    let (one, other) = tokio::join!(
        upload.send(&owner, 200_000, &whole[200_000..]),
        upload.send(&owner, 200_000, &whole[200_000..])
    );
    let made = [one, other].map(|answer| answer.header("upload-media-id").to_owned());
    assert_eq!(
        made.iter().filter(|id| !id.is_empty()).count(),
        1,
        "{made:?}"
    );
    let listed = owner.get(&format!("/media?projectId={project}")).await.ok();
    let listed = listed["items"].as_array().expect("files");
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0]["sha256"], hex::encode(Sha256::digest(&whole)));
}

/// So many bytes of a film that does not say how long it is.
pub(super) fn film(bytes: usize) -> Vec<u8> {
    let mut file = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom".to_vec();
    file.resize(bytes, 0);
    file
}

#[tokio::test]
async fn what_never_ends_is_refused_once_it_is_too_long() {
    let app = TestApp::with(|settings| settings.storage.file_bytes_max = 100_000).await;
    let (project, owner, []) = app.project([]).await;
    let film = film(400_000);
    let body = form(&[("projectId", &project.to_string())], "film.mp4", &film);
    let kind = form_type();
    let headers = [("content-type", kind.as_str())];
    let said = send_cut(&owner, Method::POST, "/media", &headers, &body, 300_000).await;
    assert!(said.starts_with("HTTP/1.1 413"), "{said}");
    let listed = owner.get(&format!("/media?projectId={project}")).await.ok();
    assert_eq!(listed["items"], json!([]));
}

/// A file that is sent in parts.
pub(super) struct Upload(String);

const TUS: (&str, &str) = ("tus-resumable", "1.0.0");
const PART: (&str, &str) = ("content-type", "application/offset+octet-stream");

impl Upload {
    pub(super) async fn begin(
        by: &Client,
        project: kernel::ProjectId,
        name: &str,
        bytes: usize,
    ) -> Self {
        Self(super::begun_of(by, project, name, bytes).await)
    }

    pub(super) async fn send(&self, by: &Client, offset: usize, part: &[u8]) -> Answer {
        let offset = offset.to_string();
        let headers = [TUS, PART, ("upload-offset", &offset)];
        by.send_bytes(Method::PATCH, &self.0, &headers, part.to_vec())
            .await
    }

    /// Sends some of what it says that it sends, from the beginning.
    pub(super) async fn cut(&self, by: &Client, whole: &[u8], sent: usize) {
        self.cut_at(by, 0, whole, sent).await;
    }

    /// The same for what follows on what it has.
    pub(super) async fn cut_at(&self, by: &Client, offset: usize, rest: &[u8], sent: usize) {
        let offset = offset.to_string();
        let headers = [TUS, PART, ("upload-offset", &offset)];
        send_cut(by, Method::PATCH, &self.0, &headers, rest, sent).await;
    }

    /// The same, and leaves the connection open.
    pub(super) async fn send_beginning(&self, by: &Client, whole: &[u8], sent: usize) -> TcpStream {
        let headers = [TUS, PART, ("upload-offset", "0")];
        send_beginning(by, Method::PATCH, &self.0, &headers, whole, sent).await
    }

    /// How far it came.
    pub(super) async fn offset(&self, by: &Client) -> usize {
        let far = by.send(Method::HEAD, &self.0, &[TUS], Value::Null).await;
        far.header("upload-offset").parse().expect("a number")
    }

    /// Goes on from where it broke off; gives the file.
    pub(super) async fn finish(&self, by: &Client, whole: &[u8]) -> Value {
        let offset = self.offset(by).await;
        let done = self.send(by, offset, &whole[offset..]).await;
        assert_eq!(done.status, 204, "{done:?}");
        let id = done.header("upload-media-id").to_owned();
        by.get(&format!("/media/{id}")).await.ok()
    }
}
