//! Hashing passwords: slow on purpose, so at most two at a time and no endless queue.

use std::sync::Arc;

use kernel::{Error, Result};
use tokio::sync::Semaphore;

use crate::{keys::Keys, settings::Settings};

const PARALLEL_MAX: usize = 2;
const WAITING_MAX: usize = 64;

#[derive(Debug)]
pub struct Passwords {
    cost: u32,
    running: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
    /// What an unknown account's password is compared with, so that it takes the same time.
    dummy: tokio::sync::OnceCell<String>,
}

impl Passwords {
    #[must_use]
    pub fn new(settings: &Settings) -> Self {
        Self {
            cost: settings.auth.password_cost,
            running: Arc::new(Semaphore::new(PARALLEL_MAX)),
            waiting: Arc::new(Semaphore::new(WAITING_MAX + PARALLEL_MAX)),
            dummy: tokio::sync::OnceCell::new(),
        }
    }

    pub async fn hash(&self, keys: &Keys, password: &str) -> Result<String> {
        let (peppered, cost) = (keys.peppered(password), self.cost);
        self.run(move || bcrypt::non_truncating_hash(peppered, cost))
            .await
    }

    /// Whether the password fits the hash. Without a hash it takes as long and says no.
    pub async fn verify(&self, keys: &Keys, password: &str, hash: Option<String>) -> Result<bool> {
        let known = hash.is_some();
        let hash = match hash {
            Some(hash) => hash,
            None => {
                let dummy = self
                    .dummy
                    .get_or_try_init(|| self.hash(keys, "nobody's password"));
                dummy.await?.clone()
            }
        };
        let peppered = keys.peppered(password);
        let fits = self
            .run(move || bcrypt::non_truncating_verify(peppered, &hash))
            .await?;
        Ok(fits && known)
    }

    async fn run<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce() -> Result<T, bcrypt::BcryptError> + Send + 'static,
    {
        let waiting = self
            .waiting
            .clone()
            .try_acquire_owned()
            .map_err(|_| Error::Busy)?;
        let running = self
            .running
            .clone()
            .acquire_owned()
            .await
            .map_err(Error::internal)?;
        tokio::task::spawn_blocking(move || {
            let result = work().map_err(Error::internal);
            // Held in here, since a caller that goes away does not stop the work.
            drop((waiting, running));
            result
        })
        .await
        .map_err(Error::internal)?
    }
}
