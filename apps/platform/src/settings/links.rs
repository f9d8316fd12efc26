//! Pages that people link to, which the server reads.

use ipnet::IpNet;
use serde::{Deserialize, Serialize};

use super::networks;
use crate::wrong_setting::WrongSetting;

const SECONDS_MAX: u32 = 120;

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LinkSettings {
    /// Whether the server reads pages that people link to.
    pub enabled: bool,
    /// Networks that links may lead to although they are not public, such as `10.1.0.0/16` for a wiki of one's own,
    /// separated by commas. None by default.
    pub private_networks: String,
    /// How long reading one page may take, its redirects included.
    pub seconds_max: u32,
}

impl Default for LinkSettings {
    fn default() -> Self {
        Self {
            enabled: true,
            private_networks: String::new(),
            seconds_max: 20,
        }
    }
}

impl LinkSettings {
    /// The networks, as far as they are such.
    pub(crate) fn networks(&self) -> Vec<IpNet> {
        networks::of(&self.private_networks)
    }
}

pub(super) fn check(links: &LinkSettings) -> Result<(), WrongSetting> {
    networks::check("links.private_networks", &links.private_networks)?;
    if !(1..=SECONDS_MAX).contains(&links.seconds_max) {
        return Err(WrongSetting::new(
            "links.seconds_max",
            "must be from 1 to 120",
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_are_named_in_full_or_refused() {
        let said = |networks: &str| LinkSettings {
            private_networks: networks.to_owned(),
            ..LinkSettings::default()
        };
        check(&said("")).unwrap();
        check(&said("10.1.0.0/16, fd00::/8")).unwrap();
        for wrong in ["10.1.0.0", "intranet", "10.1.0.0/16,x"] {
            let refusal = check(&said(wrong)).unwrap_err().to_string();
            assert!(refusal.contains("links.private_networks"), "{refusal}");
        }
    }
}
