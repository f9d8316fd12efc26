//! Stands between an instance and Redis, and spoils what Redis sends on.

use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{
        TcpListener, TcpStream,
        tcp::{ReadHalf, WriteHalf},
    },
    sync::watch,
    task::JoinHandle,
};

/// A message that is sent late goes out after the next one, or after this time without one.
const LATE: Duration = Duration::from_millis(20);
const READ_BYTES: usize = 64 * 1024;

/// How many of a thousand messages.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Faults {
    pub(crate) dropped: u64,
    pub(crate) doubled: u64,
    /// Sent after the message behind it.
    pub(crate) late: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Open,
    /// Connections end, and new ones are closed at once.
    Cut,
    /// Connections stay, and nothing goes through them.
    Swallowing,
}

/// What was done to messages so far.
#[derive(Debug, Default)]
struct Done {
    dropped: AtomicUsize,
    doubled: AtomicUsize,
    late: AtomicUsize,
}

/// A proxy in front of a Redis. It ends when it is dropped.
pub(crate) struct FaultProxy {
    address: SocketAddr,
    way: watch::Sender<Way>,
    faults: watch::Sender<Faults>,
    done: Arc<Done>,
    accepting: JoinHandle<()>,
}

impl FaultProxy {
    /// The same seed spoils the same messages of each connection.
    pub(crate) async fn before(redis: SocketAddr, faults: Faults, seed: u64) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await;
        let listener = listener.expect("a free port");
        let (way, ways) = watch::channel(Way::Open);
        let (faults, mischiefs) = watch::channel(faults);
        let done = Arc::<Done>::default();
        let spoiler = Spoiler {
            faults: mischiefs,
            chance: Chance(seed),
            done: done.clone(),
            late: None,
        };
        Self {
            address: listener.local_addr().expect("an address"),
            way,
            faults,
            done,
            accepting: tokio::spawn(accept(listener, redis, ways, spoiler)),
        }
    }

    pub(crate) fn url(&self) -> String {
        format!("redis://{}/", self.address)
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// From now on does this to messages.
    pub(crate) fn set_faults(&self, faults: Faults) {
        self.faults.send_replace(faults);
    }

    /// Ends all connections, and lets none in until it heals.
    pub(crate) fn cut(&self) {
        self.way.send_replace(Way::Cut);
    }

    /// Connections stay open and carry nothing until it heals.
    pub(crate) fn swallow(&self) {
        self.way.send_replace(Way::Swallowing);
    }

    /// Lets new connections through. Those that lost bytes end.
    pub(crate) fn heal(&self) {
        self.way.send_replace(Way::Open);
    }

    /// How many messages were dropped, doubled and late.
    pub(crate) fn done(&self) -> [usize; 3] {
        let Done {
            dropped,
            doubled,
            late,
        } = &*self.done;
        [dropped, doubled, late].map(|count| count.load(Ordering::Relaxed))
    }
}

impl Drop for FaultProxy {
    fn drop(&mut self) {
        self.accepting.abort();
        self.cut();
    }
}

async fn accept(
    listener: TcpListener,
    redis: SocketAddr,
    ways: watch::Receiver<Way>,
    spoiler: Spoiler,
) {
    while let Ok((instance, _)) = listener.accept().await {
        if *ways.borrow() != Way::Cut {
            tokio::spawn(connection(instance, redis, ways.clone(), spoiler.clone()));
        }
    }
}

async fn connection(
    mut instance: TcpStream,
    redis: SocketAddr,
    mut ways: watch::Receiver<Way>,
    mut spoiler: Spoiler,
) {
    let begun = *ways.borrow_and_update();
    // Kept, so that a connection that is swallowed stays open on both sides.
    let mut server;
    if begun == Way::Open {
        let Ok(connected) = TcpStream::connect(redis).await else {
            return;
        };
        server = connected;
        let (from_instance, to_instance) = instance.split();
        let (from_redis, to_redis) = server.split();
        tokio::select! {
            _ = carry(from_instance, to_redis) => return,
            _ = spoiler.carry(from_redis, to_instance) => return,
            _ = ways.changed() => {}
        }
    }
    if *ways.borrow_and_update() == Way::Swallowing {
        // The fault_proxy is gone, or did something else.
        let _ = ways.changed().await;
    }
}

async fn carry(mut from: ReadHalf<'_>, mut to: WriteHalf<'_>) -> io::Result<u64> {
    tokio::io::copy(&mut from, &mut to).await
}

/// Decides about one message after the other.
#[derive(Clone)]
struct Spoiler {
    faults: watch::Receiver<Faults>,
    chance: Chance,
    done: Arc<Done>,
    late: Option<Vec<u8>>,
}

impl Spoiler {
    /// Carries what Redis sends, answers as they are.
    async fn carry(&mut self, mut from: ReadHalf<'_>, mut to: WriteHalf<'_>) -> io::Result<()> {
        let mut unread = Vec::new();
        let mut piece = vec![0; READ_BYTES];
        loop {
            let mut out = Vec::new();
            let reading = from.read(&mut piece);
            let read = match self.late {
                Some(_) => tokio::time::timeout(LATE, reading).await.ok(),
                None => Some(reading.await),
            };
            match read.transpose()? {
                Some(0) => return Ok(()),
                Some(read) => unread.extend_from_slice(&piece[..read]),
                None => out.extend(self.late.take().into_iter().flatten()),
            }
            while let Some(end) = value_end(&unread) {
                let value: Vec<u8> = unread.drain(..end).collect();
                if is_message(&value) {
                    self.pass(value, &mut out);
                } else {
                    out.extend(value);
                }
            }
            to.write_all(&out).await?;
        }
    }

    fn pass(&mut self, message: Vec<u8>, out: &mut Vec<u8>) {
        let Faults {
            dropped,
            doubled,
            late,
        } = *self.faults.borrow();
        let before = self.late.take();
        let roll = self.chance.below(1_000);
        if roll < dropped {
            count(&self.done.dropped);
        } else if roll < dropped + doubled {
            count(&self.done.doubled);
            out.extend_from_slice(&message);
            out.extend(message);
        } else if roll < dropped + doubled + late {
            count(&self.done.late);
            self.late = Some(message);
        } else {
            out.extend(message);
        }
        out.extend(before.into_iter().flatten());
    }
}

fn count(what: &AtomicUsize) {
    what.fetch_add(1, Ordering::Relaxed);
}

/// Chance that repeats itself: Steele, Lea and Flood's SplitMix.
#[derive(Clone)]
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % limit
    }
}

/// Whether this is something that was published.
fn is_message(value: &[u8]) -> bool {
    value.starts_with(b">3\r\n$8\r\nsmessage\r\n")
}

/// Where the first value of the protocol ends, if all of it is there.
fn value_end(bytes: &[u8]) -> Option<usize> {
    let (mut at, mut values_left) = (0, 1);
    while values_left > 0 {
        let line = bytes.get(at..)?;
        let length = line.windows(2).position(|two| two == b"\r\n")?;
        let (kind, number) = line[..length].split_first()?;
        at += length + 2;
        values_left -= 1;
        // What has no number needs none, and what is null has a negative one.
        let number = std::str::from_utf8(number).ok();
        let number: usize = number.and_then(|text| text.parse().ok()).unwrap_or(0);
        match kind {
            b'$' | b'!' | b'=' if line[1] != b'-' => at += number + 2,
            b'*' | b'~' | b'>' => values_left += number,
            b'%' | b'|' => values_left += number * 2,
            _ => {}
        }
    }
    (at <= bytes.len()).then_some(at)
}

#[test]
fn values_end_where_they_end() {
    let push: &[u8] = b">3\r\n$8\r\nsmessage\r\n$1\r\nc\r\n$4\r\na\r\nb\r\n";
    assert!(is_message(push));
    for value in [
        push,
        b"+OK\r\n",
        b":-12\r\n",
        b"$-1\r\n",
        b"_\r\n",
        b"%2\r\n+a\r\n:1\r\n+b\r\n*2\r\n$0\r\n\r\n:2\r\n",
    ] {
        for length in 0..value.len() {
            assert_eq!(value_end(&value[..length]), None, "{length}");
        }
        let two = [value, value].concat();
        assert_eq!(value_end(&two), Some(value.len()));
    }
}
