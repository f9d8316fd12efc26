//! Some pages of the web, with a script: what stands at each address, and who asked for it.

use std::{
    collections::HashMap,
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::State,
    http::{HeaderMap, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use futures::{StreamExt, stream};

use super::serving::Serving;

/// What stands at an address.
#[derive(Clone, Debug)]
pub(crate) enum Stands {
    /// Something of this kind.
    As(&'static str, Vec<u8>),
    LeadsTo(String),
    Answers(u16),
    /// A page that goes on and on.
    NeverEnds,
    /// A page of which nothing comes after its beginning.
    Stalls,
}

#[derive(Debug, Default)]
struct Script {
    pages: Mutex<HashMap<String, Stands>>,
    asked: Mutex<Vec<(String, HeaderMap)>>,
}

/// It serves until it is dropped.
#[derive(Debug)]
pub(crate) struct Web {
    pub(crate) address: SocketAddr,
    script: Arc<Script>,
    _serving: Serving,
}

impl Web {
    pub(crate) async fn start() -> Self {
        let script = Arc::<Script>::default();
        let routes = Router::new().fallback(answer).with_state(script.clone());
        let serving = Serving::begin(routes).await;
        Self {
            address: serving.address,
            script,
            _serving: serving,
        }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub(crate) fn put(&self, path: &str, stands: Stands) {
        locked(&self.script.pages).insert(path.to_owned(), stands);
    }

    pub(crate) fn page(&self, path: &str, html: &str) {
        self.put(path, Stands::As("text/html; charset=utf-8", html.into()));
    }

    /// The paths that were asked for, in order.
    pub(crate) fn asked(&self) -> Vec<String> {
        let asked = locked(&self.script.asked);
        asked.iter().map(|(path, _)| path.clone()).collect()
    }

    /// What was said with each question.
    pub(crate) fn heads(&self) -> Vec<HeaderMap> {
        let asked = locked(&self.script.asked);
        asked.iter().map(|(_, head)| head.clone()).collect()
    }
}

fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn answer(State(script): State<Arc<Script>>, uri: Uri, head: HeaderMap) -> Response {
    let path = uri.path().to_owned();
    let stands = locked(&script.pages).get(&path).cloned();
    locked(&script.asked).push((path, head));
    let html = [(header::CONTENT_TYPE, "text/html")];
    let begin = Bytes::from_static(b"<html><body><p>Rain");
    match stands {
        None => StatusCode::NOT_FOUND.into_response(),
        Some(Stands::Answers(status)) => StatusCode::from_u16(status)
            .expect("a status")
            .into_response(),
        Some(Stands::As(kind, bytes)) => ([(header::CONTENT_TYPE, kind)], bytes).into_response(),
        Some(Stands::LeadsTo(url)) => {
            (StatusCode::FOUND, [(header::LOCATION, url)]).into_response()
        }
        Some(Stands::NeverEnds) => {
            let more = Bytes::from(vec![b'x'; 64 * 1024]);
            let all = stream::once(async { begin }).chain(stream::repeat(more));
            let all = all.map(Ok::<_, std::io::Error>);
            (html, Body::from_stream(all)).into_response()
        }
        Some(Stands::Stalls) => {
            let all = stream::once(async { begin }).chain(stream::pending());
            let all = all.map(Ok::<_, std::io::Error>);
            (html, Body::from_stream(all)).into_response()
        }
    }
}
