//! Mail: by SMTP when it is configured, else as files that anyone can open.

use std::{
    io,
    path::{Path, PathBuf},
};

use kernel::{Error, Result};
use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{
        Mailbox,
        header::{ContentType, HeaderName, HeaderValue},
    },
    transport::smtp::AsyncSmtpTransportBuilder,
};
use tokio::io::AsyncWriteExt;
use uuid::Uuid;

use crate::{private, settings::Settings, wrong_setting::WrongSetting};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    pub to: String,
    pub subject: String,
    pub text: String,
    /// An address that ends such mails with one POST by whichever mail program shows them.
    pub unsubscribe: Option<String>,
}

#[derive(Debug, thiserror::Error)]
pub enum MailError {
    #[error(transparent)]
    Setting(#[from] WrongSetting),
    #[error("the folder for mails cannot be made: {0}")]
    Folder(io::Error),
}

/// Refuses settings with which no mail could be sent, long before the first one.
pub(crate) fn check(settings: &Settings) -> Result<(), WrongSetting> {
    sender(settings)?;
    smtp(settings).map(drop)
}

fn sender(settings: &Settings) -> Result<Mailbox, WrongSetting> {
    let sender = settings.mail.from.parse();
    sender
        .map_err(|error| WrongSetting::new("mail.from", &format!("is not a mail address: {error}")))
}

fn smtp(settings: &Settings) -> Result<Option<AsyncSmtpTransportBuilder>, WrongSetting> {
    let Some(url) = &settings.mail.smtp_url else {
        return Ok(None);
    };
    let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(url);
    transport
        .map(Some)
        .map_err(|error| WrongSetting::new("mail.smtp_url", &format!("cannot be used: {error}")))
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
        let from = sender(settings)?;
        let way = match smtp(settings)? {
            Some(transport) => Way::Smtp(transport.build()),
            None => {
                let folder = settings.data_dir.join("mail");
                private::make_folder(&folder).map_err(MailError::Folder)?;
                Way::Folder(folder)
            }
        };
        Ok(Self { from, way })
    }

    /// The address that mails are from.
    #[must_use]
    pub fn sender(&self) -> String {
        self.from.email.to_string()
    }

    pub async fn send(&self, mail: Mail) -> Result<()> {
        let to: Mailbox = mail.to.parse().map_err(Error::internal)?;
        let mut message = Message::builder()
            .from(self.from.clone())
            .to(to)
            .subject(mail.subject)
            .header(ContentType::TEXT_PLAIN)
            .body(mail.text)
            .map_err(Error::internal)?;
        if let Some(address) = mail.unsubscribe {
            let headers = message.headers_mut();
            headers.insert_raw(header("List-Unsubscribe", format!("<{address}>"))?);
            let one_click = "List-Unsubscribe=One-Click".to_owned();
            headers.insert_raw(header("List-Unsubscribe-Post", one_click)?);
        }
        match &self.way {
            Way::Smtp(transport) => transport
                .send(message)
                .await
                .map(drop)
                .map_err(Error::internal),
            Way::Folder(folder) => {
                let file = folder.join(format!("{}.eml", Uuid::now_v7()));
                write(&file, &message.formatted())
                    .await
                    .map_err(Error::internal)?;
                tracing::info!(mail.file = %file.display(), "Wrote a mail to a file");
                Ok(())
            }
        }
    }
}

/// RFC 8058: what lets a mail program end such mails by itself.
fn header(name: &'static str, value: String) -> Result<HeaderValue> {
    let name = HeaderName::new_from_ascii(name.to_owned()).map_err(Error::internal)?;
    // It is an address or a word: both are ASCII without spaces, and must not be folded.
    Ok(HeaderValue::dangerous_new_pre_encoded(
        name,
        value.clone(),
        value,
    ))
}

/// Mails hold tokens, so nobody else reads them.
async fn write(file: &Path, text: &[u8]) -> io::Result<()> {
    let options = tokio::fs::OpenOptions::from(private::file());
    let mut mail = options.open(file).await?;
    mail.write_all(text).await?;
    mail.flush().await
}

#[cfg(test)]
mod tests {
    use lettre::{Message, message::Mailbox};
    use proptest::prelude::*;
    use protocol::Email;

    /// Letters of addresses, and what is none but might be taken for one.
    fn address() -> impl Strategy<Value = String> {
        let part = "[a-c0-9ü中हि्.!#$%&'*+/=?^_`{|}~-]{1,8}|[!-~]{1,8}|\\PC{1,6}|[a-z]{50,70}";
        (part, part).prop_map(|(local, domain)| format!("{local}@{domain}.org"))
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, cases: 5_000, ..ProptestConfig::default() })]

        #[test]
        fn whatever_counts_as_an_address_can_be_written_to(address in address()) {
            let Ok(email) = Email::try_from(address) else {
                return Ok(());
            };
            let to: Result<Mailbox, _> = email.as_str().parse();
            prop_assert!(to.is_ok(), "{email:?}: {to:?}");
            let sender: Mailbox = "server@example.org".parse().expect("an address");
            let mail = Message::builder().from(sender).to(to?).body(String::new());
            prop_assert!(mail.is_ok(), "{email:?}: {mail:?}");
        }
    }
}
