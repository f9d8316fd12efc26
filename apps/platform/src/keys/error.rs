//! What is wrong with a file of keys.

use std::io;

#[derive(Debug, thiserror::Error)]
pub enum KeysError {
    #[error("the key file cannot be read or written: {0}")]
    Io(#[from] io::Error),
    #[error("the key file is not valid: {0}")]
    Invalid(String),
    #[error("{0}")]
    Unknown(String),
    #[error("{0}")]
    InUse(String),
}
