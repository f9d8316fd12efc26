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
        let (peppered, label) = keys.pepper_new(password);
        let cost = self.cost;
        let hash = self.run(move || bcrypt::non_truncating_hash(peppered, cost));
        Ok(format!("{label}{}", hash.await?))
    }

    /// Hashes a password anew that fits this hash, if that was made with an older pepper. The salt
    /// stays: by it `is_same_choice` knows that nobody chose another password.
    pub async fn hash_anew(
        &self,
        keys: &Keys,
        password: &str,
        hash: &str,
    ) -> Result<Option<String>> {
        if keys.has_used_pepper(hash) {
            return Ok(None);
        }
        let salt = salt(hash).ok_or_else(|| Error::internal("a hash without a salt"))?;
        let (peppered, label) = keys.pepper_new(password);
        let cost = self.cost;
        let hash = self.run(move || bcrypt::non_truncating_hash_with_salt(peppered, cost, salt));
        Ok(Some(format!("{label}{}", hash.await?)))
    }

    /// Whether the password fits the hash. Without a hash, or one whose pepper is no more, it takes
    /// as long and says no.
    pub async fn verify(&self, keys: &Keys, password: &str, hash: Option<String>) -> Result<bool> {
        let known = hash
            .as_deref()
            .and_then(|hash| keys.pepper_of(hash, password));
        let known = known.map(|(peppered, bare)| (peppered, bare.to_owned()));
        let can_fit = known.is_some();
        let (peppered, bare) = match known {
            Some(known) => known,
            None => self.nobody(keys, password).await?,
        };
        let fits = self
            .run(move || bcrypt::non_truncating_verify(peppered, &bare))
            .await?;
        Ok(fits && can_fit)
    }

    async fn nobody(&self, keys: &Keys, password: &str) -> Result<(String, String)> {
        let dummy = self
            .dummy
            .get_or_try_init(|| self.hash(keys, "nobody's password"));
        let dummy = keys.pepper_of(dummy.await?, password);
        let (peppered, bare) = dummy.ok_or_else(|| Error::internal("the pepper is there"))?;
        Ok((peppered, bare.to_owned()))
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

/// Whether two hashes are of one password that was chosen once: each choice has a salt of its own.
#[must_use]
pub fn is_same_choice(one: &str, other: &str) -> bool {
    one == other || salt(one).is_some_and(|it| salt(other) == Some(it))
}

fn salt(hash: &str) -> Option<[u8; 16]> {
    let (label, _) = hash.split_once('$')?;
    let parts: bcrypt::HashParts = hash.strip_prefix(label)?.parse().ok()?;
    Some(parts.get_salt_raw())
}
