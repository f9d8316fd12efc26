//! The API of a running server, for commands that are programs like any other: they open no database.

mod refusal;
pub(crate) mod sse;

use std::time::Duration;

use clap::Args;
use platform::{
    Settings,
    settings::{API_URL, api_token},
};
use protocol::Page;
use reqwest::{
    Client, Method, RequestBuilder, Response, Url,
    header::{AUTHORIZATION, HeaderMap, HeaderValue},
    redirect,
};
use serde::{Serialize, de::DeserializeOwned};

pub(crate) use refusal::CallError;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
const ANSWER_TIMEOUT: Duration = Duration::from_secs(60);
/// A stream says something every 15 s; one that is silent for longer is cut off.
const SILENCE_MAX: Duration = Duration::from_secs(45);
/// As many as the server gives at once.
const PAGE_ITEMS_MAX: usize = 200;

/// Which server is called, and how it is told. The API token is no argument, since others see those: it is in the
/// variable `NONLINEAR_TOKEN`.
#[derive(Debug, Args)]
pub(crate) struct Called {
    /// The server. An API token with the scopes agent, run and graph is in the variable NONLINEAR_TOKEN.
    #[arg(long, global = true, env = API_URL, default_value_t = usual_url())]
    url: String,
    /// Print JSON, one object a line.
    #[arg(long, global = true)]
    pub(crate) json: bool,
}

fn usual_url() -> String {
    format!("http://{}", Settings::default().listen)
}

/// A server that is called with a token.
#[derive(Debug)]
pub(crate) struct Api {
    http: Client,
    /// Without a slash at its end.
    url: String,
}

pub(crate) type Answer<T> = Result<T, CallError>;

impl Api {
    pub(crate) fn of(called: &Called) -> Answer<Self> {
        let url = address(&called.url)?;
        let token = api_token().ok_or(CallError::NoToken)?;
        let bearer = HeaderValue::from_str(&format!("Bearer {token}"));
        let mut bearer = bearer.map_err(|_| CallError::UnknownToken)?;
        bearer.set_sensitive(true);
        let http = Client::builder()
            .default_headers(HeaderMap::from_iter([(AUTHORIZATION, bearer)]))
            .connect_timeout(CONNECT_TIMEOUT)
            .read_timeout(SILENCE_MAX)
            // The token is meant for this server alone.
            .redirect(redirect::Policy::none())
            .build();
        match http {
            Ok(http) => Ok(Self { http, url }),
            Err(source) => Err(CallError::Unreachable { url, source }),
        }
    }

    pub(crate) async fn get<T: DeserializeOwned>(&self, path: &str) -> Answer<T> {
        self.read(self.request(Method::GET, path)).await
    }

    pub(crate) async fn post<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &(impl Serialize + Sync),
    ) -> Answer<T> {
        self.read(self.request(Method::POST, path).json(body)).await
    }

    /// Asks for what needs nothing said.
    pub(crate) async fn ask<T: DeserializeOwned>(&self, path: &str) -> Answer<T> {
        self.read(self.request(Method::POST, path)).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer<()> {
        let request = self.request(Method::DELETE, path).timeout(ANSWER_TIMEOUT);
        self.send(request).await.map(drop)
    }

    /// The first `limit` items of a list; `path` may hold a query.
    pub(crate) async fn list<T: DeserializeOwned>(
        &self,
        path: &str,
        limit: usize,
    ) -> Answer<Vec<T>> {
        let first = if path.contains('?') { '&' } else { '?' };
        let mut items: Vec<T> = Vec::new();
        let mut after = String::new();
        while items.len() < limit {
            let wanted = (limit - items.len()).min(PAGE_ITEMS_MAX);
            let page: Page<T> = self
                .get(&format!("{path}{first}limit={wanted}{after}"))
                .await?;
            items.extend(page.items);
            match page.next_cursor {
                Some(cursor) => after = format!("&cursor={cursor}"),
                None => break,
            }
        }
        Ok(items)
    }

    /// Server-sent events, as they come.
    pub(crate) async fn stream(&self, path: &str) -> Answer<sse::Events> {
        let response = self.send(self.request(Method::GET, path)).await?;
        Ok(sse::Events::of(response))
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http
            .request(method, format!("{}/api/v1{path}", self.url))
    }

    async fn read<T: DeserializeOwned>(&self, request: RequestBuilder) -> Answer<T> {
        let response = self.send(request.timeout(ANSWER_TIMEOUT)).await?;
        let text = response.text().await;
        let text = text.map_err(|source| self.unreachable(source))?;
        serde_json::from_str(&text).map_err(|_| CallError::Foreign(self.url.clone()))
    }

    async fn send(&self, request: RequestBuilder) -> Answer<Response> {
        let response = request.send().await;
        let response = response.map_err(|source| self.unreachable(source))?;
        if response.status().is_success() {
            return Ok(response);
        }
        Err(refusal::told_by(response, &self.url).await)
    }

    fn unreachable(&self, source: reqwest::Error) -> CallError {
        let url = self.url.clone();
        CallError::Unreachable { url, source }
    }
}

fn address(text: &str) -> Answer<String> {
    let is_one = Url::parse(text)
        .is_ok_and(|url| ["http", "https"].contains(&url.scheme()) && url.has_host());
    if !is_one {
        return Err(CallError::NotAnAddress(text.to_owned()));
    }
    Ok(text.trim_end_matches('/').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_of_a_server_has_a_scheme_and_a_host() {
        for good in ["http://127.0.0.1:4000", "https://canvas.example.org/"] {
            let address = address(good).expect("an address");
            assert!(!address.ends_with('/'), "{address}");
        }
        for bad in [
            "",
            "canvas.example.org",
            "127.0.0.1:4000",
            "file:///etc",
            "ftp://x",
        ] {
            assert!(address(bad).is_err(), "{bad}");
        }
    }
}
