//! Mail: by SMTP when it is configured, else as files that anyone can open.

use std::path::PathBuf;

use kernel::{Error, Result};
use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{Mailbox, header::ContentType},
};
use uuid::Uuid;

use crate::settings::Settings;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    pub to: String,
    pub subject: String,
    pub text: String,
}

#[derive(Debug, thiserror::Error)]
pub enum MailError {
    #[error("the setting `mail.from` is not a mail address: {0}")]
    From(lettre::address::AddressError),
    #[error("the setting `mail.smtp_url` cannot be used: {0}")]
    Smtp(lettre::transport::smtp::Error),
    #[error("the folder for mails cannot be made: {0}")]
    Folder(std::io::Error),
}

#[derive(Debug)]
enum Way {
    Smtp(AsyncSmtpTransport<Tokio1Executor>),
    Folder(PathBuf),
}

#[derive(Debug)]
pub struct Mailer {
    from: Mailbox,
    way: Way,
}

impl Mailer {
    pub fn new(settings: &Settings) -> Result<Self, MailError> {
        let from = settings.mail.from.parse().map_err(MailError::From)?;
        let way = match &settings.mail.smtp_url {
            Some(url) => Way::Smtp(
                AsyncSmtpTransport::<Tokio1Executor>::from_url(url)
                    .map_err(MailError::Smtp)?
                    .build(),
            ),
            None => {
                let folder = settings.data_dir.join("mail");
                std::fs::create_dir_all(&folder).map_err(MailError::Folder)?;
                Way::Folder(folder)
            }
        };
        Ok(Self { from, way })
    }

    pub async fn send(&self, mail: Mail) -> Result<()> {
        let to: Mailbox = mail.to.parse().map_err(Error::internal)?;
        let message = Message::builder()
            .from(self.from.clone())
            .to(to)
            .subject(mail.subject)
            .header(ContentType::TEXT_PLAIN)
            .body(mail.text)
            .map_err(Error::internal)?;
        match &self.way {
            Way::Smtp(transport) => transport
                .send(message)
                .await
                .map(drop)
                .map_err(Error::internal),
            Way::Folder(folder) => {
                let file = folder.join(format!("{}.eml", Uuid::now_v7()));
                tokio::fs::write(&file, message.formatted())
                    .await
                    .map_err(Error::internal)?;
                tracing::info!(mail.file = %file.display(), "Wrote a mail to a file");
                Ok(())
            }
        }
    }
}
