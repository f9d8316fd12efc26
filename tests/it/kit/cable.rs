//! A cable to a server, which can be pulled out and put back in.

use std::net::{Ipv4Addr, SocketAddr};

use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::{TcpListener, TcpSocket, TcpStream},
    runtime::Runtime,
    sync::watch,
};

const BUFFER_BYTES: usize = 16 * 1024;
/// Connections that wait to be accepted.
const BACKLOG: u32 = 64;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    In,
    /// Connections break, and new ones are refused.
    Out,
    /// Connections stay open and new ones are taken, but nothing arrives any more.
    Swallowing,
}

/// It is pulled when it is dropped.
pub(crate) struct Cable {
    address: SocketAddr,
    state: watch::Sender<State>,
    /// Keeps the address while nobody listens.
    _reserved: TcpSocket,
    /// A runtime of its own carries on while the test's thread waits for its server to end.
    runtime: Option<Runtime>,
}

impl Cable {
    pub(crate) fn to(server: SocketAddr) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .expect("a runtime for the cable");
        let reserved = bound(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)));
        let address = reserved.local_addr().expect("an address");
        let (state, states) = watch::channel(State::In);
        let listener = {
            let _inside = runtime.enter();
            listen(address)
        };
        runtime.spawn(lie(listener, address, server, states));
        Self {
            address,
            state,
            _reserved: reserved,
            runtime: Some(runtime),
        }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Ends all connections, and lets none through.
    pub(crate) fn pull(&self) {
        self.state.send_replace(State::Out);
    }

    /// Lets nothing through, and nobody notice.
    pub(crate) fn swallow(&self) {
        self.state.send_replace(State::Swallowing);
    }

    pub(crate) fn put_back(&self) {
        self.state.send_replace(State::In);
    }
}

impl Drop for Cable {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

fn bound(address: SocketAddr) -> TcpSocket {
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.set_reuseport(true).expect("an address is shared");
    socket.bind(address).expect("a free port");
    socket
}

fn listen(address: SocketAddr) -> TcpListener {
    let listener = bound(address).listen(BACKLOG);
    listener.expect("it listens")
}

/// Lies there, in one state after another.
async fn lie(
    mut listener: TcpListener,
    address: SocketAddr,
    server: SocketAddr,
    mut states: watch::Receiver<State>,
) {
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                let (caller, _) = accepted.expect("it accepts");
                tokio::spawn(carry(caller, server, states.clone()));
            }
            changed = states.changed() => {
                if changed.is_err() {
                    return;
                }
                if *states.borrow() == State::Out {
                    drop(listener);
                    if states.wait_for(|state| *state != State::Out).await.is_err() {
                        return;
                    }
                    listener = listen(address);
                }
            }
        }
    }
}

async fn carry(caller: TcpStream, server: SocketAddr, mut states: watch::Receiver<State>) {
    let swallowed = states.clone();
    let carrying = async {
        let server = TcpStream::connect(server).await?;
        let (from_caller, to_caller) = caller.into_split();
        let (from_server, to_server) = server.into_split();
        // How a connection ends is for both of its ends to see.
        tokio::try_join!(
            pass_on(from_caller, to_server, swallowed.clone()),
            pass_on(from_server, to_caller, swallowed),
        )
    };
    tokio::select! {
        _ = carrying => {}
        () = broken(&mut states) => {}
    }
}

/// Ends when the cable is pulled, if only for a moment, or put back after nothing arrived: what was
/// swallowed cannot be brought.
async fn broken(states: &mut watch::Receiver<State>) {
    while states.changed().await.is_ok() {
        if *states.borrow_and_update() != State::Swallowing {
            return;
        }
    }
}

async fn pass_on(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    states: watch::Receiver<State>,
) -> std::io::Result<()> {
    let mut buffer = vec![0; BUFFER_BYTES];
    loop {
        let read = from.read(&mut buffer).await?;
        let arrives = *states.borrow() != State::Swallowing;
        match read {
            0 if arrives => return to.shutdown().await,
            0 => std::future::pending().await,
            _ if arrives => to.write_all(&buffer[..read]).await?,
            _ => {}
        }
    }
}
