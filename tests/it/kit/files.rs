//! Files: sending them, and waiting until they are read.

use std::{fmt::Display, time::Duration};

use base64::{Engine, engine::general_purpose::STANDARD};
use reqwest::Method;
use serde_json::Value;

use super::{Answer, Client, patiently, text};

const BOUNDARY: &str = "what-stands-between";

/// The head of a form, which every part of tests sends alike.
pub(crate) fn form_type() -> String {
    format!("multipart/form-data; boundary={BOUNDARY}")
}

/// A form with some fields and a file.
pub(crate) fn form(fields: &[(&str, &str)], name: &str, content: &[u8]) -> Vec<u8> {
    let mut form = Vec::new();
    for (field, value) in fields {
        let part = format!(
            "--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n"
        );
        form.extend(part.as_bytes());
    }
    let head = format!(
        "--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n"
    );
    form.extend(head.as_bytes());
    form.extend(content);
    form.extend(format!("\r\n--{BOUNDARY}--\r\n").as_bytes());
    form
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
