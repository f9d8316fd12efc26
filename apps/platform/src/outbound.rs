//! Asking servers whose addresses people name. Whoever names one must not reach what this server can reach and they
//! cannot: every address that a name leads to is judged when it is resolved, and that one is connected to.

mod addresses;

use std::{
    error::Error as StdError,
    fmt, io,
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use futures::future::BoxFuture;
use ipnet::IpNet;
use kernel::{Error, Result};
use reqwest::{
    Client, Response, StatusCode, Url,
    dns::{Addrs, Name, Resolve, Resolving},
    header::{self, HeaderMap},
    redirect,
};
use tokio::{net::lookup_host, time::timeout};

use crate::settings::{LinkSettings, PushSettings};

pub use addresses::Judge;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// Each leads to an address that is judged like the first.
const REDIRECTS_MAX: usize = 5;
/// Below stand services that speak no HTTP, but for these two.
const PORTS_FROM: u16 = 1024;
const LOW_PORTS: [u16; 2] = [80, 443];
/// Addresses of a name that are looked at.
const ADDRESSES_MAX: usize = 64;
const NAME: &str = concat!("NonLinear/", env!("CARGO_PKG_VERSION"));
const READS: &str = " (reads links)";

/// Why nothing came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// It leads to where nobody may send the server.
    Refused,
    /// There is no such name, nobody answers, or not in HTTP.
    Unreachable,
    /// It took too long.
    TooSlow,
    /// It leads on and on.
    TooManyRedirects,
    /// The server that was asked says no.
    Denied,
    /// There is more of it than is read.
    TooLarge,
}

/// What came.
#[derive(Clone, Debug)]
pub struct Got {
    /// Where it came from in the end.
    pub url: Url,
    /// What it says it is, in small letters and without parameters.
    pub content_type: String,
    pub bytes: Vec<u8>,
}

/// Asks, under the rules.
#[derive(Clone, Debug)]
pub struct Outbound {
    http: Client,
    judge: Judge,
    within: Duration,
}

impl Outbound {
    /// Under the settings for links.
    ///
    /// # Errors
    ///
    /// When this machine has nothing to check certificates with.
    pub fn new(settings: &LinkSettings) -> Result<Self> {
        let name = format!("{NAME}{READS}");
        Self::under(settings.networks(), settings.seconds_max, &name)
    }

    /// Under the settings for push.
    ///
    /// # Errors
    ///
    /// When this machine has nothing to check certificates with.
    pub fn for_push(settings: &PushSettings) -> Result<Self> {
        Self::under(settings.networks(), settings.seconds_max, NAME)
    }

    fn under(networks: Vec<IpNet>, seconds_max: u32, name: &str) -> Result<Self> {
        let judge = Judge::new(networks);
        let resolver = Judging {
            judge: judge.clone(),
            look_up: Arc::new(|name| Box::pin(look_up(name))),
        };
        let http = Client::builder()
            .user_agent(name)
            .connect_timeout(CONNECT_TIMEOUT)
            .dns_resolver(resolver)
            // A proxy would resolve names by itself, and a redirect is judged before it is followed.
            .no_proxy()
            .redirect(redirect::Policy::none())
            // A connection is for the address that was judged for it.
            .pool_max_idle_per_host(0)
            .referer(false)
            .build()
            .map_err(Error::internal)?;
        Ok(Self {
            http,
            judge,
            within: Duration::from_secs(seconds_max.into()),
        })
    }

    /// Gets what is at an address, of which at most so many bytes are read.
    ///
    /// # Errors
    ///
    /// When it may not be asked for, or does not come.
    pub async fn get(&self, url: Url, bytes_max: usize) -> Result<Got, Failure> {
        let getting = self.follow(url, bytes_max);
        timeout(self.within, getting)
            .await
            .map_err(|_| Failure::TooSlow)?
    }

    /// Whether something may be sent there: over TLS, or to an address in a network that the operator names.
    ///
    /// # Errors
    ///
    /// When it may not.
    pub fn may_post(&self, url: &Url) -> Result<(), Failure> {
        self.judge.url(url)?;
        if url.scheme() == "https" || address(url).is_some_and(|ip| self.judge.lists(ip)) {
            return Ok(());
        }
        Err(Failure::Refused)
    }

    /// Sends something, and says what the server there answers. It is led nowhere else, and nothing is read of the
    /// answer but its head.
    ///
    /// # Errors
    ///
    /// When it may not be sent there, or nobody answers.
    pub async fn post(
        &self,
        url: Url,
        headers: HeaderMap,
        body: Vec<u8>,
    ) -> Result<StatusCode, Failure> {
        self.may_post(&url)?;
        let asked = self.http.post(url).headers(headers).body(body);
        let response = timeout(self.within, asked.send())
            .await
            .map_err(|_| Failure::TooSlow)?;
        let response = response.map_err(|error| failure(&error))?;
        Ok(response.status())
    }

    async fn follow(&self, mut url: Url, bytes_max: usize) -> Result<Got, Failure> {
        for _ in 0..=REDIRECTS_MAX {
            self.judge.url(&url)?;
            let asked = self
                .http
                .get(url.clone())
                .header(header::ACCEPT_ENCODING, "identity");
            let response = asked.send().await.map_err(|error| failure(&error))?;
            match led_to(&url, &response) {
                Some(next) => url = next?,
                None => return taken(url, response, bytes_max).await,
            }
        }
        Err(Failure::TooManyRedirects)
    }
}

/// Where a redirect leads to, if the answer is one.
fn led_to(from: &Url, response: &Response) -> Option<Result<Url, Failure>> {
    let is_one = matches!(
        response.status(),
        StatusCode::MOVED_PERMANENTLY
            | StatusCode::FOUND
            | StatusCode::SEE_OTHER
            | StatusCode::TEMPORARY_REDIRECT
            | StatusCode::PERMANENT_REDIRECT
    );
    let to = is_one.then(|| response.headers().get(header::LOCATION))??;
    let next = to.to_str().ok().and_then(|to| from.join(to).ok());
    Some(next.ok_or(Failure::Unreachable))
}

async fn taken(url: Url, mut response: Response, bytes_max: usize) -> Result<Got, Failure> {
    if !response.status().is_success() {
        return Err(Failure::Denied);
    }
    let head = response.headers();
    // Nothing else was asked for: what is packed could be far larger than it looks.
    let coding = head.get(header::CONTENT_ENCODING);
    if coding.is_some_and(|coding| coding != "identity") {
        return Err(Failure::Unreachable);
    }
    let said = head.get(header::CONTENT_TYPE);
    let said = said.and_then(|said| said.to_str().ok()).unwrap_or_default();
    let kind = said.split(';').next().unwrap_or_default();
    let content_type = kind.trim().to_ascii_lowercase();
    let mut bytes = Vec::new();
    while let Some(some) = response.chunk().await.map_err(|error| failure(&error))? {
        if bytes.len() + some.len() > bytes_max {
            return Err(Failure::TooLarge);
        }
        bytes.extend_from_slice(&some);
    }
    Ok(Got {
        url,
        content_type,
        bytes,
    })
}

/// What was at fault.
fn failure(error: &reqwest::Error) -> Failure {
    let mut cause: Option<&(dyn StdError + 'static)> = Some(error);
    while let Some(error) = cause {
        if error.is::<NotPublic>() {
            return Failure::Refused;
        }
        cause = error.source();
    }
    if error.is_timeout() {
        return Failure::TooSlow;
    }
    Failure::Unreachable
}

impl Judge {
    /// Whether a server may be asked at all; what its name leads to is judged once it is resolved.
    fn url(&self, url: &Url) -> Result<(), Failure> {
        let is_web = ["http", "https"].contains(&url.scheme());
        let has_credentials = !url.username().is_empty() || url.password().is_some();
        let port = url.port_or_known_default().unwrap_or_default();
        let is_port = port >= PORTS_FROM || LOW_PORTS.contains(&port);
        // An address is not resolved.
        let is_allowed = address(url).map_or(url.has_host(), |ip| self.allows(ip));
        if is_web && is_port && is_allowed && !has_credentials {
            return Ok(());
        }
        Err(Failure::Refused)
    }
}

/// The address that stands in it in the place of a name.
fn address(url: &Url) -> Option<IpAddr> {
    let host = url.host_str()?;
    let host = host.trim_start_matches('[').trim_end_matches(']');
    host.parse().ok()
}

type LookUp = dyn Fn(String) -> BoxFuture<'static, io::Result<Vec<SocketAddr>>> + Send + Sync;

/// Resolves names, and gives out only addresses that may be connected to.
struct Judging {
    judge: Judge,
    look_up: Arc<LookUp>,
}

impl Resolve for Judging {
    fn resolve(&self, name: Name) -> Resolving {
        let (judge, looking_up) = (self.judge.clone(), (self.look_up)(name.as_str().to_owned()));
        Box::pin(async move {
            let found = looking_up.await?;
            // One address that may not be is enough: whoever answers could give another one the next time.
            if found.iter().any(|found| !judge.allows(found.ip())) {
                return Err(NotPublic.into());
            }
            let found: Addrs = Box::new(found.into_iter());
            Ok(found)
        })
    }
}

async fn look_up(name: String) -> io::Result<Vec<SocketAddr>> {
    let found = lookup_host((name, 0)).await?;
    Ok(found.take(ADDRESSES_MAX).collect())
}

#[derive(Debug)]
struct NotPublic;

impl fmt::Display for NotPublic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name leads to an address that is not public")
    }
}

impl StdError for NotPublic {}

#[cfg(test)]
mod tests;
