//! A proxy in front of several servers, which sends each connection to the next one.

use std::net::{Ipv4Addr, SocketAddr};

use tokio::{
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

use super::client::Client;

/// It ends when it is dropped; connections end with their servers.
pub(crate) struct Balancer {
    address: SocketAddr,
    accepting: JoinHandle<()>,
}

impl Balancer {
    pub(crate) async fn before(servers: Vec<SocketAddr>) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await;
        let listener = listener.expect("a free port");
        Self {
            address: listener.local_addr().expect("an address"),
            accepting: tokio::spawn(accept(listener, servers)),
        }
    }

    /// A caller whose every request is a new connection, and so goes to the next server.
    pub(crate) fn anonymous(&self) -> Client {
        let http = reqwest::Client::builder().pool_max_idle_per_host(0).build();
        Client::new(http.expect("a client"), self.address)
    }
}

impl Drop for Balancer {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn accept(listener: TcpListener, mut servers: Vec<SocketAddr>) {
    while let Ok((mut caller, _)) = listener.accept().await {
        servers.rotate_left(1);
        let servers = servers.clone();
        tokio::spawn(async move {
            if let Some(mut server) = first_that_answers(&servers).await {
                // How it ends is for both of them to see.
                let _ = tokio::io::copy_bidirectional(&mut caller, &mut server).await;
            }
        });
    }
}

async fn first_that_answers(servers: &[SocketAddr]) -> Option<TcpStream> {
    for server in servers {
        if let Ok(stream) = TcpStream::connect(server).await {
            return Some(stream);
        }
    }
    None
}
