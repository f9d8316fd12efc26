//! A server from its start to its end. Several may run in one process.

use std::{io, net::SocketAddr, sync::Arc};

use http::Feature;
use hub::Hub;
use platform::{
    Features, Platform, Settings, StartError,
    feature::Duplicate,
    jobs,
    settings::{ProcessRoles, WrongSetting},
};
use tokio::{net::TcpListener, task::JoinHandle};

use crate::{features, operations::Measurements, router, sweep};

#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    #[error(transparent)]
    Setting(#[from] WrongSetting),
    #[error(transparent)]
    Start(#[from] StartError),
    #[error("the demo account and project cannot be made")]
    Seed(#[source] kernel::Error),
    #[error(transparent)]
    Feature(#[from] Duplicate),
}

/// A server that serves.
#[derive(Debug)]
pub struct Running {
    /// Where it listens: the port is the real one even if the settings left it open.
    pub address: SocketAddr,
    pub platform: Arc<Platform>,
    /// Whether the database holds the demo account, whose first password everybody knows.
    pub has_demo: bool,
    serving: JoinHandle<()>,
}

/// Opens and migrates the database, seeds it when it is empty, and serves.
pub async fn start(settings: Settings) -> Result<Running, ServeError> {
    start_with(settings, &features::all()).await
}

/// The same with other features.
pub async fn start_with(
    mut settings: Settings,
    features: &[Feature],
) -> Result<Running, ServeError> {
    let together = Features::of(features)?;
    let roles = settings.process_roles()?;
    // The address is taken first, so that one in use stops the start before anything is changed.
    let listener = TcpListener::bind(settings.listen).await;
    let listener = listener.map_err(|error| unusable(settings.listen, &error))?;
    let address = listener.local_addr();
    let address = address.map_err(|error| unusable(settings.listen, &error))?;
    settings.listen = address;
    let seed_demo = settings.seed_demo;
    let platform = Platform::start(settings, together).await?;
    let has_demo = seed_demo && demo(&platform).await.map_err(ServeError::Seed)?;
    let measurements = Measurements::of_this_process();
    start_background(&platform, roles, &measurements);
    let hub = roles
        .hub
        .then(|| Hub::start(&platform, features::for_sockets()));
    let app = router::router(&platform, features, roles, measurements, hub)?;
    let serving = http::serve::serve(
        listener,
        app,
        platform.settings.connections_per_network(),
        platform.stopping.clone(),
    );
    let serving = platform.tasks.spawn(serving);
    Ok(Running {
        address,
        platform,
        has_demo,
        serving,
    })
}

/// Makes the demo if there is nothing else, and says whether it is there.
async fn demo(platform: &Arc<Platform>) -> kernel::Result<bool> {
    Ok(seed::seed_if_empty(platform).await? || seed::has_demo(platform).await?)
}

fn unusable(listen: SocketAddr, error: &io::Error) -> WrongSetting {
    WrongSetting::new(
        "listen",
        &format!("names {listen}, which cannot be used: {error}"),
    )
}

fn start_background(platform: &Arc<Platform>, roles: ProcessRoles, measurements: &Measurements) {
    platform::measurements::begin(platform);
    platform
        .tasks
        .spawn(measurements.clone().keep_small(platform.stopping.clone()));
    if roles.worker {
        platform.tasks.spawn(jobs::work(platform.clone()));
        platform.tasks.spawn(jobs::measure(platform.clone()));
        platform.tasks.spawn(sweep::hourly(platform.clone()));
    }
}

impl Running {
    /// Accepts nothing more, lets open requests and jobs end, and closes the database.
    ///
    /// An error says that the serving task panicked.
    pub async fn stop(self) -> Result<(), tokio::task::JoinError> {
        self.platform.stop().await;
        // It has ended by now, unless requests took too long.
        self.serving.abort();
        match self.serving.await {
            Err(error) if error.is_panic() => Err(error),
            Ok(()) | Err(_) => Ok(()),
        }
    }
}
