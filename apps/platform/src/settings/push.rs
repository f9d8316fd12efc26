//! Telling people on their devices while no page is open (Web Push).

use ipnet::IpNet;
use serde::{Deserialize, Serialize};

use super::networks;
use crate::wrong_setting::WrongSetting;

const SECONDS_MAX: u32 = 60;

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PushSettings {
    /// Whether people may add devices to be told on. What is told goes, sealed, by the push service of each
    /// browser's maker.
    pub enabled: bool,
    /// Where push services reach whoever runs this server: `mailto:ops@example.org` or an address with https. The
    /// public address, or who mails are from, if left out.
    pub contact: Option<String>,
    /// Networks with push services of one's own, such as `10.1.0.0/16`, separated by commas; they may do without TLS.
    pub private_networks: String,
    /// How long a push service may take to answer.
    pub seconds_max: u32,
}

impl Default for PushSettings {
    fn default() -> Self {
        Self {
            enabled: true,
            contact: None,
            private_networks: String::new(),
            seconds_max: 5,
        }
    }
}

impl PushSettings {
    pub(crate) fn networks(&self) -> Vec<IpNet> {
        networks::of(&self.private_networks)
    }
}

pub(super) fn check(push: &PushSettings) -> Result<(), WrongSetting> {
    networks::check("push.private_networks", &push.private_networks)?;
    if !(1..=SECONDS_MAX).contains(&push.seconds_max) {
        return Err(WrongSetting::new(
            "push.seconds_max",
            "must be from 1 to 60",
        ));
    }
    let ways = ["mailto:", "https://"];
    let is_reached = |contact: &String| ways.iter().any(|way| contact.starts_with(way));
    if !push.contact.as_ref().is_none_or(is_reached) {
        return Err(WrongSetting::new(
            "push.contact",
            "must begin with mailto: or https://",
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_is_refused_by_name() {
        let usual = PushSettings::default;
        check(&usual()).unwrap();
        for (name, wrong) in [
            (
                "push.contact",
                PushSettings {
                    contact: Some("ops@example.org".to_owned()),
                    ..usual()
                },
            ),
            (
                "push.private_networks",
                PushSettings {
                    private_networks: "intranet".to_owned(),
                    ..usual()
                },
            ),
            (
                "push.seconds_max",
                PushSettings {
                    seconds_max: 0,
                    ..usual()
                },
            ),
        ] {
            let refusal = check(&wrong).unwrap_err().to_string();
            assert!(refusal.contains(name), "{refusal}");
        }
    }
}
