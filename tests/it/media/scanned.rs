//! Files and a virus scanner.

use reqwest::Method;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

use crate::kit::{
    Paths, TestApp, Web,
    files::{fields, form_type, read_file, read_through, send_file},
    text, until,
};

/// Speaks as ClamAV's daemon does, and finds harm where it is written.
struct Scanner {
    address: String,
    /// Connections that wait are answered from when it runs.
    listener: Option<TcpListener>,
}

impl Scanner {
    async fn away() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address").to_string();
        Self {
            address,
            listener: Some(listener),
        }
    }

    fn run(&mut self) -> JoinHandle<()> {
        let listener = self.listener.take().expect("it runs once");
        tokio::spawn(async move {
            while let Ok((connection, _)) = listener.accept().await {
                tokio::spawn(answer(connection));
            }
        })
    }
}

async fn answer(mut connection: TcpStream) -> std::io::Result<()> {
    let mut asked = [0; 10];
    connection.read_exact(&mut asked).await?;
    assert_eq!(&asked, b"zINSTREAM\0");
    let mut file = Vec::new();
    loop {
        let length = connection.read_u32().await?;
        if length == 0 {
            break;
        }
        let begins = file.len();
        let length = usize::try_from(length).expect("a length fits");
        file.resize(begins + length, 0);
        connection.read_exact(&mut file[begins..]).await?;
    }
    let holds = |word: &[u8]| file.windows(word.len()).any(|some| some == word);
    let said: &[u8] = if holds(b"harm") {
        b"stream: Test-Signature FOUND\0"
    } else if holds(b"large") {
        b"INSTREAM size limit exceeded. ERROR\0"
    } else {
        b"stream: OK\0"
    };
    connection.write_all(said).await
}

async fn scanned_by(scanner: &Scanner) -> TestApp {
    let address = format!("tcp:{}", scanner.address);
    TestApp::with(move |settings| settings.storage.scanner = Some(address)).await
}

#[tokio::test]
async fn what_a_scanner_does_not_pass_is_never_given_out() {
    let mut scanner = Scanner::away().await;
    let app = scanned_by(&scanner).await;
    let scans = scanner.run();
    let (project, owner, []) = app.project([]).await;
    for (name, words, fault) in [
        ("harm.txt", "This does harm.", "HARMFUL"),
        ("large.txt", "This is large.", "NOT_SCANNED"),
    ] {
        let file = read_file(&owner, project, name, words.as_bytes()).await;
        assert_eq!(file["error"], fault, "{file}");
        let refused = super::content(&owner, &file, &[]).await;
        refused.problem(409, "conflict");
        let path = format!("/media/{}/address", text(&file["id"]));
        let address = owner.post(&path, Value::Null).await.expect(200);
        let refused = app.anonymous().page(text(&address["url"])).await;
        refused.problem(409, "conflict");
        let asks = json!({"prompt": "?", "position": {"x": 0, "y": 0},
            "attachments": [{"mediaId": file["id"]}]});
        let refused = owner.post(&project.nodes(), asks).await;
        assert!(refused.status.is_client_error(), "{refused:?}");
    }
    let fine = read_file(&owner, project, "fine.txt", b"This is fine.").await;
    assert_eq!(
        super::content(&owner, &fine, &[]).await.text,
        "This is fine."
    );
    let mut film = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom".to_vec();
    film.extend(b"harm");
    let film = read_file(&owner, project, "film.mp4", &film).await;
    assert_eq!(film["error"], "HARMFUL", "what is not read is scanned");
    scans.abort();
}

#[tokio::test]
async fn while_the_scanner_is_silent_files_wait() {
    let mut scanner = Scanner::away().await;
    let app = scanned_by(&scanner).await;
    let (project, owner, []) = app.project([]).await;
    let sent = send_file(&owner, project, "rain.txt", b"Rain falls.").await;
    let file = sent.expect(201);
    let refused = super::content(&owner, &file, &[]).await;
    let problem = refused.problem(409, "conflict");
    assert!(text(&problem["detail"]).contains("scanned"), "{problem}");
    let form = fields(&[
        ("projectId", &project.to_string()),
        ("mediaId", text(&file["id"])),
    ]);
    let kind = form_type();
    let headers = [("content-type", kind.as_str())];
    let sent = owner.send_bytes(Method::POST, "/voice/transcriptions", &headers, form);
    let problem = sent.await.problem(409, "conflict");
    assert!(text(&problem["detail"]).contains("scanned"), "{problem}");
    let scans = scanner.run();
    until("the file has been scanned", async || {
        super::content(&owner, &file, &[]).await.status == 200
    })
    .await;
    scans.abort();
}

#[tokio::test]
async fn what_a_link_leads_to_is_scanned_as_well() {
    let mut scanner = Scanner::away().await;
    let address = format!("tcp:{}", scanner.address);
    let app = TestApp::with(move |settings| {
        settings.storage.scanner = Some(address);
        settings.links.private_networks = "127.0.0.1/32".to_owned();
    })
    .await;
    let scans = scanner.run();
    let web = Web::start().await;
    let (project, owner, []) = app.project([]).await;
    web.page("/harm", "<html><body><p>This does harm.</p></body></html>");
    let asked = json!({"projectId": project, "url": web.url("/harm")});
    let added = owner.post("/media", asked).await.expect(201);
    let link = read_through(&owner, &added).await;
    assert_eq!(link["error"], "HARMFUL", "{link}");
    let path = format!("/media/{}/pages", text(&link["id"]));
    assert_eq!(owner.get(&path).await.ok(), json!([]));
    let refused = super::content(&owner, &link, &[]).await;
    refused.problem(409, "conflict");
    scans.abort();
}
