//! A cable to a server, which can be pulled out and put back in.

use std::net::{Ipv4Addr, SocketAddr};

use tokio::{
    net::{TcpListener, TcpStream},
    sync::watch,
    task::JoinHandle,
};

/// It ends when it is dropped.
pub(crate) struct Cable {
    address: SocketAddr,
    is_in: watch::Sender<bool>,
    accepting: JoinHandle<()>,
}

impl Cable {
    pub(crate) async fn to(server: SocketAddr) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await;
        let listener = listener.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let (is_in, states) = watch::channel(true);
        Self {
            address,
            is_in,
            accepting: tokio::spawn(accept(listener, server, states)),
        }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Ends all connections, and lets none through.
    pub(crate) fn pull(&self) {
        self.is_in.send_replace(false);
    }

    pub(crate) fn put_back(&self) {
        self.is_in.send_replace(true);
    }
}

impl Drop for Cable {
    fn drop(&mut self) {
        self.accepting.abort();
        self.pull();
    }
}

async fn accept(listener: TcpListener, server: SocketAddr, states: watch::Receiver<bool>) {
    while let Ok((caller, _)) = listener.accept().await {
        if *states.borrow() {
            tokio::spawn(carry(caller, server, states.clone()));
        }
    }
}

async fn carry(mut caller: TcpStream, server: SocketAddr, mut states: watch::Receiver<bool>) {
    let Ok(mut server) = TcpStream::connect(server).await else {
        return;
    };
    states.mark_unchanged();
    tokio::select! {
        // How a connection ends is for both of its ends to see.
        _ = tokio::io::copy_bidirectional(&mut caller, &mut server) => {}
        _ = states.changed() => {}
    }
}
