//! Files: sending them, and waiting until they are read.

use std::{fmt::Display, io::Write, time::Duration};

use base64::{Engine, engine::general_purpose::STANDARD};
use flate2::{Compression, Crc, write::DeflateEncoder};
use reqwest::Method;
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::{Answer, Client, patiently, text};

const BOUNDARY: &str = "what-stands-between";

/// The head of a form, which every part of tests sends alike.
pub(crate) fn form_type() -> String {
    format!("multipart/form-data; boundary={BOUNDARY}")
}

/// A form with some fields and a file.
pub(crate) fn form(fields: &[(&str, &str)], name: &str, content: &[u8]) -> Vec<u8> {
    let mut form = begun(fields);
    let head = format!(
        "--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n"
    );
    form.extend(head.as_bytes());
    form.extend(content);
    form.extend(format!("\r\n--{BOUNDARY}--\r\n").as_bytes());
    form
}

/// A form with some fields and no file.
pub(crate) fn fields(fields: &[(&str, &str)]) -> Vec<u8> {
    let mut form = begun(fields);
    form.extend(format!("--{BOUNDARY}--\r\n").as_bytes());
    form
}

fn begun(fields: &[(&str, &str)]) -> Vec<u8> {
    let mut form = Vec::new();
    for (field, value) in fields {
        let part = format!(
            "--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n"
        );
        form.extend(part.as_bytes());
    }
    form
}

/// A recording of silence that lasts so long.
pub(crate) fn wav(seconds: u32) -> Vec<u8> {
    let length = seconds * 16_000;
    let mut wav = b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0".to_vec();
    wav.extend(8_000_u32.to_le_bytes());
    wav.extend(16_000_u32.to_le_bytes());
    wav.extend(b"\x02\0\x10\0data");
    wav.extend(length.to_le_bytes());
    wav.resize(wav.len() + usize::try_from(length).expect("it is short"), 0);
    wav
}

/// Sends a file to a project.
pub(crate) async fn send_file(
    by: &Client,
    project: impl Display + Send,
    name: &str,
    content: &[u8],
) -> Answer {
    let body = form(&[("projectId", &project.to_string())], name, content);
    let kind = form_type();
    let headers = [("content-type", kind.as_str())];
    by.send_bytes(Method::POST, "/media", &headers, body).await
}

/// Sends a file and waits until it is read.
pub(crate) async fn read_file(
    by: &Client,
    project: impl Display + Send,
    name: &str,
    content: &[u8],
) -> Value {
    let sent = send_file(by, project, name, content).await.expect(201);
    read_through(by, &sent).await
}

/// Waits until a file is read, or what a link leads to.
pub(crate) async fn read_through(by: &Client, file: &Value) -> Value {
    let path = format!("/media/{}", text(&file["id"]));
    let reading = async {
        let mut tick = tokio::time::interval(Duration::from_millis(20));
        loop {
            let file = by.get(&path).await.ok();
            if ["COMPLETED", "FAILED"].contains(&text(&file["processingStatus"])) {
                return file;
            }
            tick.tick().await;
        }
    };
    patiently("the file to be read", reading).await
}

/// What tus says of a file.
pub(crate) fn tus_metadata(project: impl Display, name: &str) -> String {
    let project = STANDARD.encode(project.to_string());
    format!("filename {},projectId {project}", STANDARD.encode(name))
}

/// A PDF with a line of text on each page.
pub(crate) fn pdf(pages: &[&str]) -> Vec<u8> {
    let mut objects = vec![
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        String::new(),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
            .to_owned(),
    ];
    let mut kids = Vec::new();
    for line in pages {
        let stream = format!("BT /F1 12 Tf 72 720 Td ({line}) Tj ET");
        objects.push(format!(
            "<< /Length {} >>\nstream\n{stream}\nendstream",
            stream.len()
        ));
        let content = objects.len();
        objects.push(format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {content} 0 R \
             /Resources << /Font << /F1 3 0 R >> >> >>"
        ));
        kids.push(format!("{} 0 R", objects.len()));
    }
    objects[1] = format!(
        "<< /Type /Pages /Kids [{}] /Count {} >>",
        kids.join(" "),
        kids.len()
    );
    let mut pdf = b"%PDF-1.4\n".to_vec();
    let mut places = Vec::new();
    for (index, object) in objects.iter().enumerate() {
        places.push(pdf.len());
        pdf.extend(format!("{} 0 obj\n{object}\nendobj\n", index + 1).as_bytes());
    }
    let table = pdf.len();
    pdf.extend(format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).as_bytes());
    for place in places {
        pdf.extend(format!("{place:010} 00000 n \n").as_bytes());
    }
    let trailer = format!(
        "trailer\n<< /Size {} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n",
        objects.len() + 1
    );
    pdf.extend(trailer.as_bytes());
    pdf
}

/// One red pixel.
pub(crate) fn pixel() -> Vec<u8> {
    const PIXEL: &str = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC";
    STANDARD.decode(PIXEL).expect("it is base64")
}

/// Sends the beginning of a body and leaves the connection open.
pub(crate) async fn send_beginning(
    by: &Client,
    method: Method,
    path: &str,
    headers: &[(&str, &str)],
    body: &[u8],
    sent: usize,
) -> TcpStream {
    let token = by.token.as_deref().unwrap_or_default();
    let mut head = format!(
        "{method} /api/v1{path} HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {token}\r\n\
         connection: close\r\ncontent-length: {}\r\n",
        by.address(),
        body.len()
    );
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str("\r\n");
    let mut stream = TcpStream::connect(by.address())
        .await
        .expect("it takes connections");
    // A server that has heard enough need not hear the rest.
    let _ = stream.write_all(head.as_bytes()).await;
    let _ = stream.write_all(&body[..sent]).await;
    stream
}

/// Sends the beginning of a body and ends the connection there; gives what the server said, if anything.
pub(crate) async fn send_cut(
    by: &Client,
    method: Method,
    path: &str,
    headers: &[(&str, &str)],
    body: &[u8],
    sent: usize,
) -> String {
    let mut stream = send_beginning(by, method, path, headers, body, sent).await;
    let _ = stream.shutdown().await;
    let mut said = Vec::new();
    let hearing = stream.read_to_end(&mut said);
    let _ = patiently("the server to let go of a cut request", hearing).await;
    String::from_utf8_lossy(&said).into_owned()
}

/// A name and what is packed under it, with its size and checksum when it is unpacked: a zip may say what it likes of that.
pub(crate) struct Packed<'p> {
    pub(crate) name: &'p str,
    pub(crate) deflated: &'p [u8],
    pub(crate) said_size: u32,
    pub(crate) said_checksum: u32,
}

impl<'p> Packed<'p> {
    /// What is true of these words.
    pub(crate) fn honest(name: &'p str, words: &str, deflated: &'p [u8]) -> Self {
        let mut checksum = Crc::new();
        checksum.update(words.as_bytes());
        Self {
            name,
            deflated,
            said_size: checksum.amount(),
            said_checksum: checksum.sum(),
        }
    }
}

/// A zip of parts, as office programs pack them.
pub(crate) fn packed(parts: &[(&str, &str)]) -> Vec<u8> {
    let packed: Vec<Vec<u8>> = parts.iter().map(|(_, words)| deflated(words)).collect();
    let entries = parts.iter().zip(&packed);
    let entries = entries.map(|((name, words), deflated)| Packed::honest(name, words, deflated));
    zip(&entries.collect::<Vec<_>>())
}

pub(crate) fn deflated(words: &str) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(words.as_bytes()).expect("it packs");
    encoder.finish().expect("it packs")
}

/// A zip made by hand, so that it can hold what no program would pack.
pub(crate) fn zip(entries: &[Packed<'_>]) -> Vec<u8> {
    const LOCAL: &[u8] = b"PK\x03\x04";
    const LISTED: &[u8] = b"PK\x01\x02";
    const END: &[u8] = b"PK\x05\x06";
    let short = |number: usize| u16::try_from(number).expect("it is small").to_le_bytes();
    let long = |number: usize| u32::try_from(number).expect("it is small").to_le_bytes();
    let (mut zip, mut list) = (Vec::new(), Vec::new());
    for Packed {
        name,
        deflated,
        said_size,
        said_checksum,
    } in entries
    {
        let mut said = Vec::new();
        // What reads it, nothing special, deflated, and no time.
        said.extend([20, 0, 0, 0, 8, 0, 0, 0, 0, 0]);
        said.extend(said_checksum.to_le_bytes());
        said.extend(long(deflated.len()));
        said.extend(said_size.to_le_bytes());
        said.extend(short(name.len()));
        let begins = long(zip.len());
        zip.extend(LOCAL.iter().chain(&said).chain(&[0, 0]));
        zip.extend(name.as_bytes().iter().chain(*deflated));
        list.extend(LISTED.iter().chain(&[20, 0]).chain(&said));
        list.extend([0; 12]);
        list.extend(begins.iter().chain(name.as_bytes()));
    }
    let (listed, length) = (zip.len(), list.len());
    zip.extend(list.iter().chain(END).chain(&[0; 4]));
    zip.extend(short(entries.len()).iter().chain(&short(entries.len())));
    zip.extend(long(length).iter().chain(&long(listed)).chain(&[0, 0]));
    zip
}
