//! Writing to those who read slowly, or not at all: a connection that takes too little for too long is
//! closed, so that nobody keeps a place and what is meant for it without reading.

use std::{
    io::{self, IoSlice},
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
    time::{Instant, Sleep, sleep},
};

/// Whoever is waited for has to take so much in this time; more than anybody's browser needs.
const WINDOW: Duration = Duration::from_secs(30);
const WINDOW_BYTES_MIN: usize = 64 * 1024;

/// A connection whose other end has to go on reading while something is written to it.
#[derive(Debug)]
pub struct Patient {
    stream: TcpStream,
    window: Duration,
    /// Runs from when the other end first did not take what was there, until all is written.
    waiting: Option<Waiting>,
}

#[derive(Debug)]
struct Waiting {
    until: Pin<Box<Sleep>>,
    taken: usize,
}

impl Patient {
    #[must_use]
    pub fn new(stream: TcpStream) -> Self {
        Self {
            stream,
            window: WINDOW,
            waiting: None,
        }
    }

    #[must_use]
    pub fn into_inner(self) -> TcpStream {
        self.stream
    }

    fn wrote(
        &mut self,
        context: &mut Context<'_>,
        written: Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        match written {
            Poll::Ready(Ok(bytes)) => {
                if let Some(waiting) = &mut self.waiting {
                    waiting.take(bytes, self.window);
                }
                Poll::Ready(Ok(bytes))
            }
            Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
            Poll::Pending => {
                let waiting = self
                    .waiting
                    .get_or_insert_with(|| Waiting::begin(self.window));
                match waiting.until.as_mut().poll(context) {
                    Poll::Pending => Poll::Pending,
                    Poll::Ready(()) => Poll::Ready(Err(io::ErrorKind::TimedOut.into())),
                }
            }
        }
    }
}

impl Waiting {
    fn begin(window: Duration) -> Self {
        Self {
            until: Box::pin(sleep(window)),
            taken: 0,
        }
    }

    /// Enough for one window begins the next.
    fn take(&mut self, bytes: usize, window: Duration) {
        self.taken += bytes;
        if self.taken >= WINDOW_BYTES_MIN {
            self.taken = 0;
            self.until.as_mut().reset(Instant::now() + window);
        }
    }
}

impl AsyncRead for Patient {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Patient {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.wrote(context, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, slices);
        self.wrote(context, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    /// Flushed is what has all been written: nobody is waited for any more.
    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.waiting = None;
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::TcpListener,
    };

    use super::*;

    async fn pair() -> (Patient, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (near, far) = tokio::join!(TcpStream::connect(address), listener.accept());
        (Patient::new(near.unwrap()), far.unwrap().0)
    }

    #[tokio::test]
    async fn whoever_reads_nothing_is_not_waited_for() {
        let (mut near, far) = pair().await;
        near.window = Duration::from_millis(50);

        // More than the system keeps for both ends.
        let error = near.write_all(&vec![0; 64 << 20]).await.unwrap_err();

        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        drop(far);
    }

    #[tokio::test]
    async fn whoever_reads_gets_everything() {
        let (mut near, mut far) = pair().await;
        let reading = tokio::spawn(async move {
            let mut read = Vec::new();
            far.read_to_end(&mut read).await.unwrap();
            read.len()
        });

        near.write_all(&vec![0; 16 << 20]).await.unwrap();
        near.flush().await.unwrap();
        assert!(near.waiting.is_none());
        drop(near);

        assert_eq!(reading.await.unwrap(), 16 << 20);
    }
}
