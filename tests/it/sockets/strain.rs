//! Readers that stop, connections that are only half there, crowds that come back at once.

use std::{
    net::SocketAddr,
    sync::atomic::{AtomicBool, AtomicUsize, Ordering},
    time::{Duration, Instant},
};

use futures::{StreamExt, future::join_all, stream};
use kernel::{ProjectId, Role};
use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
    sync::Notify,
};

use crate::kit::{Client, Listener, Paths, Program, Serving, Socket, TestApp, long, node_data};

#[tokio::test]
async fn b6_a_connection_that_is_only_half_there_ends_and_its_cursor_with_it() {
    let short = !long();
    let app = TestApp::with(|settings| {
        if short {
            settings.hub.ping_ms = 200;
            settings.hub.silence_ms = 450;
        }
    })
    .await;
    let (project, owner, [editor]) = app.project([Role::Editor]).await;
    // Nobody reads from this one, so that no ping is answered, as if the cable were cut.
    let (half, _) = editor.listen(project).await;
    let (mut watching, _) = owner.listen(project).await;
    let s = half.ready["s"].clone();
    let begun = Instant::now();

    let is_gone = |frame: &serde_json::Value| frame["left"] == json!([s]);
    loop {
        let frame = watching.next().await.expect("whoever answers stays");
        if is_gone(&frame) {
            break;
        }
        watching.send(json!({"type": "ping"})).await;
    }

    println!("gone after {:?}", begun.elapsed());
    drop(half);
}

/// How many readers open their sockets at the same time.
const COMING_AT_ONCE: usize = 32;

/// A server in a process of its own, whose memory can be read.
struct Apart {
    program: Program,
    serving: Serving,
    client: Client,
}

impl Apart {
    async fn start() -> Self {
        let program = Program::new()
            .await
            .with("NONLINEAR_RATES__ENABLED", "false");
        let mut serving = program.serve(&["serve"]);
        let (_, client) = serving.ready().await;
        Self {
            program,
            serving,
            client,
        }
    }

    async fn owner(&self) -> (Client, ProjectId) {
        let owner = self.client.register("owner@example.org").await;
        let project = owner.create_project("Strained").await;
        (owner, project)
    }

    async fn end(self) {
        drop(self.serving);
        self.program.remove().await;
    }
}

/// Reads events as they come and notes how long each took; ends with the number it is told.
async fn read(
    mut listener: Listener,
    until: i64,
    delays: &std::sync::Mutex<Vec<Duration>>,
    sent: &Sent,
    arrived: &Arrived,
) {
    while listener.copy.seq < until {
        let frame = listener.socket.next().await.expect("who reads stays");
        listener.take(&frame);
        if frame["type"] == "events" {
            delays
                .lock()
                .expect("no panic")
                .push(sent.since(listener.copy.seq));
            arrived.one_more();
        }
    }
}

/// When each number was asked for.
struct Sent(std::sync::Mutex<std::collections::HashMap<i64, Instant>>);

impl Sent {
    fn since(&self, seq: i64) -> Duration {
        let sent = self.0.lock().expect("no panic");
        sent.get(&seq).map(Instant::elapsed).unwrap_or_default()
    }
}

/// How often an edit came to a reader.
#[derive(Default)]
struct Arrived {
    count: AtomicUsize,
    bell: Notify,
}

impl Arrived {
    fn one_more(&self) {
        self.count.fetch_add(1, Ordering::Relaxed);
        self.bell.notify_one();
    }

    async fn all(&self, count: usize) {
        while self.count.load(Ordering::Relaxed) < count {
            self.bell.notified().await;
        }
    }
}

/// Edits with much text, each when all readers have the one before, so that only whoever stopped
/// can be too slow; gives the delays of all readers, sorted.
async fn edits_and_delays(
    owner: &Client,
    project: ProjectId,
    listeners: Vec<Listener>,
    edits: i64,
) -> Vec<Duration> {
    let (start, _) = owner.state(project).await;
    let delays = std::sync::Mutex::default();
    let sent = Sent(std::sync::Mutex::default());
    let until = start + edits;
    let (arrived, readers) = (Arrived::default(), listeners.len());
    let reading = join_all(
        listeners
            .into_iter()
            .map(|listener| read(listener, until, &delays, &sent, &arrived)),
    );
    let writing = async {
        let mut socket = owner.socket().await;
        let text = "x".repeat(40_000);
        for edit in 1..=edits {
            sent.0
                .lock()
                .expect("no panic")
                .insert(start + edit, Instant::now());
            socket.done(project, "node.create", node_data(&text)).await;
            let edits = usize::try_from(edit).expect("few");
            arrived.all(edits * readers).await;
        }
    };
    tokio::join!(reading, writing);
    let mut delays = delays.into_inner().expect("no panic");
    delays.sort();
    delays
}

#[tokio::test]
async fn t11_a_reader_that_stops_is_put_out_and_costs_nobody_else() {
    let apart = Apart::start().await;
    let (owner, project) = apart.owner().await;
    let readers = if long() { 499 } else { 20 };
    let listeners = async |project: ProjectId| {
        // All at once, they would keep each other from saying in time who they are.
        let begin = (0..readers).map(|_| Listener::begin(&owner, project));
        stream::iter(begin).buffered(COMING_AT_ONCE).collect().await
    };
    let edits = if long() { 150 } else { 60 };
    let before = edits_and_delays(&owner, project, listeners(project).await, edits).await;
    // The second measurement is to begin as the first did, with nothing to read first.
    let project = owner.create_project("Strained again").await;

    // Its own buffer is small, so that what the server keeps for it is what matters.
    let stopped = TcpSocket::new_v4().expect("a socket");
    stopped.set_recv_buffer_size(4_096).expect("a small buffer");
    let stream = stopped
        .connect(owner.address())
        .await
        .expect("it takes connections");
    let mut stopped = Socket::over(stream, owner.address()).await;
    let ticket = owner.ticket().await;
    stopped
        .send(json!({"type": "auth", "ticket": ticket}))
        .await;
    let s = stopped.next_of("ready").await["s"].clone();
    let (mut watching, snapshot) = owner.listen(project).await;
    assert!(snapshot["presence"].is_array());
    stopped.subscribe(project).await;
    let readers_now = listeners(project).await;
    let memory_before = apart.serving.memory_kib();
    let begun = Instant::now();
    let watching = async {
        watching
            .next_where("presence", |frame| {
                frame["left"]
                    .as_array()
                    .is_some_and(|left| left.contains(&s))
            })
            .await;
        begun.elapsed()
    };
    let (with, put_out) = tokio::join!(
        edits_and_delays(&owner, project, readers_now, edits),
        watching,
    );
    let memory_after = apart.serving.memory_kib();

    let p99 = |delays: &[Duration]| delays[delays.len() * 99 / 100];
    println!(
        "{readers} readers, p99 {:?} before and {:?} beside one that stopped, which was put out \
         after {put_out:?}; memory {memory_before} KiB before, {memory_after} KiB after",
        p99(&before),
        p99(&with),
    );
    let (_, closed) = stopped.closed().await;
    assert!([4008, 1006].contains(&closed.code), "{closed:?}");
    apart.end().await;
}

const SILENT_READERS: usize = 200;
/// Far less than a copy of the project, 4 MB, for each.
const SILENT_READERS_KIB_MAX: u64 = 64 * 1024;

/// Asks for a public project, and reads no more than that it comes.
async fn read_nothing(address: SocketAddr, project: ProjectId) -> TcpStream {
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.set_recv_buffer_size(4_096).expect("a small buffer");
    let mut stream = socket.connect(address).await.expect("it takes connections");
    let request = format!("GET /api/v1/public/projects/{project} HTTP/1.1\r\nhost: here\r\n\r\n");
    let sent = stream.write_all(request.as_bytes()).await;
    sent.expect("it is heard");
    let mut beginning = [0; 12];
    let read = stream.read_exact(&mut beginning).await;
    read.expect("an answer begins");
    assert_eq!(&beginning, b"HTTP/1.1 200");
    stream
}

#[tokio::test]
async fn readers_of_a_public_project_who_read_nothing_take_no_memory_of_their_own() {
    let apart = Apart::start().await;
    let (owner, project) = apart.owner().await;
    let text = "x".repeat(40_000);
    for _ in 0..100 {
        owner.create_node(project, &text).await;
    }
    let change = json!({"isPublic": true});
    owner.patch(&project.path(), change).await.expect(200);
    let first = read_nothing(owner.address(), project).await;
    let memory_before = apart.serving.memory_kib();

    let readers = (0..SILENT_READERS).map(|_| read_nothing(owner.address(), project));
    let readers: Vec<_> = stream::iter(readers)
        .buffered(COMING_AT_ONCE)
        .collect()
        .await;

    let memory = apart.serving.memory_kib();
    println!("{memory_before} KiB with one reader, {memory} KiB with {SILENT_READERS} more");
    assert!(
        memory < memory_before + SILENT_READERS_KIB_MAX,
        "{memory_before} KiB became {memory} KiB"
    );
    drop((first, readers));
    apart.end().await;
}

/// Comes back within the time that all have for it, from where it was.
async fn come_back(
    owner: &Client,
    mut listener: Listener,
    after: Duration,
) -> (Listener, Duration) {
    listener.socket.break_off().await;
    // How long this one stays away, because all coming back at once is another load.
    tokio::time::sleep(after).await;
    let begun = Instant::now();
    let socket = loop {
        if let Some(socket) = owner.try_socket().await {
            break socket;
        }
    };
    listener.go_on(socket).await;
    (listener, begun.elapsed())
}

#[tokio::test]
async fn t12_a_crowd_that_comes_back_at_once_is_taken_in() {
    let apart = Apart::start().await;
    let (owner, project) = apart.owner().await;
    let (crowd, spread) = if long() { (2_000, 5_000) } else { (100, 500) };
    let mut listeners = Vec::new();
    for _ in 0..crowd {
        listeners.push(Listener::begin(&owner, project).await);
    }
    owner.create_node(project, "missed").await;
    let (seq, hash) = owner.state(project).await;

    let begun = Instant::now();
    let stop = AtomicBool::new(false);
    let served = AtomicUsize::new(0);
    let coming = async {
        let comings = listeners.into_iter().enumerate().map(|(place, listener)| {
            let place = u64::try_from(place).expect("small");
            let after = Duration::from_millis(place * 7_919 % spread);
            come_back(&owner, listener, after)
        });
        let back = join_all(comings).await;
        stop.store(true, Ordering::Relaxed);
        back
    };
    let bystander = async {
        while !stop.load(Ordering::Relaxed) {
            owner.get(&project.path()).await.expect(200);
            served.fetch_add(1, Ordering::Relaxed);
        }
    };
    let (back, ()) = tokio::join!(coming, bystander);

    let mut times: Vec<Duration> = back.iter().map(|(_, time)| *time).collect();
    times.sort();
    println!(
        "{crowd} came back within {spread} ms, all of them after {:?}; each took p50 {:?}, p99 {:?}; \
         {} requests of a bystander were served meanwhile, none refused",
        begun.elapsed(),
        times[times.len() / 2],
        times[times.len() * 99 / 100],
        served.load(Ordering::Relaxed),
    );
    for (listener, _) in &back {
        assert!(listener.copy.seq >= seq);
        assert_eq!(listener.copy.hash(), hash);
    }
    drop(back);
    apart.end().await;
}
