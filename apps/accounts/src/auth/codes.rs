//! Codes of the second factor: six digits that change with time, and recovery codes.

use chrono::{DateTime, Utc};
use kernel::{Error, Result};
use platform::keys::{random_32, token_hash};
use totp_rs::{Algorithm, Builder, Secret, Totp};

const ISSUER: &str = "NonLinear";
const DIGITS: u8 = 6;
const STEP_SECONDS: u64 = 30;
const SECRET_BYTES: usize = 20;
pub(super) const RECOVERY_CODES: usize = 10;
/// 80 bits: too many to try, even for someone who has the hashes.
const RECOVERY_BYTES: usize = 10;
const RECOVERY_GROUP_CHARS: usize = 4;

pub(super) fn new_secret() -> Vec<u8> {
    random_32().into_iter().take(SECRET_BYTES).collect()
}

/// The secret as an authenticator takes it: in base 32, and as an address for a QR code.
pub(super) fn presentation(secret: &[u8], email: &str) -> Result<(String, String)> {
    // The issuer and the account stand on either side of a colon there.
    let account = email.replace(':', "_");
    let url = totp(secret, &account)?.to_url().map_err(Error::internal)?;
    Ok((Secret::from(secret.to_vec()).to_base32(), url))
}

fn totp(secret: &[u8], account: &str) -> Result<Totp> {
    Builder::new()
        .with_algorithm(Algorithm::SHA1)
        .with_digits(DIGITS)
        .with_skew(0)
        .with_step_duration(STEP_SECONDS)
        .with_secret(secret.to_vec())
        .with_issuer(Some(ISSUER))
        .with_account_name(account)
        .build()
        .map_err(Error::internal)
}

/// The step that a code belongs to, if that is the current one or the one before.
pub(super) fn matching_step(secret: &[u8], code: &str, now: DateTime<Utc>) -> Result<Option<i64>> {
    let totp = totp(secret, "account")?;
    let now = u64::try_from(now.timestamp()).map_err(Error::internal)?;
    let step = [now, now.saturating_sub(STEP_SECONDS)]
        .into_iter()
        .find_map(|time| totp.check(code, time));
    step.map(|step| i64::try_from(step).map_err(Error::internal))
        .transpose()
}

/// What somebody typed where a code is asked for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Typed {
    Digits(String),
    /// The hash of a recovery code.
    Recovery(Vec<u8>),
}

impl Typed {
    pub(super) fn read(text: &str) -> Self {
        let text: String = text
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .collect::<String>()
            .to_ascii_lowercase();
        let digits = usize::from(DIGITS);
        if text.len() == digits && text.chars().all(|c| c.is_ascii_digit()) {
            Self::Digits(text)
        } else {
            Self::Recovery(token_hash(&text))
        }
    }
}

/// A recovery code to show, and the hash to keep.
pub(super) fn new_recovery_code() -> (String, Vec<u8>) {
    let bytes: Vec<u8> = random_32().into_iter().take(RECOVERY_BYTES).collect();
    let code = Secret::from(bytes).to_base32().to_ascii_lowercase();
    let hash = token_hash(&code);
    let mut shown = String::new();
    for (index, letter) in code.chars().enumerate() {
        if index > 0 && index % RECOVERY_GROUP_CHARS == 0 {
            shown.push('-');
        }
        shown.push(letter);
    }
    (shown, hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The secret and a time of RFC 6238's test vectors.
    const SECRET: &[u8] = b"12345678901234567890";

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(seconds, 0).unwrap()
    }

    #[test]
    fn a_code_counts_in_its_own_step_and_the_next_one_only() {
        let step = |now| matching_step(SECRET, "287082", at(now)).unwrap();

        assert_eq!(step(29), None);
        assert_eq!(step(59), Some(1));
        assert_eq!(step(89), Some(1));
        assert_eq!(step(90), None);
    }

    #[test]
    fn codes_are_read_as_people_type_them() {
        let (shown, hash) = new_recovery_code();

        assert_eq!(Typed::read("287 082"), Typed::Digits("287082".to_owned()));
        assert_eq!(shown.len(), 19);
        assert_eq!(
            Typed::read(&shown.to_uppercase().replace('-', " ")),
            Typed::Recovery(hash)
        );
    }
}
